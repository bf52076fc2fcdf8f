//! The handle of the examples.

use std::env;
use std::error::Error;

use usedesk_blocking::{TOKEN_VARIABLE, Usedesk};
use usedesk_sandbox::Sandbox;

/// Creates a handle from the environment or, without a token there, for a new sandbox, which runs
/// until it is dropped.
pub(crate) fn connect() -> Result<(Usedesk, Option<Sandbox>), Box<dyn Error>> {
    if env::var_os(TOKEN_VARIABLE).is_some() {
        return Ok((Usedesk::from_env()?, None));
    }
    let sandbox = Sandbox::start()?;
    println!("No {TOKEN_VARIABLE}, so this is a sandbox at {}.\n", sandbox.url());
    // A sandbox has no rate limit.
    let builder = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).without_rate_limit();
    let usedesk = builder.build()?;
    Ok((usedesk, Some(sandbox)))
}
