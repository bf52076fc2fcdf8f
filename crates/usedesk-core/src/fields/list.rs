//! Listing the additional fields.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date_time::UtcDateTime;
use crate::decode::{RawResponse, ResponseError, Rows, lenient, open_number};
use crate::ids::{CompanyId, FieldId, OptionId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Lists the additional fields of tickets, with the options of lists and the levels of nested
/// lists: `POST /ticket/fields`, articles 51411 (English) and 49527 (Russian).
///
/// It returns the ids for [`UpdateTicket::field`](crate::tickets::UpdateTicket::field) and
/// [`list`](crate::tickets::UpdateTicket::list). The response has all fields; there is no
/// pagination.
///
/// # Errors
///
/// Fails with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. Reading
/// changes nothing.
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
    /// Creates a request for all fields.
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

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

open_number! {
    /// The type of an additional field.
    pub enum FieldType {
        /// 1: a text.
        Text = 1,
        /// 2: an option of a list.
        List = 2,
        /// 3: a checkbox.
        Checkbox = 3,
        /// 4: a level of a nested list. Only on the Russian page.
        NestedList = 4,
    }
}

/// An additional field with its options.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdditionalField {
    /// The definition (`custom_field` on the wire).
    #[serde_with(skip_apply)]
    #[serde(rename = "custom_field", deserialize_with = "lenient::object")]
    pub field: FieldDefinition,
    /// The options (`field_options` on the wire); empty for texts and checkboxes.
    #[serde(rename = "field_options")]
    pub options: Rows<FieldOption>,
}

/// The definition of an additional field.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldDefinition {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: FieldId,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The type (`ticket_field_type_id` on the wire).
    #[serde(rename = "ticket_field_type_id")]
    pub field_type: Option<FieldType>,
    /// The name.
    pub name: String,
    /// Documented as always null.
    pub value: Option<Value>,
    /// Whether agents must fill in the field before they can reply.
    pub required: Option<bool>,
    /// Whether setting the field also adds a tag `name:value`.
    pub add_tag: Option<bool>,
    /// Whether the field has a filter.
    pub add_filter: Option<bool>,
    /// The position among the fields; lower numbers are further up.
    pub sort: Option<i64>,
    /// Whether the field is in use.
    pub active: Option<bool>,
    /// Whether the field is hidden.
    pub hidden: Option<bool>,
    /// Whether the field can be changed through the API only.
    pub api: Option<bool>,
    /// Whether the field was deleted.
    pub deleted: Option<bool>,
    /// The parent level of a level of a nested list.
    pub parent_field_id: Option<FieldId>,
    /// The pattern that a text must match.
    pub mask: Option<String>,
    /// Whether the field is shown beside the ticket.
    pub ticket_interface: Option<bool>,
    /// When the field was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the field was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}

/// An option of a list or of a level of a nested list.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldOption {
    /// The id, to which a field is set.
    #[serde_with(skip_apply)]
    pub id: OptionId,
    /// The field (`ticket_field_id` on the wire).
    #[serde(rename = "ticket_field_id")]
    pub field_id: Option<FieldId>,
    /// The caption.
    pub value: String,
    /// The options of the parent level that allow this one (`parent_option_id` on the wire).
    #[serde(rename = "parent_option_id")]
    pub parent_option_ids: Vec<OptionId>,
    /// The position among the options.
    pub order: Option<i64>,
    /// When the option was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the option was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}
