//! What a handle is built from, the same in every world.

use std::fmt;
use std::time::Duration;

use http::Uri;

use crate::base_url::{self, BaseUrl, has_valid_host};
use crate::config::Config;
use crate::encoding::Encoding;
use crate::error::Error;
use crate::text::quote;
use crate::token::ApiToken;
use crate::violations::{Rule, Violations};

/// The environment variable with the token.
pub const TOKEN_VARIABLE: &str = "USEDESK_API_TOKEN";

/// The environment variable with the base URL; when it is not set,
/// [`INTERNATIONAL_CLOUD`](base_url::INTERNATIONAL_CLOUD) is meant.
pub const BASE_URL_VARIABLE: &str = "USEDESK_BASE_URL";

/// The longest body of an answer by default, in bytes.
pub const DEFAULT_MAX_ANSWER: usize = 32 * 1024 * 1024;

/// The longest that connecting may take by default.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that one exchange may take by default.
pub const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest time limit: far more than anyone waits, and clocks can still add it.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The environment variables that name a proxy.
const PROXY_VARIABLES: [&str; 6] =
    ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// Everything about a handle that is not about its transport, still unchecked.
///
/// The builders of the transport crates fill it in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The secret of the API channel.
    pub token: ApiToken,
    /// Where the API is; the path of an operation is appended to it.
    pub base_url: String,
    /// Whether `http` is allowed to hosts other than this machine.
    pub allow_plain_http: bool,
    /// How bodies are written.
    pub encoding: Encoding,
    /// What is sent as `User-Agent`.
    pub user_agent: String,
    /// The longest that connecting may take, TLS included.
    pub connect_timeout: Duration,
    /// The longest that one exchange may take, connecting included.
    pub attempt_timeout: Duration,
    /// The longest body of an answer, in bytes after decompression.
    pub max_answer: usize,
    /// Through which proxy.
    pub proxy: Proxy,
    /// Root certificates to trust besides those of the operating system, each one or more in PEM.
    pub root_certificates: Vec<Vec<u8>>,
}

/// Through which proxy requests go.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proxy {
    /// The one that the environment names, if any.
    #[default]
    Environment,
    /// None, whatever the environment says.
    None,
    /// This one.
    Url(String),
}

// Without the URL, which may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::None => "None",
            Self::Url(_) => "Url([redacted])",
        })
    }
}

