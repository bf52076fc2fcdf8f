// Faults: what the next requests of a client meet.

import { control } from "/console/control.js";
import { activeFaults } from "/console/faults.js";
import { field, h, onSubmit, select, waiting } from "/console/ui.js";
import { scriptForm } from "/console/views/script.js";

export const faults = { load, view };

const QUIRKS = [
  "numbers",
  "created_ids",
  "zeros",
  "empty_objects",
  "first_file",
  "escapes",
  "errors_in_200",
  "html_errors",
];
const NO_FAULT = { quirks: false, latency_ms: { min: 0, max: 0 }, rate_limit: null, read_lag_ms: 0 };

/// Settings and scripts are loaded at the start and follow events.
async function load() {}

function view(app) {
  const { settings } = app.state;
  if (settings === null) return waiting(app);
  return h(
    "div",
    { class: "narrow" },
    active(app),
    scriptForm(app),
    h("div", { class: "columns" }, latency(app, settings), limit(app, settings)),
    quirks(app, settings),
  );
}

function active(app) {
  const { t, state } = app;
  const clear = async () => {
    await Promise.all([control.delete("scripts"), app.changeSettings(NO_FAULT)]);
    return t("faults.cleared");
  };
  return h(
    "section",
    { "aria-labelledby": "active-title" },
    h("h2", { id: "active-title" }, t("faults.title")),
    activeFaults(app).length === 0
      ? h("p", { class: "muted" }, t("faults.none"))
      : h(
          "button",
          { id: "clear-faults", type: "button", class: "danger", onClick: () => app.attempt(clear) },
          t("faults.clear"),
        ),
    h(
      "ul",
      { id: "scripts", class: "plain" },
      state.scripts.map((one) => row(app, one)),
    ),
  );
}

function row(app, one) {
  const { operation, path, parameters } = one.match;
  const matched = [
    operation ?? path ?? app.t("faults.any"),
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ];
  const remove = () => app.attempt(() => control.delete(`scripts/${one.id}`));
  return h(
    "li",
    { key: one.id, "data-script": one.id },
    h("b", null, `#${one.id} `),
    h("code", null, matched.join(" ")),
    " → ",
    h("span", { class: "badge scripted" }, describe(app, one)),
    " ",
    h(
      "span",
      { class: "muted" },
      app.t("faults.used", { used: one.used, times: one.times === "all" ? "∞" : one.times }),
    ),
    " ",
    h("button", { type: "button", class: "quiet", "data-remove": one.id, onClick: remove }, app.t("remove")),
  );
}

function describe(app, { status, fault, raw, cut_body, cut_head, delay_ms, body }) {
  const parts = [
    status !== undefined && `HTTP ${status}`,
    fault !== undefined && app.t(`kind.${fault}`),
    raw !== undefined && "raw",
    (cut_body !== undefined || cut_head !== undefined) && app.t("kind.cut_body"),
    delay_ms > 0 && app.t("milliseconds", { number: delay_ms }),
    body !== undefined && body.slice(0, 60),
  ].filter(Boolean);
  return parts.join(", ") || app.t("faults.own");
}

function settingsForm(app, id, title, read, ...fields) {
  const save = async (data) => {
    await app.changeSettings(read(data));
    return app.t("faults.saved");
  };
  return h(
    "form",
    { id, class: "form", "aria-label": title, onSubmit: onSubmit(app, save, { keep: true }) },
    h("h3", null, title),
    fields,
    h("button", null, app.t("faults.save")),
  );
}

// Fields keep what is typed or ticked when the page is rendered again, and are new ones when the setting changes.

function checkbox(name, value, isOn) {
  return h("input", { type: "checkbox", name, value, defaultChecked: isOn, key: `${value} ${isOn}` });
}

function number(name, value, props) {
  return h("input", { name, type: "number", min: 0, defaultValue: value, key: `${name} ${value}`, ...props });
}

function latency(app, { latency_ms, read_lag_ms }) {
  const { t } = app;
  const read = (data) => {
    const [min, max] = [Number(data.get("min")), Number(data.get("max"))];
    return { latency_ms: { min, max: Math.max(min, max) }, read_lag_ms: Number(data.get("lag")) };
  };
  return settingsForm(
    app,
    "latency",
    t("faults.latency_title"),
    read,
    field(t("faults.min"), number("min", latency_ms.min, { max: 60_000 })),
    field(t("faults.max"), number("max", latency_ms.max, { max: 60_000 })),
    field(t("faults.lag_title"), number("lag", read_lag_ms, { max: 60_000 }), t("faults.lag_hint")),
  );
}

function limit(app, { rate_limit }) {
  const { t } = app;
  const read = (data) => {
    const per_minute = data.get("per_minute");
    return {
      rate_limit:
        per_minute === ""
          ? null
          : { per_minute: Number(per_minute), response: data.get("response"), retry_after: data.has("retry_after") },
    };
  };
  const responses = [
    ["status", "HTTP 429"],
    ["code", t("faults.limit_code")],
  ];
  return settingsForm(
    app,
    "rate-limit",
    t("faults.limit_title"),
    read,
    field(
      t("faults.per_minute"),
      number("per_minute", rate_limit?.per_minute ?? "", { min: 1 }),
      t("faults.per_minute_hint"),
    ),
    field(t("faults.response"), select({ name: "response" }, responses, rate_limit?.response)),
    h(
      "label",
      { class: "check" },
      checkbox("retry_after", "on", rate_limit?.retry_after ?? true),
      "Retry-After",
    ),
  );
}

function quirks(app, { quirks }) {
  const boxes = QUIRKS.map((name) =>
    h(
      "label",
      { key: name, class: "check" },
      checkbox("quirks", name, quirks.includes(name)),
      h("code", null, name),
      " ",
      app.t(`quirk.${name}`),
    ),
  );
  return settingsForm(
    app,
    "quirks",
    app.t("faults.quirks_title"),
    (data) => ({ quirks: data.getAll("quirks") }),
    h("div", null, boxes),
  );
}
