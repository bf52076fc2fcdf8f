//! What a handle may be built from.

use std::fmt::Write as _;
use std::time::Duration;

use usedesk_core::tickets::GetTicket;
use usedesk_core::{Config, Error, Proxy, Settings, Violations, base_url};

fn with_base_url(base_url: &str) -> Result<Config, Error> {
    let mut settings = Settings::new("TOKEN");
    base_url.clone_into(&mut settings.base_url);
    settings.check(Violations::default())
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
        ("http://[::1]:80", "http://[::1]:80/ticket"),
        ("HTTPS://DESK.example", "https://DESK.example/ticket"),
    ];
    for (base_url, expected) in cases {
        let config = with_base_url(base_url).expect(base_url);
        let preview = config.preview(&GetTicket::new(1)).expect("valid");
        assert_eq!(preview.url, expected);
    }
}

#[test]
fn unusable_base_urls_say_why_and_show_no_password() {
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
    let mut settings = Settings::new("TOKEN");
    settings.base_url = "http://desk.example".to_owned();
    settings.allow_plain_http = true;
    assert!(settings.check(Violations::default()).is_ok());
}

#[test]
fn everything_wrong_at_once() {
    let mut settings = Settings::new("to ken\n");
    settings.base_url = "http://desk.example".to_owned();
    settings.user_agent = "mine\r\nX-Header: 1".to_owned();
    settings.connect_timeout = Duration::ZERO;
    settings.attempt_timeout = Duration::MAX;
    settings.max_answer = 0;
    let error = settings.check(Violations::default()).expect_err("all of it is wrong");
    insta::assert_snapshot!(error.to_string().replace("; ", "\n"));
}

#[test]
fn a_token_is_not_empty_and_has_no_white_space() {
    for token in ["", " ", "token\n", "\ttoken", "to\0ken", "to\u{a0}ken"] {
        let error = Settings::new(token).check(Violations::default()).expect_err(token);
        assert_eq!(error.violations().map(Violations::len), Some(1), "{token:?}");
    }
    assert!(Settings::new("0123456789abcdef").check(Violations::default()).is_ok());
}

#[test]
fn variables_of_the_environment() {
    let read = |name: &str| match name {
        "USEDESK_API_TOKEN" => Some("TOKEN".to_owned()),
        "USEDESK_BASE_URL" => Some("https://api.usedesk.ru".to_owned()),
        _ => None,
    };
    let settings = Settings::from_variables(read).expect("both are set");
    assert_eq!((settings.token.expose(), &*settings.base_url), ("TOKEN", base_url::RUSSIAN_CLOUD));
    let only_token = |name: &str| read(name).filter(|_| name == "USEDESK_API_TOKEN");
    let settings = Settings::from_variables(only_token).expect("the token is set");
    assert_eq!(settings.base_url, base_url::INTERNATIONAL_CLOUD);
    insta::assert_snapshot!(
        Settings::from_variables(|_| None).expect_err("nothing is set"),
        @"the handle was not built: USEDESK_API_TOKEN must be set in the environment, to readable text, found nothing"
    );
}

#[test]
fn a_proxy_is_a_url_with_a_host() {
    let with_proxy = |url: &str| {
        let mut settings = Settings::new("TOKEN");
        settings.proxy = Proxy::Url(url.to_owned());
        settings.check(Violations::default())
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
    }
}

#[test]
fn plain_http_to_this_machine_goes_through_no_proxy_of_the_environment() {
    let proxy = |base_url: &str, proxy: Proxy| {
        let mut settings = Settings::new("TOKEN");
        base_url.clone_into(&mut settings.base_url);
        settings.allow_plain_http = true;
        settings.proxy = proxy;
        settings.check(Violations::default()).expect("valid").proxy().clone()
    };
    let named = || Proxy::Url("http://host:1".to_owned());
    assert_eq!(proxy("http://127.0.0.1:1", Proxy::Environment), Proxy::None);
    assert_eq!(proxy("http://localhost", named()), named());
    assert_eq!(proxy("https://localhost", Proxy::Environment), Proxy::Environment);
    assert_eq!(proxy("http://desk.example", Proxy::Environment), Proxy::Environment);
}

#[test]
fn a_proxy_of_the_environment_is_usable_or_refused() {
    let check_for = |base_url: &str, name: &'static str, url: &'static str, proxy: Proxy| {
        let mut settings = Settings::new("TOKEN");
        base_url.clone_into(&mut settings.base_url);
        settings.proxy = proxy;
        let mut violations = Violations::default();
        let read = |asked: &str| (asked == name).then(|| url.to_owned());
        settings.check_environment(read, &mut violations);
        violations.len()
    };
    let check = |name, url, proxy| check_for("https://desk.example", name, url, proxy);
    let socks = "socks5://127.0.0.1:1";
    assert_eq!(check_for("http://127.0.0.1", "ALL_PROXY", socks, Proxy::Environment), 0);
    for name in ["ALL_PROXY", "https_proxy"] {
        assert_eq!(check(name, socks, Proxy::Environment), 1);
        assert_eq!(check(name, "htp://127.0.0.1:1", Proxy::Environment), 1);
        assert_eq!(check(name, socks, Proxy::None), 0);
        assert_eq!(check(name, "http://me:you@host:1", Proxy::Environment), 0);
        assert_eq!(check(name, "host:1", Proxy::Environment), 0);
        assert_eq!(check(name, "", Proxy::Environment), 0);
    }
}
