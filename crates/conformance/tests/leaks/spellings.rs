//! Every way in which the token could be spelled.

use crate::TOKEN;

/// The texts that have the token in them, in any spelling.
pub(crate) fn found<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let spellings = spellings();
    let has_token = |text: &&String| spellings.iter().any(|spelling| text.contains(&**spelling));
    texts.filter(has_token).cloned().collect()
}

fn spellings() -> Vec<String> {
    let percent = |plain: &str, digits: fn(u8) -> String| -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || plain.as_bytes().contains(&byte);
        let escape = |byte| if is_plain(byte) { char::from(byte).into() } else { digits(byte) };
        TOKEN.bytes().map(escape).collect()
    };
    let upper = |byte| format!("%{byte:02X}");
    let lower = |byte| format!("%{byte:02x}");
    let unquoted = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
    let json = unquoted(format!("{TOKEN:?}"));
    let hex = |byte| format!("{byte:02x}");
    let mut spellings = vec![
        TOKEN.to_owned(),
        percent("-._~", upper),
        percent("-._~", lower),
        // As a URL may have it, which need not escape all of that.
        percent("-._~/+", upper),
        percent("-._~/+&", upper),
        json.replace('/', "\\/"),
        json.replace('ж', "\\u0436"),
        json.replace('/', "\\/").replace('ж', "\\u0436"),
        // Twice, as a text in a text.
        unquoted(format!("{json:?}")),
        json,
        TOKEN.bytes().map(hex).collect(),
    ];
    spellings.extend((0..3).map(base64));
    spellings
}

/// The part of the token's base64 that does not depend on the bytes before and after it.
fn base64(before: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u8> = vec![0; before].into_iter().chain(TOKEN.bytes()).collect();
    let groups = bytes.chunks_exact(3).skip(before.div_ceil(3));
    groups
        .flat_map(|group| {
            let bits = group.iter().fold(0, |bits, &byte| bits << 8 | usize::from(byte));
            [18, 12, 6, 0].map(|shift| char::from(DIGITS[bits >> shift & 63]))
        })
        .collect()
}

#[test]
fn spellings_are_found() {
    let found = |text: &str| !found([text.to_owned()].iter()).is_empty();
    for text in [
        "api_token=s3cr%22et%2Ft%26ken%2B%25%D0%B6-of-a-channel",
        "/s3cr%22et/t&ken+%25%D0%B6-of-a-channel",
        r#"{"api_token":"s3cr\"et\/t&ken+%\u0436-of-a-channel"}"#,
        // From `base64`: the token before `!`, and after nothing, `a` and `ab`.
        "czNjciJldC90Jmtlbisl0LYtb2YtYS1jaGFubmVsIQ==",
        "YXMzY3IiZXQvdCZrZW4rJdC2LW9mLWEtY2hhbm5lbCE=",
        "YWJzM2NyImV0L3Qma2VuKyXQti1vZi1hLWNoYW5uZWwh",
    ] {
        assert!(found(text), "{text}");
    }
    assert!(!found("api_token=REDACTED"));
}
