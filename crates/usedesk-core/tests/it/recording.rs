//! What a recording has, and what it replays.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

use usedesk_core::clients::{CreateClient, ListClients};
use usedesk_core::comments::CreateComment;
use usedesk_core::http::Request;
use usedesk_core::internal::{BuilderSettings, Call, Step};
use usedesk_core::testing::{
    ANONYMIZED_MEMBERS, MockTransport, Recording, RecordingTransport, ReplayTransport,
};
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::users::{DeleteUser, ListUsers};
use usedesk_core::{
    Body, Bytes, Encoding, ExchangeResult, Operation, RawOperation, StatusCode, Transport,
    TransportError, Violations, json,
};

use crate::support::{config_with, judge, response};

/// As long as the tokens of Usedesk.
const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// The request of a handle with this token, as its transport gets it.
pub(crate) fn request(
    token: &str,
    operation: &impl Operation,
    encoding: Encoding,
) -> Request<Body> {
    begun(config_with(token, encoding).call(operation).expect("valid"))
}

fn begun<T>(call: Call<T>) -> Request<Body> {
    match call.begin(Instant::now()) {
        Step::Attempt(attempt) => attempt.request(),
        step => panic!("nothing to wait for: {step:?}"),
    }
}

/// Records the exchange of a request.
pub(crate) fn record_into(recording: &Recording, request: Request<Body>, result: ExchangeResult) {
    let mock = MockTransport::<ExchangeResult, ()>::new();
    let mock = match result {
        Ok(response) => mock.respond_with(response),
        Err(error) => mock.fail(error),
    };
    let limits = config_with(TOKEN, Encoding::Form).limits();
    let transport = RecordingTransport::new(mock, recording.clone());
    drop(transport.exchange(request, limits));
}

fn record(request: Request<Body>, body: impl Into<Bytes>) -> String {
    let recording = Recording::new();
    record_into(&recording, request, Ok(response(200, body)));
    recording.to_string()
}

fn record_operation(operation: &impl Operation, body: &str) -> String {
    record(request(TOKEN, operation, Encoding::Form), body.to_owned())
}

/// The recorded response to an operation.
fn recorded(body: impl Into<Bytes>) -> serde_json::Value {
    let text = record(request(TOKEN, &GetTicket::new(1), Encoding::Form), body);
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    file["exchanges"][0]["response"].clone()
}

/// The same exchanges after they were written and read.
fn reread(recording: &Recording) -> Recording {
    recording.to_string().parse().expect("a recording")
}

/// Whether the replay has a response to the request.
fn replays(replay: &ReplayTransport<ExchangeResult, ()>, request: Request<Body>) -> bool {
    replay.exchange(request, config_with(TOKEN, Encoding::Form).limits()).is_ok()
}

type Replay = ReplayTransport<ExchangeResult, ()>;

/// Text members that do not say who somebody is, or that the documentation says are recorded.
const EXEMPT: &[&str] = &[
    // Texts and additional fields.
    "articles",
    "category_title",
    "close",
    "collection_title",
    "description",
    "field_value",
    "first_reply",
    "last_comment",
    "message",
    "next_reply",
    "old_value",
    "res",
    "subject",
    "tag",
    "tags",
    "text",
    "title",
    "value",
    // Settings, states and names of templates.
    "collection_image",
    "fields",
    "image",
    "lang",
    "mask",
    "remind_at",
    "section_image",
    "section_title",
    "status",
    "template_id",
    "template_lang",
    "template_name",
    "timezone",
];

/// Notes the names of all members and parameters that hold text, from the source of operations.
fn note_text_members(source: &str, members: &mut BTreeSet<String>) {
    let mut renamed = None;
    for line in source.lines().map(str::trim) {
        if let Some((_, name)) = line.split_once("rename = \"") {
            renamed = name.split('"').next();
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            let renamed = renamed.take();
            let Some((name, kind)) = line.trim_start_matches("pub ").split_once(": ") else {
                continue;
            };
            let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let mut types = kind.split(|c: char| !c.is_ascii_alphanumeric());
            let is_text = types.any(|name| matches!(name, "String" | "Value" | "Password"));
            let is_type = kind.ends_with(',') && !kind.contains(['(', '.', '"']);
            if is_name && is_text && is_type {
                members.insert(renamed.unwrap_or(name).to_owned());
            }
        }
    }
}

