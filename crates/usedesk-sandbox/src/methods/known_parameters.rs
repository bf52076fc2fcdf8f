//! The names of the parameters that each method reads. A method cannot read any other, and all
//! others are reported as ignored.

/// Lists of names, so that methods can share some.
pub(super) type Known = &'static [&'static [&'static str]];

const NONE: &[&str] = &["api_token"];
const PAGE: &[&str] = &["offset"];
const CREATED: &[&str] = &["created_after", "created_before"];
const TICKET: &[&str] = &[
    "subject",
    "status",
    "priority",
    "type",
    "tag",
    "group_id",
    "assignee_id",
    "user_id",
    "client_id",
    "field_id",
    "field_value",
    "lists",
];
const MESSAGE: &[&str] = &["message", "from", "user_id", "trigger_id", "files"];
const ADDRESS: &[&str] =
    &["phone_type", "client_country", "client_city", "client_address", "new_address"];
const CLIENT: &[&str] = &[
    "name",
    "emails",
    "phone",
    "messengers",
    "sites",
    "note",
    "is_new_note",
    "position",
    "status_vip",
    "status_spam",
    "avatar",
    "merge_id",
];

pub(super) const LIST_CHANNELS: Known = &[NONE, &["channel_type"]];
pub(super) const CHAT_ADD_MESSAGE: Known =
    &[NONE, &["company_id", "channel_id", "chat_id", "message"]];
pub(super) const CHAT_CHANGE_ASSIGNEE: Known = &[NONE, &["chat_id", "user_id"]];
pub(super) const CHAT_SEND_MESSAGE: Known = &[NONE, &["chat_id", "user_id", "text"]];
pub(super) const GET_CLIENT: Known = &[NONE, &["client_id"]];
pub(super) const LIST_CLIENTS: Known = &[NONE, PAGE, CREATED, &["query", "search_type"]];
pub(super) const CREATE_CLIENT: Known = &[NONE, CLIENT, ADDRESS];
pub(super) const UPDATE_CLIENT: Known = &[NONE, &["client_id"], CLIENT, ADDRESS];
pub(super) const CREATE_COMMENT: Known = &[
    NONE,
    MESSAGE,
    &["ticket_id", "type", "cc", "bcc"],
    &["template_id", "template_name", "template_lang", "template_variables"],
];
pub(super) const CREATE_TICKET: Known = &[
    NONE,
    TICKET,
    MESSAGE,
    ADDRESS,
    &["private_comment", "additional_id", "channel_id"],
    &["client_name", "client_email", "client_phone", "company_name"],
];
pub(super) const UPDATE_TICKET: Known = &[NONE, TICKET, &["ticket_id", "silent"]];
pub(super) const GET_TICKET: Known =
    &[NONE, &["ticket_id", "accessible_for_agent_id", "properties"]];
pub(super) const LIST_TICKETS: Known = &[
    NONE,
    PAGE,
    CREATED,
    &["updated_after", "updated_before", "query", "client_id", "tag", "fields", "sort", "order"],
    &["fchannel", "fassigned", "fgroup", "fstatus", "ftype", "fpriority"],
    &["accessible_for_agent_id", "properties"],
];
const USER: &[&str] = &["name", "email", "group", "role", "phone", "avatar"];
pub(super) const CREATE_USER: Known = &[NONE, USER, &["password", "send_invite", "lang"]];
pub(super) const UPDATE_USER: Known =
    &[NONE, USER, &["user_id", "chat_online_status", "ticket_online_status"]];
pub(super) const DELETE_USER: Known = &[NONE, &["user_id"]];
pub(super) const GET_USER: Known = &[NONE, &["user_id"]];
pub(super) const LIST_USERS: Known = &[NONE, &["user_id", "group_id", "user_type", "query"]];
pub(super) const LIST_TAGS: Known = &[NONE, PAGE, &["query"]];
pub(super) const TOKEN_ONLY: Known = &[NONE];
const PLACED: &[&str] = &["account_id", "id"];
pub(super) const KB_LIST_STRUCTURE: Known = &[NONE, &["account_id"]];
pub(super) const KB_GET_ARTICLE: Known = &[NONE, PLACED];
pub(super) const KB_ADD_VIEWS: Known = &[NONE, PLACED, &["count"]];
pub(super) const KB_CHANGE_RATING: Known = &[NONE, PLACED, &["count_positive", "count_negative"]];
pub(super) const KB_LIST_ARTICLES: Known = &[
    NONE,
    &["account_id", "collection_ids", "category_ids", "article_ids", "count", "page"],
    &["query", "short_text", "type", "sort", "order"],
];

/// Returns the parameter whose name is most similar to another one, if any is.
#[cfg(feature = "program")]
pub(super) fn similar(known: Known, name: &str) -> Option<&'static str> {
    /// 1 is equal; `tags` and `tag` have 0.94.
    const ENOUGH: f64 = 0.8;
    let name = name.to_ascii_lowercase();
    let score = |known: &str| match (known.strip_suffix("_id"), name.strip_suffix("_id")) {
        // That both are ids says nothing.
        (Some(known), Some(name)) => strsim::jaro_winkler(known, name),
        _ => strsim::jaro_winkler(known, &name),
    };
    let scored = known.iter().copied().flatten().map(|known| (score(known), *known));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(score, _)| *score > ENOUGH).map(|(_, known)| known)
}

/// Whether a method reads this parameter.
pub(super) fn contains(known: Known, name: &str) -> bool {
    known.iter().any(|names| names.contains(&name))
}
