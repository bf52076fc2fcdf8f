//! Runs the programs of docs/sandbox.md in other languages, each followed by a script that continues
//! it. All do the same.

pub(crate) mod guide;
pub(crate) mod program;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use usedesk_sandbox::{Received, Sandbox};

use self::program::{CURL, NODE, PHP, PYTHON, Program};
use crate::client::{Client, FORM, JSON};

const MULTIPART: &str = "multipart/form-data";

/// The uploaded file: bytes that are not text, some of which look like the end of a part.
const INVOICE: &[u8] = b"%PDF-1.7\r\n--\0\xff\xfe\"&=\r\n\r\n--\r\n";

#[test]
fn curl() {
    run(&CURL, FORM, include_str!("interop/continuation.sh"));
}

#[test]
fn php() {
    // PHP allows only one opening tag.
    let continuation = include_str!("interop/continuation.php").strip_prefix("<?php\n").unwrap();
    run(&PHP, MULTIPART, continuation);
}

#[test]
fn python() {
    run(&PYTHON, FORM, include_str!("interop/continuation.py"));
}

#[test]
fn javascript() {
    run(&NODE, FORM, include_str!("interop/continuation.mjs"));
}

/// Runs the commands of the guide in order and compares the output.
#[test]
fn transcript() {
    if CURL.is_missing() {
        return;
    }
    let sandbox = Sandbox::start().unwrap();
    type_commands(&sandbox, "As a program");
    assert_eq!(sandbox.ticket(4503).unwrap().subject, "Hello");
}

#[cfg(feature = "program")]
#[test]
fn transcript_of_control() {
    if !CURL.is_missing() {
        type_commands(&Sandbox::start().unwrap(), "Control over HTTP");
    }
}

#[cfg(feature = "program")]
#[test]
fn transcript_of_webhooks() {
    if !CURL.is_missing() {
        type_commands(&Sandbox::start().unwrap(), "Webhooks");
    }
}

/// Runs the commands of a section and compares what they print.
fn type_commands(sandbox: &Sandbox, section: &str) {
    let folder = folder(section);
    for (command, shown) in guide::transcript(section, sandbox.url()) {
        let printed = CURL.run(&folder, &["-c", &command]);
        assert_eq!(printed.replace("\r\n", "\n").trim_end(), shown.trim_end(), "{command}");
    }
}

#[test]
fn quirks_reach_a_program() {
    if CURL.is_missing() {
        return;
    }
    let sandbox = Sandbox::builder().quirks(true).start().unwrap();
    let read = |ticket: u64| {
        let url =
            format!("{}/ticket?api_token={}&ticket_id={ticket}", sandbox.url(), sandbox.token());
        let read = format!("curl -sS '{url}' | jq -c '[.ticket.id, .ticket.group, .tags]'");
        CURL.run(&folder("quirks"), &["-c", &read])
    };
    assert_eq!(read(4501), "[\"4501\",\"5\",{}]\n");
    assert_eq!(read(4502), "[\"4502\",\"0\",{}]\n");
}

/// With `--form-escape` curl writes quotation marks so that PHP decodes them.
#[test]
fn curl_can_escape_file_names_as_php_does() {
    if CURL.is_missing() {
        return;
    }
    let sandbox = Sandbox::start().unwrap();
    let folder = folder("form-escape");
    let send = format!(
        r#"curl -sS {}/create/comment --form-escape -F api_token={} -F ticket_id=4501 -F message=M \
            -F 'files[]=@invoice.pdf;filename="Счёт \"12\".pdf"'"#,
        sandbox.url(),
        sandbox.token(),
    );
    CURL.run(&folder, &["-c", &send]);
    let file = &sandbox.ticket(4501).unwrap().comments[1].files[0];
    assert_eq!(file.name, "Счёт \"12\".pdf");
    CURL.run(&folder, &["-c", &format!("curl -sS '{}' -o copy.pdf", file.file)]);
    assert_eq!(fs::read(folder.join("copy.pdf")).unwrap(), INVOICE);
}

