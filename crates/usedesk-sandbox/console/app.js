// Starts the console: the state, what views can do with it, and the events that change it.

import { render } from "/console/vendor/preact.mjs";

import { control } from "/console/control.js";
import { translate } from "/console/i18n.js";
import { append, Journal } from "/console/journal.js";
import { languageOf, storedLanguage, storeLanguage } from "/console/language.js";
import { listen } from "/console/live.js";
import { page } from "/console/page.js";
import { address, route } from "/console/router.js";
import { createStore } from "/console/store.js";
import { chats } from "/console/views/chats.js";
import { data } from "/console/views/data.js";
import { faults } from "/console/views/faults.js";
import { requests, toTop } from "/console/views/requests.js";
import { start } from "/console/views/start.js";
import { tickets } from "/console/views/tickets.js";
import { webhooks } from "/console/views/webhooks.js";

/// Each view has `load`, which gets what it shows, `view`, which shows it, and `followsDesk` if it shows the
/// desk.
const MODULES = { requests, tickets, chats, webhooks, faults, data, start };
const MESSAGE_TIME = 6_000;
/// How many deliveries the page keeps.
const DELIVERIES = 1_000;
/// How long to wait before requests that could not be loaded are loaded again.
const PAUSE = 2_000;

const store = createStore(
  {
    language: storedLanguage(),
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
  show,
);
const { state, set } = store;

function show() {
  const root = document.getElementById("app");
  const content = page(app, MODULES[state.route.view]);
  try {
    render(content, root);
  } catch (error) {
    // A page that is rendered in part cannot be changed to the next one, which starts in a new element.
    const next = document.createElement("div");
    next.id = root.id;
    root.replaceWith(next);
    throw error;
  }
}

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
    storeLanguage(language);
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

  async changeSettings(change) {
    set({ settings: await control.patch("settings", change) });
  },

  async loadDeliveries() {
    const arriving = [];
    laterDeliveries = arriving;
    const { deliveries } = await control.get("webhooks");
    if (laterDeliveries !== arriving) return;
    laterDeliveries = null;
    const last = deliveries.at(-1)?.id ?? 0;
    set({ deliveries: [...deliveries, ...arriving.filter(({ id }) => id > last)].slice(-DELIVERIES) });
  },

  addRequests(rows) {
    if (state.held !== null) append(state.held, rows);
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

/// What arrives while earlier requests, or deliveries, are still loaded; `null` at other times.
let later = null;
let laterDeliveries = null;

/// Loads all requests, instead of those that the page knows: their ids may be of another sandbox.
async function loadRequests() {
  const arriving = [];
  later = arriving;
  state.journal.restart();
  toTop(state);
  set({ held: null });
  try {
    for (let after = 0, more = true; more;) {
      const found = await control.get(`requests?view=summary&limit=1000&after=${after}`);
      // It began again meanwhile.
      if (later !== arriving) return;
      app.addRequests(found.requests);
      [after, more] = [found.next, found.has_more];
    }
  } catch (error) {
    // What arrives later does not fill the gap.
    setTimeout(() => later === arriving && app.attempt(loadRequests), PAUSE);
    throw error;
  }
  later = null;
  app.addRequests(arriving);
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

const loadFirstTicket = () => start.load(app);

/// Shows what a request or another page has changed.
function deskChanged() {
  if (MODULES[state.route.view].followsDesk) soon(app.reload);
}

const handlers = {
  async open() {
    // Nothing tells whether it is still the same sandbox, whose ids would go on.
    const isAgain = state.connected === false;
    set({ connected: true, ...(isAgain && { request: null, ticket: null, chat: null, deliveries: [] }) });
    await app.attempt(async () => {
      await Promise.all([app.loadApi(), loadRequests(), app.loadFaults(), app.loadDeliveries(), loadFirstTicket()]);
    });
    set({ ready: true });
    store.afterRender(() => document.documentElement.setAttribute("data-ready", ""));
    if (isAgain) await app.reload();
    else deskChanged();
  },
  disconnected() {
    const isNew = state.connected !== false;
    set({ connected: false });
    // The error tells why, such as a host that may not control the sandbox.
    if (isNew) app.attempt(async () => void (await control.get("health")));
  },
  request(row) {
    if (later !== null) append(later, [row]);
    else app.addRequests([row]);
    if (row.effects.length > 0) deskChanged();
    if (row.script !== null) soon(app.loadFaults);
  },
  delivery(delivery) {
    if (laterDeliveries !== null) append(laterDeliveries, [delivery]);
    const last = state.deliveries.at(-1)?.id ?? 0;
    if (delivery.id > last) set({ deliveries: [...state.deliveries, delivery].slice(-DELIVERIES) });
  },
  state() {
    soon(app.loadFaults);
    soon(loadFirstTicket);
    deskChanged();
  },
  changed({ cause }) {
    if (cause === "settings" || cause === "scripts") soon(app.loadFaults);
    if (cause === "webhooks") soon(app.loadDeliveries);
    if (cause === "desk") deskChanged();
    if (cause === "requests") {
      // A page of requests that is on its way may have some of before.
      if (later !== null) return void app.attempt(loadRequests);
      state.journal.clear();
      toTop(state);
      set({ held: state.held && [] });
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
