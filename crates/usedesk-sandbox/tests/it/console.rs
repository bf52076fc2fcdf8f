//! The files of the console.

use std::fs;
use std::path::{Path, PathBuf};

use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::client::{Client, FORM};

/// Returns the paths of all files in the folder of the console.
fn files() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("console")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// Our own modules.
fn modules() -> Vec<(PathBuf, String)> {
    let ours = files().into_iter().filter(|path| path.extension().is_some_and(|end| end == "js"));
    ours.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn the_page_is_served_with_strict_headers() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let page = client.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.body.starts_with(b"<!doctype html>"));
    let policy = page.header("content-security-policy").unwrap();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|known| known == directive), "{directive}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.head().unwrap().status, 200);
}

#[test]
fn every_file_of_the_folder_is_served() {
    let sandbox = Sandbox::start().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in files() {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
        let (media_type, target) = match path.extension().unwrap().to_str().unwrap() {
            "html" => ("text/html; charset=utf-8", "/".to_owned()),
            "css" => ("text/css; charset=utf-8", format!("/{name}")),
            "js" | "mjs" => ("text/javascript; charset=utf-8", format!("/{name}")),
            "svg" => ("image/svg+xml", format!("/{name}")),
            "LICENSE" => ("text/plain; charset=utf-8", format!("/{name}")),
            other => panic!("unknown kind of file: {other}"),
        };
        let response = Client::connect(&sandbox).get(&target);
        assert_eq!(response.status, 200, "{name}");
        assert!(response.body == fs::read(&path).unwrap(), "{name}");
        assert_eq!(response.header("content-type"), Some(media_type), "{name}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{name}");
        assert_eq!(response.header("cache-control"), Some("no-cache"), "{name}");
    }
}

#[test]
fn other_paths_are_no_files() {
    let sandbox = Sandbox::start().unwrap();
    for path in [
        "/console/",
        "/console/nothing.js",
        "/console/../Cargo.toml",
        "/console/..%2fCargo.toml",
        "/console/views/../../src/lib.rs",
        "/console/vendor/preact.mjs.map",
        "/console/vendor//preact.mjs",
    ] {
        assert_eq!(Client::connect(&sandbox).get(path).status, 404, "{path}");
    }
    assert!(sandbox.requests().is_empty());
    for path in ["/console", "/uapi/", "//", "/../", "/index.html"] {
        assert_eq!(Client::connect(&sandbox).get(path).status, 404, "{path}");
    }
    assert_eq!(sandbox.requests().len(), 5);
}

#[test]
fn the_page_is_no_request_of_a_client() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::status(503).always());
    let mut client = Client::connect(&sandbox);
    assert_eq!(client.get("/").status, 200);
    assert_eq!(client.get("/console/app.js").status, 200);
    assert!(sandbox.requests().is_empty());
    // A client that posts to the base URL is one.
    assert_eq!(client.post("/", FORM, "a=1").status, 503);
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn all_of_it_is_small() {
    let size: u64 = files().iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(size < 150_000, "{size} bytes");
}

/// Everything from requests is untrusted.
#[test]
fn nothing_parses_data_as_html_or_code() {
    for (path, text) in modules() {
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "new Function",
            "javascript:",
            "http://unpkg",
            "https://",
        ] {
            assert!(!text.contains(sink), "{sink} in {}", path.display());
        }
        // A frame for messages is the only one, and nothing may run in it.
        assert_eq!(text.contains("srcdoc"), path.ends_with("console/ui.js"), "{}", path.display());
    }
    let page = Client::connect(&Sandbox::start().unwrap()).get("/");
    let page = String::from_utf8(page.body).unwrap();
    assert_eq!(
        page.matches("<script").count(),
        page.matches("<script type=\"module\" src=").count()
    );
    assert!(!page.contains("style=") && !page.contains("onload="), "{page}");
}

#[test]
fn every_text_has_both_languages() {
    let modules = modules();
    let (_, texts) = modules.iter().find(|(path, _)| path.ends_with("i18n.js")).unwrap();
    let (_, dictionary) = texts.split_once("const TEXTS = {").unwrap();
    let (dictionary, _) = dictionary.split_once("\n};").unwrap();
    for entry in dictionary.split("],").filter(|entry| !entry.trim().is_empty()) {
        let is_russian = entry.chars().any(|letter| ('А'..='я').contains(&letter));
        let is_the_same = entry.contains("[\"Id\"") || entry.contains("[\"WhatsApp\"");
        assert!(is_russian || is_the_same, "{entry}");
    }
    for (path, text) in &modules {
        let calls = text.split_inclusive("t(\"").collect::<Vec<_>>();
        for (at, call) in calls.windows(2).map(|pair| (pair[0], pair[1])) {
            let before = at.trim_end_matches("t(\"").chars().next_back();
            if before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            let key = call.split('"').next().unwrap();
            let quoted = format!("\n  \"{key}\": [");
            let plain = format!("\n  {key}: [");
            let is_known = texts.contains(&quoted) || texts.contains(&plain);
            assert!(is_known, "{key} in {}", path.display());
        }
    }
}
