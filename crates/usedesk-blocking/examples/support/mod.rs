//! Where the examples get their handle from.

use std::env;
use std::error::Error;

use usedesk_blocking::{TOKEN_VARIABLE, Usedesk};
use usedesk_sandbox::Sandbox;

/// A handle for the desk that the environment names. Without a token there it is one for a sandbox,
/// which runs until it is dropped.
pub(crate) fn connect() -> Result<(Usedesk, Option<Sandbox>), Box<dyn Error>> {
    if env::var_os(TOKEN_VARIABLE).is_some() {
        return Ok((Usedesk::from_env()?, None));
    }
    let sandbox = Sandbox::start()?;
    println!("No {TOKEN_VARIABLE}, so this is a sandbox at {}.\n", sandbox.url());
    // Nobody minds how fast a sandbox is asked.
    let builder = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).without_rate_limit();
    let usedesk = builder.build()?;
    Ok((usedesk, Some(sandbox)))
}
