//! Added parameters never overwrite others when PHP reads them.

use std::borrow::Cow;

use php_oracle::Php;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use usedesk_core::comments::CreateComment;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{
    Attachment, Encoding, MAX_ID, Method, Operation, RawParameters, Safety, Violations,
};

use crate::support::{body, php_files, violations};

fn with(name: &str) -> RawParameters<UpdateTicket> {
    RawParameters::new(UpdateTicket::new(1).subject("mine")).parameter(name, "theirs")
}

#[test]
fn names_that_php_reads_as_another_are_violations() {
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
        @r#"a_b must have a unique name, found one that PHP reads as the added "a.b""#
    );
}

#[test]
fn nested_adapters_know_all_names() {
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

/// Parts of names: some that PHP treats specially, and some of the operation.
const NAME_PARTS: &[&str] = &[
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

/// A value that a form can represent.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!("theirs")),
        1 => Just(json!(["a", "b"])),
        1 => Just(json!({"a": "b", "c": ["d"]})),
    ]
}

/// What PHP should read: the parameters of the operation and the added ones. `None` if a name has
/// brackets.
fn expected(added: &[(String, Value)]) -> Option<Value> {
    let mut seen = json!({"api_token": "TOKEN", "ticket_id": "1", "subject": "mine"});
    for (name, value) in added {
        if name.contains(['[', '\0']) {
            return None;
        }
        let read_as = name.trim_start_matches(' ').replace(['.', ' '], "_");
        seen[&read_as] = value.clone();
    }
    Some(seen)
}

