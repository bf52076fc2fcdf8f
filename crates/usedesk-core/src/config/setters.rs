//! The setters of the builders, written once for every flavor.

/// The setters that the builders of all worlds share, written once so that they cannot differ.
///
/// For a type with a field `settings: BuilderSettings`.
#[doc(hidden)]
#[macro_export]
macro_rules! builder_setters {
    () => {
        /// Where the API is: [`INTERNATIONAL_CLOUD`]($crate::config::INTERNATIONAL_CLOUD) (the
        /// default), [`RUSSIAN_CLOUD`]($crate::config::RUSSIAN_CLOUD), or your own. The paths of
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

        /// When a call that failed is repeated; see [`RetryPolicy`]($crate::RetryPolicy).
        /// [`RetryPolicy::none`]($crate::RetryPolicy::none) turns it off.
        pub fn retry_policy(mut self, policy: $crate::RetryPolicy) -> Self {
            self.settings.retry_policy = policy;
            self
        }

        /// How fast calls may start: [135 a minute]($crate::RateLimit::default) by default. Clones of
        /// the handle keep it together.
        pub fn rate_limit(mut self, limit: $crate::RateLimit) -> Self {
            (self.settings.rate_limit, self.settings.rate_limiter) = (Some(limit), None);
            self
        }

        /// Keeps a pace together with other handles: the documented limit counts per IP address.
        pub fn rate_limiter(mut self, limiter: $crate::RateLimiter) -> Self {
            (self.settings.rate_limit, self.settings.rate_limiter) = (None, Some(limiter));
            self
        }

        /// Lets calls start as fast as they come. The server may then refuse some for too many
        /// requests, and those are repeated after the wait that it asks for.
        pub fn without_rate_limit(mut self) -> Self {
            (self.settings.rate_limit, self.settings.rate_limiter) = (None, None);
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
        pub fn max_response_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_response_bytes = bytes;
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
