//! One method of the API, as pure data.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::violations::Violations;

pub use self::raw_operation::RawOperation;
pub use self::raw_parameters::RawParameters;

mod raw_operation;
mod raw_parameters;

/// What a second identical request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safety {
    /// It changes nothing, and neither does the first.
    Read,
    /// It leaves the same state as the first.
    Idempotent,
    /// It has another effect: it creates another ticket, or sends another message.
    Once,
}

/// What errors and the engine keep of an encoded operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Label {
    pub(crate) name: &'static str,
    pub(crate) safety: Safety,
}

impl Label {
    pub(crate) fn of<O: Operation>() -> Self {
        Self { name: O::NAME, safety: O::SAFETY }
    }

    pub(crate) fn of_request(operation: &impl Operation) -> Self {
        Self { name: operation.name(), safety: operation.safety() }
    }
}

/// One method of the API: its parameters, its rules and the decoding of its response.
///
/// The parameters are what [`Serialize`] writes: a struct or a map, whose members become the
/// parameters of the request. Skip what is not set (`skip_serializing_if`): a form cannot represent
/// null. The token is added when the request is encoded.
///
/// # Examples
///
/// The request types of this crate implement it. Implement it for a method that has no type, or call
/// it once with a [`RawOperation`]:
///
/// ```
/// use std::borrow::Cow;
/// use usedesk_core::{Method, Operation, Safety, Violations};
///
/// /// Lists the languages of the help desk.
/// #[derive(serde::Serialize)]
/// struct ListLanguages {
///     company_id: u64,
/// }
///
/// impl Operation for ListLanguages {
///     type Output = Vec<String>;
///
///     const NAME: &'static str = "list_languages";
///     const METHOD: Method = Method::POST;
///     const SAFETY: Safety = Safety::Read;
///
///     fn path(&self) -> Cow<'_, str> {
///         "/languages".into()
///     }
///
///     fn check(&self, violations: &mut Violations) {
///         violations.check_id("company_id", self.company_id);
///     }
/// }
/// ```
pub trait Operation: Serialize {
    /// The decoded response.
    type Output: DeserializeOwned + Send + 'static;

    /// The name in errors and events, such as `update_ticket`.
    const NAME: &'static str;

    /// The HTTP method. With GET the parameters and the token are sent in the query. Prefer POST,
    /// since HTTP libraries may log URLs.
    const METHOD: Method;

    /// What a second request does. The HTTP method does not say: almost all methods use POST.
    const SAFETY: Safety;

    /// The parameter of the files: `files[]` allows several, `avatar` only one.
    const FILE_PARAMETER: &'static str = "files[]";

    /// Returns the path below the base URL, with a leading slash: `/update/ticket`.
    fn path(&self) -> Cow<'_, str>;

    /// Returns the files to upload, at most [`MAX_FILES`](crate::MAX_FILES). A request with files
    /// is multipart in every [`Encoding`](crate::Encoding). [`Serialize`] must not write them.
    fn attachments(&self) -> &[Attachment] {
        &[]
    }

    /// Adds every violation, in the order of the parameters.
    fn check(&self, violations: &mut Violations);

    /// Decodes a response with a 2xx status.
    ///
    /// The default is [`RawResponse::json`], which first looks for an API error in the body and
    /// then deserializes the whole body as [`Output`](Self::Output). Override it for any other
    /// body.
    ///
    /// # Errors
    ///
    /// If the server rejected the request, or if the body cannot be decoded.
    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.json()
    }

    /// Returns [`NAME`](Self::NAME), unless the name is a value of the request, as that of a
    /// [`RawOperation`] is. An operation that wraps any other one forwards this method and the next
    /// two.
    fn name(&self) -> &'static str {
        Self::NAME
    }

    /// Returns [`METHOD`](Self::METHOD), unless the HTTP method is a value of the request.
    fn method(&self) -> Method {
        Self::METHOD
    }

    /// Returns [`SAFETY`](Self::SAFETY), unless the safety is a value of the request.
    fn safety(&self) -> Safety {
        Self::SAFETY
    }
}

impl<O: Operation> Operation for &O {
    type Output = O::Output;

    const NAME: &'static str = O::NAME;
    const METHOD: Method = O::METHOD;
    const SAFETY: Safety = O::SAFETY;
    const FILE_PARAMETER: &'static str = O::FILE_PARAMETER;

    fn path(&self) -> Cow<'_, str> {
        (**self).path()
    }

    fn attachments(&self) -> &[Attachment] {
        (**self).attachments()
    }

    fn check(&self, violations: &mut Violations) {
        (**self).check(violations);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        O::decode(response)
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn method(&self) -> Method {
        (**self).method()
    }

    fn safety(&self) -> Safety {
        (**self).safety()
    }
}
