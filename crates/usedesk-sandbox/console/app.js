// Starts the console: the state, the connection to the sandbox, and the page around the views.

import { h, render } from "/console/vendor/preact.mjs";

import { control } from "/console/control.js";
import { activeFaults } from "/console/faults.js";
import { languageOf, LANGUAGES, translate } from "/console/i18n.js";
import { Journal } from "/console/journal.js";
import { listen } from "/console/live.js";
import { address, route, VIEWS } from "/console/router.js";
import { createStore } from "/console/store.js";
import { chats } from "/console/views/chats.js";
import { data } from "/console/views/data.js";
import { faults } from "/console/views/faults.js";
import { requests } from "/console/views/requests.js";
import { start } from "/console/views/start.js";
import { tickets } from "/console/views/tickets.js";
import { webhooks } from "/console/views/webhooks.js";

/// Each view has `load`, which gets what it shows, `view`, which shows it, and `followsDesk` if it shows the desk.
const MODULES = { requests, tickets, chats, webhooks, faults, data, start };
const MESSAGE_TIME = 6_000;

const store = createStore(
  {
    language: languageOf(localStorage.getItem("language") ?? navigator.language),
    route: route(),
    ready: false,
    connected: false,
    message: null,
    token: "",
    operations: [],
    settings: null,
    scripts: [],
    /// Agents, clients, groups, channels, fields and chats of the desk.
    desk: null,
    journal: new Journal(),
    /// Those that came while the list is paused; `null` if it is not.
    held: null,
    list: { top: 0, height: 600, active: undefined, element: undefined },
    request: null,
    tickets: null,
    ticketFilter: {},
    ticket: null,
    chat: null,
    deliveries: [],
    draft: null,
    confirmsReset: false,
  },
  () => render(page(), document.getElementById("app")),
);
const { state, set } = store;

/// What views get: the state and what they can do.
const app = {
  ...store,
  t: (key, values) => translate(state.language, key, values),

  /// Runs an action and tells its result, or its error.
  async attempt(act) {
    try {
      const text = await act();
      if (typeof text === "string") app.tell("ok", text);
      return true;
    } catch (error) {
      app.tell("error", error.message);
      return false;
    }
  },

  tell(kind, text) {
    const message = { kind, text };
    set({ message });
    setTimeout(() => state.message === message && set({ message: null }), MESSAGE_TIME);
  },

  copy(text) {
    return app.attempt(async () => {
      await writeClipboard(text);
      return app.t("copied");
    });
  },

  go(view, id) {
    location.hash = address(view, id);
  },

  /// Loads what the present view shows.
  async reload() {
    const { view, id } = state.route;
    try {
      await MODULES[view].load?.(app, id);
    } catch (error) {
      app.tell("error", error.message);
    }
    set();
  },

  async loadDesk() {
    const members = "company_id,agents,clients,groups,channels,fields,chats";
    set({ desk: await control.get(`state?members=${members}`) });
  },

  async loadFaults() {
    const [settings, { scripts }] = await Promise.all([control.get("settings"), control.get("scripts")]);
    set({ settings, scripts });
  },

  async loadDeliveries() {
    set({ deliveries: (await control.get("webhooks")).deliveries });
  },

  addRequests(rows) {
    if (state.held !== null) state.held.push(...rows);
    else state.journal.add(rows);
    set();
  },
};

async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https, pages of other hosts than this machine have no clipboard.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (!isCopied) throw new Error(app.t("not_copied"));
  }
}

/// Gets the requests that are not known yet.
async function catchUp() {
  for (let after = state.journal.lastId, more = true; more; ) {
    const found = await control.get(`requests?view=summary&limit=1000&after=${after}`);
    app.addRequests(found.requests);
    after = found.next;
    more = found.has_more;
  }
}

let reloading;
/// Shows what a request or another page has changed; many changes in a row once.
function deskChanged() {
  if (!MODULES[state.route.view].followsDesk) return;
  clearTimeout(reloading);
  reloading = setTimeout(app.reload, 100);
}

