//! The wire format of every parameter, alone and together, in both encodings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use usedesk_core::fields::ListFields;
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    Encoding, Method, Operation, OptionId, RawParameters, Safety, TicketPriority, TicketStatus,
    TicketType, Value, Violations,
};

use crate::support::{body, config, violations};

fn in_both(operation: &impl Operation) -> String {
    let form = body(operation, Encoding::Form).replace('&', "\n&");
    format!("{form}\n\n{}", body(operation, Encoding::Json))
}

/// The example of article 51379, as far as the method has its parameters.
#[test]
fn the_example_of_article_51379() {
    let update = UpdateTicket::new(123)
        .subject("Letter")
        .field(10, "any value")
        .field(12, true)
        .field(9, OptionId(93))
        .list(1347, 1)
        .list(1348, 22);
    insta::assert_snapshot!(in_both(&update));
}

#[test]
fn all_parameters_together() {
    let update = UpdateTicket::new(4501)
        .subject("Счёт №7 & more")
        .client(901)
        .group(5)
        .assignee(17)
        .on_behalf_of(18)
        .tags(["billing", "возврат"])
        .priority(TicketPriority::Urgent)
        .status(TicketStatus::Solved)
        .silent()
        .ticket_type(TicketType::Problem)
        .field(31, "Rīga\n[LV]")
        .field(32, false)
        .field(33, OptionId(507))
        .list(71, 9)
        .clear_list(72);
    insta::assert_snapshot!("update_ticket", in_both(&update));
}

