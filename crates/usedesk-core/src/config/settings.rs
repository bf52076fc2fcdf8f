//! The settings of a handle, the same in both flavors.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use super::base_url::BaseUrl;
use super::{CheckedConfig, Proxy, base_url};
use crate::call::shared_limit::SharedLimit;
use crate::call::{Deadline, Observer, QueueKind, RateLimit, RateLimiter, RetryPolicy};
use crate::encode::Encoding;
use crate::error::Error;
use crate::limits::{
    DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CALL_TIMEOUT, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_MAX_RESPONSE_BYTES, MAX_FILE_BYTES, MAX_TIMEOUT, MAX_USER_AGENT,
};
use crate::secret::ApiToken;
use crate::text::quote;
use crate::transport::ExchangeLimits;
use crate::violations::{Rule, Violations};

/// The environment variable for the token.
pub const TOKEN_VARIABLE: &str = "USEDESK_API_TOKEN";

/// The environment variable for the base URL. If it is not set or empty,
/// [`INTERNATIONAL_CLOUD`](base_url::INTERNATIONAL_CLOUD) is used.
pub const BASE_URL_VARIABLE: &str = "USEDESK_BASE_URL";

/// The settings of a handle apart from its transport, unchecked. The builders of the transport
/// crates fill them in.
#[derive(Clone)]
#[non_exhaustive]
pub struct BuilderSettings {
    /// The token of the API channel.
    pub token: ApiToken,
    /// The URL that the path of an operation is appended to.
    pub base_url: String,
    /// Whether `http` is allowed to hosts other than this machine.
    pub allow_plain_http: bool,
    /// The encoding of request bodies.
    pub encoding: Encoding,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Timeout for connecting, TLS included.
    pub connect_timeout: Duration,
    /// Timeout for one attempt, connecting included.
    pub attempt_timeout: Duration,
    /// Timeout for a call, from when the rate limit lets it start.
    pub call_timeout: Duration,
    /// When a failed call is retried.
    pub retry_policy: RetryPolicy,
    /// How many calls may start per minute. `None` disables the limit.
    pub rate_limit: Option<RateLimit>,
    /// A rate limiter shared with other handles, used instead of `rate_limit`.
    pub rate_limiter: Option<RateLimiter>,
    /// The limit of a rate limiter shared with other processes, used instead of both. The builder
    /// has the limiter.
    pub shared_limit: Option<SharedLimit>,
    /// Called with every event of a call.
    pub observer: Option<Observer>,
    /// Limit for the body of a response, in bytes after decompression.
    pub max_response_bytes: usize,
    /// Whether a file may be larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    pub allow_large_files: bool,
    /// The proxy to use.
    pub proxy: Proxy,
    /// Root certificates to trust besides those of the operating system; each has one or more in
    /// PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// The values from the environment: violations of these name the variable.
    from_variables: FromVariables,
}

#[derive(Clone, Default)]
struct FromVariables {
    token: Option<ApiToken>,
    base_url: Option<String>,
}

