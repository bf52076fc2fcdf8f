//! The handles of the examples.

#![expect(clippy::print_stdout, reason = "for command-line programs")]

use std::env;
use std::error::Error;

use usedesk_sandbox::Sandbox;

/// Creates an async handle from the environment or, without a token there, for a new sandbox, which
/// runs until it is dropped.
///
/// # Errors
///
/// If a variable of the environment holds an invalid value, or the sandbox cannot be started.
pub fn connect_async() -> Result<(usedesk_async::Usedesk, Option<Sandbox>), Box<dyn Error>> {
    let (builder, sandbox) = async_builder()?;
    Ok((builder.build()?, sandbox))
}

/// Creates the builder of [`connect_async`].
///
/// # Errors
///
/// As [`connect_async`].
pub fn async_builder() -> Result<(usedesk_async::Builder, Option<Sandbox>), Box<dyn Error>> {
    let Some(sandbox) = sandbox()? else { return Ok((usedesk_async::Builder::from_env()?, None)) };
    let builder = usedesk_async::Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    Ok((builder.without_rate_limit(), Some(sandbox)))
}

/// Creates a blocking handle like [`connect_async`].
///
/// # Errors
///
/// As [`connect_async`].
pub fn connect_blocking() -> Result<(usedesk_blocking::Usedesk, Option<Sandbox>), Box<dyn Error>> {
    let (builder, sandbox) = blocking_builder()?;
    Ok((builder.build()?, sandbox))
}

/// Creates the builder of [`connect_blocking`].
///
/// # Errors
///
/// As [`connect_async`].
pub fn blocking_builder() -> Result<(usedesk_blocking::Builder, Option<Sandbox>), Box<dyn Error>> {
    let Some(sandbox) = sandbox()? else {
        return Ok((usedesk_blocking::Builder::from_env()?, None));
    };
    let builder = usedesk_blocking::Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    Ok((builder.without_rate_limit(), Some(sandbox)))
}

/// Starts a sandbox, which has no rate limit, unless the environment has a token.
fn sandbox() -> Result<Option<Sandbox>, Box<dyn Error>> {
    if env::var_os(usedesk_blocking::TOKEN_VARIABLE).is_some_and(|token| !token.is_empty()) {
        return Ok(None);
    }
    let sandbox = Sandbox::start()?;
    println!(
        "No {}, so this is a sandbox at {}.\n",
        usedesk_blocking::TOKEN_VARIABLE,
        sandbox.url()
    );
    Ok(Some(sandbox))
}
