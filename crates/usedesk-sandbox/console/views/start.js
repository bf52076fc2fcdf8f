// The first run: where the sandbox is, and how to point a program at it.

import { api } from "/console/control.js";
import { quote } from "/console/curl.js";
import { code, copyButton, h } from "/console/ui.js";
import { snippets } from "/console/snippets.js";

export const start = { load, view };

async function load(app) {
  const [first] = await api("/tickets", {});
  app.set({ firstTicket: first?.id });
}

function view(app) {
  const { t, state } = app;
  const { origin } = location;
  const ticket = state.firstTicket ?? 4501;
  const parameters = new URLSearchParams({ api_token: state.token, ticket_id: ticket, status: 2 });
  const line = `curl -d ${quote(String(parameters))} ${origin}/update/ticket`;
  return h(
    "div",
    { class: "narrow" },
    h("h2", null, t("start.title")),
    h("p", null, t("start.text")),
    h(
      "dl",
      { class: "grid" },
      h(
        "div",
        null,
        h("dt", null, t("start.base_url")),
        h("dd", null, h("code", { id: "base-url" }, origin), " ", copyButton(app, origin)),
      ),
      h(
        "div",
        null,
        h("dt", null, "api_token"),
        h("dd", null, h("code", { id: "token" }, state.token), " ", copyButton(app, state.token)),
      ),
    ),
    h("h3", null, t("start.try")),
    code(app, line, { id: "try-curl" }),
    h("p", null, t("start.watch")),
    h("h3", null, t("start.languages")),
    snippets(origin, state.token, ticket).map(([name, text]) =>
      h("details", { key: name, "data-language": name }, h("summary", null, name), code(app, text)),
    ),
  );
}
