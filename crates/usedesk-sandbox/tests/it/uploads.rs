//! Uploaded files are stored unchanged and served at their URLs.

use serde_json::{Value, json};
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{Client, Response, assert_code, call, call_multipart};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0--XyZ not the end\xff";

/// Downloads a file from its URL in a response.
fn fetch(sandbox: &Sandbox, url: &Value) -> Response {
    let path = url.as_str().unwrap().strip_prefix(sandbox.url()).unwrap();
    Client::connect(sandbox).get(path)
}

#[test]
fn files_of_a_comment_are_served() {
    let sandbox = Sandbox::start().unwrap();
    let response = call_multipart(
        &sandbox,
        "/create/comment",
        &[
            ("ticket_id", None, b"4501"),
            ("message", None, b"M"),
            ("files[]", Some("a.png"), PNG),
            ("files[]", Some("C:/dir/Rechnung für März.png"), b""),
            // A form without a chosen file.
            ("files[]", Some(""), b""),
            ("other", Some("b.png"), b"b"),
        ],
    );
    assert_eq!(response["status"], "success");
    let shown = call(&sandbox, "/ticket", "ticket_id=4501");
    let files = &shown["comments"][1]["files"];
    let url = sandbox.url();
    assert_eq!(
        files,
        &json!([
            { "name": "a.png", "file": format!("{url}/files/1/a.png") },
            {
                "name": "Rechnung für März.png",
                "file": format!("{url}/files/2/Rechnung%20f%C3%BCr%20M%C3%A4rz.png"),
            },
        ])
    );
    for (file, content) in [(&files[0], PNG), (&files[1], b"")] {
        let response = fetch(&sandbox, &file["file"]);
        assert_eq!((response.status, response.header("content-type")), (200, Some("image/png")));
        assert_eq!(response.body, content);
    }
    assert_eq!(Client::connect(&sandbox).get("/uapi/files/1/a.png").body, PNG);
    assert_eq!(sandbox.ticket(4501).unwrap().comments[1].files[0].name, "a.png");
}

#[test]
fn files_of_a_ticket_and_a_client_are_served() {
    let sandbox = Sandbox::start().unwrap();
    let parts: &[_] =
        &[("subject", None, &b"S"[..]), ("message", None, b"M"), ("files[0]", Some("1"), b"1")];
    call_multipart(&sandbox, "/create/ticket", parts);
    let shown = call(&sandbox, "/ticket", "ticket_id=4503");
    assert_eq!(fetch(&sandbox, &shown["comments"][0]["files"][0]["file"]).body, b"1");

    let response = call_multipart(
        &sandbox,
        "/create/client",
        &[("name", None, b"N"), ("avatar", Some("me.png"), PNG)],
    );
    let id = response["client_id"].as_u64().unwrap();
    let before =
        call(&sandbox, "/client", &format!("client_id={id}"))[0]["client"]["avatar"].take();
    assert_eq!(fetch(&sandbox, &before).body, PNG);
    let parts: &[_] =
        &[("client_id", None, &id.to_string().into_bytes()[..]), ("avatar", Some("2.png"), b"2")];
    call_multipart(&sandbox, "/update/client", parts);
    let after = call(&sandbox, "/client", &format!("client_id={id}"))[0]["client"]["avatar"].take();
    assert_eq!(fetch(&sandbox, &after).body, b"2");
    // The old URL is still served.
    assert_eq!(fetch(&sandbox, &before).body, PNG);
}

#[test]
fn a_part_without_a_type_is_an_octet_stream() {
    let sandbox = Sandbox::start().unwrap();
    let body = "--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a\"\r\n\r\nA\r\n--X--\r\n";
    let target = "/update/client?api_token=sandbox-token&client_id=901";
    Client::connect(&sandbox).post(target, "multipart/form-data; boundary=X", body);
    let avatar = sandbox.client(901).unwrap().avatar.unwrap();
    let response = fetch(&sandbox, &avatar.into());
    assert_eq!(response.header("content-type"), Some("application/octet-stream"));
    assert_eq!(response.body, b"A");
}

/// Media type and name are sent in a head, where they must not end a line.
#[test]
fn names_and_types_of_uploads_stay_on_one_line() {
    let sandbox = Sandbox::start().unwrap();
    let controls: String =
        (0..=0x9f).filter_map(char::from_u32).filter(|c| c.is_control()).collect();
    // An LF would end the header of the part.
    let controls = controls.replace('\n', "");
    let body = format!(
        "--X\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"a{controls}\r\rX-B: 2\"\r\n\
         Content-Type: image/png{controls}\r\rX-A: 1\r\n\r\nA\r\n--X--\r\n"
    );
    let target = "/update/client?api_token=sandbox-token&client_id=901";
    Client::connect(&sandbox).post(target, "multipart/form-data; boundary=X", body);
    let url = sandbox.client(901).unwrap().avatar.unwrap();
    let mut client = Client::connect(&sandbox);
    let path = url.strip_prefix(sandbox.url()).unwrap();
    client.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    let response = String::from_utf8(client.rest()).unwrap();
    assert_eq!(
        response,
        "HTTP/1.1 200 OK\r\nContent-Type: image/png\tX-A: 1\r\n\
         Content-Security-Policy: sandbox; default-src 'none'\r\n\
         X-Content-Type-Options: nosniff\r\nContent-Disposition: attachment\r\n\
         Content-Length: 1\r\nConnection: close\r\n\r\nA"
    );
}

