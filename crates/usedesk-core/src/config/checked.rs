//! Checked settings, and how they turn an operation into a call.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};

use super::Preview;
use super::base_url::{BaseUrl, PLAIN_PATH, is_plain_path};
use super::proxy::ChosenProxy;
use crate::call::{
    Call, Deadline, Observer, QueueKind, Reader, RequestOrigin, RetryBudget, RetryPolicy,
};
use crate::encode::{self, Attachment, Body, Encoded, Encoding, Files};
use crate::error::Error;
use crate::limits::{MAX_TIMEOUT, MIN_UPLOAD_RATE};
use crate::operation::{Label, Operation};
use crate::secret::ApiToken;
use crate::text::quote;
use crate::transport::ExchangeLimits;
use crate::violations::{ALL_PARAMETERS, Rule, Violations};

/// The checked settings of a handle apart from its transport.
#[derive(Clone)]
pub struct CheckedConfig {
    pub(super) token: ApiToken,
    pub(super) base_url: BaseUrl,
    pub(super) encoding: Encoding,
    pub(super) user_agent: HeaderValue,
    pub(super) limits: ExchangeLimits,
    pub(super) max_file_bytes: usize,
    pub(super) proxy: Option<ChosenProxy>,
    pub(super) retry_policy: RetryPolicy,
    pub(super) retry_budget: Option<RetryBudget>,
    pub(super) queue: QueueKind,
    pub(super) deadline: Deadline,
    pub(super) observer: Option<Observer>,
}

impl CheckedConfig {
    /// Validates and encodes an operation.
    ///
    /// # Errors
    ///
    /// If the operation is invalid. The error has all violations.
    pub fn call<O: Operation>(&self, operation: &O) -> Result<Call<O::Output>, Error> {
        let mut request = self.request(operation, self.token.expose(), operation.attachments())?;
        let (token, base_path) = (self.token.clone(), Arc::clone(self.base_url.path()));
        request.extensions_mut().insert(RequestOrigin { token, base_path });
        let upload_time = Duration::from_secs(request.body().len() / MIN_UPLOAD_RATE);
        Ok(Call {
            reader: Reader {
                label: Label::of_request(operation),
                limits: self.limits.with_upload_time(upload_time),
                token: self.token.clone(),
                decode: O::decode,
            },
            request,
            retry_policy: self.retry_policy,
            retry_budget: self.retry_budget.clone(),
            queue: self.queue.clone(),
            deadline: self.deadline.with_upload_time(upload_time),
            observer: self.observer.clone(),
        })
    }

    /// Returns a copy that limits calls to this time, including the time in the queue.
    #[must_use]
    pub fn with_deadline(&self, limit: Duration) -> Self {
        let limit = limit.min(MAX_TIMEOUT);
        Self { deadline: Deadline::WithQueue(limit), ..self.clone() }
    }

    /// Returns a copy with this encoding of request bodies.
    #[must_use]
    pub fn with_encoding(&self, encoding: Encoding) -> Self {
        Self { encoding, ..self.clone() }
    }

    /// Returns a copy without a rate limit.
    #[must_use]
    pub fn without_rate_limit(&self) -> Self {
        Self { queue: QueueKind::None, ..self.clone() }
    }

    /// Returns what [`call`](Self::call) would send, without the token, and with the size of each
    /// file instead of its content.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn preview<O: Operation>(&self, operation: &O) -> Result<Preview, Error> {
        let attachments: Vec<_> = operation.attachments().iter().map(Attachment::summary).collect();
        let request = self.request(operation, Preview::TOKEN, &attachments)?;
        Ok(Preview::new(&request, &self.token))
    }

    /// Returns whether the API is reached over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.is_https()
    }

    /// Returns whether any connection is over TLS: to the API or to a proxy.
    #[must_use]
    pub fn needs_tls(&self) -> bool {
        self.is_https() || self.proxy().is_some_and(is_https_url)
    }

    /// Returns whether the base URL is plain http to this machine.
    #[must_use]
    pub fn is_plain_loopback(&self) -> bool {
        self.base_url.is_plain_loopback()
    }

    /// Returns the base URL, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.base_url.to_string()
    }

    /// Returns the URL of the proxy, if there is one. It may hold a password.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_ref().map(|proxy| &*proxy.url)
    }

    /// Returns the setting or environment variable that names the proxy, for errors about it.
    #[must_use]
    pub fn proxy_setting(&self) -> &'static str {
        self.proxy.as_ref().map_or("proxy", |proxy| proxy.setting)
    }

    /// Returns the limits of an exchange.
    #[must_use]
    pub fn limits(&self) -> ExchangeLimits {
        self.limits
    }

    fn request<O: Operation>(
        &self,
        operation: &O,
        token: &str,
        attachments: &[Attachment],
    ) -> Result<Request<Body>, Error> {
        let mut violations = Violations::default();
        operation.check(&mut violations);
        let method = operation.method();
        let in_query = matches!(method, Method::GET | Method::HEAD);
        let (encoded, query) = if in_query {
            if !attachments.is_empty() {
                let rule =
                    Rule::Custom("be sent with POST, since a query cannot carry files".into());
                violations.push(O::FILE_PARAMETER, rule, method.as_str());
            }
            let query = encode::form(token, operation, &mut violations);
            (None, Some(query))
        } else {
            let (encoding, violations) = (self.encoding, &mut violations);
            // Checks the files themselves: `attachments` may be their summaries.
            let files = |attachments| Files { parameter: O::FILE_PARAMETER, attachments };
            encode::check_files(files(operation.attachments()), self.max_file_bytes, violations);
            (Some(encode::encode(encoding, token, operation, files(attachments), violations)), None)
        };
        let uri = self.uri(&operation.path(), query.as_deref(), &mut violations);
        let Some(uri) = uri.filter(|_| violations.is_empty()) else {
            return Err(Error::invalid(
                Label::of_request(operation),
                violations.map_texts(
                    |name| self.token.redact_names(name),
                    |found| self.token.redact_message(found),
                ),
            ));
        };
        let mut request = Request::new(Body::default());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT, HeaderValue::from_static(encode::JSON));
        #[cfg(feature = "gzip")]
        headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if let Some(Encoded { body, content_type }) = encoded {
            headers.insert(CONTENT_TYPE, content_type);
            *request.body_mut() = body;
        }
        Ok(request)
    }

    fn uri(&self, path: &str, query: Option<&[u8]>, violations: &mut Violations) -> Option<Uri> {
        if !is_plain_path(path) {
            violations.push("(path)", Rule::Custom(PLAIN_PATH.into()), quote(path));
            return None;
        }
        let uri = self.base_url.join(path, query).ok();
        if uri.is_none() {
            let length = path.len() + query.map_or(0, <[u8]>::len);
            let rule =
                Rule::Custom("fit into a URL, which has at most about 65,000 characters".into());
            violations.push(ALL_PARAMETERS, rule, length.to_string());
        }
        uri
    }
}

// The URL of a proxy may hold a password, and the base URL may hold the token.
impl fmt::Debug for CheckedConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedConfig")
            .field("token", &self.token)
            .field("base_url", &self.token.redact(&self.base_url()))
            .field("encoding", &self.encoding)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Ignores the case of the scheme, as HTTP libraries do.
fn is_https_url(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("https"))
}
