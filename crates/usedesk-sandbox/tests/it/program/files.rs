//! Seeds and state files.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{program, start, stop};
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
    assert_eq!(stop(running), Some(0));
    // Only the state and the seed.
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn saving_keeps_symbolic_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder("links");
    let (link, target) = (folder.join("link.json"), folder.join("desk.json"));
    // Another file has the name that a temporary file could have.
    fs::write(folder.join("desk.json.tmp"), "other").unwrap();
    symlink("desk.json", &link).unwrap();
    let option = format!("--state={}", link.display());
    let save = || {
        let (running, _) = start(&[&option, "--quiet"], |command| command);
        assert_eq!(stop(running), Some(0));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(read(&target)["tickets"][0]["id"], 4501);
    };
    // At first the link leads nowhere.
    save();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    save();
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read(folder.join("desk.json.tmp")).unwrap(), b"other");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
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
    fs::write(folder.join("counter.json"), r#"{"last_client_id":18446744073709551615}"#).unwrap();
    for (option, name, code, expected) in [
        ("seed", "counter.json", 4, "last_client_id: must be at most 1000000000000000"),
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