#[test]
fn unknown_files_are_404() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(Client::connect(&sandbox).get("/files/1/a.png").status, 404);
    call_multipart(
        &sandbox,
        "/update/client",
        &[("client_id", None, b"901"), ("avatar", Some("a.png"), PNG)],
    );
    let mut client = Client::connect(&sandbox);
    assert_eq!(client.get("/files/1/b.png").status, 404);
    assert_eq!(client.get("/files/2/a.png").status, 404);
    let response = client.post("/files/1/a.png", "text/plain", "");
    assert_eq!((response.status, response.header("allow")), (405, Some("GET")));
    assert_eq!(client.get("/files/1/a.png").status, 200);
}

#[test]
fn a_rejected_upload_is_not_kept() {
    let sandbox = Sandbox::start().unwrap();
    let response = call_multipart(
        &sandbox,
        "/update/client",
        &[("client_id", None, b"901"), ("phone", None, b"1"), ("avatar", Some("a.png"), PNG)],
    );
    assert_code(&response, ErrorCode::BadPhone, "phone=1");
    assert_eq!(Client::connect(&sandbox).get("/files/1/a.png").status, 404);
}

#[test]
fn links_follow_the_host_of_the_request() {
    let upload = |sandbox: &Sandbox, host: &str| {
        let body = "--X\r\nContent-Disposition: form-data; name=\"api_token\"\r\n\r\nsandbox-token\r\n\
             --X\r\nContent-Disposition: form-data; name=\"ticket_id\"\r\n\r\n4501\r\n\
             --X\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nM\r\n\
             --X\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"a.txt\"\r\n\r\nA\r\n--X--\r\n";
        let content_type = "multipart/form-data; boundary=X";
        let mut client = Client::connect(sandbox);
        client.post("/create/comment", content_type, body);
        let target = "/ticket?api_token=sandbox-token&ticket_id=4501";
        client.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        client.response().json()["comments"][1]["files"][0]["file"].take()
    };
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(upload(&sandbox, "desk.test:8080"), "http://desk.test:8080/files/1/a.txt");
    let own = format!("{}/files/1/a.txt", sandbox.url());
    // Not a host.
    assert_eq!(upload(&sandbox, "desk.test/x"), own);
    assert_eq!(sandbox.ticket(4501).unwrap().comments[1].files[0].file, own);
    let sandbox = Sandbox::builder().public_url("https://desk.test/").start().unwrap();
    assert_eq!(upload(&sandbox, "other.test"), "https://desk.test/files/1/a.txt");
}

/// Any page can upload a file with a form, and the file would run on the origin of the sandbox.
#[test]
fn uploaded_pages_run_no_scripts() {
    let sandbox = Sandbox::start().unwrap();
    let page = "<script>fetch('/sandbox/reset', {method: 'POST'})</script>";
    for media_type in ["text/html", "application/xhtml+xml", "", "image/svg+xml", "image/png"] {
        let body = format!(
            "--XyZ\r\nContent-Disposition: form-data; name=ticket_id\r\n\r\n4501\r\n\
             --XyZ\r\nContent-Disposition: form-data; name=message\r\n\r\nM\r\n\
             --XyZ\r\nContent-Disposition: form-data; name=files[]; filename=x.html\r\n\
             Content-Type: {media_type}\r\n\r\n{page}\r\n--XyZ--\r\n"
        );
        let mut client = Client::connect(&sandbox);
        let target = format!("/create/comment?api_token={}", sandbox.token());
        client.post(&target, "multipart/form-data; boundary=XyZ", body);
        let comments = sandbox.ticket(4501).unwrap().comments;
        let url = &comments.last().unwrap().files[0].file;
        let response = fetch(&sandbox, &url.as_str().into());
        assert_eq!(response.body, page.as_bytes());
        let header = |name| response.header(name);
        assert_eq!(header("content-security-policy"), Some("sandbox; default-src 'none'"));
        assert_eq!(header("x-content-type-options"), Some("nosniff"));
        assert_eq!(header("content-disposition"), Some("attachment"), "{media_type}");
    }
}
