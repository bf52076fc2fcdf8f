// Where changes are posted, what was sent, and the responses.

import { control } from "/console/control.js";
import { address } from "/console/router.js";
import { body, clock, duration, field, filled, h, onSubmit, select, waiting } from "/console/ui.js";

export const webhooks = { load, view };

const CHANGES = ["ticket_created", "ticket_changed", "comment_created", "chat_message"];
const EVENTS = ["ping", ...CHANGES, "rating", "whatsapp_delivery", "dynamic_block", "custom"];
const FORMATS = ["json", "form", "multipart"];

/// Deliveries and settings are loaded at the start, and follow events.
async function load() {}

function view(app, id) {
  const { settings, deliveries } = app.state;
  if (settings === null) return waiting(app);
  const delivery = deliveries.find((delivery) => String(delivery.id) === id);
  return h(
    "div",
    { class: delivery === undefined ? "split" : "split open" },
    h(
      "section",
      { class: "list", "aria-label": app.t("view.webhooks") },
      urls(app, settings),
      fire(app, settings),
      list(app, id),
    ),
    delivery !== undefined && detail(app, delivery),
  );
}

function urls(app, { webhooks }) {
  const { t } = app;
  const save = (webhooks) => app.changeSettings({ webhooks });
  const remove = (url) => app.attempt(() => save(webhooks.filter((webhook) => webhook.url !== url)));
  const add = async (data) => {
    const { url, secret, format } = filled(data);
    const events = data.getAll("events");
    await save([...webhooks, { url, format, events, ...(secret && { secret }) }]);
    return t("webhook.added");
  };
  return h(
    "section",
    { "aria-labelledby": "webhooks-title" },
    h("h2", { id: "webhooks-title" }, t("webhook.urls")),
    webhooks.length === 0 && h("p", { class: "muted" }, t("webhook.none")),
    h(
      "ul",
      { id: "webhook-list", class: "plain" },
      webhooks.map(({ url, format, events }) =>
        h(
          "li",
          { key: url, "data-webhook": url },
          h("code", null, url),
          " ",
          h("span", { class: "muted" }, `${format} · ${events.join(", ")}`),
          " ",
          h("button", { type: "button", class: "quiet", "data-remove": url, onClick: () => remove(url) }, t("remove")),
        ),
      ),
    ),
    h(
      "details",
      null,
      h("summary", null, t("webhook.add")),
      h(
        "form",
        { id: "add-webhook", class: "form", onSubmit: onSubmit(app, add) },
        field(
          "URL",
          h("input", { name: "url", type: "url", required: true, placeholder: "http://127.0.0.1:3000/usedesk" }),
          t("webhook.url_hint"),
        ),
        h(
          "fieldset",
          null,
          h("legend", null, t("webhook.events")),
          CHANGES.map((name) =>
            h(
              "label",
              { key: name, class: "check" },
              h("input", { type: "checkbox", name: "events", value: name, defaultChecked: true }),
              name,
            ),
          ),
        ),
        formatAndSecret(app),
        h("button", { class: "primary" }, t("webhook.add")),
      ),
    ),
  );
}

function formatAndSecret(app) {
  return h(
    "div",
    { class: "columns" },
    field(app.t("webhook.format"), select({ name: "format" }, FORMATS)),
    field(app.t("webhook.secret"), h("input", { name: "secret", autocomplete: "off", placeholder: "sandbox-secret" })),
  );
}

