// The fields of a message, which tickets and comments share.

import { field, h } from "/console/ui.js";

export function messageFields(app) {
  return [
    field(app.t("message"), h("textarea", { name: "message", required: true, rows: 4 })),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "html" }), app.t("message.html")),
    field(app.t("files"), h("input", { type: "file", name: "files", multiple: true })),
  ];
}

/// Returns the parameters of the API for these fields.
export function messageParameters(data) {
  const parameters = new FormData();
  const message = data.get("message");
  parameters.append("message", data.has("html") ? message : toHtml(message));
  for (const file of data.getAll("files")) if (file.name !== "") parameters.append("files[]", file);
  return parameters;
}

/// Messages are HTML.
function toHtml(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<p>${escaped.replaceAll(/\r?\n/g, "<br>")}</p>`;
}
