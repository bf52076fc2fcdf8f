//! Seeds and state files.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::{Running, program, start};
use crate::client::{Client, FORM};

/// Returns an empty folder.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("files-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn read(path: &PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Ends the program as Ctrl-C does, and returns its exit code.
fn stop(mut running: Running) -> Option<i32> {
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    running.0.wait().unwrap().code()
}

#[test]
fn the_state_is_saved_and_loaded() {
    let path = folder("state").join("desk.json");
    let option = format!("--state={}", path.display());
    let seed = path.with_file_name("seed.json");
    let group = json!({ "id": 1, "name": "All" });
    let client = json!({ "id": 1, "name": "C" });
    let ticket = json!({ "id": 70, "subject": "S", "client_id": 1 });
    let document = json!({ "groups": [group], "clients": [client], "tickets": [ticket] });
    fs::write(&seed, document.to_string()).unwrap();
    let seed = format!("--seed={}", seed.display());

    let (running, url) = start(&[&option, &seed, "--quiet"], |command| command);
    // It is written at the start, so that a folder that cannot be written is found early.
    assert_eq!(read(&path)["tickets"][0]["id"], 70);
    let body =
        "api_token=sandbox-token&ticket_id=70&status=2&tag=%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82";
    Client::connect_to(&url).post("/update/ticket", FORM, body);
    assert_eq!(stop(running), Some(0));
    assert_eq!(read(&path)["tickets"][0]["status"], 2);
    // The state wins over the seed.
    let (running, url) = start(&[&option, &seed, "--quiet"], |command| command);
    let shown = Client::connect_to(&url).get("/ticket?api_token=sandbox-token&ticket_id=70").json();
    assert_eq!((&shown["ticket"]["status_id"], &shown["tags"]), (&json!(2), &json!(["привет"])));
    // It is saved while the program runs, too, and never by half.
    let body = "api_token=sandbox-token&ticket_id=70&status=5";
    Client::connect_to(&url).post("/update/ticket", FORM, body);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while read(&path)["tickets"][0]["status"] != 5 {
        assert!(std::time::Instant::now() < end, "not saved within a minute");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(running);
    assert!(!path.with_file_name("desk.json.tmp").exists());
}

#[test]
fn wrong_files_have_their_own_exit_codes() {
    let folder = folder("wrong");
    let run = |option: &str, name: &str| {
        let option = format!("--{option}={}", folder.join(name).display());
        let output = program().args(["--port=0", &option]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    fs::write(folder.join("text.json"), "hello").unwrap();
    fs::write(
        folder.join("status.json"),
        r#"{"tickets":[{"id":1,"subject":"S","client_id":1,"status":11}]}"#,
    )
    .unwrap();
    for (option, name, code, expected) in [
        ("seed", "absent.json", 4, "there is no "),
        ("seed", "text.json", 4, "expected value at line 1 column 1"),
        ("seed", "status.json", 4, "tickets[0].status: must be from 1 to 10, not 11"),
        ("state", "status.json", 4, "tickets[0].status"),
        ("state", "no-folder/desk.json", 5, "cannot save "),
    ] {
        let (found, text) = run(option, name);
        assert_eq!(found, Some(code), "{name}: {text}");
        assert!(text.contains(expected) && text.contains(name), "{text}");
    }
    // A wrong state file is not overwritten.
    assert_eq!(read(&folder.join("status.json"))["tickets"][0]["status"], 11);
}
