//! What a handle is built from, the same in every world.

use std::time::Duration;

use crate::base_url::{self, BaseUrl};
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

/// Everything about a handle that is not about its transport, still unchecked.
///
/// The builders of the transport crates fill it in.
#[derive(Clone, Debug)]
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
    /// The longest that connecting may take, name lookup and TLS included.
    pub connect_timeout: Duration,
    /// The longest that one exchange may take, connecting included.
    pub attempt_timeout: Duration,
    /// The longest body of an answer, in bytes after decompression.
    pub max_answer: usize,
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

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// When anything is wrong: all of it, in the order of the fields, and after it `others`, what
    /// a builder found in its own settings.
    pub fn check(&self, others: Violations) -> Result<Config, Error> {
        let mut violations = Violations::default();
        self.token.check(&mut violations);
        let base_url = BaseUrl::parse(&self.base_url, self.allow_plain_http, &mut violations);
        let user_agent = self.user_agent.parse().ok();
        if user_agent.is_none() {
            let rule = Rule::Custom("be printable ASCII".into());
            violations.push("user_agent", rule, quote(&self.user_agent));
        }
        let timeouts =
            [("connect_timeout", self.connect_timeout), ("attempt_timeout", self.attempt_timeout)];
        for (name, timeout) in timeouts {
            if timeout.is_zero() {
                violations.push(name, Rule::Custom("be longer than nothing".into()), "0 s");
            }
        }
        violations.extend_if(others, |_| true);
        match (base_url, user_agent) {
            (Some(base_url), Some(user_agent)) if violations.is_empty() => {
                Ok(Config::new(self, base_url, user_agent))
            }
            _ => Err(Error::invalid_settings(violations)),
        }
    }
}