fn note_files(path: &Path, members: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            note_files(&entry.expect("an entry").path(), members);
        }
    } else {
        note_text_members(&fs::read_to_string(path).expect("source"), members);
    }
}

/// A new parameter is either anonymized or known not to need it.
#[test]
fn every_text_member_is_anonymized_or_exempt() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut members = BTreeSet::new();
    for module in [
        "channels",
        "chats",
        "clients",
        "comments",
        "fields",
        "groups",
        "knowledge_base",
        "tags",
        "tickets",
        "users",
    ] {
        note_files(&source.join(module), &mut members);
        note_files(&source.join(format!("{module}.rs")), &mut members);
    }
    for member in ["password", "client_phone", "cc", "query", "note", "file", "name"] {
        assert!(members.contains(member), "{member} is not found in {members:?}");
    }
    let known =
        |member: &&String| ANONYMIZED_MEMBERS.contains(&&***member) || EXEMPT.contains(&&***member);
    let unknown: Vec<_> = members.iter().filter(|member| !known(member)).collect();
    assert!(unknown.is_empty(), "anonymize or exempt {unknown:?}");
}

#[test]
fn parameters_of_people_are_anonymized() {
    let client =
        CreateClient::new().name("SECRET").phone("79990001122").note("SECRET").site("SECRET");
    let comment = CreateComment::private(1, "text").cc("SECRET@b.ru").bcc("SECRET@b.ru");
    let texts = [
        record_operation(&client, "{}"),
        record_operation(&comment, "{}"),
        record_operation(&ListClients::new().query("SECRET"), "[]"),
        record_operation(&ListUsers::new().query("SECRET"), "[]"),
        record(request(TOKEN, &client, Encoding::Json), "{}"),
    ];
    for text in texts {
        let has_secrets = text.contains("SECRET") || text.contains("79990001122");
        assert!(!has_secrets && text.contains("anonymous"), "{text}");
    }
}

/// As the SDK repairs and decodes them.
#[test]
fn repaired_responses_are_anonymized() {
    let bodies: [&[u8]; 4] = [
        b"\xef\xbb\xbf{\"id\":1,\"name\":\"SECRET\"}",
        b"{\"id\":1,\"name\":\"SECRET\",\"subject\":\"\xff\"}",
        b"{\"id\":1,\"name\":\"SECRET\",\"subject\":\"\\ud800\"}",
        b"{\"id\":1,\"name\":\"SECRET\",\"subject\":\"a\x01b\"}",
    ];
    for body in bodies {
        let response = recorded(body);
        assert_eq!(response["json"]["name"], "anonymous", "{response}");
        assert_eq!(response["json"]["id"], 1, "{response}");
    }
    for body in ["<p>SECRET</p>", "{\"name\":\"SECRET\""] {
        assert_eq!(recorded(body)["text"], "(not recorded)");
    }
    assert_eq!(recorded("")["text"], "");
}

#[test]
fn objects_in_an_anonymized_member_are_anonymized() {
    let response = recorded(
        json!({
            "emails": {"0": "SECRET", "SECRET@b.ru": true},
            "name": {"value": {"deep": ["SECRET", 79_990_001_122_u64]}},
            "phones": [{"id": 5, "client_id": 7, "type": "home", "phone": "SECRET", "label": "SECRET"}],
            "avatar": false,
            "note": null,
            "subject": "kept",
        })
        .to_string(),
    );
    let expected = json!({
        "emails": {"0": "anonymous", "anonymous": true},
        "name": {"value": {"deep": ["anonymous", "anonymous"]}},
        "phones": [
            {"id": 5, "client_id": 7, "type": "home", "phone": "anonymous", "label": "anonymous"},
        ],
        "avatar": false,
        "note": null,
        "subject": "kept",
    });
    assert_eq!(response["json"], expected);
}

