//! The sandbox as a program, for any language.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::thread;

use lexopt::ValueExt;
use usedesk_sandbox::{DEFAULT_TOKEN, Sandbox};

const HELP: &str = "\
A Usedesk help desk that runs in memory on this machine.

Usage: usedesk-sandbox [--port PORT] [--token TOKEN] [--quirks]

  --port PORT    the port of 127.0.0.1 to listen on (default 8080; 0 takes a free one)
  --token TOKEN  the api_token that opens the desk (default sandbox-token)
  --quirks       answer in the awkward spellings that Usedesk was seen to use
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
        Err(error) => {
            let _ = writeln!(io::stderr(), "usedesk-sandbox: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

enum Command {
    Help,
    Run { port: u16, token: String, quirks: bool },
}

impl Command {
    fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let (mut port, mut token, mut quirks) = (8080, DEFAULT_TOKEN.to_owned(), false);
        let mut arguments = lexopt::Parser::from_args(arguments);
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("port") => port = arguments.value()?.parse()?,
                lexopt::Arg::Long("token") => token = arguments.value()?.string()?,
                lexopt::Arg::Long("quirks") => quirks = true,
                lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Self::Run { port, token, quirks })
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