function fire(app, { webhooks }) {
  const { t } = app;
  const send = async (data) => {
    const { url, event, format, secret, id, rating, payload } = filled(data);
    const sent = { url, event, format, ...(secret && { secret }) };
    if (event !== "ping" && event !== "custom") sent.id = id;
    if (event === "rating") sent.rating = rating ?? 5;
    if (event === "custom") sent.payload = JSON.parse(payload ?? "{}");
    const delivery = await control.post("webhooks", sent);
    if (delivery.error !== null) throw new Error(delivery.error);
    return `HTTP ${delivery.status}`;
  };
  return h(
    "details",
    null,
    h("summary", null, t("webhook.fire")),
    h(
      "form",
      { id: "fire", class: "form", onSubmit: onSubmit(app, send, { keep: true }) },
      field("URL", h("input", { name: "url", type: "url", required: true, defaultValue: webhooks[0]?.url })),
      h(
        "div",
        { class: "columns" },
        field(t("webhook.event"), select({ name: "event" }, EVENTS)),
        field(t("webhook.id"), h("input", { name: "id", type: "number", min: 0 }), t("webhook.id_hint")),
        field(t("webhook.rating"), h("input", { name: "rating", type: "number", min: 0 })),
      ),
      field(t("webhook.payload"), h("textarea", { name: "payload", rows: 2, placeholder: '{"ping": true}' })),
      formatAndSecret(app),
      h("button", { class: "primary" }, t("webhook.fire")),
    ),
  );
}

function list(app, id) {
  const { deliveries } = app.state;
  return h(
    "section",
    { "aria-labelledby": "deliveries-title" },
    h("h2", { id: "deliveries-title" }, app.t("webhook.deliveries")),
    deliveries.length === 0
      ? h("p", { class: "empty" }, app.t("webhook.no_deliveries"))
      : h(
          "button",
          {
            id: "clear-deliveries",
            type: "button",
            class: "quiet",
            onClick: () => app.attempt(() => control.delete("webhooks")),
          },
          app.t("requests.clear"),
        ),
    h(
      "ul",
      { id: "deliveries", class: "plain items" },
      deliveries.toReversed().map((delivery) =>
        h(
          "li",
          { key: delivery.id },
          h(
            "a",
            {
              href: address("webhooks", delivery.id),
              "data-delivery": delivery.id,
              "data-event": delivery.event,
              "aria-current": String(delivery.id) === id ? "true" : undefined,
            },
            h("span", { class: "line" }, h("b", null, delivery.event), " ", result(delivery)),
            h("span", { class: "line muted" }, `${clock(delivery.time)} ${delivery.url}`),
          ),
        ),
      ),
    ),
  );
}

function result({ status, error }) {
  const isGood = status >= 200 && status < 300;
  return h("span", { class: `badge ${isGood ? "ok" : "rejected"}` }, status === null ? error : `HTTP ${status}`);
}

function detail(app, delivery) {
  const { t } = app;
  const resend = async () => {
    const { id } = await control.post(`webhooks/${delivery.id}`);
    return t("webhook.resent", { id });
  };
  return h(
    "section",
    { id: "delivery", class: "detail", key: delivery.id, "aria-label": t("webhook.delivery") },
    h("a", { class: "back", href: address("webhooks") }, "← ", t("back")),
    h("h2", { tabIndex: -1, "data-focus": true }, `${delivery.event} #${delivery.id}`),
    h(
      "p",
      { class: "facts" },
      result(delivery),
      h("span", null, clock(delivery.time)),
      h("span", null, duration(app, delivery.duration_ms)),
    ),
    h("p", null, h("code", null, delivery.url)),
    h(
      "p",
      { class: "actions" },
      h(
        "button",
        { id: "resend", type: "button", class: "quiet", onClick: () => app.attempt(resend) },
        t("webhook.resend"),
      ),
    ),
    h(
      "section",
      { id: "delivery-request" },
      h("h3", null, t("webhook.request")),
      h("p", { class: "muted" }, delivery.content_type),
      body(app, delivery.body),
    ),
    h(
      "section",
      { id: "delivery-response" },
      h("h3", null, t("webhook.response")),
      delivery.error !== null && h("p", { class: "notice rejected" }, delivery.error),
      delivery.response === "" ? h("p", { class: "muted" }, t("none")) : body(app, delivery.response),
    ),
  );
}
