//! Uploaded files: what PHP finds in `$_FILES`, and what is a violation.

use std::borrow::Cow;
use std::fmt::Write as _;

use php_oracle::Php;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde_json::{Value, json};
use usedesk_core::{
    Attachment, Encoding, MAX_FILE_NAME, MAX_FILES, Method, Operation, RawParameters, Safety,
    Violations,
};

use crate::support::{TOKEN, config, php_files, php_reads, text, violations};

/// The number of generated uploads that PHP reads.
const UPLOADS: u32 = 300;

/// A custom operation with files.
#[derive(Clone, Debug, Serialize)]
struct Upload {
    message: String,
    emails: Vec<String>,
    #[serde(skip)]
    files: Vec<Attachment>,
}

impl Upload {
    fn of(files: Vec<Attachment>) -> Self {
        Self { message: "Привет".to_owned(), emails: vec!["a@b.c".to_owned()], files }
    }
}

impl Operation for Upload {
    type Output = Value;

    const NAME: &'static str = "upload";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/upload".into()
    }

    fn attachments(&self) -> &[Attachment] {
        &self.files
    }

    fn check(&self, _: &mut Violations) {}
}

/// What `$_FILES` holds for `files[]`.
fn as_php_shows(files: &[Attachment]) -> Value {
    let all = |show: fn(&Attachment) -> Value| files.iter().map(show).collect::<Value>();
    let content = all(|file| {
        let hex = file.content().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("strings are writable");
            hex
        });
        hex.into()
    });
    json!({
        "files": {
            "content": content,
            "name": all(|file| file.name().into()),
            "full_path": all(|file| file.name().into()),
            "type": all(|file| file.media_type().into()),
            "error": all(|_| 0.into()),
            "size": all(|file| file.content().len().into()),
        }
    })
}

#[test]
fn parts_on_the_wire() {
    let files = vec![
        Attachment::from_bytes("счёт \"№ 7\".pdf", "%PDF"),
        Attachment::from_bytes("data", "a,b").with_media_type("text/csv"),
    ];
    let request = config(Encoding::Json).call(&Upload::of(files)).expect("valid").request();
    let body = String::from_utf8(request.body().to_vec()).expect("UTF-8");
    insta::assert_snapshot!(format!("{:?}\n{body}", request.headers()["content-type"]));
    assert_eq!(request.body().segments().len(), 5);
}

#[test]
fn a_file_is_not_copied() {
    let content = bytes(1_000_000);
    let file = Attachment::from_bytes("a.bin", content.clone());
    assert_eq!(file.content().as_ptr(), content.as_ptr());
    let call = config(Encoding::Form).call(&Upload::of(vec![file])).expect("valid");
    for _ in 0..2 {
        assert_eq!(call.request().body().segments()[1].as_ptr(), content.as_ptr());
    }
}

fn bytes(length: usize) -> usedesk_core::Bytes {
    vec![7; length].into()
}

#[test]
fn a_preview_shows_the_size_of_a_file() {
    let upload = Upload::of(vec![Attachment::from_bytes("a.bin", bytes(1_000_000))]);
    let preview = config(Encoding::Form).preview(&upload).expect("valid").to_string();
    assert!(preview.contains("\r\n(1000000 bytes)\r\n"), "{preview}");
    assert!(preview.len() < 1_000);
    insta::assert_snapshot!(
        format!("{:?}", upload.files[0]),
        @r#"Attachment { name: "a.bin", media_type: "application/octet-stream", bytes: 1000000 }"#
    );
}

