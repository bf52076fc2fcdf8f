// The form of a scripted response.

import { control } from "/console/control.js";
import { field, filled, h, onSubmit, select } from "/console/ui.js";

const KINDS = ["status", "api_error", "disconnect", "no_response", "cut_body", "delay"];

/// The next requests respond with something else.
export function scriptForm(app) {
  const { t, state } = app;
  const draft = state.draft ?? { operation: "", path: "", parameters: "", kind: "status", status: 503, body: "" };
  const change = (event) => event.target.name === "kind" && app.set({ draft: { ...draft, kind: event.target.value } });
  const add = async (data) => {
    await control.post("scripts", toScript(filled(data), data.has("act")));
    return t("faults.added");
  };
  const operations = [...new Set(state.operations.map(({ operation }) => operation))];
  const has = (...kinds) => kinds.includes(draft.kind);
  return h(
    "form",
    {
      id: "script",
      class: "form",
      "aria-label": t("faults.next"),
      onChange: change,
      onSubmit: onSubmit(app, add, { keep: true }),
    },
    h("h3", null, t("faults.next")),
    h(
      "div",
      { class: "columns" },
      field(
        t("faults.times"),
        h("input", { name: "times", defaultValue: 1, pattern: "\\d+|all", required: true }),
        t("faults.times_hint"),
      ),
      field(t("operation"), select({ name: "operation" }, [["", t("any")], ...operations], draft.operation)),
      field(t("path"), h("input", { name: "path", defaultValue: draft.path, placeholder: "/update/ticket" })),
      field(
        t("faults.parameters"),
        h("input", { name: "parameters", defaultValue: draft.parameters, placeholder: "ticket_id=4501 status=2" }),
      ),
    ),
    h(
      "div",
      { class: "columns" },
      field(
        t("faults.kind"),
        select(
          { name: "kind" },
          KINDS.map((kind) => [kind, t(`kind.${kind}`)]),
          draft.kind,
        ),
      ),
      has("status") &&
        field(
          t("faults.status"),
          h("input", {
            name: "status",
            type: "number",
            min: 200,
            max: 599,
            defaultValue: draft.status,
            required: true,
          }),
        ),
      has("status") && field("Retry-After", h("input", { name: "retry_after", type: "number", min: 0 })),
      has("api_error") &&
        field(
          t("faults.code"),
          h("input", { name: "api_error", type: "number", min: 1, defaultValue: 121, required: true }),
        ),
      has("cut_body") &&
        field(
          t("faults.bytes"),
          h("input", { name: "cut_body", type: "number", min: 0, defaultValue: 10, required: true }),
        ),
      field(
        t("faults.delay"),
        h("input", {
          name: "delay_ms",
          type: "number",
          min: 0,
          max: 600_000,
          defaultValue: has("delay") ? 1000 : 0,
          key: draft.kind,
        }),
      ),
    ),
    has("status") && field(t("body"), h("textarea", { name: "body", rows: 3, defaultValue: draft.body })),
    has("status", "api_error", "disconnect", "no_response") &&
      h("label", { class: "check" }, h("input", { type: "checkbox", name: "act" }), t("faults.act")),
    h("button", { class: "primary" }, t("faults.add")),
  );
}

/// Converts the values of the form to a script.
function toScript(
  { times, operation, path, parameters, kind, status, retry_after, api_error, cut_body, delay_ms, body },
  acts,
) {
  const pairs = (parameters ?? "").split(/\s+/).filter((pair) => pair.includes("="));
  const match = {
    ...(operation && { operation }),
    ...(path && { path }),
    ...(pairs.length > 0 && {
      parameters: Object.fromEntries(
        pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
      ),
    }),
  };
  const script = { match, times: times === "all" ? "all" : Number(times), delay_ms: Number(delay_ms ?? 0) };
  if (acts) script.act = true;
  if (kind === "status") {
    script.status = Number(status);
    if (retry_after !== undefined) script.headers = { "Retry-After": retry_after };
    if (body !== undefined) script.body = asJson(body);
  }
  if (kind === "api_error") script.api_error = Number(api_error);
  if (kind === "disconnect" || kind === "no_response") script.fault = kind;
  if (kind === "cut_body") script.cut_body = Number(cut_body);
  return script;
}

/// Returns the value of an object or a list in JSON, which is sent with its media type; otherwise the text.
function asJson(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : text;
  } catch {
    return text;
  }
}
