//! The setters of the builders and the table of them, written once for both flavors.

/// The table of the settings that the builders share.
#[doc(hidden)]
#[macro_export]
macro_rules! builder_settings {
    () => {
        "\
| setter | default | value |
| --- | --- | --- |
| [`base_url`](Self::base_url) | the international cloud | a URL, with `https` unless it names this machine |
| [`allow_plain_http`](Self::allow_plain_http) | off | |
| [`proxy`](Self::proxy), [`no_proxy`](Self::no_proxy) | as the environment says | a URL such as `http://host:port` |
| [`add_root_certificate`](Self::add_root_certificate) | those of the operating system | PEM; may be called several times |
| [`user_agent`](Self::user_agent) | `usedesk-rust/VERSION` | 1 to 255 characters of printable ASCII |
| [`encoding`](Self::encoding) | `Encoding::Form` | |
| [`connect_timeout`](Self::connect_timeout) | 10 seconds | a `Duration` of at most a day |
| [`attempt_timeout`](Self::attempt_timeout) | 30 seconds, and more for a large request | the same |
| [`call_timeout`](Self::call_timeout) | 3 minutes, and more for a large request | the same |
| [`retry_policy`](Self::retry_policy) | 4 attempts, backoff from 0.5 to 30 seconds, a budget of 500 tokens | |
| [`rate_limit`](Self::rate_limit) | 135 calls per minute, in bursts of 10 | up to 60,000 of each |
| [`rate_limiter`](Self::rate_limiter) | one for a handle and its clones | one that other handles have, too |
| [`without_rate_limit`](Self::without_rate_limit) | off | |
| [`max_response_bytes`](Self::max_response_bytes) | 32 MB | bytes, at least 1 |
| [`allow_large_files`](Self::allow_large_files) | off: at most 15 MB per file | |
| [`observer`](Self::observer) | none | a function that gets each `CallEvent` |"
    };
}

