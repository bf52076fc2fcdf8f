//! What is sent does not depend on the features of `serde_json` that other crates enable.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use usedesk_core::comments::CreateComment;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{
    Attachment, Encoding, Method, Operation, RawParameters, Safety, Value, Violations,
};

use crate::support::{body, violations};

/// A number as `serde_json` serializes it with the feature `arbitrary_precision`.
#[derive(Clone, Serialize)]
#[serde(rename = "$serde_json::private::Number")]
struct Number {
    #[serde(rename = "$serde_json::private::Number")]
    text: &'static str,
}

/// JSON text as `serde_json` serializes it with the feature `raw_value`.
#[derive(Clone, Serialize)]
#[serde(rename = "$serde_json::private::RawValue")]
struct RawValue {
    #[serde(rename = "$serde_json::private::RawValue")]
    text: &'static str,
}

/// The same as a map, which it becomes when it is deserialized into another type first.
fn as_map(name: &str, text: &'static str) -> BTreeMap<String, &'static str> {
    BTreeMap::from([(format!("$serde_json::private::{name}"), text)])
}

#[derive(Clone, Serialize)]
struct Custom<T> {
    x: T,
    #[serde(skip)]
    files: Vec<Attachment>,
}

impl<T: Serialize> Operation for Custom<T> {
    type Output = Value;

    const NAME: &'static str = "custom";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/custom".into()
    }

    fn attachments(&self) -> &[Attachment] {
        &self.files
    }

    fn check(&self, _: &mut Violations) {}
}

fn custom<T: Serialize>(value: T) -> Custom<T> {
    Custom { x: value, files: Vec::new() }
}

fn form<T: Serialize>(value: T) -> String {
    body(&custom(value), Encoding::Form).replacen("api_token=TOKEN&", "", 1)
}

/// Numbers in JSON, and in a form with any features.
const NUMBERS: &[(&str, &str)] = &[
    ("7", "x=7"),
    ("-7", "x=-7"),
    ("0", "x=0"),
    ("-0", "x=-0"),
    ("18446744073709551615", "x=18446744073709551615"),
    ("-9223372036854775808", "x=-9223372036854775808"),
    ("12.5", "x=12.5"),
    ("1.0", "x=1"),
    ("12.50", "x=12.5"),
    ("1e3", "x=1000"),
    ("1E+21", "x=1000000000000000000000"),
    ("25e-1", "x=2.5"),
    ("100000000000000000000000", "x=100000000000000000000000"),
];

#[test]
fn arbitrary_precision_does_not_change_numbers() {
    for &(text, expected) in NUMBERS {
        let value: Value = serde_json::from_str(text).expect("a number");
        assert_eq!(form(&value), expected, "{text} with the features of this build");
        assert_eq!(form(Number { text }), expected, "{text}");
        assert_eq!(form(as_map("Number", text)), expected, "{text} as a map");
    }
    // Without the feature such a number cannot be parsed.
    assert_eq!(form(Number { text: "1e999" }), "x=1e999");
}

#[test]
fn a_number_in_a_list_is_a_scalar_item() {
    let number = || Number { text: "7" };
    assert_eq!(form([number(), number()]), "x%5B%5D=7&x%5B%5D=7");
    let many: Vec<_> = (0..12).map(|_| as_map("Number", "7")).collect();
    assert_eq!(form(many), ["x%5B%5D=7"; 12].join("&"));
    let in_an_object = BTreeMap::from([("a", number()), ("b", number())]);
    assert_eq!(form([in_an_object]), "x%5B0%5D%5Ba%5D=7&x%5B0%5D%5Bb%5D=7");
}

#[test]
fn a_number_is_not_a_nesting_level() {
    let deep = |levels| (0..levels).fold(json!(1.5), |value, _| Value::Array(vec![value]));
    assert_eq!(violations(&custom(deep(64)), Encoding::Form), [""; 0]);
    assert_eq!(violations(&custom(deep(65)), Encoding::Form).len(), 1);
}

#[test]
fn raw_json_is_written_as_its_value() {
    let cases = [
        ("7", "x=7"),
        (" \"a&b\" ", "x=a%26b"),
        ("true", "x=true"),
        ("[1, [2]]", "x%5B%5D=1&x%5B1%5D%5B%5D=2"),
        (r#"{"a": 1.0, "b": "c"}"#, "x%5Ba%5D=1&x%5Bb%5D=c"),
    ];
    for (text, expected) in cases {
        assert_eq!(form(RawValue { text }), expected, "{text}");
        assert_eq!(form(as_map("RawValue", text)), expected, "{text} as a map");
    }
    assert_eq!(form([RawValue { text: "1" }]), "x%5B%5D=1");
    for (text, found) in
        [("null", "null"), ("[]", "an empty list or map"), ("{\"a\":", "invalid raw JSON")]
    {
        let rule = "must be representable in a form";
        let expected = [format!("x {rule}, found {found}")];
        assert_eq!(violations(&custom(RawValue { text }), Encoding::Form), expected);
    }
}

#[test]
fn a_reserved_name_with_other_members_is_a_violation() {
    let map = |name: &'static str| {
        let reserved = "$serde_json::private::Number";
        custom(BTreeMap::from([(reserved, "1"), (name, "2")]))
    };
    for name in ["a", "$"] {
        assert_eq!(violations(&map(name), Encoding::Form).len(), 1, "{name}");
    }
}

#[test]
fn multipart_has_the_same_values_as_a_form() {
    let file = Attachment::from_bytes("a.txt", "content");
    let custom = Custom { x: [Number { text: "7" }], files: vec![file.clone()] };
    assert!(body(&custom, Encoding::Form).contains("name=\"x[]\"\r\n\r\n7\r\n"));
    let comment = RawParameters::new(CreateComment::public(1, "m").attach(file))
        .parameter("channel_id", 7)
        .parameter("rate", 12.5);
    let body = body(&comment, Encoding::Form);
    assert!(body.contains("name=\"channel_id\"\r\n\r\n7\r\n"), "{body}");
    assert!(body.contains("name=\"rate\"\r\n\r\n12.5\r\n"), "{body}");
}

#[test]
fn arbitrary_precision_does_not_change_added_numbers() {
    let update = RawParameters::new(UpdateTicket::new(1).subject("s"))
        .parameter("channel_id", 7)
        .parameter("rate", 12.5)
        .parameter("huge", 1e21)
        .parameter("list", json!([1, 2.5, {"a": -3}]));
    assert_eq!(
        body(&update, Encoding::Form),
        "api_token=TOKEN&ticket_id=1&subject=s&channel_id=7&rate=12.5&huge=1000000000000000000000\
         &list%5B%5D=1&list%5B%5D=2.5&list%5B2%5D%5Ba%5D=-3"
    );
    assert_eq!(
        body(&update, Encoding::Json),
        r#"{"api_token":"TOKEN","ticket_id":1,"subject":"s","channel_id":7,"rate":12.5,"huge":1e+21,"list":[1,2.5,{"a":-3}]}"#
    );
}