/// A transport that builds requests anew drops their extensions.
#[test]
fn without_a_known_token_no_text_is_recorded() {
    for operation in [RawOperation::post("/x"), RawOperation::get("/x")] {
        let operation = operation.parameter("subject", TOKEN);
        let mut request = request(TOKEN, &operation, Encoding::Form);
        request.extensions_mut().clear();
        let text = record(request, json!({"error": TOKEN}).to_string());
        assert!(!text.contains(TOKEN) && text.contains("(not recorded)"), "{text}");
        assert!(text.contains("/x"), "{text}");
    }
}

fn record_form(form: &str) -> String {
    let mut request = request(TOKEN, &UpdateTicket::new(1).subject("s"), Encoding::Form);
    *request.body_mut() = form.as_bytes().to_vec().into();
    record(request, "{}")
}

#[test]
fn names_in_a_form_are_compared_as_php_reads_them() {
    for name in [
        "%6Eame",
        "n%61me",
        "client.email",
        "client+email",
        "client%20email",
        "+name",
        "a%5Bname%5D",
        "a%5bname%5d",
        "a[name]",
        "phones[]",
        "name%00x",
        "api.token",
        "Name",
    ] {
        let text = record_form(&format!("subject=kept&{name}=SECRET"));
        assert!(!text.contains("SECRET") && text.contains("subject=kept"), "{name}: {text}");
    }
}

#[test]
fn json_inside_a_text_is_anonymized() {
    let inner = json!({"name": "SECRET", "kept": [1]}).to_string();
    let nested = json!({"data": inner, "list": format!(" [{inner}] ")}).to_string();
    let twice = json!({"data": inner, "twice": json!(inner).to_string()});
    for text in [
        recorded(json!({"value": inner, "deep": nested}).to_string()).to_string(),
        recorded(twice.to_string()).to_string(),
        record_operation(&UpdateTicket::new(1).subject(&*nested), "{}"),
        record(request(TOKEN, &UpdateTicket::new(1).subject(&*nested), Encoding::Json), "{}"),
    ] {
        assert!(!text.contains("SECRET") && text.contains("kept"), "{text}");
    }
    let mut deep = json!({"name": "SECRET"});
    for _ in 0..8 {
        deep = json!({"x": deep.to_string()});
    }
    assert!(!recorded(deep.to_string()).to_string().contains("SECRET"));
}

