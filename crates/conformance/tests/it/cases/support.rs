//! Helpers of these tests.

use super::sdk::tickets::UpdateTicket;
use super::sdk::{Builder, Encoding, Error, RetryPolicy, Usedesk};
use super::wait;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start().expect("the sandbox starts")
}

/// A builder for a handle without a rate limit and without retries.
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

/// How an update fails with this response.
pub(crate) fn failure(response: ScriptedResponse) -> Error {
    let sandbox = sandbox();
    sandbox.script(response);
    wait(usedesk(&sandbox, Encoding::Form).send(update())).expect_err("not a success")
}
