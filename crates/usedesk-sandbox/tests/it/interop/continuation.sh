# Continues the shell program of docs/sandbox.md.

comment=$(curl -sS "$DESK/create/comment" -d "api_token=$TOKEN" -d "ticket_id=$ticket" \
  --data-urlencode 'message=Да, 100% & "готово" + 1' \
  -d 'cc[]=a@example.com' -d 'cc[]=b@example.com' | jq .comment_id)
client=$(curl -sS "$DESK/create/client" -H 'Content-Type: application/json' -d @- <<JSON | jq .client_id
{
  "api_token": "$TOKEN", "name": "Иван \"Петров\"",
  "emails": ["ivan@example.com", "petrov@example.com"],
  "messengers": [{"identity": "ivan", "type": "telegram"}]
}
JSON
)
read=$(curl -sS "$DESK/client" -d "api_token=$TOKEN" -d "client_id=$client" |
  jq '[.[0].client | .id, .name, [.emails[].email]]')
status=$(curl -sS "$DESK/ticket?api_token=wrong" -o rejected.json -w '%{http_code}')
tickets=$(curl -sS -G "$DESK/tickets" -d "api_token=$TOKEN" \
  --data-urlencode 'query=Счёт "12" &' -d fstatus=1,8 | jq '[.[].id]')
articles=$(curl -sS "$DESK/support/12/articles/list?api_token=$TOKEN&query=invoice" |
  jq '[.articles[].id]')
jq -c "{
  comment: $comment, client: $read, tickets: $tickets, articles: $articles,
  rejected: [$status, .code, .error]
}" rejected.json
