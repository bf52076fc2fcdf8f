// The page around the views: navigation, the banner of faults, and what a button did.

import { activeFaults } from "/console/faults.js";
import { LANGUAGES } from "/console/language.js";
import { address, VIEWS } from "/console/router.js";
import { h } from "/console/ui.js";

/// Shows the page with a view.
export function page(app, module) {
  const { state, t } = app;
  const { view, id } = state.route;
  document.title = `${t(`view.${view}`)} · Usedesk sandbox`;
  return [
    h("a", { key: "skip", class: "skip", href: "#main", onClick: skip }, t("skip")),
    h(
      "header",
      { key: "header" },
      h("h1", null, h("a", { href: address("requests") }, "Usedesk ", h("span", null, "sandbox"))),
      h(
        "p",
        { id: "connection", class: state.connected ? "connected" : "disconnected", role: "status" },
        t(state.connected ? "connected" : "disconnected"),
      ),
      h(
        "select",
        { id: "language", "aria-label": t("language"), onChange: (event) => app.speak(event.target.value) },
        LANGUAGES.map(([value, text]) =>
          h("option", { key: value, value, lang: value, selected: value === state.language }, text),
        ),
      ),
    ),
    h(
      "nav",
      { key: "nav", "aria-label": t("views") },
      h(
        "ul",
        null,
        VIEWS.map((name) => link(app, name)),
      ),
    ),
    faultBanner(app),
    h("main", { key: "main", id: "main", tabIndex: -1, "data-view": view, "data-id": id }, content(app, module)),
    h(
      "div",
      { key: "status", id: "status", role: "status", "aria-live": "polite", "data-kind": state.message?.kind },
      state.message?.text,
    ),
  ];
}

/// Shows the view; an error in it leaves the rest of the page usable.
function content(app, module) {
  try {
    return module.view(app, app.state.route.id);
  } catch (error) {
    console.error(error);
    return h("p", { class: "notice rejected", role: "alert" }, error.message);
  }
}

function link(app, view) {
  const current = view === app.state.route.view ? "page" : undefined;
  return h(
    "li",
    { key: view },
    h("a", { href: address(view), "data-view": view, "aria-current": current }, app.t(`view.${view}`)),
  );
}

function faultBanner(app) {
  const active = activeFaults(app);
  // Screen readers tell what changes in a region that was there before.
  return h(
    "div",
    { key: "faults", role: "status" },
    active.length > 0 &&
      h(
        "section",
        { id: "fault-banner", "aria-label": app.t("faults.active") },
        h("strong", null, app.t("faults.active")),
        h("span", null, active.join(" · ")),
        h("a", { href: address("faults") }, app.t("faults.show")),
      ),
  );
}

/// Moves the focus without changing the address.
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}
