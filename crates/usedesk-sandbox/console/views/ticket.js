// One ticket: the conversation, its fields and history, and what an agent or the client can do.

import { api, filePath } from "/console/control.js";
import { address } from "/console/router.js";
import {
  field,
  filled,
  h,
  messageFrame,
  onSubmit,
  PRIORITIES,
  select,
  STATUSES,
  TYPES,
  waiting,
  words,
} from "/console/ui.js";
import { messageFields, messageParameters } from "/console/views/message.js";
import { changes } from "/console/views/request.js";

/// How many comments, and how many entries of the history, are shown.
const SHOWN = 100;
/// How many levels of a nested list are told apart. A list can be its own parent in a seed.
const LEVELS = 5;

export async function loadTicket(app, id) {
  if (app.state.ticket?.ticket.id !== Number(id)) app.set({ ticket: null });
  const ticket = await api("/ticket", { ticket_id: Number(id) });
  if (app.state.route.id === id) app.set({ ticket });
}

export function detail(app, id) {
  const shown = app.state.ticket;
  const back = h("a", { class: "back", href: address("tickets") }, "← ", app.t("back"));
  if (shown === null || shown.ticket.id !== Number(id)) {
    return h("section", { id: "ticket", class: "detail" }, back, waiting(app));
  }
  const { ticket, comments } = shown;
  return h(
    "section",
    { id: "ticket", class: "detail", key: ticket.id, "aria-label": app.t("ticket") },
    back,
    h("h2", { tabIndex: -1, "data-focus": true }, `#${ticket.id} ${ticket.subject}`),
    facts(app, shown),
    h(
      "section",
      { "aria-label": app.t("ticket.conversation") },
      earlier(app, comments),
      comments.slice(-SHOWN).map((comment) => commentOf(app, comment)),
    ),
    reply(app, ticket),
    update(app, ticket),
    fields(app, shown),
    history(app, shown),
  );
}

/// Tells how many are not shown.
function earlier(app, all) {
  const count = all.length - SHOWN;
  return count > 0 && h("p", { class: "muted" }, app.t("ticket.earlier", { count }));
}

function nameOf(items, id) {
  return items.find((item) => item.id === id)?.name ?? (id === null ? "—" : `#${id}`);
}

function facts(app, { ticket, tags }) {
  const { t, state } = app;
  const facts = [
    [
      t("ticket.status"),
      h(
        "span",
        { class: `badge status-${ticket.status_id}`, "data-status": ticket.status_id },
        t(`status.${ticket.status_id}`),
      ),
    ],
    [t("ticket.priority"), t(`word.${ticket.priority}`)],
    [t("ticket.type"), t(`word.${ticket.type}`)],
    [t("ticket.client"), ticket.client_name],
    [t("ticket.assignee"), nameOf(state.desk.agents, ticket.assignee_id)],
    [t("ticket.group"), nameOf(state.desk.groups, ticket.group)],
    [t("ticket.channel"), nameOf(state.desk.channels, ticket.channel_id)],
    [t("ticket.created_at"), ticket.published_at],
    [t("ticket.updated_at"), ticket.last_updated_at],
  ];
  return [
    h(
      "dl",
      { class: "grid" },
      facts.map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
    ),
    h(
      "p",
      { id: "tags" },
      tags.length === 0
        ? h("span", { class: "muted" }, t("ticket.no_tags"))
        : tags.map((tag) => h("span", { key: tag, class: "tag" }, tag)),
    ),
  ];
}

function commentOf(app, comment) {
  const author = comment.user?.name ?? comment.client_name ?? app.t(`from.${comment.from}`);
  return h(
    "article",
    {
      key: comment.id,
      class: `comment ${comment.from} ${comment.type}`,
      "data-comment": comment.id,
      "aria-label": author,
    },
    h(
      "p",
      { class: "facts" },
      h("b", null, author),
      h("span", null, app.t(`from.${comment.from}`)),
      comment.type === "private" && h("span", { class: "badge private" }, app.t("private")),
      h("span", null, comment.published_at),
    ),
    messageFrame(app.t("message.of", { author }), comment.message),
    comment.files.length > 0 &&
      h(
        "ul",
        { class: "plain" },
        comment.files.map(({ name, file }, index) =>
          h("li", { key: index }, h("a", { href: filePath(file), download: name }, name)),
        ),
      ),
  );
}