/// If there is no violation, PHP reads the parameters of the operation unchanged and the added ones as
/// meant, from a form and from a query.
#[test]
fn php_reads_no_added_name_as_another_parameter() {
    let Some(php) = Php::start("php_reads_no_added_name_as_another_parameter") else { return };
    let name = proptest::collection::vec(select(NAME_PARTS), 0..5).prop_map(|parts| parts.concat());
    let added = proptest::collection::vec((name, value()), 1..4);
    let cases = ProptestConfig { cases: 3_000, ..ProptestConfig::default() };
    let result = TestRunner::new(cases).run(&added, |added| {
        let update = added.iter().fold(
            RawParameters::new(UpdateTicket::new(1).subject("mine")),
            |update, (name, value)| update.parameter(name, value.clone()),
        );
        if !violations(&update, Encoding::Form).is_empty() {
            return Ok(());
        }
        let form = body(&update, Encoding::Form);
        for seen in [php.post("application/x-www-form-urlencoded", form.as_bytes()), php.get(&form)]
        {
            prop_assert_eq!(&seen["api_token"], "TOKEN");
            prop_assert_eq!(&seen["ticket_id"], "1");
            prop_assert_eq!(&seen["subject"], "mine");
            let count = seen.as_object().map_or(0, serde_json::Map::len);
            prop_assert_eq!(count, 3 + added.len(), "names are distinct: {}", seen);
            if let Some(expected) = expected(&added) {
                prop_assert_eq!(seen, expected);
            }
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn a_name_with_brackets_takes_a_scalar() {
    let with = |name: &str, value: Value| {
        violations(
            &RawParameters::new(UpdateTicket::new(1).subject("s")).parameter(name, value),
            Encoding::Form,
        )
    };
    for name in ["a[", "a[b]", "a[b]c", "a[]", "n\0x", "a]"] {
        assert_eq!(with(name, json!("x")), [""; 0], "{name:?}");
        assert_eq!(with(name, json!(["x"])).len(), 1, "{name:?}");
    }
    assert_eq!(with("api_token[", json!(["x"])).len(), 1, "the list would close the bracket");
}

#[test]
fn what_php_drops_or_changes_is_a_violation_in_every_encoding() {
    // Created for each call, since cloning recurses.
    let deep = |levels| (0..levels).fold(json!(1), |value, _| Value::Array(vec![value]));
    let cases: [(String, &dyn Fn() -> Value); 6] = [
        ("..Host-x".to_owned(), &|| json!(1)),
        ("_.Secure-x".to_owned(), &|| json!(1)),
        (format!("x{}", "[1]".repeat(65)), &|| json!(1)),
        ("x".to_owned(), &|| deep(65)),
        ("x".to_owned(), &|| deep(2_000)),
        ("x".to_owned(), &|| json!([MAX_ID + 1])),
    ];
    for (name, value) in cases {
        for encoding in [Encoding::Form, Encoding::Json] {
            let update = RawParameters::new(UpdateTicket::new(1).subject("s"));
            let found = violations(&update.parameter(&*name, value()), encoding);
            assert_eq!(found.len(), 1, "{name:.20}: {found:?}");
        }
    }
    for (name, value) in
        [("__Host-x", json!(1)), ("\tapi_token", json!(1)), ("x", deep(64)), ("x", json!(MAX_ID))]
    {
        let update = RawParameters::new(UpdateTicket::new(1).subject("s")).parameter(name, value);
        assert_eq!(violations(&update, Encoding::Form), [""; 0], "{name}");
    }
}

#[test]
fn names_of_the_operation_are_known_for_any_values() {
    #[derive(Clone, serde::Serialize)]
    struct Large {
        note: &'static str,
        number: u128,
        #[serde(skip_serializing_if = "Option::is_none")]
        unset: Option<u8>,
    }

    impl Operation for Large {
        type Output = Value;

        const NAME: &'static str = "large";
        const METHOD: Method = Method::POST;
        const SAFETY: Safety = Safety::Read;

        fn path(&self) -> Cow<'_, str> {
            "/large".into()
        }

        fn check(&self, _: &mut Violations) {}
    }

    let large = Large { note: "mine", number: u128::MAX, unset: None };
    assert!(
        body(&large, Encoding::Form).ends_with("number=340282366920938463463374607431768211455")
    );
    for (name, count) in [("note", 1), ("number", 1), ("unset", 0)] {
        let update = RawParameters::new(large.clone()).parameter(name, "theirs");
        assert_eq!(violations(&update, Encoding::Json).len(), count, "{name}");
    }
}

/// The converse: PHP confirms the reason for each violation.
#[test]
fn php_confirms_every_violation() {
    let Some(php) = Php::start("php_confirms_every_violation") else { return };
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

/// PHP ignores the case of the name, and compares it as it was sent.
#[test]
fn max_file_size_is_a_violation_in_a_request_with_files() {
    let php = Php::start("max_file_size_is_a_violation_in_a_request_with_files");
    let with = |name: &str| RawParameters::new(CreateComment::public(1, "m")).parameter(name, 1);
    let file = || Attachment::from_bytes("a.txt", "more than one byte");
    let with_a_file =
        |name| RawParameters::new(CreateComment::public(1, "m").attach(file())).parameter(name, 1);
    for name in ["MAX_FILE_SIZE", "max_file_size"] {
        assert_eq!(violations(&with(name), Encoding::Form), [""; 0], "{name}");
        let found = violations(&with_a_file(name), Encoding::Form);
        assert_eq!(found, violations(&with_a_file(name), Encoding::Json));
        let rule = "must have another name in a request with files, found one that makes PHP drop larger files";
        assert_eq!(found, [format!("{name} {rule}")]);
        if let Some(php) = &php {
            let body = format!(
                "--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n1\r\n\
                 --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nab\r\n--B--\r\n"
            );
            let files = php.post_files("multipart/form-data; boundary=B", body.as_bytes());
            assert_eq!(files["f"]["size"], 0, "PHP drops the file: {files}");
        }
    }
    for name in ["MAX.FILE_SIZE", " MAX_FILE_SIZE", "MAX_FILE_SIZE[x]"] {
        assert_eq!(violations(&with_a_file(name), Encoding::Form), [""; 0], "{name:?}");
        if let Some(php) = &php {
            let files = php_files(php, &with_a_file(name));
            assert_eq!(files["files"]["size"], json!([file().content().len()]), "{name:?}");
        }
    }
}

/// A form with every byte escaped.
fn form_urlencode(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |escaped, byte| escaped + &format!("%{byte:02X}"))
    };
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}
