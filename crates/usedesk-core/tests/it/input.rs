//! Input cannot inject lines, headers or hosts into a request.

use std::borrow::Cow;

use serde::Serialize;
use usedesk_core::comments::CreateComment;
use usedesk_core::internal::BuilderSettings;
use usedesk_core::{
    Attachment, Encoding, Error, Method, Operation, RawParameters, Safety, Value, Violations,
};

use crate::support::config;

/// Texts that some parsers read as a line break or as the end of a text.
const INJECTIONS: &[&str] = &[
    "\r\nX-Injected: 1",
    "\nX-Injected: 1",
    "\rX-Injected: 1",
    "\r\n\r\ninjected",
    "\0",
    "\u{b}",
    "\u{7f}",
    "\u{85}X-Injected: 1",
];

/// A position for a text, and a function that tries a text there.
type Position = (&'static str, fn(&str) -> Result<(), Error>);

const POSITIONS: &[Position] = &[
    ("token", |text| checked(&BuilderSettings::new(format!("token{text}")))),
    ("user agent", |text| {
        let mut settings = BuilderSettings::new("token");
        settings.user_agent = format!("agent{text}");
        checked(&settings)
    }),
    ("host", |text| with_base_url(&format!("https://desk{text}.example/uapi"))),
    ("base path", |text| with_base_url(&format!("https://desk.example/uapi{text}"))),
    ("base path's end", |text| with_base_url(&format!("https://desk.example{text}"))),
    ("path of an operation", |text| sent(&Custom { path: format!("/custom{text}") })),
    ("file name", |text| {
        sent(&with_file(Attachment::from_bytes(format!("a{text}.txt"), "content")))
    }),
    ("media type", |text| {
        let file = Attachment::from_bytes("a.txt", "content");
        sent(&with_file(file.with_media_type(format!("text/plain{text}"))))
    }),
    ("value in a media type", |text| {
        let file = Attachment::from_bytes("a.txt", "content");
        sent(&with_file(file.with_media_type(format!("text/plain; charset=\"utf-8{text}\""))))
    }),
    ("name of a part", |text| {
        let comment = with_file(Attachment::from_bytes("a.txt", "content"));
        sent(&RawParameters::new(comment).parameter(format!("name{text}"), "value"))
    }),
];

#[test]
fn input_cannot_inject_lines_or_headers() {
    for (position, put) in POSITIONS {
        put("").unwrap_or_else(|error| panic!("{position}: {error}"));
        for text in INJECTIONS {
            assert!(put(text).is_err(), "{text:?} passes as {position}");
        }
    }
}

/// What is not a violation is escaped.
#[test]
fn quotes_do_not_end_a_name() {
    let name = r#"a"; filename="b.php"#;
    let comment = with_file(Attachment::from_bytes(name, "content"));
    let request = config(Encoding::Form).call(&comment).expect("valid").request();
    let body = String::from_utf8(request.body().to_vec()).expect("UTF-8");
    assert!(body.contains(r#"filename="a\"; filename=\"b.php""#), "{body}");
}

#[test]
fn a_base_url_has_only_a_scheme_a_host_and_a_path() {
    for url in [
        "https://me@desk.example",
        "https://me:secret@desk.example",
        "https://desk.example@evil.example",
        "https://desk.example\\@evil.example",
        "https://desk.example?x",
        "https://desk.example/uapi?api_token=x",
        "https://desk.example/#x",
        "ftp://desk.example",
        "file:///etc/passwd",
        "javascript://desk.example/%0aalert(1)",
        "ws://desk.example",
        "gopher://desk.example",
        "https:desk.example",
        "//desk.example",
        "desk.example",
        " https://desk.example",
        "https://desk.example ",
    ] {
        assert!(with_base_url(url).is_err(), "{url}");
    }
}

fn checked(settings: &BuilderSettings) -> Result<(), Error> {
    settings.check(|_| None, Violations::default()).map(drop)
}

fn with_base_url(base_url: &str) -> Result<(), Error> {
    let mut settings = BuilderSettings::new("token");
    base_url.clone_into(&mut settings.base_url);
    checked(&settings)
}

fn sent(operation: &impl Operation) -> Result<(), Error> {
    config(Encoding::Form).call(operation).map(drop)
}

fn with_file(file: Attachment) -> CreateComment {
    CreateComment::public(1, "text").attach(file)
}

/// A custom operation.
#[derive(Serialize)]
struct Custom {
    #[serde(skip)]
    path: String,
}

impl Operation for Custom {
    type Output = Value;

    const NAME: &'static str = "custom";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        (&*self.path).into()
    }

    fn check(&self, _: &mut Violations) {}
}
