//! One method of the API, as pure data.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::violations::Violations;

pub use self::raw_parameters::RawParameters;

mod raw_parameters;

/// What happens when the same request reaches the server twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Safety {
    /// Nothing is changed.
    Read,
    /// The second time leaves things as the first did.
    Idempotent,
    /// The second time does it again: creates another ticket, sends another message.
    Once,
}

/// What errors and the engine keep of an operation once it is encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Label {
    pub(crate) name: &'static str,
    pub(crate) safety: Safety,
}

impl Label {
    pub(crate) fn of<O: Operation>() -> Self {
        Self { name: O::NAME, safety: O::SAFETY }
    }
}

/// One method of the API: its parameters, its rules and how its answer reads.
///
/// The parameters are what [`Serialize`] writes: a struct or a map, whose members become the
/// parameters of the request. Leave out what is not set (`skip_serializing_if`): a form cannot
/// carry null. The token is added when the request is encoded.
///
/// # Examples
///
/// The methods of this crate implement it; implement it yourself for one that is not listed:
///
/// ```
/// use std::borrow::Cow;
/// use usedesk_core::{Method, Operation, Safety, Violations};
///
/// /// Languages the desk speaks.
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
    /// What a successful answer is read into.
    type Output: DeserializeOwned + Send + 'static;

    /// The name in errors, `update_ticket`.
    const NAME: &'static str;

    /// The HTTP method. With GET the parameters, the token too, go into the query: prefer POST,
    /// since HTTP libraries may log URLs.
    const METHOD: Method;

    /// What a repetition does. The HTTP method does not tell: almost everything is POST.
    const SAFETY: Safety;

    /// What the files are called, `files[]` where there may be several, `avatar` for one.
    const FILE_PARAMETER: &'static str = "files[]";

    /// The path below the base URL, with a leading slash: `/update/ticket`.
    fn path(&self) -> Cow<'_, str>;

    /// The files that go along, at most [`MAX_FILES`](crate::MAX_FILES). With one, the request is
    /// multipart in every [`Encoding`](crate::Encoding). They are not part of what [`Serialize`]
    /// writes.
    fn attachments(&self) -> &[Attachment] {
        &[]
    }

    /// Adds every rule that the parameters break, in the order of the parameters.
    fn check(&self, violations: &mut Violations);

    /// Reads the answer to a request that was answered with a 2xx status.
    ///
    /// By default [`RawResponse::json`]: an error in the body is looked for first, and then the whole
    /// body is read as [`Output`](Self::Output). Override it where success has another shape.
    ///
    /// # Errors
    ///
    /// When the server refused, or when the body cannot be read.
    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.json()
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

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        O::decode(answer)
    }
}
