//! A method of your own: `cargo run --example async_own_operation`.
//!
//! A method that the SDK does not have is sent in the same way, once a type of yours implements
//! `Operation`: here `GET /user`, which reads one agent. It is not documented; it is known from
//! client code only.
//!
//! Without a token in the environment it uses a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it reads the agent with this
//! id from the real service:
//!
//! ```text
//! … --example async_own_operation -- 17
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use usedesk_async::{Method, Operation, Safety, UserId, Value, Violations};
use usedesk_sandbox::ScriptedResponse;

/// Reads one agent: `GET /user`. If a method also accepts POST, prefer that: here the token is in
/// the URL, which HTTP libraries write into their debug logs.
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
        violations.check_id("user_id", self.user_id);
    }
}

/// The response. It is not documented, so only the id is required, and other members are kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct User {
    id: UserId,
    name: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

const USAGE: &str = "\
Arguments: USER_ID
Without USEDESK_API_TOKEN in the environment a sandbox is used, and it is optional.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (usedesk, sandbox) = examples::connect_async()?;
    let user_id = match *arguments {
        [] if sandbox.is_some() => UserId(17),
        [id] => id.parse()?,
        _ => return Err(USAGE.into()),
    };

    let get = GetUser { user_id };
    if let Some(sandbox) = &sandbox {
        // The sandbox has only the documented methods, so the response is scripted.
        let body = r#"{"id": "17", "name": "Anna Berg", "email": "anna@example.com"}"#;
        sandbox.script(ScriptedResponse::status(200).body(body));
    }
    print!("The request, with a placeholder for the token:\n{}", usedesk.preview(&get)?);
    let user = usedesk.send(get).await?;
    println!("Agent {} is {}.", user.id, user.name.as_deref().unwrap_or("not named"));
    for (member, value) in &user.others {
        println!("  {member}: {value}");
    }

    println!("\nA request that breaks a rule is not sent:");
    match usedesk.send(GetUser { user_id: UserId(0) }).await {
        Ok(_) => return Err("it was sent".into()),
        Err(error) => {
            for violation in error.violations().into_iter().flatten() {
                println!("  {violation}");
            }
        }
    }
    Ok(())
}
