//! Parameters that users add to an operation.

use serde_json::Value;
use usedesk_core::channels::ListChannels;
use usedesk_core::comments::CreateComment;
use usedesk_core::internal::BuilderSettings;
use usedesk_core::{Attachment, Encoding, ErrorKind, Operation, RawParameters, Violations};
use usedesk_sandbox::{Received, respond_once};

use crate::input::text_line;

const TOKEN: &str = "t0k&n+%=";

/// No added parameter panics, and what is sent reads as the sandbox reads it, as PHP does: the
/// token and the operation's own parameters as they were, and each added one under a name of its
/// own.
///
/// The first line is a letter: `f` for a form, `j` for JSON, `m` for multipart, `q` for a query.
/// Each further line is a parameter, `name=value`. The name may be a string of JSON, and the value
/// any JSON.
pub fn parameters(input: &[u8]) {
    let (kind, mut rest) = text_line(input);
    let mut added = Vec::new();
    while !rest.is_empty() {
        let (line, next) = text_line(rest);
        let (name, value) = line.split_once('=').unwrap_or((&line, ""));
        let name = serde_json::from_str(name).unwrap_or_else(|_| name.to_owned());
        added.push((name, serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))));
        rest = next;
    }
    let comment = CreateComment::public(4501, "mine");
    let own = [("ticket_id", "4501"), ("message", "mine"), ("type", "public")];
    match &*kind {
        "q" => judge(ListChannels::new(), &[], &added, Encoding::Form),
        "j" => judge(comment, &own, &added, Encoding::Json),
        "m" => {
            let file = Attachment::from_bytes("file.txt", input.to_vec());
            if let Some(received) = judge(comment.attach(file), &own, &added, Encoding::Form) {
                assert_eq!(received.files.len(), 1, "there is one file");
                assert_eq!(received.files[0].bytes, input, "the file changed on the way");
            }
            None
        }
        _ => {
            let form = judge(comment, &own, &added, Encoding::Form);
            if let Some(received) = form {
                let names = received.body.split(|byte| *byte == b'&');
                let tokens = names.filter(|pair| pair.starts_with(b"api_token=")).count();
                assert_eq!(tokens, 1, "a form has one token");
            }
            None
        }
    };
}

/// What arrives of the operation with the parameters added to it, unless they are invalid.
fn judge<O: Operation>(
    operation: O,
    own: &[(&str, &str)],
    added: &[(String, Value)],
    encoding: Encoding,
) -> Option<Received> {
    let operation = added.iter().fold(RawParameters::new(operation), |operation, (name, value)| {
        operation.parameter(name, value.clone())
    });
    let received = send(&operation, encoding)?;
    for (name, value) in own.iter().chain(&[("api_token", TOKEN)]) {
        let read = received.parameters.get(*name).map(plain);
        assert_eq!(read.as_deref(), Some(*value), "{name} is not as it was");
    }
    assert_eq!(received.parameters.len(), own.len() + 1 + added.len(), "names: {received:?}");
    for (name, value) in added {
        // Of other names and values, what is read depends on the encoding.
        if let Value::String(text) = value
            && name.bytes().all(|byte| byte.is_ascii_lowercase())
        {
            let read = received.parameters.get(name).map(plain);
            assert_eq!(read.as_ref(), Some(text), "{name} is not as it was");
        }
    }
    Some(received)
}

/// What the sandbox receives; none when the operation is invalid.
fn send(operation: &impl Operation, encoding: Encoding) -> Option<Received> {
    let mut settings = BuilderSettings::new(TOKEN);
    settings.encoding = encoding;
    let config = settings.check(|_| None, Violations::default()).ok()?;
    let request = match config.call(operation) {
        Ok(call) => call.request(),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Invalid);
            let line = error.to_string();
            assert!(!line.contains(['\n', '\r']), "not one line: {line:?}");
            return None;
        }
    };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let content_type = request.headers().get("content-type");
    let content_type = content_type.map(|value| value.to_str().unwrap_or_default());
    let mut bytes = format!(
        "{} {target} HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\n\r\n",
        request.method(),
        content_type.unwrap_or_default()
    )
    .into_bytes();
    bytes.extend(request.body().to_vec());
    let received = respond_once(&bytes, false).map(|(received, _)| received);
    assert!(received.is_some(), "the sandbox does not read the request");
    received
}

/// A text or a number as text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
