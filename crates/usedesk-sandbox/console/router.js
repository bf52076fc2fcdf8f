// The address of a view: `#/tickets/4501`.

export const VIEWS = ["requests", "tickets", "chats", "webhooks", "faults", "data", "start"];

export function route() {
  const [view, id] = location.hash.replace(/^#\//, "").split("/");
  return VIEWS.includes(view) ? { view, id } : { view: "requests", id: undefined };
}

export function address(view, id) {
  return id === undefined ? `#/${view}` : `#/${view}/${id}`;
}
