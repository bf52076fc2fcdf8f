import { createServer } from "node:http";
import { once } from "node:events";

const [http, https] = process.argv.slice(2);
const events = [];
let wake = () => {};

const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  events.push(JSON.parse(Buffer.concat(chunks)));
  response.end();
  wake();
});
receiver.listen(0, "127.0.0.1");
await once(receiver, "listening");

async function nextEvent() {
  while (events.length === 0) await new Promise((resolve) => (wake = resolve));
  return events.shift();
}

function call(base, path, parameters) {
  const body = new URLSearchParams({ api_token: "sandbox-token", ...parameters });
  return fetch(base + path, { method: "POST", body });
}

async function ticket(base) {
  return (await (await call(base, "/ticket", { ticket_id: 5003 })).json()).ticket;
}

async function control(method, path, body) {
  const response = await fetch(http + path, { method, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response;
}

console.log("ticket:", (await ticket(http)).subject);

const url = `http://127.0.0.1:${receiver.address().port}/hook`;
await control("PATCH", "/sandbox/settings", { webhooks: [{ url, events: ["ticket_changed"] }] });
console.log(...Object.keys(await nextEvent()));

await control("POST", "/sandbox/scripts", { match: { operation: "update_ticket" }, status: 503 });
const update = () => call(http, "/update/ticket", { ticket_id: 5003, status: 2 });
console.log("scripted:", (await update()).status);
console.log("updated:", (await (await update()).json()).status);
const event = await nextEvent();
if (event.secret !== "sandbox-secret") throw new Error("wrong secret");
const [change] = event.trigger.data;
console.log("webhook:", change.target, change.old_value, "to", change.value);

const journal = await (await control("GET", "/sandbox/requests?operation=update_ticket")).json();
console.log("journal:", journal.requests.map((request) => request.outcome).join(", "));
console.log("over TLS:", (await ticket(https)).status_id);
await control("POST", "/sandbox/reset");
console.log("after the reset:", (await ticket(https)).status_id);
process.exit();
