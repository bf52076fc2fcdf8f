//! `/create/user`: adds an agent (EN 51415).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Action, Agent, Desk};

pub(super) const ROLES: &[&str] = &["admin", "employee", "support"];
pub(super) const DEFAULT_ROLE: &str = "employee";
const LANGUAGES: &[&str] = &["ru", "en", "es", "kk", "pt-br"];
const DEFAULT_LANGUAGE: &str = "ru";

/// The password is required but not stored. `send_invite` has no effect: the sandbox sends no mail.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let name = parameters.required_text("name")?.into_owned();
    let email = parameters.required_text("email")?.into_owned();
    parameters.required_text("password")?;
    let group = desk.known_group(parameters.required_number("group")?)?.id;
    let role = parameters.word("role", ROLES, ErrorCode::UnknownRole)?;
    let phone = parameters.text("phone")?.filter(|phone| !phone.is_empty());
    let avatar = parameters.files("avatar")?.pop();
    parameters.flag("send_invite")?;
    let lang = parameters.word("lang", LANGUAGES, ErrorCode::UnknownLanguage)?;

    let id = desk.agent_ids.take();
    desk.note("agent", id, Action::Created);
    let avatar = avatar.map(|file| desk.files.keep(file).file);
    desk.agents.push(Agent {
        id,
        name,
        email,
        role: role.unwrap_or(DEFAULT_ROLE).to_owned(),
        position: String::new(),
        phone: phone.map(Into::into),
        lang: lang.unwrap_or(DEFAULT_LANGUAGE).to_owned(),
        chat_online: false,
        ticket_online: false,
        avatar,
        groups: vec![group],
        default_group: group,
    });
    Ok(json!({ "status": "success", "user_id": id }))
}
