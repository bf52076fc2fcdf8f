// The list of tickets, with the filters of the API, and the form of a new ticket.

import { api } from "/console/control.js";
import { address } from "/console/router.js";
import {
  clientField,
  field,
  filled,
  h,
  onSubmit,
  PRIORITIES,
  select,
  STATUSES,
  TYPES,
  waiting,
  words,
} from "/console/ui.js";
import { messageFields, messageParameters } from "/console/views/message.js";
import { detail, loadTicket } from "/console/views/ticket.js";

export const tickets = { load, view, followsDesk: true };

/// In UTC, as in the API.
const TIMES = ["created_after", "created_before", "updated_after", "updated_before"];
const SORTS = ["id", "status_id", "client_id", "assignee_id", "group", "last_updated_at", "published_at"];

async function load(app, id) {
  await Promise.all([app.loadDesk(), loadList(app), /^\d+$/.test(id ?? "") && loadTicket(app, id)]);
}

async function loadList(app) {
  const filter = app.state.ticketFilter;
  const tickets = await api("/tickets", filter);
  // Responses can overtake each other.
  if (app.state.ticketFilter === filter) app.set({ tickets });
}

function view(app, id) {
  const { desk } = app.state;
  if (desk === null) return waiting(app);
  return h(
    "div",
    { class: id === undefined ? "split" : "split open" },
    h("section", { class: "list", "aria-label": app.t("view.tickets") }, filters(app), list(app, id)),
    id === "new" && newTicket(app),
    id !== undefined && id !== "new" && detail(app, id),
  );
}

function filters(app) {
  const { desk, ticketFilter } = app.state;
  const { t } = app;
  const any = ["", t("any")];
  const names = (items) => [any, ...items.map(({ id, name }) => [id, name])];
  const change = (event) => {
    const { assignee, field_id, field_value, ...values } = filled(new FormData(event.currentTarget));
    if (assignee !== undefined) values.fassigned = { assignee_id: assignee };
    if (field_id !== undefined) values.fields = [{ id: field_id, value: field_value ?? "not_empty" }];
    for (const name of TIMES) if (name in values) values[name] = values[name].replace("T", " ");
    app.set({ ticketFilter: values });
    app.attempt(() => loadList(app));
  };
  const choose = (name, options) => select({ name }, options, ticketFilter[name]);
  return [
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", id: "open-new-ticket", href: address("tickets", "new") }, t("ticket.new")),
    ),
    h(
      "form",
      {
        id: "ticket-filter",
        class: "toolbar",
        role: "search",
        onChange: change,
        onSubmit: (event) => event.preventDefault(),
      },
      field(t("search"), h("input", { name: "query", type: "search", defaultValue: ticketFilter.query })),
      field(t("ticket.status"), choose("fstatus", [any, ...STATUSES.map((status) => [status, t(`status.${status}`)])])),
      h(
        "details",
        { class: "more" },
        h("summary", null, t("ticket.more_filters")),
        h(
          "div",
          { class: "columns" },
          field(t("ticket.priority"), choose("fpriority", [any, ...words(app, PRIORITIES)])),
          field(t("ticket.type"), choose("ftype", [any, ...words(app, TYPES)])),
          field(t("ticket.group"), choose("fgroup", names(desk.groups))),
          field(
            t("ticket.assignee"),
            select(
              { name: "assignee" },
              [...names(desk.agents), ["unassigned", t("nobody")]],
              ticketFilter.fassigned?.assignee_id,
            ),
          ),
          field(t("ticket.channel"), choose("fchannel", names(desk.channels))),
          clientField(app, "filter", { value: ticketFilter.client_id }),
          field(t("ticket.tag"), h("input", { name: "tag", defaultValue: ticketFilter.tag })),
          TIMES.map((name) =>
            field(
              t(`ticket.${name}`),
              h("input", { name, type: "datetime-local", defaultValue: ticketFilter[name]?.replace(" ", "T") }),
            ),
          ),
          field(t("ticket.field"), select({ name: "field_id" }, names(desk.fields), ticketFilter.fields?.[0].id)),
          field(
            t("ticket.field_value"),
            h("input", { name: "field_value", defaultValue: ticketFilter.fields?.[0].value }),
            t("ticket.field_hint"),
          ),
          field(t("ticket.sort"), choose("sort", [any, ...SORTS])),
          field(t("ticket.order"), choose("order", [any, "asc", "desc"])),
          field(
            t("ticket.offset"),
            h("input", { name: "offset", type: "number", min: 0, defaultValue: ticketFilter.offset }),
          ),
        ),
      ),
    ),
  ];
}

function list(app, id) {
  const { tickets } = app.state;
  if (tickets === null) return waiting(app);
  if (tickets.length === 0) return h("p", { class: "empty" }, app.t("ticket.none"));
  return h(
    "ul",
    { id: "tickets", class: "plain items" },
    tickets.map((ticket) =>
      h(
        "li",
        { key: ticket.id },
        h(
          "a",
          {
            href: address("tickets", ticket.id),
            "data-ticket": ticket.id,
            "aria-current": String(ticket.id) === id ? "true" : undefined,
          },
          h("span", { class: "line" }, h("b", null, `#${ticket.id}`), " ", ticket.subject),
          h(
            "span",
            { class: "line" },
            h("span", { class: `badge status-${ticket.status}` }, app.t(`status.${ticket.status}`)),
            h("span", null, ticket.client_name),
            ticket.tags.map(({ name }) => h("span", { key: name, class: "tag" }, name)),
          ),
        ),
      ),
    ),
  );
}

function newTicket(app) {
  const { desk } = app.state;
  const { t } = app;
  const create = async (data) => {
    const values = filled(data);
    const parameters = messageParameters(data);
    parameters.append("subject", values.subject ?? "");
    if (values.client_id !== undefined) parameters.append("client_id", values.client_id);
    else {
      parameters.append("client_id", "new_client");
      for (const name of ["client_name", "client_email", "client_phone"]) parameters.append(name, values[name] ?? "");
    }
    if (values.tag !== undefined) parameters.append("tag", values.tag);
    const { ticket_id: id } = await api("/create/ticket", parameters);
    app.go("tickets", id);
    return t("ticket.created", { id });
  };
  return h(
    "section",
    { class: "detail", "aria-label": t("ticket.new") },
    h("a", { class: "back", href: address("tickets") }, "← ", t("back")),
    h("h2", { tabIndex: -1, "data-focus": true }, t("ticket.new")),
    h(
      "form",
      { id: "new-ticket", class: "form", onSubmit: onSubmit(app, create) },
      field(t("ticket.subject"), h("input", { name: "subject", required: true, maxLength: 255 })),
      clientField(app, "new-ticket", { hint: t("ticket.client_hint") }),
      h(
        "fieldset",
        null,
        h("legend", null, t("ticket.new_client")),
        field(t("name"), h("input", { name: "client_name" })),
        field(t("email"), h("input", { name: "client_email", type: "email" })),
        field(t("phone"), h("input", { name: "client_phone", type: "tel" })),
      ),
      messageFields(app),
      field(t("ticket.tags"), h("input", { name: "tag" }), t("ticket.tags_hint")),
      h("button", { class: "primary" }, t("ticket.create")),
    ),
  );
}
