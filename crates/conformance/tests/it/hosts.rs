//! Other URL parsers read a base URL as core does.

use reqwest::Url;
use ureq::http::Uri;
use usedesk_core::Violations;
use usedesk_core::internal::{BuilderSettings, CheckedConfig};
use usedesk_core::tags::ListTags;

const SCHEMES: &[&str] = &["http", "https", "HTTPS", "hTTp"];

const HOSTS: &[&str] = &[
    "a",
    "B",
    "7",
    "0x1",
    "0X",
    "xn--",
    "XN--",
    "e1afmkfd",
    "80akhbyknj4f",
    "-",
    "_",
    ".",
    "..",
    "!",
    "$",
    "&",
    "'",
    "(",
    ")",
    "*",
    "+",
    ",",
    ";",
    "=",
    "%41",
    "%",
    "~",
    "@",
    "\\",
    "é",
    "localhost",
    "127.0.0.1",
    "256.1.1.1",
    "1.2",
    "[::1]",
    "[::FFFF:1.2.3.4]",
    "[0:0:1::]",
    "[::",
    "]",
];

const PORTS: &[&str] = &[
    "", "", "", ":", ":+80", ":0", ":00080", ":443", ":80", ":8443", ":65535", ":65536", ":-1",
    ":x",
];

const PATHS: &[&str] = &["", "", "/", "/uapi", "/a;b=c/", "/%41", "/..", "//", "?a", "#a"];

fn config(base_url: &str) -> Option<CheckedConfig> {
    let mut settings = BuilderSettings::new("TOKEN");
    base_url.clone_into(&mut settings.base_url);
    settings.allow_plain_http = true;
    settings.check(|_| None, Violations::default()).ok()
}

/// Fails unless all see the same scheme, host and port.
fn assert_read_alike(text: &str) -> bool {
    let Some(config) = config(text) else { return false };
    let plain = config.base_url();
    for text in [text, &plain] {
        // Only reqwest parses international names, and rejects invalid ones.
        let Ok(url) = Url::parse(text) else {
            assert!(text.to_ascii_lowercase().contains("xn--"), "{text}");
            return false;
        };
        let sent = config.call(&ListTags::new()).expect("valid").request().uri().clone();
        assert_eq!(url.scheme(), sent.scheme_str().expect("a scheme"), "{text}");
        assert_eq!(url.host_str(), sent.host(), "{text}");
        assert_eq!(url.port(), sent.port_u16(), "{text}");
    }
    let uri: Uri = plain.parse().expect("a URI");
    assert_eq!(Url::parse(&plain).expect("a URL").as_str().trim_end_matches('/'), plain);
    assert!(uri.authority().is_some());
    true
}

#[test]
fn what_is_accepted_is_read_alike() {
    let mut random = fastrand::Rng::with_seed(12);
    let mut accepted = 0;
    for _ in 0..10_000 {
        let mut pick = |from: &[&'static str]| from[random.usize(..from.len())];
        let mut text = format!("{}://{}", pick(SCHEMES), pick(HOSTS));
        while pick(&["", "more"]) == "more" {
            text += pick(HOSTS);
        }
        text += pick(PORTS);
        text += pick(PATHS);
        accepted += u32::from(assert_read_alike(&text));
    }
    assert!(accepted > 500, "{accepted}");
}