#[test]
fn php_receives_the_files_unchanged() {
    let Some(php) = Php::start("php_receives_the_files_unchanged") else { return };
    // Contents include line breaks, the boundary and its extensions by digits.
    let boundary = "usedesk-sdk-boundary";
    let boundaries =
        (0..256).map(|n| format!("\r\n--{boundary}{n:02x}\r\n")).collect::<Vec<_>>().concat();
    let name = |name: &'static str| {
        text(1..=30, &['/', '\\']).prop_map(move |text| {
            let text: String = text.chars().filter(|c| !c.is_control()).collect();
            format!("{name}{text}")
        })
    };
    let content = prop_oneof![
        4 => vec(any::<u8>(), 0..200),
        1 => Just(format!("--{boundary}\r\n--{boundary}--\r\n").into_bytes()),
        1 => Just(boundaries.clone().into_bytes()),
    ];
    let file = (name("ф \"x\" "), content)
        .prop_map(|(name, content)| Attachment::from_bytes(name, content));
    let message = prop_oneof![text(0..=40, &[]), Just(boundaries)];
    let uploads = (message, vec(text(0..=10, &[]), 1..3), vec(file, 1..4))
        .prop_map(|(message, emails, files)| Upload { message, emails, files });
    let mut runner =
        TestRunner::new(ProptestConfig { cases: UPLOADS, ..ProptestConfig::default() });
    let result = runner.run(&uploads, |case| {
        prop_assert_eq!(php_files(&php, &case), as_php_shows(&case.files));
        let meant = json!({"api_token": TOKEN, "message": case.message, "emails": case.emails});
        prop_assert_eq!(php_reads(&php, &case, Encoding::Form), meant);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn php_reads_bracketed_names_in_multipart() {
    let Some(php) = Php::start("php_reads_bracketed_names_in_multipart") else { return };
    let upload = Upload::of(vec![Attachment::from_bytes("a.txt", "a")]);
    let nested = json!({"a \"b\" [c": [{"x": 1, "y": [true, "да"]}]});
    let upload = RawParameters::new(upload).parameter("очень.long \"name\"", nested);
    let seen = php_reads(&php, &upload, Encoding::Form);
    assert_eq!(
        seen["очень_long_\"name\""],
        json!({"a \"b\" [c": [{"x": "1", "y": ["true", "да"]}]})
    );
    let longest = format!("{}{}", "n".repeat(3_990), "(longest)");
    let upload = |name: &str| {
        let upload = Upload::of(vec![Attachment::from_bytes("a.txt", "a")]);
        RawParameters::new(upload).parameter(name, 1)
    };
    assert_eq!(php_reads(&php, &upload(&longest), Encoding::Form)[&longest], "1");
    for name in ["a\r\nb", "back\\slash", "tab\t", &"n".repeat(4_001)] {
        assert_eq!(violations(&upload(name), Encoding::Form).len(), 1, "{name}");
    }
}

#[test]
fn invalid_files_are_violations() {
    let file = |name: &str| Attachment::from_bytes(name, "x");
    let files = vec![
        file(""),
        file("a/b"),
        file("C:\\a"),
        file("a\r\nb"),
        file("a\0"),
        file(&"я".repeat(MAX_FILE_NAME + 1)),
        file("a").with_media_type("csv"),
        file("a").with_media_type("text/csv\r\nX: y"),
        file(&"я".repeat(MAX_FILE_NAME)),
    ];
    insta::assert_snapshot!(violations(&Upload::of(files), Encoding::Form).join("\n"));
    let many = vec![file("a"); MAX_FILES + 1];
    insta::assert_snapshot!(
        violations(&Upload::of(many), Encoding::Form).join("\n"),
        @"files[] must have at most 20 items, found 21"
    );
    assert!(violations(&Upload::of(vec![file("a"); MAX_FILES]), Encoding::Form).is_empty());
}

#[test]
fn an_avatar_is_one_file_and_a_query_has_none() {
    #[derive(Serialize)]
    struct Avatar<const GET: bool> {
        #[serde(skip)]
        files: Vec<Attachment>,
    }

    impl<const GET: bool> Operation for Avatar<GET> {
        type Output = Value;

        const NAME: &'static str = "avatar";
        const METHOD: Method = if GET { Method::GET } else { Method::POST };
        const SAFETY: Safety = Safety::Once;
        const FILE_PARAMETER: &'static str = "avatar";

        fn path(&self) -> Cow<'_, str> {
            "/avatar".into()
        }

        fn attachments(&self) -> &[Attachment] {
            &self.files
        }

        fn check(&self, _: &mut Violations) {}
    }

    let two = vec![Attachment::from_bytes("a.png", "x"), Attachment::from_bytes("", "x")];
    insta::assert_snapshot!(
        violations(&Avatar::<false> { files: two.clone() }, Encoding::Form).join("\n")
    );
    insta::assert_snapshot!(violations(&Avatar::<true> { files: two }, Encoding::Form).join("\n"));
}