impl Settings {
    /// The defaults, with the international cloud as the base URL.
    pub fn new(token: impl Into<ApiToken>) -> Self {
        Self {
            token: token.into(),
            base_url: base_url::INTERNATIONAL_CLOUD.to_owned(),
            allow_plain_http: false,
            encoding: Encoding::default(),
            user_agent: concat!("usedesk-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            attempt_timeout: DEFAULT_ATTEMPT_TIMEOUT,
            max_answer: DEFAULT_MAX_ANSWER,
            proxy: Proxy::default(),
            root_certificates: Vec::new(),
        }
    }

    /// The defaults, with the token and the base URL from [`TOKEN_VARIABLE`] and
    /// [`BASE_URL_VARIABLE`], which `read` looks up.
    ///
    /// # Errors
    ///
    /// When the token is not set.
    pub fn from_variables(read: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let Some(token) = read(TOKEN_VARIABLE) else {
            let mut violations = Violations::default();
            violations.push(
                TOKEN_VARIABLE,
                Rule::Custom("be set in the environment, to readable text".into()),
                "nothing",
            );
            return Err(Error::invalid_settings(violations));
        };
        let mut settings = Self::new(token);
        if let Some(base_url) = read(BASE_URL_VARIABLE) {
            settings.base_url = base_url;
        }
        Ok(settings)
    }

    /// Refuses proxies of the environment, which `read` looks up, that could not be used: HTTP
    /// libraries would go without one, past what the environment wants.
    pub fn check_environment(
        &self,
        read: impl Fn(&str) -> Option<String>,
        violations: &mut Violations,
    ) {
        let base_url = &mut Violations::default();
        let base_url = BaseUrl::parse(&self.base_url, true, &self.token, base_url);
        let asks_none = base_url.is_some_and(|base_url| base_url.is_plain_loopback());
        if self.proxy != Proxy::Environment || asks_none {
            return;
        }
        for name in PROXY_VARIABLES {
            match read(name) {
                // Without a scheme, `host:port`, http is meant.
                Some(url) if !url.contains("://") => {}
                Some(url) => check_proxy(name, &url, violations),
                None => {}
            }
        }
    }

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// When anything is wrong: all of it, in the order of the fields, and after it `others`, what
    /// a builder found in its own settings.
    pub fn check(&self, others: Violations) -> Result<Config, Error> {
        let mut violations = Violations::default();
        self.token.check(&mut violations);
        let base_url =
            BaseUrl::parse(&self.base_url, self.allow_plain_http, &self.token, &mut violations);
        let user_agent = self.user_agent.parse().ok();
        if user_agent.is_none() {
            let rule = Rule::Custom("be printable ASCII".into());
            violations.push("user_agent", rule, quote(&self.token.redact(&self.user_agent)));
        }
        let timeouts =
            [("connect_timeout", self.connect_timeout), ("attempt_timeout", self.attempt_timeout)];
        for (name, timeout) in timeouts {
            if timeout.is_zero() || timeout > MAX_TIMEOUT {
                let rule = Rule::Custom("be longer than nothing and at most a day".into());
                violations.push(name, rule, format!("{timeout:?}"));
            }
        }
        if self.max_answer == 0 {
            violations.push("max_answer", Rule::Minimum(1), "0");
        }
        if let Proxy::Url(url) = &self.proxy {
            check_proxy("proxy", url, &mut violations);
        }
        violations.extend(others);
        match (base_url, user_agent) {
            (Some(base_url), Some(user_agent)) if violations.is_empty() => {
                Ok(Config::new(self, base_url, user_agent))
            }
            _ => Err(Error::invalid_settings(violations)),
        }
    }
}

// By hand, since a base URL that is not checked yet may hold a password.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("token", &self.token)
            .field("base_url", &base_url::printable(&self.token.redact(&self.base_url)))
            .field("encoding", &self.encoding)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

fn check_proxy(name: &'static str, url: &str, violations: &mut Violations) {
    let is_usable = url.parse::<Uri>().is_ok_and(|uri| {
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        is_http && uri.authority().is_some_and(has_valid_host)
    });
    if !is_usable {
        // Not shown: it may hold a password.
        let rule = Rule::Custom("be a URL like http://host:port".into());
        violations.push(name, rule, format!("{} other characters", url.chars().count()));
    }
}

/// The setters that the builders of all worlds share, written once so that they cannot differ.
///
/// For a type with a field `settings: Settings`.
#[doc(hidden)]
#[macro_export]
macro_rules! settings_setters {
    () => {
        /// Where the API is: [`INTERNATIONAL_CLOUD`]($crate::base_url::INTERNATIONAL_CLOUD) (the
        /// default), [`RUSSIAN_CLOUD`]($crate::base_url::RUSSIAN_CLOUD), or your own. The paths of
        /// the API are appended as it is given, so bring `/uapi` along where it is needed.
        ///
        /// It begins with `https`, unless it names this machine or [plain http is
        /// allowed](Self::allow_plain_http), and holds no password, query or fragment.
        pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
            self.settings.base_url = base_url.into();
            self
        }

        /// Allows `http` to any host: whoever carries the requests can then read the token.
        pub fn allow_plain_http(mut self) -> Self {
            self.settings.allow_plain_http = true;
            self
        }

        /// How bodies are written; [`Encoding::Form`]($crate::Encoding::Form) by default.
        pub fn encoding(mut self, encoding: $crate::Encoding) -> Self {
            self.settings.encoding = encoding;
            self
        }

        /// What is sent as `User-Agent`: printable ASCII, `usedesk-rust/VERSION` by default.
        pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
            self.settings.user_agent = user_agent.into();
            self
        }

        /// The longest that connecting may take, TLS included, 10 seconds by default. A name
        /// lookup that is a step of its own may take as long again.
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.connect_timeout = timeout;
            self
        }

        /// The longest that one exchange may take, from the name lookup to the last byte of the
        /// answer, 30 seconds by default.
        pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.attempt_timeout = timeout;
            self
        }

        /// The longest body of an answer in bytes, 32 MB by default.
        pub fn max_answer(mut self, bytes: usize) -> Self {
            self.settings.max_answer = bytes;
            self
        }

        /// Goes through this proxy, `http://host:port`, in the place of the one the environment
        /// names.
        pub fn proxy(mut self, url: impl Into<String>) -> Self {
            self.settings.proxy = $crate::Proxy::Url(url.into());
            self
        }

        /// Goes through no proxy, whatever the environment says.
        ///
        /// Without this, `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` count; not for
        /// plain http to this machine, which is allowed only because it does not leave it.
        pub fn no_proxy(mut self) -> Self {
            self.settings.proxy = $crate::Proxy::None;
            self
        }

        /// Trusts these root certificates too, one or more in PEM, besides those of the operating
        /// system.
        pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
            self.settings.root_certificates.push(pem.into());
            self
        }
    };
}
