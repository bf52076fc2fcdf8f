//! List the additional fields.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::decode::{RawResponse, ResponseError, Rows, lenient, open_number};
use crate::ids::{CompanyId, FieldId, OptionId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Lists the additional fields that tickets can have, with the options of lists and the levels of
/// nested lists: `POST /ticket/fields`, articles 51411 (English) and 49527 (Russian).
///
/// From here come the ids for [`UpdateTicket::field`](crate::tickets::UpdateTicket::field) and
/// [`list`](crate::tickets::UpdateTicket::list). All fields come at once, there are no pages.
///
/// # Errors
///
/// Sending it fails with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the
/// list. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::fields::ListFields;
///
/// let list = ListFields::new();
/// # let _ = list;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListFields {}

impl ListFields {
    /// All fields.
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for ListFields {
    type Output = Rows<AdditionalField>;

    const NAME: &'static str = "list_additional_fields";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/ticket/fields".into()
    }

    fn check(&self, _: &mut Violations) {}

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.list()
    }
}

open_number! {
    /// What kind of value an additional field takes.
    pub enum FieldType {
        /// 1: a text.
        Text = 1,
        /// 2: one option of a list.
        List = 2,
        /// 3: a checkbox.
        Checkbox = 3,
        /// 4: one level of a nested list. Only the Russian page has it.
        NestedList = 4,
    }
}

/// An additional field with its options.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdditionalField {
    /// The field itself (`custom_field` on the wire).
    #[serde_with(skip_apply)]
    #[serde(rename = "custom_field", deserialize_with = "lenient::object")]
    pub field: FieldDefinition,
    /// The options to choose from; none for texts and checkboxes.
    #[serde(rename = "field_options")]
    pub options: Rows<FieldOption>,
}

/// What an additional field is.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldDefinition {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: FieldId,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
    /// What kind of value it takes.
    #[serde(rename = "ticket_field_type_id")]
    pub field_type: Option<FieldType>,
    /// Its name.
    pub name: String,
    /// Documented as always null.
    pub value: Option<Value>,
    /// Whether agents cannot reply before it is filled in.
    pub required: Option<bool>,
    /// Whether setting it also adds a tag `name:value`.
    pub add_tag: Option<bool>,
    /// Whether there is a filter for it.
    pub add_filter: Option<bool>,
    /// Its place among the fields; a lower number is further up.
    pub sort: Option<i64>,
    /// Whether it is in use.
    pub active: Option<bool>,
    /// Whether it is hidden.
    pub hidden: Option<bool>,
    /// Whether it can be changed through the API only.
    pub api: Option<bool>,
    /// Whether it was deleted.
    pub deleted: Option<bool>,
    /// The level above, of a level of a nested list.
    pub parent_field_id: Option<FieldId>,
    /// The pattern that a text has to follow.
    pub mask: Option<String>,
    /// Whether it is shown beside the ticket.
    pub ticket_interface: Option<bool>,
    /// When it was created.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}

/// One option of a list, or of one level of a nested list.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldOption {
    /// Its id, which is what a field is set to.
    #[serde_with(skip_apply)]
    pub id: OptionId,
    /// The field it belongs to.
    #[serde(rename = "ticket_field_id")]
    pub field_id: Option<FieldId>,
    /// Its caption.
    pub value: String,
    /// The options of the level above that it can follow.
    #[serde(rename = "parent_option_id")]
    pub parent_option_ids: Vec<OptionId>,
    /// Its place among the options.
    pub order: Option<i64>,
    /// When it was created.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
}