function reply(app, ticket) {
  const { t, state } = app;
  const send = async (data) => {
    const parameters = messageParameters(data);
    parameters.append("ticket_id", ticket.id);
    parameters.append("type", data.get("type"));
    const author = data.get("author");
    parameters.append("from", author === "client" ? "client" : "user");
    if (author !== "client") parameters.append("user_id", author);
    await api("/create/comment", parameters);
    await app.reload();
    return t("reply.sent");
  };
  const authors = [
    ["client", `${t("from.client")}: ${ticket.client_name}`],
    ...state.desk.agents.map(({ id, name }) => [id, `${t("from.user")}: ${name}`]),
  ];
  const kinds = [
    ["public", t("public")],
    ["private", t("private")],
  ];
  return h(
    "form",
    { id: "reply", class: "form", "aria-label": t("reply"), onSubmit: onSubmit(app, send) },
    h("h3", null, t("reply")),
    h(
      "div",
      { class: "columns" },
      field(t("reply.as"), select({ name: "author" }, authors)),
      field(t("reply.kind"), select({ name: "type" }, kinds)),
    ),
    messageFields(app),
    h("button", { class: "primary" }, t("reply.send")),
  );
}

function update(app, ticket) {
  const { t, state } = app;
  const change = async (data) => {
    const values = filled(data);
    const parameters = { ticket_id: ticket.id, ...values };
    // Only what differs: a group alone would change the agent.
    const before = {
      status: ticket.status_id,
      priority: ticket.priority,
      type: ticket.type,
      group_id: ticket.group ?? "null",
      assignee_id: ticket.assignee_id ?? "null",
    };
    for (const [name, value] of Object.entries(before)) if (String(value) === values[name]) delete parameters[name];
    await api("/update/ticket", parameters);
    await app.reload();
    return t("update.done");
  };
  const people = (items) => [["null", t("nobody")], ...items.map(({ id, name }) => [id, name])];
  return h(
    "form",
    { id: "update", class: "form", "aria-label": t("update"), onSubmit: onSubmit(app, change, { keep: true }) },
    h("h3", null, t("update")),
    h(
      "div",
      { class: "columns" },
      field(
        t("ticket.status"),
        select(
          { name: "status" },
          STATUSES.map((status) => [status, t(`status.${status}`)]),
          ticket.status_id,
        ),
      ),
      field(t("ticket.priority"), select({ name: "priority" }, words(app, PRIORITIES), ticket.priority)),
      field(t("ticket.type"), select({ name: "type" }, words(app, TYPES), ticket.type)),
      field(t("ticket.group"), select({ name: "group_id" }, people(state.desk.groups), ticket.group ?? "null")),
      field(
        t("ticket.assignee"),
        select({ name: "assignee_id" }, people(state.desk.agents), ticket.assignee_id ?? "null"),
      ),
      field(
        t("update.as"),
        select({ name: "user_id" }, [["", t("nobody")], ...state.desk.agents.map(({ id, name }) => [id, name])]),
      ),
    ),
    field(
      t("ticket.add_tags"),
      h("input", { name: "tag", maxLength: 255, key: ticket.last_updated_at }),
      t("ticket.tags_hint"),
    ),
    h("button", { class: "primary" }, t("update.save")),
  );
}

function fields(app, { custom_fields: values }) {
  const known = app.state.desk.fields;
  const rows = known.map((custom) => {
    const value = values.find(({ ticket_field_id: id }) => id === custom.id)?.value;
    const option = custom.options.find(({ id }) => String(id) === value);
    return { ...custom, value, text: option?.value ?? value ?? "—" };
  });
  // The levels of a nested list follow their parent.
  const level = ({ parent }, most = LEVELS) => {
    const above = rows.find(({ id }) => id === parent);
    return above === undefined || most === 0 ? 0 : level(above, most - 1) + 1;
  };
  return h(
    "section",
    { id: "fields", "aria-labelledby": "fields-title" },
    h("h3", { id: "fields-title" }, app.t("ticket.fields")),
    rows.length === 0 && h("p", { class: "muted" }, app.t("none")),
    h(
      "dl",
      { class: "grid" },
      rows.map((row) =>
        h(
          "div",
          { key: row.id, "data-field": row.id, class: `level-${level(row)}` },
          h("dt", null, row.name, " ", h("small", null, `${row.id} · ${row.type}`)),
          h("dd", null, row.text),
        ),
      ),
    ),
  );
}

/// Who changed what, newest first.
function history(app, { changes: entries }) {
  const { t, state } = app;
  return h(
    "section",
    { id: "history", "aria-labelledby": "history-title" },
    h("h3", { id: "history-title" }, t("ticket.history")),
    entries.length === 0 && h("p", { class: "muted" }, t("ticket.no_history")),
    h(
      "ol",
      { class: "plain" },
      entries
        .slice(-SHOWN)
        .toReversed()
        .map((entry) =>
          h(
            "li",
            { key: entry.id, "data-change": entry.id },
            h(
              "p",
              { class: "facts" },
              h("span", null, entry.changed_at),
              h("b", null, entry.user_id === null ? t("ticket.no_author") : nameOf(state.desk.agents, entry.user_id)),
            ),
            changes(entry.data),
          ),
        ),
    ),
    earlier(app, entries),
  );
}
