//! What a handle is built from, the same in every world.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use crate::base_url::{self, BaseUrl};
use crate::config::Config;
use crate::encoding::Encoding;
use crate::error::Error;
use crate::observer::Observer;
use crate::pace::{Pace, Pacer};
use crate::proxy::Proxy;
use crate::retry::Retry;
use crate::text::quote;
use crate::token::ApiToken;
use crate::violations::{Rule, Violations};

/// The environment variable with the token.
pub const TOKEN_VARIABLE: &str = "USEDESK_API_TOKEN";

/// The environment variable with the base URL; when it is not set or empty,
/// [`INTERNATIONAL_CLOUD`](base_url::INTERNATIONAL_CLOUD) is meant.
pub const BASE_URL_VARIABLE: &str = "USEDESK_BASE_URL";

/// The longest body of an answer by default, in bytes.
pub const DEFAULT_MAX_ANSWER: usize = 32 * 1024 * 1024;

/// The longest that connecting may take by default.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest that one exchange may take by default.
pub const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest that a call may take by default from when its turn has come, with all repetitions.
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(180);

/// The slowest upload that no time limit ends, in bytes per second: half a megabit (a choice of
/// ours). The limits of an attempt and of a call grow by what the body takes at this rate.
pub const MIN_UPLOAD_RATE: u64 = 64 * 1024;

/// The longest time limit: far more than anyone waits, and clocks can still add it.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest `User-Agent`, in characters.
pub const MAX_USER_AGENT: usize = 255;

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
    /// The longest that a call may take from when its turn has come.
    pub call_timeout: Duration,
    /// When a call is repeated.
    pub retry: Retry,
    /// How fast calls start, checked when the handle is built; none for as fast as they come.
    pub pace: Option<Pace>,
    /// A pacer shared with other handles, in the place of one of its own.
    pub pacer: Option<Pacer>,
    /// What is told what calls do.
    pub observer: Option<Observer>,
    /// The longest body of an answer, in bytes after decompression.
    pub max_answer: usize,
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
            call_timeout: DEFAULT_CALL_TIMEOUT,
            retry: Retry::default(),
            pace: Some(Pace::default()),
            pacer: None,
            observer: None,
            max_answer: DEFAULT_MAX_ANSWER,
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
                let rule = Rule::Custom("be set in the environment, to readable text".into());
                let found = match other {
                    Some(Err(_)) => "a text that is not UTF-8",
                    _ => "nothing",
                };
                violations.push(TOKEN_VARIABLE, rule, found);
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
    ) -> Result<Config, Error> {
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
        self.retry.check(&mut violations);
        if let Some(pace) = self.pace {
            pace.check(&mut violations);
        }
        if let Some(pacer) = &self.pacer {
            pacer.check(&mut violations);
        }
        if self.max_answer == 0 {
            violations.push("max_answer", Rule::Minimum(1), "0");
        }
        let proxy = base_url.as_ref().and_then(|base_url| {
            self.proxy.resolve(base_url, |name| read_text(&read, name), &mut violations)
        });
        violations.extend(others);
        match (base_url, user_agent) {
            (Some(base_url), Some(user_agent)) if violations.is_empty() => {
                Ok(Config::new(self, base_url, user_agent, proxy))
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
        /// allowed](Self::allow_plain_http), and holds no password, query or fragment. The host is
        /// sent in lower case, and without the port that its scheme has anyway.
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

        /// The longest that connecting may take, TLS included, 10 seconds by default, and at most
        /// nine tenths of [`attempt_timeout`](Self::attempt_timeout). A name lookup that is a step
        /// of its own may take as long again.
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.connect_timeout = timeout;
            self
        }

        /// The longest that one exchange may take, from the name lookup to the last byte of the
        /// answer, 30 seconds by default. A large request has more: a second for each 64 KB of its
        /// body ([`MIN_UPLOAD_RATE`]($crate::MIN_UPLOAD_RATE)).
        pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.attempt_timeout = timeout;
            self
        }

        /// The longest that a call may take from when the pace lets it start, with all repetitions
        /// and waits between them, 3 minutes by default. A large request has as much more as one
        /// of its [attempts](Self::attempt_timeout) has. The wait for its turn has no end by
        /// default; a handle's `with_deadline` bounds that too, and no request has more than that.
        pub fn call_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.call_timeout = timeout;
            self
        }

        /// When a call that failed is repeated; see [`Retry`]($crate::Retry).
        /// [`Retry::never`]($crate::Retry::never) turns it off.
        pub fn retry(mut self, retry: $crate::Retry) -> Self {
            self.settings.retry = retry;
            self
        }

        /// How fast calls may start: [135 a minute]($crate::Pace::default) by default. Clones of
        /// the handle keep it together.
        pub fn pace(mut self, pace: $crate::Pace) -> Self {
            (self.settings.pace, self.settings.pacer) = (Some(pace), None);
            self
        }

        /// Keeps a pace together with other handles: the documented limit counts per IP address.
        pub fn pacer(mut self, pacer: $crate::Pacer) -> Self {
            (self.settings.pace, self.settings.pacer) = (None, Some(pacer));
            self
        }

        /// Lets calls start as fast as they come. The server may then refuse some for too many
        /// requests, and those are repeated after the wait that it asks for.
        pub fn unpaced(mut self) -> Self {
            (self.settings.pace, self.settings.pacer) = (None, None);
            self
        }

        /// Calls this with everything that calls do, on their threads or in their tasks: to count
        /// calls, repetitions and waits. It should return fast.
        pub fn observer(
            mut self,
            observe: impl Fn(&$crate::CallEvent) + Send + Sync + 'static,
        ) -> Self {
            self.settings.observer = Some($crate::Observer::new(observe));
            self
        }

        /// The longest body of an answer in bytes, 32 MB by default.
        pub fn max_answer(mut self, bytes: usize) -> Self {
            self.settings.max_answer = bytes;
            self
        }

        /// Sends files of any size. By default one of more than 15 MB
        /// ([`MAX_FILE_BYTES`]($crate::MAX_FILE_BYTES)) is a violation, since the server rejects
        /// it when all of it is uploaded.
        pub fn allow_large_files(mut self) -> Self {
            self.settings.allow_large_files = true;
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
        /// Without this the environment counts: `HTTPS_PROXY` or, for plain http, `HTTP_PROXY`,
        /// then `ALL_PROXY`, each in lower case first; an empty one counts as not set, and one
        /// that cannot be used is an error. None counts for plain http to this machine, which is
        /// allowed only because it does not leave it.
        ///
        /// `NO_PROXY` lists hosts that are reached without a proxy, separated by commas or white
        /// space: `*` for all, `desk.example` or `.desk.example` for it and all below it, an
        /// address, or a range of addresses as `10.0.0.0/8`. With a port, `desk.example:8443` or
        /// `[::1]:8443`, an entry counts for that port only.
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
