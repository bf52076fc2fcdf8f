//! Everything public of core is reachable from each transport crate under the same path.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Imports every path from the world's crate, which fails to compile if it is not there.
macro_rules! reachable {
    ($($($segment:ident)::+,)+) => {
        #[expect(unused_imports, reason = "that they can be imported is the test")]
        mod imports {
            $(use super::super::sdk::$($segment)::+ as _;)+
        }

        const PATHS: &[&[&str]] = &[$(&[$(stringify!($segment)),+]),+];
    };
}

reachable! {
    Answer, AnswerError, ApiToken, AuthorSide, BASE_URL_VARIABLE, Body, BoxFuture, Bytes, ChannelId,
    ChatId, ClientId, CommentId, CommentType, CompanyId, DEFAULT_ATTEMPT_TIMEOUT,
    DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_ANSWER, DateTime, Encoding, Error, ErrorKind, Fault, FieldId, GroupId, Limits,
    MAX_ERROR_BODY, MAX_FORM_PARAMETERS, MAX_HEADERS, MAX_HEADER_BYTES, MAX_ID, MAX_RETRY_AFTER, MAX_TIMEOUT, MAX_USER_AGENT, Method, Operation,
    OptionId, Outcome, ParseIdError, Preview, RawParameters, Refusal, Response, Rule, Safety,
    StatusCode, TOKEN_VARIABLE, TicketId, TicketPriority, TicketStatus, TicketType,
    Transport, UserId, Value, Violation, Violations, http,
    base_url::INTERNATIONAL_CLOUD, base_url::RUSSIAN_CLOUD,
    fields::AdditionalField, fields::FieldDefinition, fields::FieldOption, fields::FieldType,
    fields::ListFields, testing::Script,
    tickets::AuthorSide, tickets::Change, tickets::ChangedValue, tickets::Comment,
    tickets::CommentFile, tickets::CommentType, tickets::CustomField, tickets::FieldValue,
    tickets::GetTicket, tickets::MAX_FIELD_IDS, tickets::MAX_FIELD_TEXT, tickets::MAX_SUBJECT,
    tickets::MAX_TAGS, tickets::MAX_WORD, tickets::Ticket, tickets::TicketDetails,
    tickets::TicketPriority, tickets::TicketStatus, tickets::TicketType, tickets::UpdateTicket,
    tickets::Updated,
    webhooks::AdditionalId, webhooks::Address, webhooks::BlockAnswer, webhooks::BlockClient,
    webhooks::BlockRequest, webhooks::ChangeTarget, webhooks::ChatEvent, webhooks::ChatState,
    webhooks::Client, webhooks::CommentCreated, webhooks::CustomBlock, webhooks::DeliveryStatus,
    webhooks::Event, webhooks::MAX_WEBHOOK_BODY, webhooks::Messenger, webhooks::Phone,
    webhooks::Rating, webhooks::Receiver, webhooks::SocialNetwork, webhooks::TicketChanged,
    webhooks::TicketCreated, webhooks::TicketField, webhooks::WebhookError,
    webhooks::WhatsAppDelivery,
}

#[test]
fn no_path_of_core_is_missing_above() {
    let above: BTreeSet<String> = PATHS.iter().map(|path| path.join("::")).collect();
    assert_eq!(public_names("lib", ""), above);
}

/// The public names that a module of core exports and declares, with those of its modules.
fn public_names(module: &str, prefix: &str) -> BTreeSet<String> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../usedesk-core/src");
    let source = fs::read_to_string(core.join(format!("{module}.rs"))).expect("it is there");
    let mut names = BTreeSet::new();
    let items: Vec<&str> = source.split("\npub ").collect();
    for pair in items.windows(2) {
        if pair[0].ends_with("#[doc(hidden)]") {
            continue;
        }
        let (kind, rest) = pair[1].split_once(' ').expect("an item");
        let name =
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        match kind {
            "mod" => names.extend(public_names(name, &format!("{prefix}{name}::"))),
            "use" => {
                // The last segments of `a::b::{C, D}`, over several lines.
                let paths = rest.split(';').next().unwrap_or_default().split([',', '{', '}']);
                let used = paths.filter_map(|path| path.trim().rsplit("::").next());
                let used = used.filter(|name| !name.is_empty());
                names.extend(used.map(|name| format!("{prefix}{name}")));
            }
            _ => drop(names.insert(format!("{prefix}{name}"))),
        }
    }
    names
}
