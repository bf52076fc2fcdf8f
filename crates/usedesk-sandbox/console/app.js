// Starts the console: the state, what views can do with it, and the events that change it.

import { render } from "/console/vendor/preact.mjs";

import { control } from "/console/control.js";
import { languageOf, translate } from "/console/i18n.js";
import { Journal } from "/console/journal.js";
import { listen } from "/console/live.js";
import { page } from "/console/page.js";
import { address, route } from "/console/router.js";
import { createStore } from "/console/store.js";
import { chats } from "/console/views/chats.js";
import { data } from "/console/views/data.js";
import { faults } from "/console/views/faults.js";
import { requests } from "/console/views/requests.js";
import { start } from "/console/views/start.js";
import { tickets } from "/console/views/tickets.js";
import { webhooks } from "/console/views/webhooks.js";

/// Each view has `load`, which gets what it shows, `view`, which shows it, and `followsDesk` if it shows the
/// desk.
const MODULES = { requests, tickets, chats, webhooks, faults, data, start };
const MESSAGE_TIME = 6_000;

const store = createStore(
  {
    language: languageOf(localStorage.getItem("language") ?? navigator.language),
    route: route(),
    ready: false,
    /// Whether events arrive; `null` until that is known.
    connected: null,
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
    /// Why the present view could not be loaded.
    failure: null,
  },
  () => render(page(app, MODULES[state.route.view]), document.getElementById("app")),
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

  speak(language) {
    localStorage.setItem("language", language);
    set({ language: languageOf(language) });
    document.documentElement.lang = state.language;
  },

  go(view, id) {
    location.hash = address(view, id);
  },

  /// Loads what the present view shows.
  async reload() {
    const { view, id } = state.route;
    let failure = null;
    try {
      await MODULES[view].load(app, id);
    } catch (error) {
      failure = error.message;
    }
    if (view === state.route.view && id === state.route.id) set({ failure });
  },

  async loadApi() {
    const [{ api_token: token }, { operations }] = await Promise.all([control.get("token"), control.get("operations")]);
    set({ token, operations });
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

/// Forgets all requests: the ids of a new sandbox start again.
function startAgain() {
  state.journal.restart();
  set({ request: null, held: state.held && [] });
}

/// Requests that arrive while earlier ones are still loaded; `null` at other times.
let later = null;

/// Gets the requests that are not known yet.
async function catchUp() {
  if (later !== null) return;
  later = [];
  try {
    await loadRequests();
  } finally {
    app.addRequests(later);
    later = null;
  }
}

async function loadRequests() {
  const known = state.held?.at(-1)?.id ?? state.journal.lastId;
  for (let after = known, more = true; more;) {
    const found = await control.get(`requests?view=summary&limit=1000&after=${after}`);
    more = found.has_more;
    if (found.next < after) {
      startAgain();
      [after, more] = [0, true];
      continue;
    }
    app.addRequests(found.requests);
    after = found.next;
  }
}

const scheduled = new Set();
/// Runs an action a little later, once for many events in a row.
function soon(act) {
  if (scheduled.has(act)) return;
  scheduled.add(act);
  setTimeout(() => {
    scheduled.delete(act);
    app.attempt(act);
  }, 50);
}

/// Shows what a request or another page has changed.
function deskChanged() {
  if (MODULES[state.route.view].followsDesk) soon(app.reload);
}

const handlers = {
  async open() {
    set({ connected: true });
    await app.attempt(async () => {
      await Promise.all([app.loadApi(), catchUp(), app.loadFaults(), app.loadDeliveries()]);
    });
    set({ ready: true });
    store.afterRender(() => document.documentElement.setAttribute("data-ready", ""));
    deskChanged();
  },
  disconnected() {
    const isNew = state.connected !== false;
    set({ connected: false });
    // The error tells why, such as a host that may not control the sandbox.
    if (isNew) app.attempt(async () => void (await control.get("health")));
  },
  request(row) {
    if (later !== null) later.push(row);
    else app.addRequests([row]);
    if (row.effects.length > 0) deskChanged();
    if (row.script !== null) soon(app.loadFaults);
  },
  delivery(delivery) {
    const last = state.deliveries.at(-1)?.id ?? 0;
    if (delivery.id > last) set({ deliveries: [...state.deliveries.slice(-999), delivery] });
  },
  state({ cause }) {
    if (cause === "restarted") {
      startAgain();
      soon(catchUp);
    }
    soon(app.loadFaults);
    deskChanged();
  },
  changed({ cause }) {
    if (cause === "settings" || cause === "scripts") soon(app.loadFaults);
    if (cause === "webhooks") soon(app.loadDeliveries);
    if (cause === "desk") deskChanged();
    if (cause === "requests") {
      state.journal.clear();
      if (state.held !== null) state.held = [];
      set();
    }
  },
};

addEventListener("hashchange", async () => {
  set({ route: route(), confirmsReset: false, failure: null });
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
app.reload();
listen(handlers);
