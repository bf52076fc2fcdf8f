// One request: what PHP read, what the desk did, and why.

import { control } from "/console/control.js";
import { toCurl } from "/console/curl.js";
import { address } from "/console/router.js";
import { body, clock, copyButton, duration, h, outcomeBadge, show, size, tree, waiting } from "/console/ui.js";

/// How much of a file is shown as text, in characters.
const TEXT_LIMIT = 100_000;
/// How long parameters are shown as a tree, in characters of JSON.
const TREE_LIMIT = 50_000;
/// What browsers show as a picture without running anything.
const PICTURE = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)/i;

export async function load(app, id) {
  if (id === undefined || app.state.request?.id === Number(id)) return;
  app.set({ request: null });
  const request = await control.get(`requests/${encodeURIComponent(id)}`);
  request.isLarge = JSON.stringify(request.parameters).length > TREE_LIMIT;
  if (app.state.route.id === id) app.set({ request });
}

export function detail(app, id) {
  const { request } = app.state;
  const back = h("a", { class: "back", href: address("requests") }, "← ", app.t("back"));
  if (request === null || request.id !== Number(id)) {
    return h("section", { id: "request", class: "detail" }, back, waiting(app));
  }
  return h(
    "section",
    { id: "request", class: "detail", key: request.id, "aria-label": app.t("request") },
    back,
    h("h2", { tabIndex: -1, "data-focus": true }, `${request.method} ${request.path}`),
    h(
      "p",
      { class: "facts" },
      outcomeBadge(app, request),
      h("span", null, request.operation ?? app.t("request.no_operation")),
      h("span", null, clock(request.time)),
      h("span", null, duration(app, request.duration_ms)),
      request.script !== null && h("span", null, app.t("request.script", { id: request.script })),
    ),
    suggestions(app, request),
    request.error !== null &&
      h(
        "p",
        { class: "notice rejected", id: "request-error" },
        h("b", null, request.error.code ?? ""),
        " ",
        request.error.message,
      ),
    h(
      "p",
      { class: "actions" },
      copyButton(app, () => toCurl(request, app.state.token), { id: "copy-curl", label: app.t("copy_curl") }),
      h(
        "button",
        { id: "script-response", type: "button", class: "quiet", onClick: () => script(app, request) },
        app.t("script_response"),
      ),
    ),
    section(app, "parameters", parameters(app, request)),
    request.files.length > 0 && section(app, "files", files(app, request)),
    section(app, "response", response(app, request)),
    section(app, "effects", effects(app, request)),
    section(app, "headers", headers(request)),
  );
}

function section(app, id, ...content) {
  return h(
    "section",
    { id, "aria-labelledby": `${id}-title` },
    h("h3", { id: `${id}-title` }, app.t(`request.${id}`)),
    content,
  );
}

/// Which parameters were ignored, and what their names may have been meant to be.
function suggestions(app, request) {
  if (request.ignored.length === 0) return null;
  const known = app.state.operations.find(({ operation }) => operation === request.operation);
  return h(
    "section",
    { id: "suggestions", class: "notice unknown", "aria-label": app.t("unknown") },
    h(
      "ul",
      null,
      request.ignored.map((name) =>
        h(
          "li",
          { key: name, "data-ignored": name },
          h("code", null, name),
          " ",
          app.t("request.ignored", { operation: request.operation }),
          Object.hasOwn(request.did_you_mean, name) && [
            " ",
            app.t("did_you_mean"),
            " ",
            h("code", { "data-suggestion": request.did_you_mean[name] }, request.did_you_mean[name]),
            "?",
          ],
        ),
      ),
    ),
    known &&
      h(
        "details",
        null,
        h("summary", null, app.t("request.known", { operation: request.operation })),
        h("p", null, known.parameters.join(", ")),
      ),
  );
}

function parameters(app, { parameters, ignored, isLarge }) {
  if (isLarge) return body(app, JSON.stringify(parameters, null, 2).slice(0, TEXT_LIMIT));
  if (Object.keys(parameters).length === 0) return h("p", { class: "muted" }, app.t("none"));
  return tree(parameters, (name) => (ignored.includes(name) ? "unknown" : undefined));
}

function files(app, request) {
  return h(
    "ul",
    { class: "plain" },
    request.files.map((file, index) => h("li", { key: index }, fileOf(app, request, file, index + 1))),
  );
}

function fileOf(app, request, file, number) {
  const path = `requests/${request.id}/file?number=${number}`;
  const isPicture = PICTURE.test(file.media_type);
  const open = async () => {
    const text = (await control.text(path)).slice(0, TEXT_LIMIT);
    app.set({ request: { ...request, texts: { ...request.texts, [number]: text } } });
  };
  const text = request.texts?.[number];
  return [
    h(
      "p",
      null,
      h("code", null, file.name),
      " ",
      h("b", null, file.file_name),
      " ",
      file.media_type,
      " ",
      size(app, file.size),
    ),
    isPicture && h("img", { class: "preview", src: `/sandbox/${path}`, alt: file.file_name }),
    text !== undefined && h("pre", { tabIndex: 0, role: "group", "aria-label": file.file_name }, text),
    h(
      "p",
      { class: "actions" },
      !isPicture &&
        h(
          "button",
          { type: "button", class: "quiet", "data-show-file": number, onClick: () => app.attempt(open) },
          app.t("show"),
        ),
      h("a", { href: `/sandbox/${path}`, download: file.file_name }, app.t("download")),
    ),
  ];
}

function response(app, { response }) {
  const cut = response.length > 65_536;
  return [
    h(
      "p",
      { class: "facts" },
      h("span", null, response.status === null ? app.t("request.not_http") : `HTTP ${response.status}`),
      h("span", null, size(app, response.length)),
    ),
    response.body !== "" && body(app, response.body),
    cut && h("p", { class: "muted" }, app.t("request.cut")),
  ];
}

/// What a request changed in the desk.
function effects(app, { effects }) {
  if (effects.length === 0) return h("p", { class: "muted" }, app.t("request.no_effects"));
  return h(
    "ul",
    { class: "plain" },
    effects.map(({ item, id, action, data }, index) =>
      h(
        "li",
        { key: index },
        item === "ticket" || item === "chat"
          ? h("a", { href: address(`${item}s`, id) }, `${item} ${id}`)
          : `${item} ${id}`,
        " ",
        app.t(`action.${action}`),
        data.length > 0 && changes(data),
      ),
    ),
  );
}

/// The differences that an entry in the history of a ticket tells.
export function changes(data) {
  return h(
    "ul",
    { class: "changes" },
    data.map(({ target, old_value, value }, index) =>
      h(
        "li",
        { key: index },
        h("span", { class: "name" }, target),
        " ",
        h("del", null, show(old_value)),
        " → ",
        h("ins", null, show(value)),
      ),
    ),
  );
}

function headers({ headers }) {
  return h(
    "table",
    null,
    h(
      "tbody",
      null,
      headers.map(([name, value], index) =>
        h("tr", { key: index }, h("th", { scope: "row" }, name), h("td", null, value)),
      ),
    ),
  );
}

/// Opens the form of a scripted response with this one.
function script(app, request) {
  const ticket = request.parameters.ticket_id;
  app.set({
    draft: {
      operation: request.operation ?? "",
      path: request.operation === null ? request.path : "",
      parameters: ticket === undefined ? "" : `ticket_id=${ticket}`,
      kind: "status",
      status: request.response.status ?? 200,
      body: request.response.body,
    },
  });
  app.go("faults");
}
