//! A method of the API that this crate does not know, called without a type of its own.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::encode::Attachment;
use crate::operation::{Label, Operation, RawParameters, Safety};
use crate::violations::Violations;

/// A method of the API that this crate does not know, as a path and parameters.
///
/// The response is decoded as a [`Value`], or as the type that [`output`](Self::output) sets, unless
/// it is an [API error](crate::RawResponse::json). Parameters follow the rules of [`RawParameters`].
/// For a method that you call often, implement [`Operation`], which can check its parameters.
///
/// A [`Value`] can take a hundred times the memory of the body, if that consists of small objects;
/// the setting `max_response_bytes` limits the body.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if the path or a parameter breaks a rule
/// (nothing is sent), with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the
/// request, and with [`Decode`](crate::ErrorKind::Decode) if the response is not what
/// [`output`](Self::output) says: then the server has acted. As with any operation,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells.
///
/// # Examples
///
/// ```
/// use usedesk_core::{RawOperation, Safety, json};
///
/// let merge = RawOperation::post("/tickets/merge")
///     .parameter("ticket_id", 4501)
///     .parameter("tickets", json!([4502, 4503]));
///
/// let languages = RawOperation::post("/languages")
///     .name("list_languages")
///     .safety(Safety::Read)
///     .output::<Vec<String>>();
/// # let _ = (merge, languages);
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct RawOperation<T = Value> {
    request: RawParameters<Endpoint>,
    output: PhantomData<fn() -> T>,
}

impl RawOperation {
    /// Creates a request with POST, whose parameters are in the body. The path is below the base
    /// URL, with a leading slash.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path.into())
    }

    /// Creates a request with GET, whose parameters and token are in the query. Prefer
    /// [`post`](Self::post) where both work, since HTTP libraries may log URLs.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into())
    }

    fn new(method: Method, path: String) -> Self {
        let label = Label::of::<Endpoint>();
        let endpoint = Endpoint { label, method, path, attachments: Vec::new() };
        Self { request: RawParameters::new(endpoint), output: PhantomData }
    }
}

impl<T> RawOperation<T> {
    /// Adds a parameter.
    ///
    /// Null and empty lists and objects are violations in a form, which cannot represent them.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request = self.request.parameter(name, value);
        self
    }

    /// Adds a file: `files[]`.
    pub fn attach(mut self, file: Attachment) -> Self {
        self.request.operation.attachments.push(file);
        self
    }

    /// Sets what a second identical request does: [`Safety::Once`] by default, so a request that
    /// may have been processed is never retried.
    pub fn safety(mut self, safety: Safety) -> Self {
        self.request.operation.label.safety = safety;
        self
    }

    /// Sets the name in errors and events: `raw_operation` by default.
    pub fn name(mut self, name: &'static str) -> Self {
        self.request.operation.label.name = name;
        self
    }

    /// Sets the type that the whole response is decoded as. For lists of which other rows survive
    /// a bad one, implement [`Operation`] and decode with [`RawResponse::list`](crate::RawResponse::list).
    pub fn output<U: DeserializeOwned + Send + 'static>(self) -> RawOperation<U> {
        RawOperation { request: self.request, output: PhantomData }
    }
}

impl<T: DeserializeOwned + Send + 'static> Operation for RawOperation<T> {
    type Output = T;

    const NAME: &'static str = Endpoint::NAME;
    const METHOD: Method = Endpoint::METHOD;
    const SAFETY: Safety = Endpoint::SAFETY;

    fn path(&self) -> Cow<'_, str> {
        self.request.path()
    }

    fn attachments(&self) -> &[Attachment] {
        self.request.attachments()
    }

    fn check(&self, violations: &mut Violations) {
        self.request.check(violations);
    }

    fn name(&self) -> &'static str {
        self.request.name()
    }

    fn method(&self) -> Method {
        self.request.method()
    }

    fn safety(&self) -> Safety {
        self.request.safety()
    }
}

impl<T> Serialize for RawOperation<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.request.serialize(serializer)
    }
}

// By hand, since derived they would need the same of `T`.
impl<T> Clone for RawOperation<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), output: PhantomData }
    }
}

impl<T> PartialEq for RawOperation<T> {
    fn eq(&self, other: &Self) -> bool {
        self.request == other.request
    }
}

impl<T> fmt::Debug for RawOperation<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawOperation").field(&self.request).finish()
    }
}

/// The operation that the parameters are added to.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Endpoint {
    #[serde(skip)]
    label: Label,
    #[serde(skip)]
    method: Method,
    #[serde(skip)]
    path: String,
    #[serde(skip)]
    attachments: Vec<Attachment>,
}

impl Operation for Endpoint {
    type Output = Value;

    const NAME: &'static str = "raw_operation";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        (&*self.path).into()
    }

    fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    fn check(&self, _: &mut Violations) {}

    fn name(&self) -> &'static str {
        self.label.name
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn safety(&self) -> Safety {
        self.label.safety
    }
}
