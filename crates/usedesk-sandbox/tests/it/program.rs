//! The program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use crate::client::Client;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_usedesk-sandbox"))
}

/// Ends the program with the test, passed or not.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_says_where_it_is_and_answers() {
    let command = program().args(["--port=0", "--token", "t0"]).stdout(Stdio::piped()).spawn();
    let mut running = Running(command.unwrap());
    let output = BufReader::new(running.0.stdout.take().unwrap());
    let lines: Vec<_> = output.lines().take(4).map(Result::unwrap).collect();
    let url = lines[0].strip_prefix("Usedesk sandbox: ").unwrap();
    assert!(lines[1].ends_with(" t0") && lines[2].ends_with(" 4501"), "{lines:?}");
    let curl = format!("curl -d 'api_token=t0&ticket_id=4501&status=2' {url}/update/ticket");
    assert!(lines[3].ends_with(&curl), "{lines:?}");
    let mut client = Client::connect_to(url);
    assert_eq!(client.get("/ticket?api_token=t0&ticket_id=4501").json()["ticket"]["id"], 4501);
}

#[test]
fn it_can_be_awkward() {
    let command = program().args(["--port=0", "--quirks"]).stdout(Stdio::piped()).spawn();
    let mut running = Running(command.unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let mut client = Client::connect_to(line.trim_end().strip_prefix("Usedesk sandbox: ").unwrap());
    let shown = client.get("/ticket?api_token=sandbox-token&ticket_id=4501").json();
    assert_eq!(shown["ticket"]["id"], "4501");
}

#[test]
fn arguments() {
    let run = |argument| -> Output { program().args(argument).output().unwrap() };
    let help = run(["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--port"));
    for wrong in ["--nonsense", "--port=x", "file"] {
        let output = run([wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
}
