//! Additional fields of tickets.

mod list;

pub use list::{AdditionalField, FieldDefinition, FieldOption, FieldType, ListFields};