#[test]
fn what_arrived_before_an_error_is_recorded() {
    let error = || TransportError::unknown("reset").with_partial(response(429, r#"{"name":"SEC"#));
    let request = || request(TOKEN, &GetTicket::new(1), Encoding::Form);
    let recording = Recording::new();
    record_into(&recording, request(), Err(error()));
    assert!(!recording.to_string().contains("SEC"), "{recording}");
    let replay = Replay::strict(&reread(&recording));
    let replayed = replay.exchange(request(), config_with(TOKEN, Encoding::Form).limits());
    let judged = [Err(error()), replayed].map(|result| {
        let error = judge(&GetTicket::new(1), result).expect_err("an error");
        (error.kind(), error.status(), error.may_have_acted())
    });
    assert_eq!(judged[0], judged[1]);
    assert_eq!(judged[0].1, Some(StatusCode::TOO_MANY_REQUESTS));
}

#[test]
fn strict_replay_compares_the_operation() {
    let form = |operation: &_| request(TOKEN, operation, Encoding::Form);
    let recording = Recording::new();
    let delete = RawOperation::post("/delete/ticket");
    record_into(&recording, form(&delete), Ok(response(200, "{}")));
    assert!(!replays(&Replay::strict(&recording), form(&RawOperation::post("/ticket"))));
    assert!(!replays(&Replay::strict(&recording), form(&RawOperation::get("/delete/ticket"))));
    assert!(!replays(
        &Replay::strict(&recording),
        form(&RawOperation::post("/delete/ticket").name("delete_ticket"))
    ));
    assert!(replays(&Replay::strict(&recording), form(&delete)));
}

/// Named operations may have paths of any depth.
#[test]
fn strict_replay_compares_the_whole_path_and_the_method() {
    let form = |operation: RawOperation| request(TOKEN, &operation.name("read"), Encoding::Form);
    let recording = Recording::new();
    record_into(&recording, form(RawOperation::get("/archive/7")), Ok(response(200, "{}")));
    for other in [
        RawOperation::get("/7"),
        RawOperation::get("/old/archive/7"),
        RawOperation::post("/archive/7"),
    ] {
        assert!(!replays(&Replay::strict(&recording), form(other.clone())), "{other:?}");
    }
    assert!(replays(&Replay::strict(&recording), form(RawOperation::get("/archive/7"))));
}

#[test]
fn replay_does_not_compare_the_path_of_the_base_url() {
    let at = |base_url: &str, operation: &RawOperation| {
        let mut settings = BuilderSettings::new(TOKEN);
        settings.base_url = base_url.into();
        settings.rate_limit = None;
        let config = settings.check(|_| None, Violations::default()).expect("valid settings");
        begun(config.call(operation).expect("valid"))
    };
    let unnamed = RawOperation::post("/archive/7");
    for operation in [unnamed.clone().name("read"), unnamed] {
        let recording = Recording::new();
        let request = at("https://desk.example/first/api", &operation);
        record_into(&recording, request, Ok(response(200, "[]")));
        assert!(recording.to_string().contains("\"/archive/7\""), "{recording}");
        for base_url in ["https://desk.example", "https://other.example/second"] {
            assert!(replays(&Replay::strict(&recording), at(base_url, &operation)));
            assert!(replays(&Replay::by_operation(&recording), at(base_url, &operation)));
        }
    }
}

#[test]
fn operations_without_a_name_are_told_apart_by_their_paths() {
    let form = |operation: &_| request(TOKEN, operation, Encoding::Form);
    let recording = Recording::new();
    for path in ["/first", "/second"] {
        let body = json!([path]).to_string();
        record_into(&recording, form(&RawOperation::post(path)), Ok(response(200, body)));
    }
    let replay = Replay::by_operation(&recording);
    assert!(!replays(&replay, form(&RawOperation::get("/second"))));
    let limits = config_with(TOKEN, Encoding::Form).limits();
    let second = RawOperation::post("/second").parameter("x", 1);
    let response = replay.exchange(form(&second), limits).expect("recorded");
    assert_eq!(response.body(), r#"["/second"]"#);
    assert!(replays(&replay, form(&RawOperation::post("/first"))));
}

#[test]
fn added_members_are_in_the_file() {
    let recording = Recording::new().anonymize("subject");
    let request = || request(TOKEN, &UpdateTicket::new(1).subject("SECRET"), Encoding::Form);
    record_into(&recording, request(), Ok(response(200, r#"{"status":"success"}"#)));
    assert!(!recording.to_string().contains("SECRET"), "{recording}");
    assert!(replays(&Replay::strict(&reread(&recording)), request()));
}

#[test]
fn strict_replay_does_not_depend_on_the_token() {
    let operation = DeleteUser::new(1);
    let update = UpdateTicket::new(1).subject("a token of mine");
    let recording = Recording::new();
    record_into(&recording, request(TOKEN, &operation, Encoding::Json), Ok(response(200, "{}")));
    record_into(&recording, request(TOKEN, &update, Encoding::Form), Ok(response(200, "{}")));
    let replay = Replay::strict(&reread(&recording));
    // It is a word in the subject, and in the names of parameters.
    assert!(replays(&replay, request("token", &operation, Encoding::Json)));
    assert!(replays(&replay, request("token", &update, Encoding::Form)));
}
