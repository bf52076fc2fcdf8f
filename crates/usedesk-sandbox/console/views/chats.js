// Chats, both sides.

import { api } from "/console/control.js";
import { address } from "/console/router.js";
import { clientField, field, filled, h, onSubmit, select, waiting } from "/console/ui.js";

/// How many chats are listed.
const SHOWN = 200;

export const chats = { load, view, followsDesk: true };

async function load(app, id) {
  await app.loadDesk();
  const chat = app.state.desk.chats.find((chat) => String(chat.id) === id);
  if (chat === undefined) return;
  const ticket = await api("/ticket", { ticket_id: chat.ticket_id });
  if (app.state.route.id === id) app.set({ chat: { ...ticket, id: chat.id } });
}

function view(app, id) {
  const { desk, chat } = app.state;
  if (desk === null) return waiting(app);
  const known = desk.chats.find((chat) => String(chat.id) === id);
  return h(
    "div",
    { class: known === undefined ? "split" : "split open" },
    h("section", { class: "list", "aria-label": app.t("view.chats") }, list(app, id), newChat(app)),
    known !== undefined && (chat?.id === known.id ? detail(app, known, chat) : waiting(app)),
  );
}

function list(app, id) {
  const { desk } = app.state;
  if (desk.chats.length === 0) return h("p", { class: "empty" }, app.t("chat.none"));
  const name = (client) => desk.clients.find(({ id }) => id === client)?.name ?? client;
  return h(
    "ul",
    { id: "chats", class: "plain items" },
    desk.chats
      .slice(-SHOWN)
      .toReversed()
      .map((chat) =>
        h(
          "li",
          { key: chat.id },
          h(
            "a",
            {
              href: address("chats", chat.id),
              "data-chat": chat.id,
              "aria-current": String(chat.id) === id ? "true" : undefined,
            },
            h("span", { class: "line" }, h("b", null, `#${chat.id}`), " ", name(chat.client_id)),
            h("span", { class: "line muted" }, `${app.t("ticket")} ${chat.ticket_id}`),
          ),
        ),
      ),
  );
}

function newChat(app) {
  const { desk } = app.state;
  const { t } = app;
  const channels = desk.channels.filter(({ type }) => type === "chat").map(({ id, name }) => [id, name]);
  if (channels.length === 0) return h("p", { class: "muted" }, t("chat.no_channel"));
  const open = async (data) => {
    const { channel_id, name, client_id, text } = filled(data);
    const from = client_id === undefined ? { name: name ?? "" } : { client_id };
    const message = { text, from };
    const { chat_id: id } = await api("/chat/addMessage", { company_id: desk.company_id, channel_id, message });
    app.go("chats", id);
  };
  return h(
    "form",
    { id: "new-chat", class: "form", "aria-label": t("chat.new"), onSubmit: onSubmit(app, open) },
    h("h2", null, t("chat.new")),
    field(t("ticket.channel"), select({ name: "channel_id" }, channels)),
    clientField(app, "new-chat", { hint: t("ticket.client_hint") }),
    field(t("name"), h("input", { name: "name" }), t("chat.name_hint")),
    field(t("message"), h("textarea", { name: "text", required: true, rows: 2 })),
    h("button", { class: "primary" }, t("chat.open")),
  );
}

function detail(app, chat, { ticket, comments }) {
  const { desk } = app.state;
  const { t } = app;
  const agents = desk.agents.map(({ id, name }) => [id, name]);
  const act = (path, parameters) =>
    onSubmit(app, async (data) => {
      await api(path, { chat_id: chat.id, ...parameters(filled(data)) });
      await app.reload();
      return t("reply.sent");
    });
  return h(
    "section",
    { id: "chat", class: "detail", key: chat.id, "aria-label": t("chat") },
    h("a", { class: "back", href: address("chats") }, "← ", t("back")),
    h("h2", { tabIndex: -1, "data-focus": true }, `${t("chat")} #${chat.id}`),
    h(
      "p",
      { class: "facts" },
      h("a", { href: address("tickets", chat.ticket_id) }, `${t("ticket")} ${chat.ticket_id}`),
      h("span", null, t(`status.${ticket.status_id}`)),
    ),
    h(
      "ol",
      { class: "plain talk", "aria-live": "polite", "aria-label": t("ticket.conversation") },
      comments.map((comment) =>
        h(
          "li",
          { key: comment.id, "data-comment": comment.id, class: comment.from },
          h(
            "p",
            { class: "facts" },
            h("b", null, comment.user?.name ?? comment.client_name),
            h("span", null, comment.published_at),
          ),
          h("p", { class: "bubble" }, comment.message),
        ),
      ),
    ),
    h(
      "div",
      { class: "columns" },
      h(
        "form",
        {
          id: "chat-client",
          class: "form",
          "aria-label": t("from.client"),
          onSubmit: act("/chat/addMessage", ({ text }) => ({
            company_id: desk.company_id,
            channel_id: ticket.channel_id,
            message: { text, from: { client_id: chat.client_id } },
          })),
        },
        field(
          `${t("from.client")}: ${ticket.client_name}`,
          h("input", { name: "text", required: true, autocomplete: "off" }),
        ),
        h("button", { class: "primary" }, t("reply.send")),
      ),
      h(
        "form",
        {
          id: "chat-agent",
          class: "form",
          "aria-label": t("from.user"),
          onSubmit: act("/chat/sendMessage", (values) => values),
        },
        field(t("from.user"), select({ name: "user_id" }, agents)),
        field(t("message"), h("input", { name: "text", required: true, autocomplete: "off" })),
        h("button", { class: "primary" }, t("reply.send")),
      ),
    ),
    h(
      "form",
      {
        id: "chat-assignee",
        class: "form inline",
        "aria-label": t("ticket.assignee"),
        onSubmit: act("/chat/changeAssignee", (values) => values),
      },
      field(
        t("ticket.assignee"),
        select(
          { name: "user_id", required: true },
          ticket.assignee_id === null ? [["", t("nobody")], ...agents] : agents,
          ticket.assignee_id ?? "",
        ),
      ),
      h("button", null, t("update.save")),
    ),
  );
}
