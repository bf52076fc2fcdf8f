//! The console: a page at `/` that shows and controls the sandbox in a browser.
//!
//! Its files are in `console/` beside `src/`. They are served as they are, without a build step, and
//! use the control calls only.

use crate::http::{Request, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Nothing is loaded from other hosts, nothing inline runs, and no other page can frame this one.
/// Messages are shown in sandboxed frames, which inherit this.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Path, media type and content of each file.
const FILES: &[(&str, &str, &[u8])] = &[
    ("/", HTML, include_bytes!("../console/index.html")),
    ("/console/app.js", SCRIPT, include_bytes!("../console/app.js")),
    ("/console/control.js", SCRIPT, include_bytes!("../console/control.js")),
    ("/console/curl.js", SCRIPT, include_bytes!("../console/curl.js")),
    ("/console/faults.js", SCRIPT, include_bytes!("../console/faults.js")),
    ("/console/i18n.js", SCRIPT, include_bytes!("../console/i18n.js")),
    ("/console/icon.svg", SVG, include_bytes!("../console/icon.svg")),
    ("/console/journal.js", SCRIPT, include_bytes!("../console/journal.js")),
    ("/console/language.js", SCRIPT, include_bytes!("../console/language.js")),
    ("/console/live.js", SCRIPT, include_bytes!("../console/live.js")),
    ("/console/message.css", CSS, include_bytes!("../console/message.css")),
    ("/console/page.js", SCRIPT, include_bytes!("../console/page.js")),
    ("/console/router.js", SCRIPT, include_bytes!("../console/router.js")),
    ("/console/snippets.js", SCRIPT, include_bytes!("../console/snippets.js")),
    ("/console/store.js", SCRIPT, include_bytes!("../console/store.js")),
    ("/console/style.css", CSS, include_bytes!("../console/style.css")),
    ("/console/ui.js", SCRIPT, include_bytes!("../console/ui.js")),
    ("/console/vendor/preact.LICENSE", TEXT, include_bytes!("../console/vendor/preact.LICENSE")),
    ("/console/vendor/preact.mjs", SCRIPT, include_bytes!("../console/vendor/preact.mjs")),
    ("/console/views/chats.js", SCRIPT, include_bytes!("../console/views/chats.js")),
    ("/console/views/data.js", SCRIPT, include_bytes!("../console/views/data.js")),
    ("/console/views/faults.js", SCRIPT, include_bytes!("../console/views/faults.js")),
    ("/console/views/message.js", SCRIPT, include_bytes!("../console/views/message.js")),
    ("/console/views/request.js", SCRIPT, include_bytes!("../console/views/request.js")),
    ("/console/views/requests.js", SCRIPT, include_bytes!("../console/views/requests.js")),
    ("/console/views/script.js", SCRIPT, include_bytes!("../console/views/script.js")),
    ("/console/views/start.js", SCRIPT, include_bytes!("../console/views/start.js")),
    ("/console/views/ticket.js", SCRIPT, include_bytes!("../console/views/ticket.js")),
    ("/console/views/tickets.js", SCRIPT, include_bytes!("../console/views/tickets.js")),
    ("/console/views/webhooks.js", SCRIPT, include_bytes!("../console/views/webhooks.js")),
    ("/console/two-companies.json", JSON, include_bytes!("../seeds/two-companies.json")),
];

/// What the paths of all files but the page itself start with.
const FOLDER: &str = "/console/";

/// Returns a file of the console; `None` for a request of a client.
pub(crate) fn respond(request: &Request) -> Option<Response> {
    if request.method != "GET" && request.method != "HEAD" {
        return None;
    }
    let Some((_, media_type, bytes)) = FILES.iter().find(|(path, ..)| *path == request.path) else {
        // A browser looks for more files, such as source maps, which clients did not ask for.
        let is_inside = request.path.starts_with(FOLDER);
        return is_inside.then(|| Response::message(404, "the console has no such file"));
    };
    let mut response = Response::typed(200, media_type, bytes.to_vec());
    for (name, value) in [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-cache"),
    ] {
        response.set_header(name.to_owned(), value.to_owned());
    }
    Some(response)
}