const handlers = {
  async open() {
    set({ connected: true });
    await app.attempt(async () => {
      await Promise.all([catchUp(), app.loadFaults(), app.loadDeliveries()]);
    });
    set({ ready: true });
    store.afterRender(() => document.documentElement.setAttribute("data-ready", ""));
    deskChanged();
  },
  disconnected: () => set({ connected: false }),
  request(row) {
    app.addRequests([row]);
    if (row.effects.length > 0) deskChanged();
    if (row.script !== null) app.attempt(app.loadFaults);
  },
  delivery: (delivery) => set({ deliveries: [...state.deliveries.slice(-999), delivery] }),
  state({ cause }) {
    if (cause === "restarted") {
      state.journal.restart();
      catchUp();
    }
    app.attempt(app.loadFaults);
    deskChanged();
  },
  changed({ cause }) {
    if (cause === "settings" || cause === "scripts") app.attempt(app.loadFaults);
    if (cause === "webhooks") app.attempt(app.loadDeliveries);
    if (cause === "desk") deskChanged();
    if (cause === "requests") {
      state.journal.clear();
      if (state.held !== null) state.held = [];
      set();
    }
  },
};

function page() {
  const { view, id } = state.route;
  return [
    h("a", { key: "skip", class: "skip", href: "#main", onClick: skip }, app.t("skip")),
    h(
      "header",
      { key: "header" },
      h("h1", null, h("a", { href: address("requests") }, "Usedesk ", h("span", null, "sandbox"))),
      h(
        "p",
        { id: "connection", class: state.connected ? "connected" : "disconnected", role: "status" },
        app.t(state.connected ? "connected" : "disconnected"),
      ),
      h(
        "select",
        { id: "language", "aria-label": app.t("language"), onChange: (event) => speak(event.target.value) },
        LANGUAGES.map(([value, text]) =>
          h("option", { key: value, value, lang: value, selected: value === state.language }, text),
        ),
      ),
    ),
    h("nav", { key: "nav", "aria-label": app.t("views") }, h("ul", null, VIEWS.map(link))),
    faultBanner(),
    h("main", { key: "main", id: "main", tabIndex: -1, "data-view": view }, MODULES[view].view(app, id)),
    h(
      "div",
      { key: "status", id: "status", role: "status", "aria-live": "polite", "data-kind": state.message?.kind },
      state.message?.text,
    ),
  ];
}

function link(view) {
  const current = view === state.route.view ? "page" : undefined;
  return h(
    "li",
    { key: view },
    h("a", { href: address(view), "data-view": view, "aria-current": current }, app.t(`view.${view}`)),
  );
}

function faultBanner() {
  const active = activeFaults(app);
  if (active.length === 0) return null;
  return h(
    "section",
    { key: "faults", id: "fault-banner", "aria-label": app.t("faults.active") },
    h("strong", { role: "status" }, app.t("faults.active")),
    h("span", null, active.join(" · ")),
    h("a", { href: address("faults") }, app.t("faults.show")),
  );
}

/// Moves the focus without changing the address.
function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function speak(language) {
  localStorage.setItem("language", language);
  set({ language: languageOf(language) });
  document.documentElement.lang = state.language;
}

addEventListener("hashchange", async () => {
  set({ route: route(), confirmsReset: false });
  await app.reload();
  // Where a screen reader goes on.
  store.afterRender(() => {
    const target = document.querySelector("main [data-focus]") ?? document.getElementById("main");
    target.focus({ preventScroll: target.id === "main" });
    if (target.id === "main") scrollTo(0, 0);
  });
});

document.documentElement.lang = state.language;
set();
await app.attempt(async () => {
  const [{ api_token: token }, { operations }] = await Promise.all([
    control.get("token"),
    control.get("operations"),
  ]);
  set({ token, operations });
});
await app.reload();
listen(handlers);
