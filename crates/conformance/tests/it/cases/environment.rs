//! Settings from the environment. All tests of this process share it, so each has a process of its own.

use std::process::Output;

use crate::isolation;

use super::sdk::Usedesk;
use super::support::{sandbox, update};
use super::wait;

/// Runs [`send_with_the_environment`] with these variables and no others that matter here.
fn child(variables: &[(&str, &str)]) -> Output {
    isolation::run(module_path!(), "send_with_the_environment", variables)
}

#[test]
#[ignore = "runs in a process of its own, started by the tests below"]
fn send_with_the_environment() {
    let usedesk = Usedesk::from_env().unwrap();
    wait(usedesk.send(update())).unwrap();
}

#[test]
fn token_and_base_url() {
    let sandbox = sandbox();
    let output =
        child(&[("USEDESK_API_TOKEN", sandbox.token()), ("USEDESK_BASE_URL", sandbox.url())]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(sandbox.requests().len(), 1);
    let output = child(&[("USEDESK_BASE_URL", sandbox.url())]);
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("environment variable USEDESK_API_TOKEN is not set"), "{stderr}");
}

#[test]
fn empty_variables_are_not_set_and_wrong_ones_are_named() {
    let sandbox = sandbox();
    let cases = [
        (vec![("USEDESK_API_TOKEN", ""), ("USEDESK_BASE_URL", sandbox.url())], "USEDESK_API_TOKEN"),
        (vec![("USEDESK_API_TOKEN", "to ken"), ("USEDESK_BASE_URL", "")], "USEDESK_API_TOKEN"),
        (vec![("USEDESK_API_TOKEN", "token"), ("USEDESK_BASE_URL", "desk")], "USEDESK_BASE_URL"),
        (vec![("USEDESK_API_TOKEN", "token"), ("HTTPS_PROXY", "socks5://a")], "HTTPS_PROXY"),
    ];
    for (variables, name) in cases {
        let output = child(&variables);
        assert!(!output.status.success());
        let stderr = String::from_utf8_lossy(&output.stderr);
        let names = ["USEDESK_API_TOKEN", "USEDESK_BASE_URL", "HTTPS_PROXY"];
        assert!(names.iter().all(|known| stderr.contains(known) == (*known == name)), "{stderr}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[test]
fn a_proxy_is_not_asked_for_plain_http_to_this_machine() {
    let (sandbox, proxy) = (sandbox(), sandbox());
    let output = child(&[
        ("USEDESK_API_TOKEN", sandbox.token()),
        ("USEDESK_BASE_URL", sandbox.url()),
        ("ALL_PROXY", proxy.url()),
    ]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!((sandbox.requests().len(), proxy.connections()), (1, 0));
}

#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
fn a_proxy_is_asked_for_other_hosts() {
    let proxy = sandbox();
    let output = child(&[
        ("USEDESK_API_TOKEN", "token"),
        ("USEDESK_BASE_URL", "https://nobody.invalid"),
        ("ALL_PROXY", proxy.url()),
    ]);
    assert!(!output.status.success());
    // Once for each attempt.
    assert_eq!(proxy.connections(), super::sdk::DEFAULT_MAX_ATTEMPTS as usize);
}
