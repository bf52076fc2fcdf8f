// Continues the JavaScript program of docs/sandbox.md.

const form = new URLSearchParams({
  ticket_id: created.ticket_id,
  message: 'Да, 100% & "готово" + 1',
});
form.append("cc[]", "a@example.com");
form.append("cc[]", "b@example.com");
const comment = await call("/create/comment", form);

const response = await fetch(`${DESK}/create/client`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({
    api_token: TOKEN,
    name: 'Иван "Петров"',
    emails: ["ivan@example.com", "petrov@example.com"],
    messengers: [{ identity: "ivan", type: "telegram" }],
  }),
});
const client = await response.json();
const [{ client: read }] = await call("/client", new URLSearchParams({ client_id: client.client_id }));

const get = (path, parameters) =>
  fetch(`${DESK}${path}?${new URLSearchParams({ api_token: TOKEN, ...parameters })}`);
const denied = await get("/ticket", { api_token: "wrong" });
const rejected = await denied.json();
const tickets = await (await get("/tickets", { query: 'Счёт "12" &', fstatus: "1,8" })).json();
const { articles } = await (await get("/support/12/articles/list", { query: "invoice" })).json();

console.log(JSON.stringify({
  comment: comment.comment_id,
  client: [read.id, read.name, read.emails.map((entry) => entry.email)],
  tickets: tickets.map((row) => row.id),
  articles: articles.map((row) => row.id),
  rejected: [denied.status, rejected.code, rejected.error],
}));
