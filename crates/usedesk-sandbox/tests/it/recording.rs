//! Recorded requests, and the token in `Debug` output.

use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM};

#[test]
fn requests_are_recorded_in_order() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    client.send(
        "GET /uapi/ticket?a=1&b[]=2 HTTP/1.1\r\nHost: h\r\nX-Name: One\r\nx-name: Two\r\n\r\n",
    );
    client.response();
    client.post("/nowhere", FORM, "a=1");
    let requests = sandbox.requests();
    let [first, second] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((first.method.as_str(), first.path.as_str()), ("GET", "/uapi/ticket"));
    assert_eq!((first.query.as_str(), first.body.len()), ("a=1&b[]=2", 0));
    assert_eq!(first.header("X-NAME"), Some("One"));
    assert_eq!(first.header("y"), None);
    let names: Vec<_> = first.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["host", "x-name", "x-name"]);
    assert_eq!(first.parameters["b"][0], "2");
    assert_eq!((second.method.as_str(), second.body.as_slice()), ("POST", &b"a=1"[..]));

    sandbox.clear_requests();
    assert!(sandbox.requests().is_empty());
    client.get("/ticket");
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn recording_can_be_turned_off() {
    let sandbox = Sandbox::builder().journal_limit(0).start().unwrap();
    Client::connect(&sandbox).get("/ticket");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn url_and_token() {
    let sandbox = Sandbox::builder().token("other").start().unwrap();
    assert_eq!(sandbox.token(), "other");
    let port = sandbox.url().strip_prefix("http://127.0.0.1:").unwrap();
    let port: u16 = port.parse().unwrap();
    assert!(Sandbox::builder().port(port).start().is_err(), "the port is taken");
    let response = Client::connect(&sandbox).get("/ticket/fields?api_token=other");
    assert!(response.json().is_array());
    assert!(Sandbox::builder().token("").start().is_err());
    assert_eq!(Sandbox::start().unwrap().token(), "sandbox-token");
}

#[test]
fn debug_shows_no_token() {
    let builder = Sandbox::builder().token("s3cret");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let sandbox = builder.start().unwrap();
    let mut client = Client::connect(&sandbox);
    client.post("/ticket?api_token=s3cret", FORM, "api_token=s3cret&ticket_id=4501");
    client.send("GET /ticket HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer s3cret\r\n\r\n");
    client.response();
    let shown = format!("{sandbox:?} {:?} {:#?}", sandbox.requests(), sandbox.requests());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("ticket_id") && shown.contains("127.0.0.1"), "{shown}");
}
