//! What several of these tests need.

use super::sdk::tickets::UpdateTicket;
use super::sdk::{Builder, Encoding, Error, RetryPolicy, Usedesk};
use super::wait;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start().expect("the sandbox starts")
}

/// A builder for a handle that sends each call at once, and once.
pub(crate) fn once(token: &str) -> Builder {
    Usedesk::builder(token).without_rate_limit().retry_policy(RetryPolicy::none())
}

pub(crate) fn builder(sandbox: &Sandbox) -> Builder {
    once(sandbox.token()).base_url(sandbox.url())
}

pub(crate) fn usedesk(sandbox: &Sandbox, encoding: Encoding) -> Usedesk {
    builder(sandbox).encoding(encoding).build().expect("the settings are valid")
}

pub(crate) fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("Letter")
}

/// How an update fails when the sandbox answers so.
pub(crate) fn failure(answer: ScriptedResponse) -> Error {
    let sandbox = sandbox();
    sandbox.script(answer);
    wait(usedesk(&sandbox, Encoding::Form).send(update())).expect_err("not a success")
}