#[test]
fn php_builds_nested_lists() {
    if PHP.is_missing() {
        return;
    }
    let sandbox = Sandbox::start().unwrap();
    let script = r#"<?php
        $query = http_build_query([
            'api_token' => $argv[2],
            'ticket_id' => 4501,
            'silent' => true,
            'lists' => [['id' => 71, 'value' => 9], ['id' => 72, 'value' => 15]],
        ]);
        $options = ['method' => 'POST', 'content' => $query, 'timeout' => 30,
            'header' => 'Content-Type: application/x-www-form-urlencoded'];
        $context = stream_context_create(['http' => $options]);
        echo file_get_contents("$argv[1]/update/ticket", false, $context);
    "#;
    let folder = folder("nested-lists");
    fs::write(folder.join(PHP.file), script).unwrap();
    let response = PHP.run(&folder, &[PHP.file, sandbox.url(), sandbox.token()]);
    assert_eq!(response, r#"{"status":"success"}"#);
    let ticket = sandbox.ticket(4501).unwrap();
    assert!(ticket.fields.into_iter().eq([(71, "9".to_owned()), (72, "15".to_owned())]));
    // PHP writes `true` as 1.
    assert_eq!((ticket.status, &sandbox.requests()[0].parameters["silent"]), (8, &json!("1")));
}

/// The sample of article 51379 and the SDK's code beside it in docs/update-ticket.md send the same.
#[test]
fn php_sends_the_sample_of_the_documentation() {
    if PHP.is_missing() {
        return;
    }
    let sandbox = Sandbox::start().unwrap();
    let (sample, form) = guide::sample_of_updates();
    let url = format!("'{}/update/ticket'", sandbox.url());
    let sample = sample.replace("'https://secure.usedesk.com/uapi/update/ticket'", &url);
    let sample = sample.replace("getenv('USEDESK_API_TOKEN')", "'sandbox-token'");
    let folder = folder("sample");
    fs::write(folder.join(PHP.file), sample).unwrap();
    // The desk has no such ticket.
    assert_eq!(PHP.run(&folder, &[PHP.file]), "there is no ticket 123");
    let form = form.replace("REDACTED", sandbox.token());
    Client::connect(&sandbox).post("/update/ticket", FORM, form);
    let [by_php, by_the_sdk]: [_; 2] = sandbox.requests().try_into().unwrap();
    assert_eq!(by_php.parameters, by_the_sdk.parameters);
    assert_eq!(by_php.parameters["lists"][1], json!({ "id": "1348", "value": "22" }));
}

/// Runs the program of the guide and its continuation. `content_type_of_calls` is the type of calls
/// without a file.
fn run(program: &Program, content_type_of_calls: &str, continuation: &str) {
    if program.is_missing() {
        return;
    }
    let sandbox = Sandbox::start().unwrap();
    let folder = folder(program.language);
    let script = guide::program(program.language, sandbox.url()) + continuation;
    fs::write(folder.join(program.file), script).unwrap();
    let printed = program.run(&folder, &[program.file]);
    let lines: Vec<_> = printed.lines().collect();
    let copy = fs::read(folder.join("copy.pdf")).unwrap();
    assert_results(&sandbox, &lines, &copy, content_type_of_calls);
}

/// Creates a folder that holds only the file to upload.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("interop-{name}"));
    // Removes the output of an earlier run.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("invoice.pdf"), INVOICE).unwrap();
    folder
}

/// Checks everything that was printed, saved, sent and stored by the desk.
fn assert_results(sandbox: &Sandbox, printed: &[&str], copy: &[u8], content_type_of_calls: &str) {
    let [shown, rejected, rest]: &[_; 3] = printed.try_into().unwrap();
    let json = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    assert_eq!((json(shown), *rejected), guide::printed());
    assert_eq!(copy, INVOICE);
    let emails = ["ivan@example.com", "petrov@example.com"];
    assert_eq!(
        json(rest),
        json!({
            "comment": 8004,
            "client": [903, "Иван \"Петров\"", emails],
            "tickets": [4503],
            "articles": [301, 302],
            "rejected": [200, 112, "the api_token is wrong"],
        })
    );

    assert_sent(&sandbox.requests(), content_type_of_calls);

    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!((ticket.subject.as_str(), ticket.client_id), ("Счёт \"12\" & co", 901));
    assert_eq!(ticket.tags, ["billing", "refund"]);
    let fields: Vec<_> = ticket.fields.iter().map(|(id, value)| (*id, value.as_str())).collect();
    assert_eq!(fields, [(31, "Riga"), (32, "true"), (33, "507"), (71, "9"), (72, "15")]);
    let [first, second]: &[_; 2] = ticket.comments.as_slice().try_into().unwrap();
    assert_eq!(first.message, "<p>It says 12 instead of 10.</p>");
    assert_eq!(first.files.len(), 1);
    assert_eq!(second.message, "Да, 100% & \"готово\" + 1");
    assert_eq!(second.cc, ["a@example.com", "b@example.com"]);

    let client = sandbox.client(903).unwrap();
    assert_eq!(client.name, "Иван \"Петров\"");
    assert!(client.emails.iter().map(|entry| entry.email.as_str()).eq(emails));
    let [messenger]: &[_; 1] = client.messengers.as_slice().try_into().unwrap();
    assert_eq!((messenger.identity.as_str(), messenger.kind.as_str()), ("ivan", "telegram"));
}

/// Checks methods, paths and content types of the requests.
fn assert_sent(requests: &[Received], content_type_of_calls: &str) {
    let sent: Vec<_> = requests
        .iter()
        .map(|request| {
            let content_type = request.header("content-type").unwrap_or_default();
            let essence = content_type.split(';').next().unwrap_or_default();
            (request.method.as_str(), request.path.as_str(), essence)
        })
        .collect();
    let file = "/files/1/%D0%A1%D1%87%D1%91%D1%82%20%252212%2522.pdf";
    assert_eq!(
        sent,
        [
            ("POST", "/create/ticket", MULTIPART),
            ("POST", "/ticket", content_type_of_calls),
            ("GET", file, ""),
            ("POST", "/update/ticket", content_type_of_calls),
            ("POST", "/create/comment", FORM),
            ("POST", "/create/client", JSON),
            ("POST", "/client", content_type_of_calls),
            ("GET", "/ticket", ""),
            ("GET", "/tickets", ""),
            ("GET", "/support/12/articles/list", ""),
        ]
    );
    let [upload]: &[_; 1] = requests[0].files.as_slice().try_into().unwrap();
    assert_eq!(
        (upload.file_name.as_str(), upload.bytes.as_slice()),
        ("Счёт %2212%22.pdf", INVOICE)
    );
    assert_eq!(upload.media_type, "application/pdf");
    assert_eq!(
        requests[0].parameters["lists"],
        json!([{ "id": "71", "value": "9" }, { "id": "72", "value": "15" }])
    );
}
