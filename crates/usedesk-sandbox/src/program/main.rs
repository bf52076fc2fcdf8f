//! The sandbox as a program, for clients in any language.

mod failure;
mod fire;
mod log;
mod options;
mod serve;
mod store;

use std::io::{self, Write};
use std::process::ExitCode;

use self::failure::{Failure, USAGE};
use self::options::{Command, HELP};

fn main() -> ExitCode {
    let done = match Command::read() {
        Ok(Command::Help) => print(HELP),
        Ok(Command::Version) => print(&format!("usedesk-sandbox {}\n", env!("CARGO_PKG_VERSION"))),
        Ok(Command::Serve(options)) => serve::serve(&options),
        Ok(Command::Fire { url, secret, format, options }) => {
            fire::fire_all(&url, &secret, format, &options)
        }
        Err(error) => {
            Err(Failure { code: USAGE, text: format!("{error}\n\nSee usedesk-sandbox --help") })
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, text }) => {
            // Errors of writing to a closed standard output or error are ignored.
            if !text.is_empty() {
                let _ = writeln!(io::stderr(), "usedesk-sandbox: {text}");
            }
            ExitCode::from(code)
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have this signature")]
fn print(text: &str) -> Result<(), Failure> {
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(())
}
