//! The sandbox as a tool for other languages: each script below calls a running program over http and
//! https, scripts a response, reads the journal, receives a webhook and resets. All print the same.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::interop::guide;
#[cfg(target_os = "linux")]
use crate::interop::program::GO;
use crate::interop::program::{NODE, PHP, PYTHON, Program};
use crate::program::start;

/// What each script prints.
const PRINTED: &str = "ticket: Счёт на октябрь\n\
    ping\n\
    scripted: 503\n\
    updated: success\n\
    webhook: status_id 6 to 2\n\
    journal: scripted, ok\n\
    over TLS: 2\n\
    after the reset: 6\n";

#[test]
fn python() {
    run(&PYTHON, include_str!("end_to_end/script.py"));
}

#[test]
fn php() {
    run(&PHP, include_str!("end_to_end/script.php"));
}

#[test]
fn javascript() {
    run(&NODE, include_str!("end_to_end/script.mjs"));
}

#[cfg(target_os = "linux")] // elsewhere Go takes no certificates from the environment
#[test]
fn go() {
    run(&GO, include_str!("end_to_end/script.go"));
}

/// The bot of the guide and its test.
#[test]
fn bot() {
    if PYTHON.is_missing() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("end-to-end-bot");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in guide::bot() {
        fs::write(folder.join(name), text).unwrap();
    }
    let mut command = Command::new(PYTHON.name);
    command.args(["-m", "unittest"]).current_dir(&folder).stdin(Stdio::null());
    command.env("SANDBOX", env!("CARGO_BIN_EXE_usedesk-sandbox"));
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("Ran 2 tests"), "{text}");
}

/// A client that has `https://secure.usedesk.com` built in. Some systems forbid the namespaces, also in CI.
#[cfg(target_os = "linux")]
#[test]
fn hosts_entry() {
    use std::io::Write as _;

    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net", "--mount"]).stdin(Stdio::null());
        command
    };
    let probed = unshare().args(["mount", "--bind", "/etc/hosts", "/etc/hosts"]).output();
    if !probed.is_ok_and(|output| output.status.success()) {
        // Not `eprintln!`: the test harness would swallow it.
        let text = "SKIPPED a hosts entry for https: unshare is missing or may not make namespaces";
        let _ = writeln!(std::io::stderr(), "{text}");
        return;
    }
    if PYTHON.is_missing() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("end-to-end-hosts-entry");
    fs::create_dir_all(&folder).unwrap();
    let mut command = unshare();
    command.args([PYTHON.name, "-c", include_str!("end_to_end/hosts_entry.py")]);
    command.arg(env!("CARGO_BIN_EXE_usedesk-sandbox")).arg(&folder);
    command.env("NO_PROXY", "*").env("no_proxy", "*").env_remove("REQUESTS_CA_BUNDLE");
    let output = command.output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Usedesk sandbox: http://127.0.0.1:443\n\
         {'status': 'success'}\n\
         1\n\
         not trusted without the file\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn run(program: &Program, script: &str) {
    if program.is_missing() {
        return;
    }
    let name = format!("end-to-end-{}", program.language);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(program.file), script).unwrap();
    let seed = format!("--seed={}/seeds/two-companies.json", env!("CARGO_MANIFEST_DIR"));
    let tls = format!("--tls={}", folder.join("authority").display());
    let (_running, url) = start(&[&seed, &tls, "--quiet"], |command| command);

    let mut command = Command::new(program.name);
    command.args(program.options);
    let certificate = folder.join("authority/ca.pem").display().to_string();
    match program.language {
        "php" => {
            command.arg("-d").arg(format!("curl.cainfo={certificate}"));
        }
        "python" => {
            command.env("REQUESTS_CA_BUNDLE", &certificate);
        }
        "js" => {
            command.env("NODE_EXTRA_CA_CERTS", &certificate);
        }
        _ => {
            command.env("SSL_CERT_FILE", &certificate);
        }
    }
    command.args([program.file, &url, &url.replace("http://", "https://")]).current_dir(&folder);
    // A proxy of the environment cannot reach this machine.
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1").stdin(Stdio::null());
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{printed}\n{complaints}", output.status);
    assert_eq!(printed, PRINTED, "{complaints}");
}
