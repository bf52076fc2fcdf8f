//! Parameters that this crate does not know, added to any operation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::Method;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::decode::{RawResponse, ResponseError, Rows};
use crate::encode;
use crate::encode::{Attachment, php};
use crate::limits::MAX_ID;
use crate::operation::{Operation, Safety};
use crate::pagination::Paged;
use crate::text::{quote, shorten};
use crate::violations::{Rule, Violations};

/// Limit for the nesting of an added value: PHP drops what is nested deeper in a form.
const MAX_DEPTH: usize = php::MAX_BRACKETS;

/// An operation with added parameters, which are sent with the given names and values.
///
/// For parameters that the server knows and this crate does not. Values are strings, numbers,
/// booleans, lists and objects; in a form, lists and objects are written with PHP's brackets.
///
/// A name must not be one that PHP reads as `api_token`, as a parameter of the operation itself, or
/// as another added one, since one would silently overwrite the other: PHP reads `api.token`,
/// ` api_token` and `api_token[x]` all as `api_token`. Such a name is a violation in every
/// encoding. A name may contain brackets, as in `watchers[0]`; its value must then be a scalar. In
/// a request with files, `MAX_FILE_SIZE` is a violation in any case of its letters: PHP drops every
/// file that is larger than its value.
///
/// A form does not depend on the features of `serde_json` in the program: even with
/// `arbitrary_precision` a number is written as an integer of 64 bits or an `f64`, so one with more
/// digits loses some. JSON keeps the digits. The members of an object are in the order of
/// `serde_json`: by name, or with `preserve_order` as they were added.
///
/// # Examples
///
/// ```
/// use usedesk_core::{RawParameters, tickets::UpdateTicket};
///
/// let update = RawParameters::new(UpdateTicket::new(4501).subject("Letter"))
///     .parameter("channel_id", 7)
///     .parameter("watchers", vec![17, 18]);
/// # let _ = update;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawParameters<O> {
    pub(super) operation: O,
    added: Vec<(String, Value)>,
}

impl<O: Operation> RawParameters<O> {
    /// Wraps an operation, without added parameters.
    pub fn new(operation: O) -> Self {
        Self { operation, added: Vec::new() }
    }

    /// Adds a parameter.
    ///
    /// Null and empty lists and objects are violations in a form, which cannot represent them.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.added.push((name.into(), value.into()));
        self
    }

    fn check_names(&self, violations: &mut Violations) {
        let own_names = encode::names(&self.operation);
        let mut taken = BTreeMap::from([("api_token".into(), "the token".to_owned())]);
        for name in &own_names {
            let owner = format!("the operation's own {name}");
            taken.extend(php::variable_name(name).map(|read_as| (read_as, owner)));
        }
        let has_files = !self.attachments().is_empty();
        for (name, _) in &self.added {
            let custom = |rule: &'static str| Rule::Custom(rule.into());
            if has_files && php::limits_files(name) {
                let rule = custom("have another name in a request with files");
                violations.push(shorten(name), rule, "one that makes PHP drop larger files");
            }
            match php::variable_name(name) {
                None => violations.push(
                    shorten(name),
                    custom("have a name that PHP reads"),
                    "one that PHP drops",
                ),
                Some(read_as) => match taken.get(&read_as) {
                    Some(other) => violations.push(
                        shorten(name),
                        custom("have a unique name"),
                        format!("one that PHP reads as {other}"),
                    ),
                    None => drop(taken.insert(read_as, format!("the added {}", quote(name)))),
                },
            }
        }
    }

    fn check_values(&self, violations: &mut Violations) {
        for (name, value) in &self.added {
            // The brackets of the value would close or follow those in the name.
            if name.contains(['[', ']', '\0']) && (value.is_array() || value.is_object()) {
                let rule = Rule::Custom("be a scalar, since its name has brackets".into());
                violations.push(shorten(name), rule, "a list or an object");
            }
            visit(value, |value, _| match value.as_u64() {
                Some(number) if number > MAX_ID => {
                    violations.push(shorten(name), Rule::Maximum(MAX_ID), number.to_string());
                }
                _ => {}
            });
            let depth = depth(value);
            if depth > MAX_DEPTH {
                let rule = format!("be nested at most {MAX_DEPTH} levels deep");
                violations.push(shorten(name), Rule::Custom(rule.into()), depth.to_string());
            }
        }
    }
}

impl<O: Operation> Serialize for RawParameters<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both<'a, O> {
            #[serde(flatten)]
            operation: &'a O,
            #[serde(flatten)]
            added: Added<'a>,
        }

        struct Added<'a>(&'a [(String, Value)]);

        impl Serialize for Added<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for (name, value) in self.0 {
                    // Skips what `check` reports, so that the encoder does not report it again. A
                    // value that is too deep would also exhaust its stack.
                    let read_as = php::variable_name(name);
                    let is_reported = read_as.is_none_or(|name| name == "api_token");
                    if !is_reported && depth(value) <= MAX_DEPTH {
                        map.serialize_entry(name, value)?;
                    }
                }
                map.end()
            }
        }

        Both { operation: &self.operation, added: Added(&self.added) }.serialize(serializer)
    }
}

impl<O: Operation> Operation for RawParameters<O> {
    type Output = O::Output;

    const NAME: &'static str = O::NAME;
    const METHOD: Method = O::METHOD;
    const SAFETY: Safety = O::SAFETY;
    const FILE_PARAMETER: &'static str = O::FILE_PARAMETER;

    fn path(&self) -> Cow<'_, str> {
        self.operation.path()
    }

    fn attachments(&self) -> &[Attachment] {
        self.operation.attachments()
    }

    fn check(&self, violations: &mut Violations) {
        let mut own = Violations::default();
        self.operation.check(&mut own);
        // An added parameter counts as a change.
        let is_change = !self.added.is_empty();
        violations.extend(own.into_iter().filter(|v| !(is_change && *v.rule() == Rule::Change)));
        self.check_names(violations);
        self.check_values(violations);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        O::decode(response)
    }

    fn name(&self) -> &'static str {
        self.operation.name()
    }

    fn method(&self) -> Method {
        self.operation.method()
    }

    fn safety(&self) -> Safety {
        self.operation.safety()
    }
}

impl<O: Paged> Paged for RawParameters<O> {
    type Item = O::Item;

    fn page_number(&self) -> u64 {
        self.operation.page_number()
    }

    fn with_page(self, page: u64) -> Self {
        Self { operation: self.operation.with_page(page), ..self }
    }

    fn last_page(output: &Self::Output) -> Option<u64> {
        O::last_page(output)
    }

    fn into_items(output: Self::Output) -> Rows<Self::Item> {
        O::into_items(output)
    }

    fn key(item: &Self::Item) -> u64 {
        O::key(item)
    }
}

/// Calls `visitor` with the value and every value in it, and the depth of each. Does not recurse,
/// since a deep value would exhaust the stack.
fn visit<'a>(value: &'a Value, mut visitor: impl FnMut(&'a Value, usize)) {
    let mut rest = vec![(value, 0)];
    while let Some((value, depth)) = rest.pop() {
        visitor(value, depth);
        match value {
            Value::Array(items) => rest.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Object(members) => {
                rest.extend(members.values().map(|member| (member, depth + 1)));
            }
            _ => {}
        }
    }
}

fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    visit(value, |_, depth| deepest = deepest.max(depth));
    deepest
}
