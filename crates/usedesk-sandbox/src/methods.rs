//! The methods of the API: one file each and one entry in [`METHODS`].

mod chat_add_message;
mod chat_change_assignee;
mod chat_send_message;
mod client_details;
mod create_client;
mod create_comment;
mod create_ticket;
mod create_user;
mod delete_user;
mod fields;
mod get_client;
mod get_ticket;
mod get_user;
mod knowledge_base;
mod known_parameters;
mod list_channels;
mod list_clients;
mod list_fields;
mod list_groups;
mod list_tags;
mod list_tickets;
mod list_users;
mod listing;
mod message;
mod parameters;
mod route;
mod ticket_parameters;
mod update_client;
mod update_ticket;
mod update_user;

use serde_json::Value;

use self::knowledge_base as kb;
use self::known_parameters::{self as known, Known};
use self::parameters::Parameters;
pub(crate) use self::route::{Handled, Route, normalize};
use crate::api_error::ApiError;
use crate::desk::Desk;

struct Method {
    /// The name of the operation.
    operation: &'static str,
    /// The parameters it reads.
    known: Known,
    /// A name in braces matches a number, which becomes the parameter of that name.
    path: &'static str,
    verbs: &'static [&'static str],
    act: fn(&mut Desk, Parameters<'_>) -> Result<Value, ApiError>,
}

impl Method {
    /// Whether it only reads.
    fn reads(&self) -> bool {
        let name = self.operation.strip_prefix("kb_").unwrap_or(self.operation);
        name.starts_with("get_") || name.starts_with("list_")
    }

    /// Whether the response has the id of something new.
    fn creates(&self) -> bool {
        self.operation.starts_with("create_") || self.operation == "chat_add_message"
    }
}

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
/// GET is not documented for these methods, but public clients use it.
const GET_OR_POST: &[&str] = &["GET", "POST"];

const METHODS: &[Method] = &[
    Method {
        path: "/channels",
        operation: "list_channels",
        known: known::LIST_CHANNELS,
        verbs: GET,
        act: list_channels::act,
    },
    Method {
        path: "/chat/addMessage",
        operation: "chat_add_message",
        known: known::CHAT_ADD_MESSAGE,
        verbs: POST,
        act: chat_add_message::act,
    },
    Method {
        path: "/chat/changeAssignee",
        operation: "chat_change_assignee",
        known: known::CHAT_CHANGE_ASSIGNEE,
        verbs: POST,
        act: chat_change_assignee::act,
    },
    Method {
        path: "/chat/sendMessage",
        operation: "chat_send_message",
        known: known::CHAT_SEND_MESSAGE,
        verbs: POST,
        act: chat_send_message::act,
    },
    Method {
        path: "/client",
        operation: "get_client",
        known: known::GET_CLIENT,
        verbs: GET_OR_POST,
        act: get_client::act,
    },
    Method {
        path: "/clients",
        operation: "list_clients",
        known: known::LIST_CLIENTS,
        verbs: GET_OR_POST,
        act: list_clients::act,
    },
    Method {
        path: "/create/client",
        operation: "create_client",
        known: known::CREATE_CLIENT,
        verbs: POST,
        act: create_client::act,
    },
    Method {
        path: "/create/comment",
        operation: "create_comment",
        known: known::CREATE_COMMENT,
        verbs: POST,
        act: create_comment::act,
    },
    Method {
        path: "/create/ticket",
        operation: "create_ticket",
        known: known::CREATE_TICKET,
        verbs: POST,
        act: create_ticket::act,
    },
    Method {
        path: "/create/ticket/async",
        operation: "create_ticket",
        known: known::CREATE_TICKET,
        verbs: POST,
        act: create_ticket::act,
    },
    Method {
        path: "/create/user",
        operation: "create_user",
        known: known::CREATE_USER,
        verbs: POST,
        act: create_user::act,
    },
    Method {
        path: "/delete/user",
        operation: "delete_user",
        known: known::DELETE_USER,
        verbs: POST,
        act: delete_user::act,
    },
    Method {
        path: "/groups",
        operation: "list_groups",
        known: known::TOKEN_ONLY,
        verbs: GET_OR_POST,
        act: list_groups::act,
    },
    Method {
        path: "/support/{account_id}/articles/list",
        operation: "kb_list_articles",
        known: known::KB_LIST_ARTICLES,
        verbs: GET,
        act: kb::list_articles::act,
    },
    Method {
        path: "/support/{account_id}/articles/{id}",
        operation: "kb_get_article",
        known: known::KB_GET_ARTICLE,
        verbs: GET,
        act: kb::get_article::act,
    },
    Method {
        path: "/support/{account_id}/articles/{id}/add-views",
        operation: "kb_add_views",
        known: known::KB_ADD_VIEWS,
        verbs: POST,
        act: kb::add_views::act,
    },
    Method {
        path: "/support/{account_id}/articles/{id}/change-rating",
        operation: "kb_change_rating",
        known: known::KB_CHANGE_RATING,
        verbs: POST,
        act: kb::change_rating::act,
    },
    Method {
        path: "/support/{account_id}/list",
        operation: "kb_list_structure",
        known: known::KB_LIST_STRUCTURE,
        verbs: GET,
        act: kb::list_structure::act,
    },
    Method {
        path: "/tags",
        operation: "list_tags",
        known: known::LIST_TAGS,
        verbs: GET_OR_POST,
        act: list_tags::act,
    },
    Method {
        path: "/ticket",
        operation: "get_ticket",
        known: known::GET_TICKET,
        verbs: GET_OR_POST,
        act: get_ticket::act,
    },
    Method {
        path: "/ticket/fields",
        operation: "list_additional_fields",
        known: known::TOKEN_ONLY,
        verbs: GET_OR_POST,
        act: list_fields::act,
    },
    Method {
        path: "/tickets",
        operation: "list_tickets",
        known: known::LIST_TICKETS,
        verbs: GET_OR_POST,
        act: list_tickets::act,
    },
    Method {
        path: "/update/client",
        operation: "update_client",
        known: known::UPDATE_CLIENT,
        verbs: POST,
        act: update_client::act,
    },
    Method {
        path: "/update/ticket",
        operation: "update_ticket",
        known: known::UPDATE_TICKET,
        verbs: POST,
        act: update_ticket::act,
    },
    Method {
        path: "/update/user",
        operation: "update_user",
        known: known::UPDATE_USER,
        verbs: POST,
        act: update_user::act,
    },
    Method {
        path: "/user",
        operation: "get_user",
        known: known::GET_USER,
        verbs: GET,
        act: get_user::act,
    },
    Method {
        path: "/users",
        operation: "list_users",
        known: known::LIST_USERS,
        verbs: GET_OR_POST,
        act: list_users::act,
    },
];

/// Describes all methods as JSON.
#[cfg(feature = "program")]
pub(crate) fn describe() -> Value {
    let show = |method: &Method| {
        serde_json::json!({
            "operation": method.operation,
            "path": method.path,
            "methods": method.verbs,
            "parameters": method.known.concat(),
        })
    };
    METHODS.iter().map(show).collect()
}

/// Returns the names of all operations.
#[cfg(feature = "program")]
pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|method| method.operation)
}
