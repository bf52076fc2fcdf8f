// The list of requests: newest first, live, and virtualized.

import { control } from "/console/control.js";
import { address } from "/console/router.js";
import { clock, duration, field, h, outcomeBadge, select } from "/console/ui.js";
import { detail, load } from "/console/views/request.js";
import { start } from "/console/views/start.js";

/// The height of a row in pixels, also in style.css.
const ROW = 48;
/// How many rows beyond the visible ones are rendered.
const MARGIN = 8;

export const requests = { load, view };

function view(app, id) {
  const { journal, ready } = app.state;
  if (ready && id === undefined && journal.rows.length === 0 && app.state.held === null) {
    return h("div", null, h("p", { class: "empty", id: "no-requests" }, app.t("requests.none")), start.view(app));
  }
  return h(
    "div",
    { class: id === undefined ? "split" : "split open" },
    h("section", { class: "list", "aria-label": app.t("view.requests") }, toolbar(app), rows(app, id)),
    id !== undefined && detail(app, id),
  );
}

function toolbar(app) {
  const { journal, held, operations } = app.state;
  const names = [...new Set(operations.map(({ operation }) => operation))];
  const outcomes = ["ok", "rejected", "scripted", "ignored"].map((word) => [word, app.t(`outcome.${word}`)]);
  const change = (event) => {
    const filter = Object.fromEntries(new FormData(event.currentTarget));
    journal.setFilter(filter);
    toTop(app.state);
    app.set();
  };
  const any = ["", app.t("any")];
  return h(
    "form",
    {
      id: "request-filter",
      class: "toolbar",
      role: "search",
      onInput: change,
      onSubmit: (event) => event.preventDefault(),
    },
    field(app.t("path"), h("input", { name: "path", type: "search", defaultValue: journal.filter.path })),
    field(app.t("operation"), select({ name: "operation" }, [any, ...names], journal.filter.operation)),
    field(app.t("outcome"), select({ name: "outcome" }, [any, ...outcomes], journal.filter.outcome)),
    h(
      "button",
      { id: "pause", type: "button", "aria-pressed": held !== null, onClick: () => pause(app) },
      held === null ? app.t("pause") : app.t("resume", { count: held.length }),
    ),
    h("button", { id: "clear-requests", type: "button", onClick: () => clear(app) }, app.t("requests.clear")),
    h("p", { id: "request-count" }, app.t("requests.count", { count: journal.shown.length })),
  );
}

function pause(app) {
  const { held } = app.state;
  app.set({ held: held === null ? [] : null });
  if (held !== null) app.addRequests(held);
}

function clear(app) {
  return app.attempt(() => control.delete("requests"));
}

/// Shows the list from its start: what it contains is another than before.
export function toTop({ journal, list }) {
  journal.takeAdded();
  list.top = 0;
  if (list.element !== undefined) list.element.scrollTop = 0;
}

function rows(app, id) {
  const { journal, list } = app.state;
  const count = journal.shown.length;
  const added = journal.takeAdded();
  if (list.top > 0 && added > 0) {
    // What the reader sees stays where it is.
    list.top += added * ROW;
    app.afterRender(() => {
      list.element.scrollTop = list.top;
    });
  }
  // The list can have become shorter.
  list.top = Math.max(0, Math.min(list.top, count * ROW - list.height));
  const first = Math.max(0, Math.floor(list.top / ROW) - MARGIN);
  const last = Math.min(count, Math.ceil((list.top + list.height) / ROW) + MARGIN);
  const places = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  // The row with the focus stays, however far the list is scrolled.
  const active = Math.max(0, journal.place(list.active));
  if (count > 0 && !places.includes(active)) places.push(active);
  return h(
    "div",
    {
      id: "requests",
      class: "rows",
      ref: (element) => element !== null && watch(app, element),
      onScroll: (event) => {
        list.top = Math.max(0, event.currentTarget.scrollTop);
        app.set();
      },
      onKeyDown: (event) => move(app, event, active),
    },
    h(
      "ul",
      { style: { height: `${count * ROW}px` } },
      places.map((place) => row(app, journal.at(place), place, { count, id, tabbable: place === active })),
    ),
  );
}

/// Follows the height of the list.
function watch(app, element) {
  const { list } = app.state;
  if (list.element === element) return;
  list.element = element;
  element.scrollTop = list.top;
  new ResizeObserver(() => {
    if (element.clientHeight === list.height || !element.isConnected) return;
    list.height = element.clientHeight;
    app.set();
  }).observe(element);
}

function row(app, request, place, { count, id, tabbable }) {
  const { ignored, response } = request;
  return h(
    "li",
    { key: request.id, style: { top: `${place * ROW}px` }, "aria-setsize": count, "aria-posinset": place + 1 },
    h(
      "a",
      {
        href: address("requests", request.id),
        class: `request ${request.outcome}`,
        tabIndex: tabbable ? 0 : -1,
        "aria-current": String(request.id) === id ? "true" : undefined,
        "data-request": request.id,
        "data-outcome": request.outcome,
        "data-ignored": ignored.length,
        onFocus: () => {
          app.state.list.active = request.id;
          app.set();
        },
      },
      h("span", { class: "time" }, clock(request.time)),
      h("span", { class: "path" }, h("b", null, request.method), " ", request.path),
      h("span", { class: "operation" }, request.operation ?? "—"),
      ignored.length > 0 && h("span", { class: "badge unknown" }, app.t("unknown"), ": ", ignored.join(", ")),
      outcomeBadge(app, request),
      h("span", { class: "code-status" }, response.status ?? "—"),
      h("span", { class: "duration" }, duration(app, request.duration_ms)),
    ),
  );
}

/// Moves the focus in the list by keys.
function move(app, event, active) {
  const { journal, list } = app.state;
  const end = journal.shown.length - 1;
  const page = Math.max(1, Math.floor(list.height / ROW) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -end, End: end };
  const step = steps[event.key];
  if (step === undefined || end < 0) return;
  event.preventDefault();
  const place = Math.min(end, Math.max(0, active + step));
  const element = event.currentTarget;
  list.active = journal.at(place).id;
  if (place * ROW < list.top) list.top = place * ROW;
  if ((place + 1) * ROW > list.top + list.height) list.top = (place + 1) * ROW - list.height;
  app.set();
  app.afterRender(() => {
    element.scrollTop = list.top;
    element.querySelector(`[data-request="${list.active}"]`)?.focus({ preventScroll: true });
  });
}
