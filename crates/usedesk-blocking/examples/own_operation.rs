//! A method of your own: `cargo run -p usedesk-blocking --example own_operation`.
//!
//! What the SDK does not list is sent like what it lists, once a type of yours says how: here
//! `GET /user`, which reads one agent. No page describes it; it was seen in client code only.
//!
//! Without a token in the environment it asks a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it asks the real service for
//! the agent with this id:
//!
//! ```text
//! … --example own_operation -- 17
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

mod support;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use usedesk_blocking::{Method, Operation, Safety, UserId, Value, Violations};
use usedesk_sandbox::ScriptedResponse;

/// Reads one agent: `GET /user`. Where a method takes POST as well, prefer that: here the token is
/// in the URL, which HTTP libraries write into their debug logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct GetUser {
    user_id: UserId,
}

impl Operation for GetUser {
    type Output = User;

    const NAME: &'static str = "get_user";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/user".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("user_id", self.user_id.0);
    }
}

/// The answer. Its shape is not documented, so only the id must be there, and what has no name
/// here is kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct User {
    id: UserId,
    name: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

const USAGE: &str = "\
Arguments: USER_ID
In a sandbox, which is used without USEDESK_API_TOKEN in the environment, it may be left out.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (usedesk, sandbox) = support::connect()?;
    let user_id = match *arguments {
        [] if sandbox.is_some() => UserId(17),
        [id] => id.parse()?,
        _ => return Err(USAGE.into()),
    };

    let get = GetUser { user_id };
    if let Some(sandbox) = &sandbox {
        // It has only the documented methods, so it is told what to answer.
        let answer = r#"{"id": "17", "name": "Anna Berg", "email": "anna@example.com"}"#;
        sandbox.script(ScriptedResponse::status(200).body(answer));
    }
    print!("The request, with the token replaced:\n{}", usedesk.preview(&get)?);
    let user = usedesk.send(get)?;
    println!("Agent {} is {}.", user.id, user.name.as_deref().unwrap_or("nameless"));
    for (member, value) in &user.others {
        println!("  {member}: {value}");
    }

    println!("\nA request that breaks a rule is not sent:");
    match usedesk.send(GetUser { user_id: UserId(0) }) {
        Ok(_) => return Err("it was sent".into()),
        Err(error) => {
            for violation in error.violations().into_iter().flatten() {
                println!("  {violation}");
            }
        }
    }
    Ok(())
}