/// Defines the setters that the builders share. The type has a field `settings: BuilderSettings`.
#[doc(hidden)]
#[macro_export]
macro_rules! builder_setters {
    () => {
        /// Sets the base URL: [`INTERNATIONAL_CLOUD`]($crate::base_url::INTERNATIONAL_CLOUD) (the
        /// default), [`RUSSIAN_CLOUD`]($crate::base_url::RUSSIAN_CLOUD), or your own.
        ///
        /// The paths of the API are appended to it, so include `/uapi` where the server needs it.
        /// It must start with `https`, unless it names this machine or [plain http is
        /// allowed](Self::allow_plain_http), and must not contain a password, a query or a
        /// fragment. The host is sent in lower case, and the port only if it is not the default of
        /// the scheme. Only the async flavor checks that a host name in Punycode (`xn--…`) is
        /// valid; in the blocking one, its lookup fails.
        pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
            self.settings.base_url = base_url.into();
            self
        }

        /// Allows `http` to any host. Everyone on the way can then read the token.
        pub fn allow_plain_http(mut self) -> Self {
            self.settings.allow_plain_http = true;
            self
        }

        /// Sets the encoding of request bodies: [`Encoding::Form`]($crate::Encoding::Form) by
        /// default.
        pub fn encoding(mut self, encoding: $crate::Encoding) -> Self {
            self.settings.encoding = encoding;
            self
        }

        /// Sets the `User-Agent` header: 1 to 255 characters of printable ASCII,
        /// `usedesk-rust/VERSION` by default.
        pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
            self.settings.user_agent = user_agent.into();
            self
        }

        /// Sets the timeout for connecting, TLS included: 10 seconds by default, at most a day.
        ///
        /// At most nine tenths of [`attempt_timeout`](Self::attempt_timeout) are used. Where the
        /// name lookup is a step of its own, it may take as long again.
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.connect_timeout = timeout;
            self
        }

        /// Sets the timeout for each attempt, from the name lookup to the last byte of the
        /// response: 30 seconds by default, at most a day.
        ///
        /// A large request gets more: one second per 64 KB of its body
        /// ([`MIN_UPLOAD_RATE`]($crate::MIN_UPLOAD_RATE)).
        pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.attempt_timeout = timeout;
            self
        }

        /// Sets the timeout for a call with all its attempts and the waits between them: 3 minutes
        /// by default, at most a day. It starts when the rate limit lets the first attempt start.
        ///
        /// A large request gets as much more as one of its [attempts](Self::attempt_timeout). The
        /// time in the queue of the rate limit is unlimited by default; a handle's `with_deadline`
        /// limits it too, and then adds no time for large requests.
        pub fn call_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.settings.call_timeout = timeout;
            self
        }

        /// Sets when failed calls are retried: see [`RetryPolicy`]($crate::RetryPolicy), which has
        /// the defaults. [`RetryPolicy::none`]($crate::RetryPolicy::none) disables retries.
        pub fn retry_policy(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings.retry_policy = policy;
            self
        }

        /// Sets how many calls may start per minute: [135]($crate::RateLimit::default) by default.
        /// Clones of the handle share the limit.
        pub fn rate_limit(mut self, limit: $crate::RateLimit) -> Self {
            self = self.without_rate_limit();
            self.settings.rate_limit = Some(limit);
            self
        }

        /// Shares a rate limiter with other handles of the program: the documented limit counts per
        /// IP address. For several programs, see `shared_rate_limiter`.
        pub fn rate_limiter(mut self, limiter: $crate::RateLimiter) -> Self {
            self = self.without_rate_limit();
            self.settings.rate_limiter = Some(limiter);
            self
        }

        /// Disables the rate limit. The server may then reject calls for too many requests (HTTP
        /// 429); these are retried after the wait that it asks for.
        pub fn without_rate_limit(mut self) -> Self {
            (self.settings.rate_limit, self.settings.rate_limiter) = (None, None);
            self.settings.shared_limit = None;
            self
        }

        /// Sets a function that is called with every [`CallEvent`]($crate::CallEvent), on the
        /// thread or task of the call: to count calls, retries and waits. It should return quickly.
        pub fn observer(
            mut self,
            observe: impl Fn(&$crate::CallEvent) + Send + Sync + 'static,
        ) -> Self {
            self.settings.observer = Some($crate::internal::Observer::new(observe));
            self
        }

        /// Sets the limit for the body of a response, in bytes after decompression: 32 MB by
        /// default, at least 1. A longer response is an error.
        pub fn max_response_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_response_bytes = bytes;
            self
        }

        /// Allows files of any size. By default a file of more than 15 MB
        /// ([`MAX_FILE_BYTES`]($crate::MAX_FILE_BYTES)) is a violation, since the server rejects it
        /// only after the whole upload.
        pub fn allow_large_files(mut self) -> Self {
            self.settings.allow_large_files = true;
            self
        }

        /// Sets the proxy, such as `http://host:port`, instead of the one in the environment.
        pub fn proxy(mut self, url: impl Into<String>) -> Self {
            self.settings.proxy = $crate::internal::Proxy::Url(url.into());
            self
        }

        /// Disables proxies, including those in the environment.
        ///
        /// By default the environment is read: `HTTPS_PROXY` or, for plain http, `HTTP_PROXY`, then
        /// `ALL_PROXY`, each in lower case first. An empty variable counts as not set, and a proxy
        /// that cannot be used is an error. Plain http to this machine ignores the environment,
        /// since it is allowed only because it does not leave the machine.
        ///
        /// `NO_PROXY` lists the hosts to reach without a proxy, separated by commas or whitespace:
        /// `*` for all, `desk.example` or `.desk.example` for this host and its subdomains, an
        /// address, or a range of addresses such as `10.0.0.0/8`. With a port, as in
        /// `desk.example:8443` or `[::1]:8443`, an entry applies to that port only.
        pub fn no_proxy(mut self) -> Self {
            self.settings.proxy = $crate::internal::Proxy::None;
            self
        }

        /// Adds trusted root certificates, one or more in PEM, to those of the operating system.
        pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
            self.settings.root_certificates.push(pem.into());
            self
        }
    };
}
