//! The program.

#[cfg(unix)] // for signals
mod files;
mod log;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::json;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::client::{Client, FORM, eventually};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_usedesk-sandbox"))
}

/// Kills the program when the test ends.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program with these options and returns it and its URL.
pub(crate) fn start(
    arguments: &[&str],
    configure: impl FnOnce(&mut Command) -> &mut Command,
) -> (Running, String) {
    let mut command = program();
    command.arg("--port=0").args(arguments).stdout(Stdio::piped());
    let mut running = Running(configure(&mut command).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("Usedesk sandbox: ").unwrap().to_owned();
    (running, url)
}

/// Ends the program as Ctrl-C does, and returns its exit code.
fn stop(mut running: Running) -> Option<i32> {
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    running.0.wait().unwrap().code()
}

#[test]
fn it_prints_its_url_and_serves_requests() {
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
fn quirks_are_an_option() {
    let (_running, url) = start(&["--quirks"], |command| command);
    let mut client = Client::connect_to(&url);
    let shown = client.get("/ticket?api_token=sandbox-token&ticket_id=4501").json();
    assert_eq!(shown["ticket"]["id"], "4501");
    let (_running, url) = start(&["--quirks=zeros,html_errors"], |command| command);
    let mut client = Client::connect_to(&url);
    let shown = client.get("/ticket?api_token=sandbox-token&ticket_id=4502").json();
    assert_eq!(shown["ticket"]["id"], 4502);
    assert_eq!(shown["ticket"]["group"], "0");
    assert!(client.get("/nowhere").body.starts_with(b"<"));
}

#[test]
fn arguments() {
    let run = |argument| -> Output { program().args(argument).output().unwrap() };
    let help = run(["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8(help.stdout).unwrap().contains("--port"));
    let version = run(["--version"]);
    assert_eq!(
        version.stdout,
        format!("usedesk-sandbox {}\n", env!("CARGO_PKG_VERSION")).as_bytes()
    );
    for wrong in [
        "--nonsense",
        "--port=x",
        "file",
        "--secret=s",
        "--as=form",
        "--as=xml",
        "--log=xml",
        "--latency=2",
        "--latency=2s..1s",
        "--latency=61s",
        "--rate-limit=0",
        "--host=localhost",
        "--journal=-1",
        "--token=",
        "--quiet=1",
        "--quirks=number",
        "--max-connections=0",
        "--host-name=http://desk.test",
        "--read-lag=1ms..2ms",
        "--public-url=desk.test",
        "--webhook=https://127.0.0.1",
        "--events=ping --webhook=http://127.0.0.1",
        "--events=chat_message",
        "--quiet --log=json",
        "--fire=http://127.0.0.1:1 --port=8080",
        "--fire=http://127.0.0.1:1 --latency=1s",
        "--fire=http://127.0.0.1:1 --webhook=http://127.0.0.1:1",
    ] {
        let output = program().args(wrong.split(' ')).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
    }
    let many = program().args(["--webhook=http://127.0.0.1:1"; 11]).output().unwrap();
    assert_eq!(many.status.code(), Some(2), "{many:?}");
}

#[test]
fn options_in_the_environment() {
    let (_running, url) = start(&["--token=t1"], |command| {
        command
            .env("USEDESK_SANDBOX_TOKEN", "t0")
            .env("USEDESK_SANDBOX_QUIRKS", "true")
            .env("USEDESK_SANDBOX_HOST_NAME", "a.test,b.test")
            .env("USEDESK_SANDBOX_QUIET", "0")
            .env("USEDESK_SANDBOX_SEED", "")
    });
    let mut client = Client::connect_to(&url);
    let shown = client.get("/ticket?api_token=t1&ticket_id=4501").json();
    assert_eq!(shown["ticket"]["id"], "4501");
    for (host, status) in [("a.test", 200), ("b.test", 200), ("c.test", 403)] {
        client.send(format!("GET /sandbox/health HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert_eq!(client.response().status, status, "{host}");
    }
    for (name, value) in [("QUIET", "maybe"), ("PORT", "x"), ("LOG", "xml")] {
        let output = program().env(format!("USEDESK_SANDBOX_{name}"), value).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(value), "{name}");
    }
}

#[cfg(target_os = "linux")] // elsewhere 127.0.0.2 may not exist
#[test]
fn latency_rate_limit_and_host_are_options() {
    let options =
        ["--latency=1ms..2ms", "--read-lag=3ms", "--rate-limit=150", "--host=127.0.0.2", "--quiet"];
    let (_running, url) = start(&options, |command| command);
    assert!(url.starts_with("http://127.0.0.2:"), "{url}");
    let mut client = Client::connect_to(&url);
    client.send("GET /sandbox/settings HTTP/1.1\r\nHost: 127.0.0.2\r\n\r\n");
    let settings = client.response().json();
    assert_eq!((&settings["latency_ms"]["max"], &settings["read_lag_ms"]), (&json!(2), &json!(3)));
    assert_eq!(settings["rate_limit"]["per_minute"], 150);
}

#[test]
fn a_taken_port_has_its_own_exit_code() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = program().arg(format!("--port={port}")).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&port.to_string()));
}

/// A link-local address without a zone is an invalid argument for the system, as a wrong seed is.
#[test]
fn an_address_that_cannot_be_bound_is_not_an_error_of_the_seed() {
    let seed = concat!("--seed=", env!("CARGO_MANIFEST_DIR"), "/seeds/two-companies.json");
    let output = program().args(["--port=0", "--host=fe80::1", seed]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn it_fires_every_event() {
    let server = Sandbox::start().unwrap();
    for _ in 0..8 {
        server.script(ScriptedResponse::status(200));
    }
    let url = format!("{}/hook", server.url());
    let arguments = ["--fire", &url, "--secret", "5f2c", "--as", "form"];
    let output = program().args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "ping               200\n\
         ticket created     200\n\
         ticket changed     200\n\
         comment created    200\n\
         rating             200\n\
         chat message       200\n\
         WhatsApp delivery  200\n\
         dynamic block      200\n"
    );
    let requests = server.requests();
    // A distinctive member of each, in the order above.
    let marks =
        ["ping", "ticket", "trigger", "comment", "csi", "chat_id", "message_status", "secret_key"];
    assert_eq!(requests.len(), marks.len());
    for (request, mark) in requests.iter().zip(marks) {
        assert!(request.parameters.contains_key(mark), "{mark}: {request:?}");
        assert_eq!((request.path.as_str(), request.header("content-type")), ("/hook", Some(FORM)));
    }
    assert!(!requests[0].parameters.contains_key("secret"));
    assert_eq!(requests[1].parameters["secret"], "5f2c");
    assert_eq!(requests[7].parameters["secret_key"], "5f2c");
    assert_eq!(requests[5].parameters["text"], "Is anybody there?");
}

#[test]
fn a_failed_event_fails_the_program() {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(204));
    server.script(ScriptedResponse::disconnect());
    for _ in 0..6 {
        server.script(ScriptedResponse::status(204));
    }
    let fire = || program().args(["--fire", server.url()]).output().unwrap();
    let output = fire();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[2]),
        (8, "ping               204", "ticket changed     204")
    );
    assert!(
        lines[1].starts_with("ticket created     ") && !lines[1].ends_with('4'),
        "{}",
        lines[1]
    );
    assert_eq!(server.requests()[2].parameters["secret"], "sandbox-secret");
    // Without a script the response is 404.
    let output = fire();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().ends_with("dynamic block      404\n"));
    // An invalid URL fails every event.
    let output = program().args(["--fire", "example.com"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 8);
}

