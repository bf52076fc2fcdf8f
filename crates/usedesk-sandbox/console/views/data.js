// The whole desk: load, download and reset it.

import { control } from "/console/control.js";
import { field, h } from "/console/ui.js";

export const data = { load, view };

async function load(app) {
  app.set({ health: await control.get("health") });
}

function view(app) {
  const { t, state } = app;
  const replace = (text) =>
    app.attempt(async () => {
      await control.put("state", text);
      return t("data.loaded");
    });
  const choose = async (event) => {
    const [file] = event.target.files;
    if (file !== undefined) await replace(await file.text());
    event.target.value = "";
  };
  const example = async () => replace(await (await fetch("/console/two-companies.json")).text());
  const reset = () =>
    app.attempt(async () => {
      await control.post("reset");
      app.set({ confirmsReset: false });
      return t("data.was_reset");
    });
  return h(
    "div",
    { class: "narrow" },
    h("h2", null, t("view.data")),
    state.health && h("p", { class: "muted", id: "version" }, `usedesk-sandbox ${state.health.version}`),
    h(
      "section",
      { class: "form", "aria-labelledby": "download-title" },
      h("h3", { id: "download-title" }, t("data.download_title")),
      h("p", null, t("data.download_hint")),
      h(
        "a",
        { id: "download-state", class: "button", href: "/sandbox/state", download: "desk.json" },
        t("data.download"),
      ),
    ),
    h(
      "section",
      { class: "form", "aria-labelledby": "load-title" },
      h("h3", { id: "load-title" }, t("data.load_title")),
      h("p", null, t("data.load_hint")),
      field(
        t("data.file"),
        h("input", { id: "load-seed", type: "file", accept: ".json,application/json", onChange: choose }),
      ),
      h("button", { id: "load-example", type: "button", onClick: example }, t("data.example")),
    ),
    h(
      "section",
      { class: "form", "aria-labelledby": "reset-title" },
      h("h3", { id: "reset-title" }, t("data.reset_title")),
      h("p", null, t("data.reset_hint")),
      h(
        "button",
        {
          id: "reset",
          type: "button",
          "aria-expanded": state.confirmsReset,
          onClick: () => app.set({ confirmsReset: !state.confirmsReset }),
        },
        t("data.reset"),
      ),
      state.confirmsReset &&
        h("button", { id: "confirm-reset", type: "button", class: "danger", onClick: reset }, t("data.confirm")),
    ),
  );
}
