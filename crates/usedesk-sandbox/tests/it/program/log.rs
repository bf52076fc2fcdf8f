//! The line of each request.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use super::start;
use crate::client::{Client, FORM};

/// Makes three requests to the program and returns what it writes to standard error.
fn lines(arguments: &[&str]) -> Vec<String> {
    let (mut running, url) = start(arguments, |command| command.stderr(Stdio::piped()));
    let mut client = Client::connect_to(&url);
    let body = "api_token=sandbox-token&ticket_id=4501&status=2&priorty=low";
    client.post("/uapi/update/ticket", FORM, body);
    client.post("/ticket", FORM, "api_token=sandbox-token&ticket_id=1");
    client.get("/nowhere%0Ax?api_token=secret");
    let mut stderr = BufReader::new(running.0.stderr.take().unwrap());
    running.0.kill().unwrap();
    let mut text = String::new();
    stderr.read_to_string(&mut text).unwrap();
    assert!(!text.contains("secret") && !text.contains("sandbox-token"), "{text}");
    text.as_bytes().lines().map(Result::unwrap).collect()
}

#[test]
fn text() {
    let lines = lines(&[]);
    // Without the time and the duration.
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            let (time, line) = line.split_once(' ').unwrap();
            assert_eq!(time.len(), "09:15:00.125".len());
            let words = line.split(' ').filter(|word| !word.ends_with("ms"));
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        lines,
        [
            "POST /uapi/update/ticket update_ticket 200 ok ignored: priorty; ticket 4501 changed",
            "POST /ticket get_ticket 200 rejected 113 (there is no ticket 1)",
            "GET /nowhere%0Ax - 404 rejected (unknown method)",
        ]
    );
}

#[test]
fn json() {
    let lines = lines(&["--log", "json"]);
    let entries: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0]["ignored"][0], "priorty");
    assert_eq!(entries[1]["error"]["code"], 113);
    assert_eq!(entries[2]["id"], 3);
}

#[test]
fn quiet() {
    assert_eq!(lines(&["--quiet"]), [""; 0]);
}
