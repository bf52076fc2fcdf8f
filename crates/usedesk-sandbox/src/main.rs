//! The sandbox as a program, for clients in any language.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use lexopt::ValueExt;
use serde_json::{Value, json};
use usedesk_sandbox::{DEFAULT_SECRET, DEFAULT_TOKEN, Event, Sandbox};

const HELP: &str = "\
An in-memory Usedesk help desk for tests.

Usage: usedesk-sandbox [--port PORT] [--token TOKEN] [--quirks]
       usedesk-sandbox --fire URL [--secret SECRET] [--as json|form|multipart]

  --port PORT      port on 127.0.0.1 to listen on (default 8080; 0 picks a free port)
  --token TOKEN    accepted api_token (default sandbox-token)
  --quirks         respond in the alternative spellings seen from Usedesk
  --fire URL       post every webhook and a dynamic block request to a server on this machine,
                   print the status of each response, and exit with 0 if all were 2xx
  --secret SECRET  secret sent with --fire (default sandbox-secret)
  --as FORMAT      encoding sent with --fire: json, form or multipart (default json)
  --help           print this help and exit
";

fn main() -> ExitCode {
    // Errors of writing to a closed standard output or error are ignored.
    match Command::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => {
            let _ = io::stdout().write_all(HELP.as_bytes());
            ExitCode::SUCCESS
        }
        Ok(Command::Run { port, token, quirks }) => match run(port, token, quirks) {
            Ok(never) => never,
            Err(error) => {
                let _ =
                    writeln!(io::stderr(), "usedesk-sandbox cannot listen on port {port}: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(Command::Fire { url, secret, format }) => match fire_all(&url, &secret, format) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                let _ = writeln!(io::stderr(), "usedesk-sandbox cannot fire: {error}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            let _ = writeln!(io::stderr(), "usedesk-sandbox: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

enum Command {
    Help,
    Run { port: u16, token: String, quirks: bool },
    Fire { url: String, secret: String, format: Format },
}

/// Sets the encoding of an event.
type Format = fn(Event) -> Event;

impl Command {
    fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let (mut port, mut token, mut quirks) = (8080, DEFAULT_TOKEN.to_owned(), false);
        let (mut url, mut secret, mut format) = (None, None, None);
        let mut arguments = lexopt::Parser::from_args(arguments);
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("port") => port = arguments.value()?.parse()?,
                lexopt::Arg::Long("token") => token = arguments.value()?.string()?,
                lexopt::Arg::Long("quirks") => quirks = true,
                lexopt::Arg::Long("fire") => url = Some(arguments.value()?.string()?),
                lexopt::Arg::Long("secret") => secret = Some(arguments.value()?.string()?),
                lexopt::Arg::Long("as") => {
                    format = Some(arguments.value()?.parse_with(read_format)?);
                }
                lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected()),
            }
        }
        match url {
            Some(url) => Ok(Self::Fire {
                url,
                secret: secret.unwrap_or_else(|| DEFAULT_SECRET.to_owned()),
                format: format.unwrap_or(Event::as_json),
            }),
            None if secret.is_some() || format.is_some() => {
                Err("--secret and --as require --fire".into())
            }
            None => Ok(Self::Run { port, token, quirks }),
        }
    }
}

fn read_format(word: &str) -> Result<Format, &'static str> {
    match word {
        "json" => Ok(Event::as_json),
        "form" => Ok(Event::as_form),
        "multipart" => Ok(Event::as_multipart),
        _ => Err("expected json, form or multipart"),
    }
}

/// Runs until the process is killed.
fn run(port: u16, token: String, quirks: bool) -> io::Result<ExitCode> {
    let sandbox = Sandbox::builder().port(port).token(token).quirks(quirks).start()?;
    let (url, token) = (sandbox.url(), sandbox.token());
    let _ = writeln!(
        io::stdout(),
        "Usedesk sandbox: {url}\n\
         Token:           {token}\n\
         Demo ticket:     4501\n\
         Try:             curl -d 'api_token={token}&ticket_id=4501&status=2' {url}/update/ticket\n\
         Stop with Ctrl-C; all data is lost."
    );
    loop {
        thread::park();
    }
}

/// Fires every event once and prints the response statuses; true if all of them were 2xx.
fn fire_all(url: &str, secret: &str, format: Format) -> io::Result<bool> {
    let sandbox = Sandbox::builder().journal_limit(0).start()?;
    // Events about changes and chats need a change and a chat.
    call(&sandbox, "/update/ticket", json!({ "ticket_id": 4501, "status": 2 }))?;
    let message = json!({ "text": "Is anybody there?", "from": { "client_id": 901 } });
    let chat = json!({ "company_id": 1, "channel_id": 4, "message": message });
    let chat = call(&sandbox, "/chat/addMessage", chat)?["chat_id"].as_u64().unwrap_or_default();

    let mut all_succeeded = true;
    for (name, event) in [
        ("ping", Event::ping()),
        ("ticket created", Event::ticket_created(4501)),
        ("ticket changed", Event::ticket_changed(4501)),
        ("comment created", Event::comment_created(8001)),
        ("rating", Event::rating(4501, 5)),
        ("chat message", Event::chat_message(chat)),
        ("WhatsApp delivery", Event::whatsapp_delivery(8001)),
        ("dynamic block", Event::dynamic_block(4501)),
    ] {
        let result = match sandbox.fire(url, &format(event.secret(secret))) {
            Ok(response) => {
                all_succeeded &= (200..300).contains(&response.status);
                response.status.to_string()
            }
            Err(error) => {
                all_succeeded = false;
                error.to_string()
            }
        };
        let _ = writeln!(io::stdout(), "{name:<18} {result}");
    }
    Ok(all_succeeded)
}

/// Calls a method of the sandbox.
fn call(sandbox: &Sandbox, path: &str, mut parameters: Value) -> io::Result<Value> {
    parameters["api_token"] = sandbox.token().into();
    let response = sandbox.fire(&format!("{}{path}", sandbox.url()), &Event::custom(parameters))?;
    Ok(serde_json::from_slice(&response.body)?)
}