#[test]
fn it_posts_what_changes() {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(200).always());
    let hook = format!("--webhook={}/hook", server.url());
    let options = [&hook, "--events=ticket_changed", "--secret=5f2c", "--as=form", "--quiet"];
    let (_running, url) = start(&options, |command| command);
    let body = "api_token=sandbox-token&ticket_id=4501&status=2";
    Client::connect_to(&url).post("/update/ticket", FORM, body);
    eventually(|| server.requests().len() == 2);
    let requests = server.requests();
    assert_eq!(requests[0].parameters["ping"], "1");
    assert_eq!(requests[1].parameters["trigger"]["new_status"], "2");
    assert_eq!(requests[1].parameters["secret"], "5f2c");
}

#[test]
fn a_certificate_authority_is_made_once() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("program-tls");
    let _ = std::fs::remove_dir_all(&folder);
    let option = format!("--tls={}", folder.display());
    let files = || ["ca.pem", "ca-key.pem"].map(|name| std::fs::read(folder.join(name)).unwrap());
    drop(start(&[&option, "--quiet"], |command| command));
    let before = files();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = std::fs::metadata(folder.join("ca-key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    drop(start(&[&option, "--quiet", "--host-name=desk.test"], |command| command));
    assert_eq!(files(), before);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    let run = |folder: &std::path::Path| {
        let output = program().arg(format!("--tls={}", folder.display())).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // Others could read the key.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.join("ca-key.pem"), mode(0o644)).unwrap();
        drop(start(&[&option, "--quiet"], |command| command));
        let key = std::fs::metadata(folder.join("ca-key.pem")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    // The certificate of another key, and a certificate that is none.
    let other = folder.with_file_name("program-tls-other");
    let _ = std::fs::remove_dir_all(&other);
    drop(start(&[&format!("--tls={}", other.display()), "--quiet"], |command| command));
    std::fs::copy(folder.join("ca.pem"), other.join("ca.pem")).unwrap();
    for text in [None, Some("no certificate")] {
        if let Some(text) = text {
            std::fs::write(other.join("ca.pem"), text).unwrap();
        }
        let (code, stderr) = run(&other);
        assert!(code == Some(6) && stderr.contains("ca.pem: "), "{code:?} {stderr}");
    }
    // A key that is none, and a folder that is a file.
    std::fs::write(folder.join("ca-key.pem"), "no key").unwrap();
    for folder in [folder.clone(), folder.join("ca.pem")] {
        let (code, stderr) = run(&folder);
        assert_eq!(code, Some(6), "{stderr}");
    }
}

/// A client that starts TLS and stops does not keep a connection for long.
#[test]
fn a_stuck_tls_handshake_is_closed() {
    crate::client::returns(|| {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("stuck-tls");
        let builder = Sandbox::builder().tls(folder).unwrap();
        let sandbox = builder.idle_timeout(std::time::Duration::from_secs(1)).start().unwrap();
        assert!(sandbox.ca_certificate().unwrap().ends_with("ca.pem"));
        let mut stuck = Client::connect(&sandbox);
        stuck.send([0x16, 3, 1]);
        assert!(stuck.is_closed());
        let mut garbage = Client::connect(&sandbox);
        garbage.send([0x16; 600]);
        // Is closed, perhaps after an alert.
        garbage.is_closed();
        assert_eq!(Client::connect(&sandbox).get("/nowhere").status, 404);
    });
}

#[test]
fn it_fires_the_events_of_a_seed() {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(200).always());
    let seed = concat!("--seed=", env!("CARGO_MANIFEST_DIR"), "/seeds/two-companies.json");
    let output = program().args(["--fire", server.url(), seed, "--quirks"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let requests = server.requests();
    assert_eq!(requests[1].parameters["ticket"]["id"], "5001");
    assert_eq!(requests[5].parameters["client"]["name"], "Ольга Смирнова");
    // What the desk lacks cannot be fired.
    let seed = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty.json");
    std::fs::write(&seed, "{}").unwrap();
    let seed = format!("--seed={}", seed.display());
    let output = program().args(["--fire", server.url(), &seed]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("ping               200\n"), "{text}");
    assert!(text.contains("rating             the desk has no ticket\n"), "{text}");
}
