//! What a handle is built from, the same in every world.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use super::base_url::BaseUrl;
use super::{CheckedConfig, Proxy, base_url};
use crate::call::{Deadline, Observer, RateLimit, RateLimiter, RetryPolicy};
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

/// The environment variable with the token.
pub const TOKEN_VARIABLE: &str = "USEDESK_API_TOKEN";

/// The environment variable with the base URL; when it is not set or empty,
/// [`INTERNATIONAL_CLOUD`](base_url::INTERNATIONAL_CLOUD) is meant.
pub const BASE_URL_VARIABLE: &str = "USEDESK_BASE_URL";

/// Everything about a handle that is not about its transport, still unchecked.
///
/// The builders of the transport crates fill it in.
#[derive(Clone)]
#[non_exhaustive]
pub struct BuilderSettings {
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
    /// The longest that a call may take from when its turn has come.
    pub call_timeout: Duration,
    /// When a call is repeated.
    pub retry_policy: RetryPolicy,
    /// How fast calls start, checked when the handle is built; none for as fast as they come.
    pub rate_limit: Option<RateLimit>,
    /// A pacer shared with other handles, in the place of one of its own.
    pub rate_limiter: Option<RateLimiter>,
    /// What is told what calls do.
    pub observer: Option<Observer>,
    /// The longest body of an answer, in bytes after decompression.
    pub max_response_bytes: usize,
    /// Whether a file may have more than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    pub allow_large_files: bool,
    /// Through which proxy.
    pub proxy: Proxy,
    /// Root certificates to trust besides those of the operating system, each one or more in PEM.
    pub root_certificates: Vec<Vec<u8>>,
    /// What came from the environment: violations then name the variable.
    from_variables: FromVariables,
}

#[derive(Clone, Default)]
struct FromVariables {
    token: Option<ApiToken>,
    base_url: Option<String>,
}

impl BuilderSettings {
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
            call_timeout: DEFAULT_CALL_TIMEOUT,
            retry_policy: RetryPolicy::default(),
            rate_limit: Some(RateLimit::default()),
            rate_limiter: None,
            observer: None,
            max_response_bytes: DEFAULT_MAX_RESPONSE_BYTES,
            allow_large_files: false,
            proxy: Proxy::default(),
            root_certificates: Vec::new(),
            from_variables: FromVariables::default(),
        }
    }

    /// The defaults, with the token and the base URL from [`TOKEN_VARIABLE`] and
    /// [`BASE_URL_VARIABLE`], which `read` looks up. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// When the token is not set, or is not UTF-8.
    pub fn from_variables(read: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let token = match read(TOKEN_VARIABLE).map(OsString::into_string) {
            Some(Ok(token)) if !token.is_empty() => ApiToken::from(token),
            other => {
                let mut violations = Violations::default();
                match other {
                    Some(Err(_)) => {
                        let rule = Rule::Custom("be valid UTF-8".into());
                        violations.push(TOKEN_VARIABLE, rule, "bytes that are not");
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

    /// Checks everything; `read` looks up the environment's variables for a proxy.
    ///
    /// # Errors
    ///
    /// When anything is wrong: all of it, in the order of the fields, and after it `others`, what
    /// a builder found in its own settings.
    pub fn check(
        &self,
        read: impl Fn(&str) -> Option<OsString>,
        others: Violations,
    ) -> Result<CheckedConfig, Error> {
        let mut violations = Violations::default();
        let FromVariables { token, base_url } = &self.from_variables;
        let came_from = |is_it: bool, variable, setting| if is_it { variable } else { setting };
        let is_variable = token.as_ref() == Some(&self.token);
        self.token.check(came_from(is_variable, TOKEN_VARIABLE, "api_token"), &mut violations);
        let is_variable = base_url.as_ref() == Some(&self.base_url);
        let base_url = BaseUrl::parse(
            came_from(is_variable, BASE_URL_VARIABLE, "base_url"),
            &self.base_url,
            self.allow_plain_http,
            &self.token,
            &mut violations,
        );
        // A header can hold more than that.
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
                let rule = Rule::Custom("be longer than nothing and at most a day".into());
                violations.push(name, rule, format!("{timeout:?}"));
            }
        }
        self.retry_policy.check(&mut violations);
        if let Some(limit) = self.rate_limit {
            limit.check(&mut violations);
        }
        if let Some(limiter) = &self.rate_limiter {
            limiter.check(&mut violations);
        }
        if self.max_response_bytes == 0 {
            violations.push("max_response_bytes", Rule::Minimum(1), "0");
        }
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
                    rate_limiter,
                    deadline: Deadline::AfterQueue(self.call_timeout),
                    observer: self.observer.clone(),
                })
            }
            _ => Err(Error::invalid_settings(violations)),
        }
    }
}

/// A variable that is set and not empty. What is not UTF-8 does not go unnoticed, as an unset
/// variable would, but fails the checks.
fn read_text(read: impl Fn(&str) -> Option<OsString>, name: &str) -> Option<String> {
    let text = read(name)?.into_string();
    let text = text.unwrap_or_else(|text| text.to_string_lossy().into_owned());
    Some(text).filter(|text| !text.is_empty())
}

// By hand, since a base URL that is not checked yet may hold a password.
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
