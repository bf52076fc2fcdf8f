// What happens in the sandbox, as server-sent events.

/// How long to wait before a connection that the sandbox rejected is opened again.
const PAUSE = 2_000;

/// Calls the function in `handlers` that an event is named after, and `open` and `disconnected` when the
/// connection opens and is lost. The browser connects again by itself.
export function listen(handlers) {
  let source;
  let again;

  function open() {
    source = new EventSource("/sandbox/events?view=summary");
    source.onopen = () => handlers.open();
    source.onerror = () => {
      handlers.disconnected();
      // A response such as 503 closes it for good.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, PAUSE);
    };
    for (const name of ["request", "delivery", "state", "changed"]) {
      source.addEventListener(name, (event) => handlers[name](JSON.parse(event.data)));
    }
  }

  // The stream has a connection of its own, of which a browser has few.
  addEventListener("pagehide", () => {
    clearTimeout(again);
    source.close();
  });
  // The browser kept the page and shows it again.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    handlers.disconnected();
    open();
  });
  open();
}
