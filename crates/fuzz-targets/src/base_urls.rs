//! Where people say that the API is, and by which proxy it is reached.

use usedesk_core::Violations;
use usedesk_core::internal::{BuilderSettings, Proxy};
use usedesk_core::tags::ListTags;

use crate::input::secret_outside;

/// No text for a URL makes the settings panic, none is printed with a password or the token in it,
/// and what is accepted is accepted again, unchanged.
///
/// The input is the URL; `PASSWORD` and `TOKEN` in it stand for secrets that nothing else holds.
pub fn base_urls(input: &[u8]) {
    let token = secret_outside(input);
    let password = format!("hunter{}", token.to_lowercase());
    let text = String::from_utf8_lossy(input);
    let url = text.replace("PASSWORD", &password).replace("TOKEN", &token);
    // Elsewhere it is a host or a path, which is printed.
    let before_query = url.split(['?', '#']).next().unwrap_or_default();
    let has_password = url.contains('@') || !before_query.contains(&password);

    for allow_plain_http in [false, true] {
        let mut settings = BuilderSettings::new(token.as_str());
        settings.base_url.clone_from(&url);
        settings.allow_plain_http = allow_plain_http;
        let mut printed = format!("{settings:?}");
        match settings.check(|_| None, Violations::default()) {
            Ok(config) => {
                assert!(allow_plain_http || config.is_https() || config.is_plain_loopback());
                stays(&settings, &config.base_url());
                // What looks like a password is a part of the path here, or it would be rejected.
                let shown = format!("{config:?} {:?}", config.preview(&ListTags::new()));
                assert!(!shown.contains(&token), "the token is printed: {shown}");
            }
            Err(error) => printed = format!("{printed} {error} {error:?}"),
        }
        assert!(!printed.contains(&token), "the token is printed: {printed}");
        assert!(!(has_password && printed.contains(&password)), "a password is: {printed}");
    }

    for proxy in [Proxy::Environment, Proxy::Url(url.clone())] {
        let mut settings = BuilderSettings::new(token.as_str());
        settings.proxy = proxy;
        let printed = match settings.check(|_| Some(url.clone().into()), Violations::default()) {
            Ok(config) => format!("{config:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!printed.contains(&password), "a password is printed: {printed}");
    }
}

/// A base URL that was accepted is accepted again, and requests go below it.
fn stays(settings: &BuilderSettings, base_url: &str) {
    let mut again = settings.clone();
    base_url.clone_into(&mut again.base_url);
    let config = again.check(|_| None, Violations::default()).ok();
    let read_as = config.as_ref().map(usedesk_core::internal::CheckedConfig::base_url);
    assert_eq!(read_as.as_deref(), Some(base_url), "it changes when it is read again");
    let call = config.and_then(|config| config.call(&ListTags::new()).ok());
    let uri = call.map(|call| call.request().uri().to_string());
    assert_eq!(uri, Some(format!("{base_url}/tags")));
}
