// How programs in several languages are pointed at the sandbox.

import { quote } from "/console/curl.js";

/// Returns pairs of a language and a program that solves a ticket.
export function snippets(url, token, ticket) {
  const quoted = JSON.stringify(token);
  return [
    [
      "PHP",
      `<?php
$curl = curl_init('${url}/update/ticket');
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
curl_setopt($curl, CURLOPT_POSTFIELDS, [
    'api_token' => '${token.replaceAll(/['\\]/g, "\\$&")}',
    'ticket_id' => ${ticket},
    'status' => 2,
]);
echo curl_exec($curl);`,
    ],
    [
      "Python",
      `import requests

parameters = {"api_token": ${quoted}, "ticket_id": ${ticket}, "status": 2}
print(requests.post("${url}/update/ticket", data=parameters, timeout=30).json())`,
    ],
    [
      "Node",
      `const parameters = { api_token: ${quoted}, ticket_id: ${ticket}, status: 2 };
const response = await fetch("${url}/update/ticket", {
  method: "POST",
  body: new URLSearchParams(parameters),
});
console.log(await response.json());`,
    ],
    [
      "Go",
      `parameters := url.Values{"api_token": {${quoted}}, "ticket_id": {"${ticket}"}, "status": {"2"}}
response, err := http.PostForm("${url}/update/ticket", parameters)`,
    ],
    [
      "Rust",
      `// Or USEDESK_BASE_URL=${url} USEDESK_API_TOKEN=${quote(token)} and Usedesk::from_env().
use usedesk_blocking::tickets::UpdateTicket;
use usedesk_blocking::{TicketStatus, Usedesk};

let usedesk = Usedesk::builder(${quoted}).base_url("${url}").build()?;
usedesk.send(UpdateTicket::new(${ticket}).status(TicketStatus::Solved))?;`,
    ],
  ];
}
