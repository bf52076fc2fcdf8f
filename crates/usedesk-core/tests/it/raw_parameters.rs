//! Added parameters never overwrite another one, as PHP reads names.

use php_oracle::Php;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{Encoding, RawParameters};

use crate::support::{body, violations};

fn with(name: &str) -> RawParameters<UpdateTicket> {
    RawParameters::new(UpdateTicket::new(1).subject("mine")).parameter(name, "theirs")
}

#[test]
fn names_that_php_reads_as_another_are_refused() {
    let names = [
        "api_token",
        "api.token",
        "api token",
        " api_token",
        "api_token[x]",
        "api[token",
        "api_token\0x",
        "subject",
        "ticket.id",
        "subject[",
        "",
        " ",
        "[x]",
        "\0",
    ];
    let mut lines = Vec::new();
    for name in names {
        for encoding in [Encoding::Form, Encoding::Json] {
            let found = violations(&with(name), encoding);
            assert_eq!(found.is_empty(), name == "subject[", "{name:?}: {found:?}");
            if encoding == Encoding::Form {
                lines.extend(found);
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn added_parameters_do_not_overwrite_each_other() {
    let update = with("a.b").parameter("a_b", "again");
    insta::assert_snapshot!(
        violations(&update, Encoding::Form).join("\n"),
        @r#""a_b" must have a name of its own, found one that PHP reads as the added "a.b""#
    );
}

#[test]
fn an_adapter_in_an_adapter_knows_all_names() {
    let update = RawParameters::new(with("note")).parameter("note[x]", 1);
    assert_eq!(violations(&update, Encoding::Json).len(), 1);
}

#[test]
fn an_added_parameter_counts_as_a_change() {
    let nothing = RawParameters::new(UpdateTicket::new(1));
    assert_eq!(violations(&nothing, Encoding::Form).len(), 1);
    assert_eq!(violations(&nothing.parameter("new", 1), Encoding::Form), [""; 0]);
    let wrong = RawParameters::new(UpdateTicket::new(0)).parameter("new", 1);
    assert_eq!(violations(&wrong, Encoding::Form).len(), 1, "other rules still count");
}

/// Pieces of names, of those that PHP treats specially and of our own.
const PIECES: &[&str] = &[
    "api",
    "token",
    "api_token",
    "subject",
    "ticket",
    "id",
    "ticket_id",
    "_",
    ".",
    " ",
    "[",
    "]",
    "[]",
    "[0]",
    "\0",
    "%20",
    "+",
    "&",
    "=",
    ";",
    "я",
    "\t",
    "\n",
    "a",
];

/// The proof: whatever name is let through, PHP still reads our own parameters as ours.
#[test]
fn php_reads_no_added_name_as_one_of_ours() {
    let Some(php) = Php::start("php_reads_no_added_name_as_one_of_ours") else { return };
    let name = proptest::collection::vec(select(PIECES), 0..5).prop_map(|pieces| pieces.concat());
    let names = proptest::collection::vec(name, 1..4);
    let cases = ProptestConfig { cases: 2_000, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(cases);
    let result = runner.run(&names, |names| {
        let update = names
            .iter()
            .fold(RawParameters::new(UpdateTicket::new(1).subject("mine")), |update, name| {
                update.parameter(name, "theirs")
            });
        if !violations(&update, Encoding::Form).is_empty() {
            return Ok(());
        }
        let form = body(&update, Encoding::Form);
        let seen = php.post("application/x-www-form-urlencoded", form.as_bytes());
        prop_assert_eq!(&seen["api_token"], "TOKEN");
        prop_assert_eq!(&seen["ticket_id"], "1");
        prop_assert_eq!(&seen["subject"], "mine");
        let count = seen.as_object().map_or(0, serde_json::Map::len);
        prop_assert_eq!(count, 3 + names.len(), "each added name is one of its own: {}", seen);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

/// And the other way round: what is refused is refused for a reason that PHP confirms.
#[test]
fn php_confirms_every_refusal() {
    let Some(php) = Php::start("php_confirms_every_refusal") else { return };
    for name in
        ["api.token", " api_token", "api_token[x]", "api[token", "api_token\0x", "api token"]
    {
        let form = form_urlencode(&[("api_token", "TOKEN"), (name, "theirs")]);
        let seen = php.post("application/x-www-form-urlencoded", form.as_bytes());
        assert_ne!(seen["api_token"], "TOKEN", "{name:?} overwrites the token");
    }
    for name in ["", " ", "[x]", "\0"] {
        let form = form_urlencode(&[("a", "1"), (name, "theirs")]);
        let seen = php.post("application/x-www-form-urlencoded", form.as_bytes());
        assert_eq!(seen, serde_json::json!({"a": "1"}), "{name:?} is dropped");
    }
}

/// A form with every byte escaped, so that no name needs a judgement.
fn form_urlencode(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |escaped, byte| escaped + &format!("%{byte:02X}"))
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}
