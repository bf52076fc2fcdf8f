//! What core accepts as a base URL, other parsers of URLs read alike.

use reqwest::Url;
use ureq::http::Uri;
use usedesk_blocking::tags::ListTags;
use usedesk_blocking::{Config, Settings, Violations};

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

fn config(base_url: &str) -> Option<Config> {
    let mut settings = Settings::new("TOKEN");
    base_url.clone_into(&mut settings.base_url);
    settings.allow_plain_http = true;
    settings.check(|_| None, Violations::default()).ok()
}

/// Fails unless all see the same scheme, host and port.
fn assert_read_alike(text: &str) -> bool {
    let Some(config) = config(text) else { return false };
    let plain = config.base_url();
    for text in [text, &plain] {
        let url = Url::parse(text).expect(text);
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

/// The Punycode of a single character.
fn punycode(c: char) -> String {
    let digit = |digit: u32| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[digit as usize]);
    let (mut rest, mut bound, mut label) = (u32::from(c) - 128, 36_u32, String::new());
    loop {
        let threshold = bound.saturating_sub(72).clamp(1, 26);
        if rest < threshold {
            label.push(digit(rest));
            return label;
        }
        label.push(digit(threshold + (rest - threshold) % (36 - threshold)));
        rest = (rest - threshold) / (36 - threshold);
        bound += 36;
    }
}

#[test]
fn international_names_are_read_alike() {
    assert_eq!(format!("xn--{}", punycode('ж')), "xn--f1a");
    let mut accepted = 0;
    // Scripts whose letters stand side by side, and some of each that fills thousands of places.
    let few = ('\u{80}'..='\u{31ff}').chain(('\u{3200}'..='\u{ffff}').step_by(97));
    for c in few {
        accepted += u32::from(assert_read_alike(&format!("https://xn--{}.example", punycode(c))));
    }
    assert!(accepted > 700, "{accepted}");
    for name in [
        "поддержка.рф",
        "größe.de",
        "βοήθεια.gr",
        "サポート.jp",
        "客服.cn",
        "고객.kr",
        "a-ж1.example",
    ] {
        let url = Url::parse(&format!("https://{name}")).expect("a name");
        assert!(assert_read_alike(url.as_str()), "{url}");
    }
    // Letters of all kinds beside each other, in any order.
    let mut random = fastrand::Rng::with_seed(12);
    let letters =
        ['a', '7', '-', 'ß', 'é', 'ω', 'ς', 'ж', 'ё', 'ა', 'が', 'ガ', 'ー', '客', '가', '힣'];
    for _ in 0..1_000 {
        let label: String = (0..random.usize(1..8)).map(|_| letters[random.usize(..16)]).collect();
        if let Ok(url) = Url::parse(&format!("https://{label}.example")) {
            let is_plain = url.host_str().expect("a host").bytes().all(|byte| byte != b'%');
            assert_eq!(assert_read_alike(url.as_str()), is_plain, "{label}");
        }
    }
    // And texts that are no Punycode.
    for _ in 0..3_000 {
        let digits = b"abcdefghijklmnopqrstuvwxyz0123456789-";
        let text: String =
            (0..random.usize(0..9)).map(|_| char::from(digits[random.usize(..37)])).collect();
        assert_read_alike(&format!("https://xn--{text}.example"));
    }
}