impl BuilderSettings {
    /// Creates the default settings, with the international cloud as the base URL.
    pub fn new(token: impl Into<ApiToken>) -> Self {
        Self {
            token: token.into(),
            base_url: base_url::INTERNATIONAL_CLOUD.to_owned(),
            allow_plain_http: false,
            encoding: Encoding::default(),
            user_agent: concat!("usedesk-rust/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            attempt_timeout: DEFAULT_ATTEMPT_TIMEOUT,
            call_timeout: DEFAULT_CALL_TIMEOUT,
            retry_policy: RetryPolicy::default(),
            rate_limit: Some(RateLimit::default()),
            rate_limiter: None,
            shared_limit: None,
            observer: None,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            allow_large_files: false,
            proxy: Proxy::default(),
            root_certificates: Vec::new(),
            from_variables: FromVariables::default(),
        }
    }

    /// Creates the default settings with the token and the base URL from [`TOKEN_VARIABLE`] and
    /// [`BASE_URL_VARIABLE`], which `read` looks up. An empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// If the token is not set or not UTF-8.
    pub fn from_variables(read: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let token = match read(TOKEN_VARIABLE).map(OsString::into_string) {
            Some(Ok(token)) if !token.is_empty() => ApiToken::from(token),
            other => {
                let mut violations = Violations::default();
                match other {
                    Some(Err(_)) => {
                        let rule = Rule::Custom("be valid UTF-8".into());
                        violations.push(TOKEN_VARIABLE, rule, "other bytes");
                    }
                    _ => violations.push(TOKEN_VARIABLE, Rule::Set, "nothing"),
                }
                return Err(Error::invalid_settings(violations));
            }
        };
        let mut settings = Self::new(token.clone());
        settings.from_variables.token = Some(token);
        if let Some(base_url) = read_text(&read, BASE_URL_VARIABLE) {
            settings.from_variables.base_url = Some(base_url.clone());
            settings.base_url = base_url;
        }
        Ok(settings)
    }

    /// Checks the settings. `read` looks up the environment variables for a proxy.
    ///
    /// # Errors
    ///
    /// If a setting is invalid. The error has all violations in the order of the fields, followed
    /// by `others`, the violations in the builder's own settings.
    pub fn check(
        &self,
        read: impl Fn(&str) -> Option<OsString>,
        others: Violations,
    ) -> Result<CheckedConfig, Error> {
        let mut violations = Violations::default();
        let FromVariables { token, base_url } = &self.from_variables;
        let is_variable = token.as_ref() == Some(&self.token);
        let token_name = if is_variable { TOKEN_VARIABLE } else { "api_token" };
        self.token.check(token_name, &mut violations);
        let is_variable = base_url.as_ref() == Some(&self.base_url);
        let base_url = BaseUrl::parse(
            if is_variable { BASE_URL_VARIABLE } else { "base_url" },
            &self.base_url,
            self.allow_plain_http,
            &self.token,
            &mut violations,
        );
        // Headers allow more than printable ASCII.
        let is_printable = self.user_agent.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let user_agent = self.user_agent.parse().ok().filter(|_| is_printable);
        if user_agent.is_none() {
            let rule = Rule::Custom("be printable ASCII".into());
            violations.push("user_agent", rule, quote(&self.token.redact(&self.user_agent)));
        }
        violations.check_length("user_agent", &self.user_agent, 1..=MAX_USER_AGENT);
        let timeouts = [
            ("connect_timeout", self.connect_timeout),
            ("attempt_timeout", self.attempt_timeout),
            ("call_timeout", self.call_timeout),
        ];
        for (name, timeout) in timeouts {
            if timeout.is_zero() || timeout > MAX_TIMEOUT {
                let rule = Rule::Custom("be longer than zero and at most a day".into());
                violations.push(name, rule, format!("{timeout:?}"));
            }
        }
        self.retry_policy.check(&mut violations);
        if let Some(limit) = self.rate_limit {
            limit.check("rate_limit", &mut violations);
        }
        if let Some(limiter) = &self.rate_limiter {
            limiter.check("rate_limit", &mut violations);
        }
        if let Some(shared) = &self.shared_limit {
            shared.check(&mut violations);
        }
        violations.check_range("max_response_bytes", self.max_response_bytes as u64, 1..=u64::MAX);
        let proxy = base_url.as_ref().and_then(|base_url| {
            self.proxy.resolve(base_url, |name| read_text(&read, name), &mut violations)
        });
        violations.extend(others);
        match (base_url, user_agent) {
            (Some(base_url), Some(user_agent)) if violations.is_empty() => {
                let max_file_bytes =
                    if self.allow_large_files { usize::MAX } else { MAX_FILE_BYTES };
                let rate_limiter =
                    self.rate_limiter.clone().or_else(|| self.rate_limit.map(RateLimiter::new));
                let queue = match (&self.shared_limit, rate_limiter) {
                    (Some(shared), _) => QueueKind::Shared(shared.clone()),
                    (None, Some(rate_limiter)) => QueueKind::Local(rate_limiter),
                    (None, None) => QueueKind::None,
                };
                Ok(CheckedConfig {
                    token: self.token.clone(),
                    base_url,
                    encoding: self.encoding,
                    user_agent,
                    limits: ExchangeLimits::new(
                        self.connect_timeout,
                        self.attempt_timeout,
                        self.max_response_bytes,
                    ),
                    max_file_bytes,
                    proxy,
                    retry_policy: self.retry_policy,
                    retry_budget: self.retry_policy.new_budget(),
                    queue,
                    deadline: Deadline::AfterQueue(self.call_timeout),
                    observer: self.observer.clone(),
                })
            }
            _ => Err(Error::invalid_settings(violations)),
        }
    }
}

/// Reads a variable that is set and not empty. Replaces invalid UTF-8, so that the value fails the
/// checks instead of being ignored.
fn read_text(read: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<String> {
    let text = read(name)?.into_string();
    let text = text.unwrap_or_else(|text| text.to_string_lossy().into_owned());
    Some(text).filter(|text| !text.is_empty())
}

// An unchecked base URL may hold a password.
impl fmt::Debug for BuilderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuilderSettings")
            .field("token", &self.token)
            .field("base_url", &base_url::printable(&self.token.redact(&self.base_url)))
            .field("encoding", &self.encoding)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
