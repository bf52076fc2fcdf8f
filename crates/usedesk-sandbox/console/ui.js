// Small parts that several views share. Preact sets texts as text: nothing here parses HTML.

import { h } from "/console/vendor/preact.mjs";

export { h };

export const STATUSES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
export const PRIORITIES = ["low", "medium", "urgent", "extreme"];
export const TYPES = ["question", "task", "problem", "incident"];

/// Returns the words of the API with their texts, for `select`.
export function words(app, names) {
  return names.map((name) => [name, app.t(`word.${name}`)]);
}

/// Calls `act` with the values of a form when it is submitted, and empties what was written if that works.
export function onSubmit(app, act, { keep = false } = {}) {
  return async (event) => {
    event.preventDefault();
    const { currentTarget: form, submitter } = event;
    // Once, however often it is clicked.
    if (submitter) submitter.disabled = true;
    const done = await app.attempt(() => act(new FormData(form)));
    if (submitter) submitter.disabled = false;
    if (!done || keep) return;
    for (const written of form.querySelectorAll("textarea, input:not([type=checkbox])")) written.value = "";
  };
}

/// Returns the values of a form that are filled in.
export function filled(data) {
  return Object.fromEntries([...data].filter(([, value]) => value !== ""));
}

/// What a view shows until it has its data, or why it has none.
export function waiting({ state, t }) {
  return h("p", { class: "empty", role: "status" }, state.failure ?? t("loading"));
}

export function field(label, control, hint) {
  return h("label", { class: "field" }, h("span", null, label), control, hint && h("small", null, hint));
}

/// How many clients an input suggests.
const SUGGESTED = 200;

/// An input for the id of a client. A list of all to choose from could be too long.
export function clientField({ state, t }, form, { value, hint } = {}) {
  const list = `clients-of-${form}`;
  return field(
    t("ticket.client_id"),
    [
      h("input", {
        name: "client_id",
        inputMode: "numeric",
        pattern: "\\d*",
        list,
        autocomplete: "off",
        defaultValue: value,
      }),
      h(
        "datalist",
        { id: list },
        state.desk.clients.slice(0, SUGGESTED).map(({ id, name }) => h("option", { key: id, value: id }, name)),
      ),
    ],
    hint,
  );
}

/// A list to choose from; options are values, or pairs of a value and its text. What is chosen now is always one of
/// them, so that a form changes nothing by itself.
export function select(props, options, value) {
  const chosen = value ?? "";
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const isChosen = (option) => String(option) === String(chosen);
  if (chosen !== "" && !pairs.some(([option]) => isChosen(option))) {
    pairs.push([chosen, typeof chosen === "number" ? `#${chosen}` : chosen]);
  }
  return h(
    "select",
    props,
    pairs.map(([option, text]) => h("option", { key: option, value: option, selected: isChosen(option) }, text)),
  );
}

/// A button that copies a text, or what a function returns then.
export function copyButton(app, text, props = {}) {
  const copy = () => app.copy(typeof text === "function" ? text() : text);
  return h(
    "button",
    { type: "button", class: "quiet", ...props, onClick: copy },
    props.label ?? app.t("copy"),
  );
}

/// A line or a block of code with a button that copies it.
export function code(app, text, props = {}) {
  return h(
    "div",
    { class: "code" },
    h("pre", { tabIndex: 0, role: "group", "aria-label": app.t("code"), ...props }, text),
    copyButton(app, text),
  );
}

/// Text, pretty-printed if it is JSON.
export function body(app, text, props = {}) {
  return h("pre", { tabIndex: 0, role: "group", "aria-label": app.t("body"), ...props }, pretty(text));
}

export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/// A nested value, as PHP has it. `mark` returns the class of a name at the top.
export function tree(value, mark = () => undefined) {
  if (value === null || typeof value !== "object") {
    return h("span", { class: `value ${value === null ? "null" : typeof value}` }, show(value));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return h("span", { class: "value null" }, Array.isArray(value) ? "[]" : "{}");
  return h(
    "ul",
    { class: "tree" },
    entries.map(([name, inner]) =>
      h("li", { key: name, class: mark(name) }, h("span", { class: "name" }, name), " ", tree(inner)),
    ),
  );
}

export function show(value) {
  if (typeof value === "string") return value === "" ? '""' : value;
  return JSON.stringify(value);
}

export function duration({ state, t }, milliseconds) {
  return t("milliseconds", { number: decimal(state, milliseconds, milliseconds < 10 ? 2 : 0) });
}

export function size({ state, t }, bytes) {
  return bytes < 1024
    ? t("bytes", { number: bytes })
    : t("kilobytes", { number: decimal(state, bytes / 1024, 1) });
}

function decimal({ language }, number, digits) {
  const text = number.toFixed(digits);
  return language === "ru" ? text.replace(".", ",") : text;
}

/// The time of day of a timestamp, in the time zone of the reader.
export function clock(time) {
  const date = new Date(time);
  const two = (number) => String(number).padStart(2, "0");
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two);
  return `${parts.join(":")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

export function outcomeBadge(app, { outcome, error }) {
  const code = error?.code ? ` ${error.code}` : "";
  return h("span", { class: `badge ${outcome}` }, app.t(`outcome.${outcome}`) + code);
}

/// Which stylesheet of a frame is ours: no message knows it.
const NONCE = crypto.getRandomValues(new Uint32Array(4)).join("");

/// Nothing is loaded for a message but our style, so that a message cannot make requests in the name of the page.
const MESSAGE_HEAD = `<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${NONCE}'">
<link rel="stylesheet" href="/console/message.css" nonce="${NONCE}"><body>`;

/// A message in HTML, which comes from anyone: no script of it runs, it does not reach this page, and it sends
/// nothing to another host. A browser may look up or connect to a host that it names (`preconnect`), which no policy
/// forbids.
export function messageFrame(title, html) {
  return h("iframe", {
    sandbox: "",
    title,
    referrerpolicy: "no-referrer",
    style: { height: `${height(html)}px` },
    srcdoc: MESSAGE_HEAD + html,
  });
}

/// Estimates the height of a message: the page cannot look into its frame.
function height(html) {
  const count = (tags) => (html.match(new RegExp(`<(${tags})\\b`, "gi")) ?? []).length;
  const text = html.replaceAll(/<[^<>]*>/g, "");
  const lines =
    Math.ceil(text.length / (innerWidth < 700 ? 32 : 70)) +
    0.6 * count("p|br|div|li|tr|h[1-6]|blockquote|pre") +
    5 * count("img|table");
  return Math.min(400, Math.max(48, 28 + 22 * lines));
}