#[test]
fn each_parameter_alone() {
    let new = || UpdateTicket::new(1);
    let alone = [
        ("subject", new().subject("a&b=c d")),
        ("client", new().client(2)),
        ("group", new().group(2)),
        ("clear_group", new().clear_group()),
        ("assignee", new().assignee(2)),
        ("clear_assignee", new().clear_assignee()),
        ("unassign", new().unassign()),
        ("on_behalf_of (with a subject)", new().subject("s").on_behalf_of(2)),
        ("tag", new().tag("billing")),
        ("tag twice", new().tag("billing").tag("refund, no".replace(',', ""))),
        ("tags after tag", new().tag("gone").tags(["a", "b"])),
        ("tags with none (with a subject)", new().subject("s").tags([""; 0])),
        ("priority low", new().priority(TicketPriority::Low)),
        ("priority medium", new().priority(TicketPriority::Medium)),
        ("priority urgent", new().priority(TicketPriority::Urgent)),
        ("priority extreme", new().priority(TicketPriority::Extreme)),
        ("priority other", new().priority("vip".into())),
        ("status", new().status(TicketStatus::Merged)),
        ("status other", new().status(TicketStatus::from(77))),
        ("silent (with a subject)", new().subject("s").silent()),
        ("type question", new().ticket_type(TicketType::Question)),
        ("type task", new().ticket_type(TicketType::Task)),
        ("type problem", new().ticket_type(TicketType::Problem)),
        ("type incident", new().ticket_type(TicketType::Incident)),
        ("field text", new().field(31, "a b")),
        ("field empty text", new().field(31, "")),
        ("field checkbox", new().field(32, true)),
        ("field option", new().field(33, OptionId(507))),
        ("two fields, one empty", new().field(31, "").field(32, false)),
        ("list", new().list(71, 9)),
        ("list in the order given", new().list(72, 15).list(71, 9)),
        ("clear_list", new().clear_list(71)),
    ];
    let mut text = String::new();
    for (name, update) in alone {
        let (form, json) = (body(&update, Encoding::Form), body(&update, Encoding::Json));
        let _ = writeln!(text, "{name}\n  {form}\n  {json}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn get_ticket() {
    insta::assert_snapshot!(in_both(&GetTicket::new(4501)));
}

#[test]
fn list_additional_fields() {
    insta::assert_snapshot!(in_both(&ListFields::new()));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let update = || UpdateTicket::new(1).tags(["b", "a"]).field(3, "x").field(2, "y").list(9, 8);
    for encoding in [Encoding::Form, Encoding::Json] {
        assert_eq!(body(&update(), encoding), body(&update().clone(), encoding));
    }
}

#[test]
fn the_request_line_and_headers() {
    let preview = config(Encoding::Form).preview(&GetTicket::new(4501)).expect("valid");
    // The feature `gzip` adds a header.
    insta::assert_snapshot!(preview.to_string().replace("accept-encoding: gzip\n", ""));
}

/// An operation with any parameters.
#[derive(Serialize)]
#[serde(transparent)]
struct Anything<T>(T);

impl<T: Serialize> Operation for Anything<T> {
    type Output = Value;

    const NAME: &'static str = "anything";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/anything".into()
    }

    fn check(&self, _: &mut Violations) {}
}

#[test]
fn a_form_represents_every_supported_type() {
    #[derive(Serialize)]
    struct All {
        number: i8,
        on: bool,
        off: bool,
        real: f64,
        small_real: f32,
        character: char,
        some: Option<u8>,
        pair: (u8, &'static str),
        list: Vec<Vec<u8>>,
        map: BTreeMap<u8, Unit>,
        variant: Variant,
    }

    #[derive(Serialize)]
    enum Unit {
        One,
        Two,
    }

    #[derive(Serialize)]
    enum Variant {
        Holding(u8),
    }

    let all = All {
        number: -5,
        on: true,
        off: false,
        real: 1e21,
        small_real: 0.1,
        character: '&',
        some: Some(1),
        pair: (2, "b"),
        list: vec![vec![3, 4], vec![5]],
        map: BTreeMap::from([(6, Unit::One), (8, Unit::Two)]),
        variant: Variant::Holding(7),
    };
    insta::assert_snapshot!(body(&Anything(all), Encoding::Form).replace('&', "\n&"));
}

#[test]
fn unrepresentable_values_are_violations() {
    let mut deep = Value::from(1);
    for _ in 0..70 {
        deep = Value::from(vec![deep]);
    }
    let values = [
        serde_json::json!({"a": null}),
        serde_json::json!({"a": []}),
        serde_json::json!({"a": {"b": {}}}),
        serde_json::json!({"a": [1, null]}),
        serde_json::json!({"a": {"b]c": 1}}),
        serde_json::json!({"a": {"": 1}}),
        serde_json::json!({"a": {" ": 1}}),
        serde_json::json!({"": 1}),
        serde_json::json!({ "a": deep }),
        serde_json::json!([1]),
        serde_json::json!("text"),
    ];
    let mut text = String::new();
    for value in values {
        let lines = violations(&Anything(value.clone()), Encoding::Form);
        let _ = writeln!(text, "{value}\n  {}", lines.join("\n  "));
    }
    let lines = violations(&Anything(BTreeMap::from([("real", f64::NAN)])), Encoding::Form);
    let _ = writeln!(text, "not a number\n  {}", lines.join("\n  "));
    insta::assert_snapshot!(text);
}

#[test]
fn every_unrepresentable_parameter_is_reported() {
    let three = serde_json::json!({"a": null, "b": 1, "c": [], "d": {"e": null}});
    insta::assert_snapshot!(violations(&Anything(three), Encoding::Form).join("\n"), @"
    a must be representable in a form, found null
    c must be representable in a form, found an empty list or map
    d[e] must be representable in a form, found null
    ");
}

#[test]
fn a_key_that_cannot_be_written_does_not_hide_later_violations() {
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(untagged)]
    enum Key {
        List([u8; 2]),
        Name(&'static str),
    }

    let value = |key| (key, None::<bool>);
    let map = BTreeMap::from([Key::List([1, 2]), Key::List([3, 4]), Key::Name("a")].map(value));
    insta::assert_snapshot!(violations(&Anything(map), Encoding::Form).join("\n"), @"
    (parameters) must be representable in a form, found a list or a map as a name
    (parameters) must be representable in a form, found a list or a map as a name
    a must be representable in a form, found null
    ");
}

#[test]
fn operations_cannot_set_the_token() {
    /// Fields are serialized in a different way than the keys of a map.
    #[derive(Serialize)]
    struct Fields {
        api_token: &'static str,
        api_tokens: bool,
        #[serde(rename = "api.token")]
        dotted: u8,
    }

    let names = ["api_token", "api.token", " api_token", "api_token[x]"];
    for name in names {
        let own = Anything(BTreeMap::from([(name, "evil")]));
        assert_eq!(violations(&own, Encoding::Form).len(), 1, "{name}");
        let is_same = usize::from(name == "api_token");
        assert_eq!(violations(&own, Encoding::Json).len(), is_same, "{name}");
    }
    let fields = Anything(Fields { api_token: "evil", api_tokens: false, dotted: 1 });
    let rule = "(parameters) must be representable in a form";
    let violation = |name| format!("{rule}, found {name:?}, which is the name of the token");
    let expected = ["api_token", "api.token"].map(violation);
    assert_eq!(violations(&fields, Encoding::Form), expected);
    assert_eq!(violations(&fields, Encoding::Json).len(), 1);
    let text = Anything(BTreeMap::from([("a", "\"api_token\"")]));
    assert_eq!(violations(&text, Encoding::Json), [""; 0], "a value may contain the name");
}

#[test]
fn urls_are_limited_in_length() {
    #[derive(Serialize)]
    struct Long {
        text: String,
    }

    impl Operation for Long {
        type Output = Value;

        const NAME: &'static str = "long";
        const METHOD: Method = Method::GET;
        const SAFETY: Safety = Safety::Read;

        fn path(&self) -> Cow<'_, str> {
            "/long".into()
        }

        fn check(&self, _: &mut Violations) {}
    }

    let with = |length| violations(&Long { text: "x".repeat(length) }, Encoding::Form);
    assert_eq!(with(60_000), [""; 0]);
    insta::assert_snapshot!(
        with(70_000).join("\n"),
        @"(parameters) must fit into a URL, which has at most about 65,000 characters, found 70026"
    );
}

#[test]
fn json_parameters_must_be_an_object() {
    #[derive(Serialize)]
    struct Unit;

    assert_eq!(body(&Anything(Unit), Encoding::Json), r#"{"api_token":"TOKEN"}"#);
    assert_eq!(body(&Anything(Unit), Encoding::Form), "api_token=TOKEN");
    assert_eq!(body(&Anything(serde_json::json!({})), Encoding::Json), r#"{"api_token":"TOKEN"}"#);
    insta::assert_snapshot!(
        violations(&Anything([1]), Encoding::Json).join("\n"),
        @"(parameters) must be a JSON object, found a value without names"
    );
}

#[test]
fn a_form_has_at_most_a_thousand_parameters() {
    // The token, the id of the ticket, and two parameters for each level of a list.
    let update = |levels: u64| (1..=levels).fold(UpdateTicket::new(1), |u, id| u.list(id, 1));
    assert_eq!(violations(&update(499), Encoding::Form), [""; 0]);
    insta::assert_snapshot!(
        violations(&update(500), Encoding::Form).join("\n"),
        @"(parameters) must have at most 1000 items, found 1002"
    );
    assert_eq!(violations(&update(500), Encoding::Json), [""; 0]);
}

#[test]
fn get_sends_the_parameters_in_the_query() {
    #[derive(Serialize)]
    struct Search {
        query: &'static str,
    }

    impl Operation for Search {
        type Output = Value;

        const NAME: &'static str = "search";
        const METHOD: Method = Method::GET;
        const SAFETY: Safety = Safety::Read;

        fn path(&self) -> Cow<'_, str> {
            "/search".into()
        }

        fn check(&self, _: &mut Violations) {}
    }

    let request = config(Encoding::Json).call(&Search { query: "a&b" }).expect("valid").request();
    let url = "https://secure.usedesk.com/uapi/search?api_token=TOKEN&query=a%26b";
    assert_eq!(request.uri(), url);
    assert!(request.body().is_empty());
    assert!(!request.headers().contains_key("content-type"));
}

#[test]
fn raw_parameters_follow_the_operations_own() {
    let update = RawParameters::new(UpdateTicket::new(1).subject("s"))
        .parameter("watchers", vec![17, 18])
        .parameter("extra", serde_json::json!({"a": [{"b": true}], "c": "d&e"}));
    insta::assert_snapshot!(in_both(&update));
}

#[test]
fn paths_cannot_leave_the_base_url() {
    #[derive(Serialize)]
    struct At {
        #[serde(skip)]
        path: &'static str,
    }

    impl Operation for At {
        type Output = Value;

        const NAME: &'static str = "at";
        const METHOD: Method = Method::POST;
        const SAFETY: Safety = Safety::Read;

        fn path(&self) -> Cow<'_, str> {
            self.path.into()
        }

        fn check(&self, _: &mut Violations) {}
    }

    for path in [
        "",
        "a",
        "@evil.example",
        "/a?b",
        "/a#b",
        "/a b",
        "/../a",
        "/a/%2E./b",
        "/a\"b",
        "/ж",
        "/{a}",
    ] {
        assert_eq!(violations(&At { path }, Encoding::Json).len(), 1, "{path}");
    }
    for path in ["/", "/a/b.c/..d", "/a%20b", "//a"] {
        assert!(violations(&At { path }, Encoding::Json).is_empty(), "{path}");
    }
}

#[test]
fn with_encoding_changes_only_the_encoding() {
    let form = config(Encoding::Form);
    let content_type = |config: &usedesk_core::internal::CheckedConfig| {
        let request = config.call(&GetTicket::new(1)).expect("valid").request();
        (request.headers()["content-type"].clone(), request.uri().clone())
    };
    let json = form.with_encoding(Encoding::Json);
    assert_eq!(content_type(&json).0, "application/json");
    assert_eq!(content_type(&json), content_type(&config(Encoding::Json)));
    assert_eq!(content_type(&json.with_encoding(Encoding::Form)), content_type(&form));
}
