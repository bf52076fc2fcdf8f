# Continues the Python program of docs/sandbox.md.

comment = call(
    "/create/comment",
    {
        "ticket_id": created["ticket_id"],
        "message": 'Да, 100% & "готово" + 1',
        "cc[]": ["a@example.com", "b@example.com"],
    },
)
client = requests.post(
    f"{DESK}/create/client",
    json={
        "api_token": TOKEN,
        "name": 'Иван "Петров"',
        "emails": ["ivan@example.com", "petrov@example.com"],
        "messengers": [{"identity": "ivan", "type": "telegram"}],
    },
    timeout=30,
).json()
read = call("/client", {"client_id": client["client_id"]})[0]["client"]


def get(path, **parameters):
    parameters.setdefault("api_token", TOKEN)
    return requests.get(DESK + path, params=parameters, timeout=30)


rejected = get("/ticket", api_token="wrong")
print(json.dumps({
    "comment": comment["comment_id"],
    "client": [read["id"], read["name"], [entry["email"] for entry in read["emails"]]],
    "tickets": [row["id"] for row in get("/tickets", query='Счёт "12" &', fstatus="1,8").json()],
    "articles": [
        row["id"] for row in get("/support/12/articles/list", query="invoice").json()["articles"]
    ],
    "rejected": [rejected.status_code, rejected.json()["code"], rejected.json()["error"]],
}))
