//! The settings of a handle and their rules.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::time::Duration;

use usedesk_core::internal::{BuilderSettings, CheckedConfig, Proxy};
use usedesk_core::tickets::GetTicket;
use usedesk_core::{Error, MAX_TIMEOUT, Violations, base_url};

fn with_base_url(base_url: &str) -> Result<CheckedConfig, Error> {
    let mut settings = BuilderSettings::new("TOKEN");
    base_url.clone_into(&mut settings.base_url);
    settings.check(|_| None, Violations::default())
}

#[test]
fn paths_are_appended_to_the_base_url_as_given() {
    let cases = [
        (base_url::INTERNATIONAL_CLOUD, "https://secure.usedesk.com/uapi/ticket"),
        (base_url::RUSSIAN_CLOUD, "https://api.usedesk.ru/ticket"),
        ("https://api.usedesk.ru/", "https://api.usedesk.ru/ticket"),
        ("https://desk.example:8443/a/b//", "https://desk.example:8443/a/b/ticket"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/ticket"),
        ("http://localhost/uapi", "http://localhost/uapi/ticket"),
        ("http://[::1]:80", "http://[::1]/ticket"),
        ("HTTPS://DESK.example", "https://desk.example/ticket"),
    ];
    for (base_url, expected) in cases {
        let config = with_base_url(base_url).expect(base_url);
        let preview = config.preview(&GetTicket::new(1)).expect("valid");
        assert_eq!(preview.url, expected);
    }
}

/// Some HTTP libraries send `Host` as given, and some normalize it.
#[test]
fn hosts_and_ports_are_normalized() {
    let cases = [
        ("https://DESK.Example", "https://desk.example"),
        ("https://desk.example:443/uapi", "https://desk.example/uapi"),
        ("https://desk.example:80", "https://desk.example:80"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("http://127.0.0.1:08080", "http://127.0.0.1:8080"),
        ("https://[2001:DB8:0:0:0:0:0:1]:8443", "https://[2001:db8::1]:8443"),
        ("https://[::ffff:192.0.2.7]", "https://[::ffff:c000:207]"),
        ("https://desk.example.", "https://desk.example."),
        ("https://XN--E1AFMKFD.example", "https://xn--e1afmkfd.example"),
    ];
    for (base_url, plain) in cases {
        assert_eq!(with_base_url(base_url).expect(base_url).base_url(), plain);
        assert_eq!(with_base_url(plain).expect(plain).base_url(), plain);
    }
}

#[test]
fn invalid_base_urls_are_explained_without_the_password() {
    let urls = [
        "",
        "secure.usedesk.com/uapi",
        "/uapi",
        "ftp://desk.example",
        "https://",
        "https://desk.example:99999",
        "https://desk.example/uapi?api_token=hunter2",
        "https://desk.example/uapi#hunter2",
        "https://me:hunter2@desk.example",
        "https://me:hunter 2@desk.example",
        "https://desk example",
        "https://desk.example/\r\nX-Header: 1",
        "https://деск.example",
        "http://desk.example/uapi",
        "http://127.0.0.1.desk.example",
    ];
    let mut text = String::new();
    for url in urls {
        let error = with_base_url(url).expect_err(url);
        let _ = writeln!(text, "{url:?}\n  {error}");
        assert!(!format!("{error} {error:?}").contains("hunter"), "{error}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn plain_http_can_be_allowed() {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.base_url = "http://desk.example".to_owned();
    settings.allow_plain_http = true;
    assert!(settings.check(|_| None, Violations::default()).is_ok());
}

#[test]
fn all_violations_are_reported_together() {
    let mut settings = BuilderSettings::new("to ken\n");
    settings.base_url = "http://desk.example".to_owned();
    settings.user_agent = "mine\r\nX-Header: 1".to_owned();
    settings.connect_timeout = Duration::ZERO;
    settings.attempt_timeout = Duration::MAX;
    settings.max_response_bytes = 0;
    let error = settings.check(|_| None, Violations::default()).expect_err("invalid");
    insta::assert_snapshot!(error.to_string().replace("; ", "\n"));
}

#[test]
fn a_token_is_not_empty_and_has_no_whitespace() {
    let invisible = [
        "to\u{200b}ken",
        "\u{200f}token",
        "token\u{2060}",
        "\u{feff}token",
        "to\u{ad}ken",
        "\u{202e}token",
    ];
    let visible = ["", " ", "token\n", "\ttoken", "to\0ken", "to\u{a0}ken"];
    for token in visible.into_iter().chain(invisible) {
        let error =
            BuilderSettings::new(token).check(|_| None, Violations::default()).expect_err(token);
        assert_eq!(error.violations().map(Violations::len), Some(1), "{token:?}");
    }
    assert!(
        BuilderSettings::new("0123456789abcdef").check(|_| None, Violations::default()).is_ok()
    );
}

#[test]
fn environment_variables() {
    let read = |name: &str| -> Option<OsString> {
        match name {
            "USEDESK_API_TOKEN" => Some("TOKEN".into()),
            "USEDESK_BASE_URL" => Some("https://api.usedesk.ru".into()),
            _ => None,
        }
    };
    let settings = BuilderSettings::from_variables(read).expect("both are set");
    assert_eq!((settings.token.expose(), &*settings.base_url), ("TOKEN", base_url::RUSSIAN_CLOUD));
    let only_token = |name: &str| read(name).filter(|_| name == "USEDESK_API_TOKEN");
    let settings = BuilderSettings::from_variables(only_token).expect("the token is set");
    assert_eq!(settings.base_url, base_url::INTERNATIONAL_CLOUD);
    for unset in [None, Some("")] {
        let error =
            BuilderSettings::from_variables(|_| unset.map(OsString::from)).expect_err("no token");
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"invalid configuration: environment variable USEDESK_API_TOKEN is not set");
        }
    }
}

/// Builds and checks settings with these environment variables.
fn from_variables(variables: &[(&str, &str)]) -> Result<CheckedConfig, Error> {
    let read = |asked: &str| {
        let found = variables.iter().find(|(name, _)| *name == asked);
        found.map(|(_, value)| OsString::from(value))
    };
    BuilderSettings::from_variables(read)?.check(read, Violations::default())
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let variables = [
        ("USEDESK_API_TOKEN", "TOKEN"),
        ("USEDESK_BASE_URL", ""),
        ("https_proxy", ""),
        ("ALL_PROXY", ""),
        ("NO_PROXY", ""),
    ];
    let config = from_variables(&variables).expect("a token is enough");
    assert_eq!((&*config.base_url(), config.proxy()), (base_url::INTERNATIONAL_CLOUD, None));
}

#[test]
fn violations_name_the_environment_variable() {
    let parameters = |variables: &[(&str, &str)]| -> Vec<String> {
        let error = from_variables(variables).expect_err("invalid");
        let violations = error.violations().expect("settings");
        violations.iter().map(|violation| violation.parameter().to_owned()).collect()
    };
    let (token, base_url) = ("USEDESK_API_TOKEN", "USEDESK_BASE_URL");
    assert_eq!(parameters(&[(token, "to ken"), (base_url, "desk")]), [token, base_url]);
    assert_eq!(parameters(&[(token, "to ken")]), [token]);
    assert_eq!(parameters(&[(token, "TOKEN"), (base_url, " ")]), [base_url]);
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        assert_eq!(parameters(&[(token, "TOKEN"), (name, "socks5://a:1")]), [name]);
        let config = from_variables(&[(token, "TOKEN"), (name, "http://a:1")]).expect("usable");
        assert_eq!(config.proxy_setting(), name);
    }
    // A value that was set later has the name of the setting.
    let mut settings =
        BuilderSettings::from_variables(|_| Some("wrong value".into())).expect("set");
    (settings.token, settings.base_url) = ("to ken".into(), "desk".to_owned());
    settings.proxy = Proxy::None;
    let error = settings.check(|_| None, Violations::default()).expect_err("invalid");
    insta::assert_snapshot!(error.to_string().replace("; ", "\n"));
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_utf_8_is_an_error() {
    use std::os::unix::ffi::OsStringExt;

    let not_utf_8 = || Some(OsString::from_vec(b"http://a\xff".to_vec()));
    let error = BuilderSettings::from_variables(|_| not_utf_8()).expect_err("no token");
    insta::assert_snapshot!(error, @"invalid configuration: USEDESK_API_TOKEN must be valid UTF-8, found other bytes");
    for variable in ["USEDESK_BASE_URL", "HTTPS_PROXY"] {
        let read = |name: &str| match name {
            "USEDESK_API_TOKEN" => Some("TOKEN".into()),
            name if name == variable => not_utf_8(),
            _ => None,
        };
        let settings = BuilderSettings::from_variables(read).expect("a token");
        let error = settings.check(read, Violations::default()).expect_err(variable);
        assert!(error.to_string().contains(variable), "{error}");
    }
}

#[test]
fn a_token_given_as_the_base_url_is_not_printed() {
    for token in ["0123456789abcdef0123456789abcdef01234567", "0123456789abcdefghij"] {
        let error = with_base_url(token).expect_err("no URL").to_string();
        assert!(
            error.ends_with(&format!("found {} characters (not shown)", token.len())),
            "{error}"
        );
        let mut settings = BuilderSettings::new("TOKEN");
        token.clone_into(&mut settings.base_url);
        assert!(!format!("{settings:?}").contains(token), "{settings:?}");
    }
    let error = with_base_url("0123456789abcdefghi").expect_err("no URL").to_string();
    assert!(error.ends_with(r#"found "0123456789abcdefghi""#), "{error}");
}

#[test]
fn a_proxy_is_a_url_with_a_host() {
    let with_proxy = |url: &str| {
        let mut settings = BuilderSettings::new("TOKEN");
        settings.proxy = Proxy::Url(url.to_owned());
        settings.check(|_| None, Violations::default())
    };
    for url in [
        "",
        "host",
        "host:8080",
        "socks5://host:1080",
        "http://",
        "http://host:99999",
        "me:hunter2@",
    ] {
        let error = with_proxy(url).expect_err(url);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
    for url in
        ["http://host", "http://host:8080", "https://me:hunter2@host:8080/", "http://[::1]:8080"]
    {
        let config = with_proxy(url).expect(url);
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.proxy(), Some(url));
    }
}

/// Returns the proxy for a base URL, a setting and environment variables.
fn proxy(
    base_url: &str,
    proxy: Proxy,
    variables: &[(&str, &str)],
) -> Result<Option<String>, Error> {
    let mut settings = BuilderSettings::new("TOKEN");
    base_url.clone_into(&mut settings.base_url);
    settings.allow_plain_http = true;
    settings.proxy = proxy;
    let read = |asked: &str| {
        let found = variables.iter().find(|(name, _)| *name == asked);
        found.map(|(_, value)| OsString::from(value))
    };
    let config = settings.check(read, Violations::default())?;
    Ok(config.proxy().map(str::to_owned))
}

#[test]
fn the_environment_names_a_proxy_for_each_scheme() {
    let (a, b) = ("http://a:1", "http://b:2");
    let cases = [
        ("https://desk.example", vec![("HTTPS_PROXY", a), ("ALL_PROXY", b)], Some(a)),
        ("https://desk.example", vec![("HTTP_PROXY", a), ("ALL_PROXY", b)], Some(b)),
        ("https://desk.example", vec![("HTTP_PROXY", a)], None),
        ("http://desk.example", vec![("HTTP_PROXY", a), ("ALL_PROXY", b)], Some(a)),
        ("http://desk.example", vec![("HTTPS_PROXY", a)], None),
        ("http://desk.example", vec![("HTTP_PROXY", a), ("REQUEST_METHOD", "GET")], None),
        ("http://desk.example", vec![("http_proxy", a), ("REQUEST_METHOD", "GET")], Some(a)),
        ("https://desk.example", vec![("https_proxy", a), ("HTTPS_PROXY", b)], Some(a)),
        ("https://desk.example", vec![("https_proxy", ""), ("all_proxy", "b:2")], Some(b)),
        ("https://desk.example", vec![], None),
        // Plain http to this machine uses no proxy.
        ("http://127.0.0.1", vec![("HTTP_PROXY", a)], None),
        ("http://localhost", vec![("HTTP_PROXY", "socks5://a:1")], None),
        ("https://localhost", vec![("HTTPS_PROXY", a)], Some(a)),
    ];
    for (base_url, variables, expected) in cases {
        let found = proxy(base_url, Proxy::Environment, &variables).expect("usable");
        assert_eq!(found.as_deref(), expected, "{base_url} {variables:?}");
    }
}

#[test]
fn an_unusable_proxy_in_the_environment_is_a_violation() {
    for url in ["socks5://a:1", "htp://a:1", "bad host", "/x", "http://a:99999"] {
        let variables = [("ALL_PROXY", url)];
        let error = proxy("https://desk.example", Proxy::Environment, &variables).expect_err(url);
        assert!(error.to_string().contains("ALL_PROXY must be a URL"), "{error}");
        assert!(proxy("https://desk.example", Proxy::None, &variables).is_ok());
        let own = Proxy::Url("http://own:1".to_owned());
        assert!(proxy("https://desk.example", own, &variables).is_ok());
        let excluded = [("ALL_PROXY", url), ("NO_PROXY", "desk.example")];
        assert_eq!(proxy("https://desk.example", Proxy::Environment, &excluded).ok(), Some(None));
    }
}

#[test]
fn no_proxy_excludes_hosts() {
    let cases = [
        ("desk.example", "*", true),
        ("desk.example", "DESK.example", true),
        ("desk.example", "localhost, desk.example", true),
        ("desk.example", "example", true),
        ("desk.example", ".example", true),
        ("desk.example", "*.example", true),
        ("desk.example", ".desk.example", true),
        ("desk.example", "*.desk.example", true),
        ("desk.example.", "desk.example", true),
        ("desk.example", "desk.example.", true),
        ("DESK.example", "desk.example", true),
        ("desk.example", "localhost desk.example", true),
        ("desk.example", "localhost\tdesk.example\n", true),
        ("desk.example", "other.example , desk.example", true),
        ("desk.example", "desk.example:443", true),
        ("desk.example", "desk.example:8443", false),
        ("desk.example:8443", "desk.example:8443", true),
        ("desk.example:8443", "desk.example:443", false),
        ("desk.example:8443", "desk.example", true),
        ("desk.example:8443", ".example:8443", true),
        ("desk.example:8443", "*:8443", true),
        ("desk.example:8443", "*:1", false),
        ("desk.example", "desk.example:", false),
        ("desk.example", "desk.example:+443", false),
        ("desk.example", "desk.example:443x", false),
        ("desk.example", "sk.example", false),
        ("desk.example", "other.example", false),
        ("desk.example", "", false),
        ("desk.example", " , ", false),
        ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.0/24", true),
        ("192.0.2.7", "192.0.3.0/24", false),
        ("192.0.2.7", "0.0.0.0/0", true),
        ("192.0.2.7", "192.0.2.0/33", false),
        ("192.0.2.7", "2.7", false),
        ("[2001:db8::1]", "2001:db8::/32", true),
        ("[2001:db8::1]", "2001:db9::/32", false),
        ("192.0.2.7", "192.0.2.7:443", true),
        ("192.0.2.7", "192.0.2.7:80", false),
        ("[2001:db8::1]", "[2001:db8::1]", true),
        ("[2001:db8::1]", "2001:DB8:0::1", true),
        ("[2001:db8::1]", "[2001:db8::1]:443", true),
        ("[2001:db8::1]", "[2001:db8::1]:80", false),
        ("[2001:db8::1]", "2001:db8::1:443", false),
    ];
    for (host, entries, is_excluded) in cases {
        for name in ["NO_PROXY", "no_proxy"] {
            let variables = [("HTTPS_PROXY", "http://a:1"), (name, entries)];
            let base_url = format!("https://{host}");
            let found = proxy(&base_url, Proxy::Environment, &variables).expect("usable");
            assert_eq!(found.is_none(), is_excluded, "{host} {entries:?}");
        }
    }
}

#[test]
fn connecting_leaves_time_for_the_response() {
    let limits = |connect: u64, attempt: u64| {
        let mut settings = BuilderSettings::new("TOKEN");
        settings.connect_timeout = Duration::from_secs(connect);
        settings.attempt_timeout = Duration::from_secs(attempt);
        settings.check(|_| None, Violations::default()).expect("valid").limits()
    };
    assert_eq!(limits(10, 30).connect, Duration::from_secs(10));
    assert_eq!(limits(10, 10).connect, Duration::from_secs(9));
    assert_eq!(limits(86_400, 86_400).attempt, MAX_TIMEOUT);
}

#[test]
fn timeouts_are_at_most_a_day() {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.attempt_timeout = MAX_TIMEOUT + Duration::from_nanos(1);
    assert!(settings.check(|_| None, Violations::default()).is_err());
}

#[test]
fn base_urls_have_hosts_and_paths_that_all_libraries_read_alike() {
    let invalid = [
        "https://1.2.3.4.5",
        "https://desk.0x4",
        "https://desk.0X4",
        "https://1234",
        "https://[fe80::1%25eth0]",
        "https://desk.example/a/../b",
        "https://desk.example/%2e%2e/b",
        "https://desk.example/a{b}",
        "https://desk.example/a\\b",
        "https://desk.example/a\"b",
        "http://127.0.0.1:+8080",
        "https://desk.example:0",
        "https://desk.example:",
        "https://desk!.example",
        "https://desk$x.example",
        "https://desk(1).example",
        "https://desk..example",
        "https://.",
        "https://.example",
        "https://xn--",
        "https://xn--.example",
        &format!("https://{}.example", "x".repeat(64)),
        &format!("https://{}example", "desk.".repeat(50)),
    ];
    for url in invalid {
        assert!(with_base_url(url).is_err(), "{url}");
        let host_and_port = url.trim_start_matches("https://").trim_start_matches("http://");
        if !host_and_port.contains('/') {
            let mut settings = BuilderSettings::new("TOKEN");
            settings.proxy = Proxy::Url(url.to_owned());
            let error = settings.check(|_| None, Violations::default());
            assert!(error.is_err(), "as a proxy, {url}");
        }
    }
    for url in
        ["https://4f5e6d", "https://desk_1.local", "https://192.0.2.7", "https://[::1]/a;b=c"]
    {
        assert!(with_base_url(url).is_ok(), "{url}");
    }
}
