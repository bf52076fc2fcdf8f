//! The blocking world.

use std::thread;
use std::time::Duration;

use usedesk_sandbox::Answer;

pub(crate) use usedesk_blocking as sdk;
use usedesk_blocking::Encoding;

#[path = "cases/all.rs"]
mod cases;

use cases::support::{builder, sandbox, update, usedesk};

/// Blocking needs no waiting.
pub(crate) fn wait<T>(result: T) -> T {
    result
}

/// A client of the user's, as careless as can be.
pub(crate) fn own_client(builder: sdk::Builder) -> sdk::Builder {
    builder.agent(ureq::Agent::config_builder().max_redirects(10).build().into())
}

#[test]
fn an_agent_of_ones_own_is_bounded_too() {
    let sandbox = sandbox();
    let agent = ureq::Agent::config_builder().http_status_as_error(true).build().into();
    let limit = Duration::from_millis(200);
    let usedesk = builder(&sandbox).agent(agent).attempt_timeout(limit).build().expect("valid");
    sandbox.script(Answer::status(404).body(r#"{"error":"No"}"#));
    assert_eq!(usedesk.send(update()).expect_err("refused").message(), Some("No"));
    sandbox.script(Answer::real().delay(Duration::from_secs(60)));
    assert!(usedesk.send(update()).expect_err("too late").is_timeout());
    let both = builder(&sandbox).agent(ureq::agent()).proxy("http://127.0.0.1:1").build();
    insta::assert_snapshot!(both.expect_err("which proxy?"), @"the handle was not built: agent must bring its own proxy and root certificates, found some on the builder");
}

#[test]
fn threads_do_not_take_each_others_connections_away() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..25 {
                    usedesk.send(update()).expect("accepted");
                }
            });
        }
    });
    assert_eq!(sandbox.requests().len(), 400);
    assert!(sandbox.connections() <= 16, "{} connections", sandbox.connections());
}
