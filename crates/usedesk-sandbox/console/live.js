// What happens in the sandbox, as server-sent events.

/// Calls the function in `handlers` that an event is named after, and `open` and `lost` when the
/// connection opens and is lost. The browser connects again by itself, and passes on the id of the last request.
export function listen(handlers) {
  const source = new EventSource("/sandbox/events?view=summary");
  source.onopen = () => handlers.open();
  source.onerror = () => {
    handlers.disconnected();
    // A response such as 503 closes it for good.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(handlers), 2_000);
  };
  for (const name of ["request", "delivery", "state", "changed"]) {
    source.addEventListener(name, (event) => handlers[name](JSON.parse(event.data)));
  }
  // The stream has a connection of its own, of which a browser has few.
  addEventListener("pagehide", () => source.close(), { once: true });
}
