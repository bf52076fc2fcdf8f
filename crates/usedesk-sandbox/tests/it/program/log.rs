//! The line of each request.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::Value;

use super::{start, stop};
use crate::client::{Client, FORM, returns};

/// Makes three requests to the program and returns what it writes to standard error.
fn lines(arguments: &[&str]) -> Vec<String> {
    let (mut running, url) = start(arguments, |command| command.stderr(Stdio::piped()));
    let mut client = Client::connect_to(&url);
    let body = "api_token=sandbox-token&ticket_id=4501&status=2&priorty=low";
    client.post("/uapi/update/ticket", FORM, body);
    client.post("/ticket", FORM, "api_token=sandbox-token&ticket_id=1");
    client.get("/nowhere%0Ax?api_token=secret");
    let mut stderr = BufReader::new(running.0.stderr.take().unwrap());
    // Lines are written before the program ends.
    assert_eq!(stop(running), Some(0));
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

#[test]
fn a_log_that_is_not_read_stops_nothing() {
    returns(|| {
        let (mut running, url) = start(&[], |command| command.stderr(Stdio::piped()));
        let mut client = Client::connect_to(&url);
        let target = format!("/nowhere/{}", "x".repeat(60_000));
        // More than a pipe and the queue of the log hold.
        for _ in 0..200 {
            assert_eq!(client.get(&target).status, 404);
        }
        let mut lines = BufReader::new(running.0.stderr.take().unwrap()).lines();
        let warning = lines.find_map(|line| line.ok().filter(|line| line.starts_with("Warning: ")));
        assert!(warning.unwrap().ends_with(" lines were dropped"));
        for _ in 0..100 {
            client.get(&target);
        }
        assert_eq!(stop(running), Some(0));
    });
}
