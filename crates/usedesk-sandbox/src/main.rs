//! The sandbox as a program, for any language.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use lexopt::ValueExt;
use serde_json::{Value, json};
use usedesk_sandbox::{DEFAULT_SECRET, DEFAULT_TOKEN, Event, Sandbox};

const HELP: &str = "\
A Usedesk help desk that runs in memory on this machine.

Usage: usedesk-sandbox [--port PORT] [--token TOKEN] [--quirks]
       usedesk-sandbox --fire URL [--secret SECRET] [--as json|form|multipart]

  --port PORT    the port of 127.0.0.1 to listen on (default 8080; 0 takes a free one)
  --token TOKEN  the api_token that opens the desk (default sandbox-token)
  --quirks       answer in the awkward spellings that Usedesk was seen to use
  --fire URL     post every webhook and a dynamic block to a server on this machine, say what it
                 answered, and exit with 0 if all were answered with 2xx
  --secret TEXT  the secret in them (default sandbox-secret)
  --as FORMAT    what they are sent as (default json)
  --help         print this and exit
";

fn main() -> ExitCode {
    // What cannot be written to a closed standard output or error is not worth dying for.
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

/// Gives an event the format it goes out in.
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
                Err("--secret and --as go with --fire".into())
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
        _ => Err("not one of json, form and multipart"),
    }
}

/// Runs until the process is ended from outside.
fn run(port: u16, token: String, quirks: bool) -> io::Result<ExitCode> {
    let sandbox =
        Sandbox::builder().port(port).token(token).quirks(quirks).record(false).start()?;
    let (url, token) = (sandbox.url(), sandbox.token());
    let _ = writeln!(
        io::stdout(),
        "Usedesk sandbox: {url}\n\
         Token:           {token}\n\
         Demo ticket:     4501\n\
         Try:             curl -d 'api_token={token}&ticket_id=4501&status=2' {url}/update/ticket\n\
         Stop with Ctrl-C; nothing is kept."
    );
    loop {
        thread::park();
    }
}

/// Fires every event once and says what was answered; true if every answer was a 2xx.
fn fire_all(url: &str, secret: &str, format: Format) -> io::Result<bool> {
    let sandbox = Sandbox::builder().record(false).start()?;
    // Something must have happened that events can tell of.
    call(&sandbox, "/update/ticket", json!({ "ticket_id": 4501, "status": 2 }))?;
    let message = json!({ "text": "Is anybody there?", "from": { "client_id": 901 } });
    let chat = json!({ "company_id": 1, "channel_id": 4, "message": message });
    let chat = call(&sandbox, "/chat/addMessage", chat)?["chat_id"].as_u64().unwrap_or_default();

    let mut all_well = true;
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
        let answer = match sandbox.fire(url, &format(event.secret(secret))) {
            Ok(reply) => {
                all_well &= (200..300).contains(&reply.status);
                reply.status.to_string()
            }
            Err(error) => {
                all_well = false;
                error.to_string()
            }
        };
        let _ = writeln!(io::stdout(), "{name:<18} {answer}");
    }
    Ok(all_well)
}

/// Calls a method of the sandbox itself.
fn call(sandbox: &Sandbox, path: &str, mut parameters: Value) -> io::Result<Value> {
    parameters["api_token"] = sandbox.token().into();
    let reply = sandbox.fire(&format!("{}{path}", sandbox.url()), &Event::custom(parameters))?;
    Ok(serde_json::from_slice(&reply.body)?)
}
