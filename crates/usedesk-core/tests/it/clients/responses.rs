//! Decoding clients, as documented and in every representation of PHP.

use serde_json::{Value, json};
use usedesk_core::clients::{
    Client, ClientRow, CreateClient, GetClient, ListClients, MessengerType, UpdateClient,
};
use usedesk_core::internal::Pager;
use usedesk_core::{ClientId, Error, ErrorKind, MessengerId, PAGE_SIZE, Paged, Rows, TicketId};

use super::{list, update};
use crate::support::{judge, reads_anything, response};

fn rows(body: &Value) -> Vec<ClientRow> {
    judge(&ListClients::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented_rows() -> Value {
    json!([
        {
            "id": 901, "name": "Ann", "emails": "ann@example.com", "phone": "37120000000",
            "tickets": [4501, 4502],
        },
        {"id": 902, "name": "Zoe", "emails": null, "phone": null, "tickets": []},
    ])
}

#[test]
fn rows_as_documented() {
    let read = rows(&documented_rows());
    insta::assert_snapshot!(format!("{read:#?}"));
    let again: Vec<ClientRow> =
        serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
    assert_eq!(again, read);
}

#[test]
fn rows_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(rows(&empty).is_empty());
    }
    let bare = &rows(&json!([{"id": "901"}]))[0];
    assert_eq!(bare.id, ClientId(901));
    for empty in [json!(null), json!([]), json!({}), json!(""), json!("0"), json!(0)] {
        let row = json!({"id": 901, "emails": empty, "phone": empty, "tickets": empty});
        assert_eq!(rows(&json!({"4": row}))[0], *bare);
    }
    for two in [json!("a, b"), json!("a,b"), json!(["a", "b"]), json!([{"email": "a"}, "b"])] {
        let row = &rows(&json!([{"id": 1, "emails": two, "phone": two}]))[0];
        assert_eq!(
            (&*row.emails, &*row.phones),
            (&["a".into(), "b".into()][..], &["a".into(), "b".into()][..])
        );
    }
    for number in [json!(37_120_000_000_u64), json!("37120000000"), json!([37_120_000_000_u64])] {
        let row = &rows(&json!([{"id": 1, "phone": number, "tickets": ["4501"]}]))[0];
        assert_eq!((&*row.phones[0], &*row.tickets), ("37120000000", &[TicketId(4501)][..]));
    }
}

#[test]
fn pagination_continues_after_a_full_page() {
    let rows = |first: u64| -> Rows<ClientRow> {
        (first..).take(PAGE_SIZE).map(|id| rows(&json!([{ "id": id }])).remove(0)).collect()
    };
    let mut pager = Pager::new(list());
    assert_eq!(pager.next(), Some(&list()));
    let page = pager.accept(Ok(rows(1))).expect("a page").expect("rows");
    assert_eq!((page.number, page.items.len()), (3, 100));
    assert_eq!(pager.next(), Some(&list().page(4)));
    let page = pager.accept(Ok(rows(100)[..99].to_vec().into())).expect("a page").expect("rows");
    assert_eq!((page.number, page.repeated, page.items.len()), (4, 1, 98));
    assert_eq!(pager.next(), Some(&list().page(5)), "whatever the size of the page");
    assert_eq!(ListClients::new().page_number(), 0);
}

fn documented() -> Value {
    let dates = |mut entry: Value| {
        entry["client_id"] = 901.into();
        entry["created_at"] = "2024-05-01 12:34:56".into();
        entry["updated_at"] = "2024-05-02 00:00:00".into();
        entry
    };
    let client = json!({
        "id": 901, "name": "Ann", "avatar": "https://files.example/ann.png",
        "position": "Director", "note": "Call early", "company_id": 1, "zendesk_id": null,
        "spammer": 0, "vip": 1, "client_company_id": 7, "created_at": "2024-05-01 12:34:56",
        "updated_at": "2024-05-02 00:00:00", "lang": "en", "tickets": [4501, 4502],
        "emails": [dates(json!({
            "id": 11, "email": "ann@example.com", "fullcontact": 1, "status": "valid",
        }))],
        "phones": [dates(json!({"id": 12, "phone": "37120000000", "type": "mobile"}))],
        "social_networks": [dates(json!({
            "id": 13, "url": "https://vk.example/ann", "type": "vk", "uid": "77",
            "nickname": "ann", "fullcontact": 0,
        }))],
        "messengers": [
            dates(json!({"id": 14, "identity": "@ann", "type": "telegram", "uid": null})),
        ],
        "addresses": [dates(json!({
            "id": 15, "country": "Latvia", "city": "Riga", "address": "Brīvības iela 1",
            "type": "work",
        }))],
        "sites": [dates(json!({"id": 16, "url": "https://ann.example"}))],
        "client_company": {
            "id": 7, "name": "Work", "note": null, "domains": "work.example, job.example",
            "phone": "371", "address": "Riga", "vip": 0, "company_id": 1, "avatar": null,
            "created_at": "2024-05-01 12:34:56", "updated_at": "2024-05-02 00:00:00",
        },
    });
    json!([{
        "client": client, "emails": [null], "phones": [], "social_networks": [],
        "messengers": [], "addresses": [], "sites": [], "client_company": null,
    }])
}

fn get(body: &Value) -> Result<Client, Error> {
    judge(&GetClient::new(901), Ok(response(200, body.to_string())))
}

#[test]
fn a_client_as_documented() {
    let client = get(&documented()).expect("readable");
    insta::assert_snapshot!(format!("{client:#?}"));
    let again: Client = serde_json::from_value(serde_json::to_value(&client).unwrap()).unwrap();
    assert_eq!(again, client);
}

/// The members whose empty value has many representations in PHP.
const MAY_BE_NOTHING: [&str; 16] = [
    "avatar",
    "position",
    "note",
    "company_id",
    "zendesk_id",
    "spammer",
    "vip",
    "client_company_id",
    "lang",
    "tickets",
    "emails",
    "phones",
    "social_networks",
    "messengers",
    "addresses",
    "sites",
];

#[test]
fn a_client_in_every_representation() {
    let read = |client: Value| get(&json!([{ "client": client }])).expect("readable");
    let bare = read(json!({"id": "901"}));
    assert_eq!((bare.id, bare.vip, bare.client_company.as_ref()), (ClientId(901), None, None));
    for empty in [json!(null), json!([]), json!({}), json!("")] {
        let mut client = json!({"id": 901});
        for name in MAY_BE_NOTHING {
            client[name] = empty.clone();
        }
        assert_eq!(read(client), bare);
    }
    for empty in [json!(null), json!([]), json!(""), json!(0)] {
        assert_eq!(read(json!({"id": 901, "client_company": empty})), bare);
    }
    let client = read(json!({
        "id": 901, "vip": "1", "created_at": "0000-00-00 00:00:00", "zendesk_id": "12",
        "messengers": {"3": {"id": "14", "identity": 371, "type": "signal", "uid": 77}},
        "phones": [{"phone": 371, "type": ""}], "client_company": {"id": "7"},
    }));
    assert_eq!((client.vip, client.created_at, client.zendesk_id), (Some(true), None, Some(12)));
    let messenger = &client.messengers[0];
    assert_eq!((messenger.id, &*messenger.identity), (Some(MessengerId(14)), "371"));
    assert_eq!(messenger.messenger_type, Some(MessengerType::from("signal")));
    assert_eq!(messenger.uid.as_deref(), Some("77"));
    assert_eq!((&*client.phones[0].phone, &client.phones[0].phone_type), ("371", &None));
    assert_eq!(client.client_company.map(|company| company.id), Some(7));
}

#[test]
fn an_absent_client_is_not_found() {
    for empty in [
        json!([]),
        json!({}),
        json!(null),
        json!([null]),
        json!([{"client": null, "emails": [null]}]),
        json!([{"client": []}]),
        json!([{"client": {}}]),
        json!([{"client": false}]),
    ] {
        let error = get(&empty).expect_err("absent");
        assert!(error.is_not_found(), "{empty}");
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert_eq!((error.message(), error.code()), (Some("there is no such client"), None));
        assert_eq!(error.body(), Some(empty.to_string().as_bytes()));
    }
    insta::assert_snapshot!(
        get(&json!([])).expect_err("absent"),
        @"the server rejected get_client: there is no such client (HTTP 200)"
    );
    // Another shape does not mean that there is no client.
    for other in [
        json!([{}]),
        json!([{"id": 901}]),
        json!({"client": {"id": 901}}),
        json!([[]]),
        json!([{"client": [901, "x"]}]),
    ] {
        let error = get(&other).expect_err("another shape");
        assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::Decode, false), "{other}");
    }
    let error = get(&json!({"error": "No", "code": 404})).expect_err("rejected");
    assert!(error.is_not_found());
}

#[test]
fn the_response_to_a_change_is_the_clients_id() {
    let both = |body: &'static str| {
        let kind = |error: Error| error.kind();
        let created = judge(&CreateClient::new(), Ok(response(200, body))).map_err(kind);
        assert_eq!(judge(&update(), Ok(response(200, body))).map_err(kind), created);
        created.map(|saved| saved.client_id)
    };
    assert_eq!(both(r#"{"client_id":901,"status":true}"#), Ok(ClientId(901)));
    assert_eq!(both(r#"{"client_id":"901","status":"success"}"#), Ok(ClientId(901)));
    assert_eq!(both(r#"{"client_id":901,"status":false}"#), Err(ErrorKind::Rejected));
    assert_eq!(both(r#"{"error":"phone"}"#), Err(ErrorKind::Rejected));
    assert_eq!(both(r#"{"status":true}"#), Err(ErrorKind::Decode));
    assert_eq!(both("[]"), Err(ErrorKind::Decode));
    assert_eq!(both("[901]"), Err(ErrorKind::Decode));
    assert_eq!(both(r#"{"client_id":901,"status":0}"#), Err(ErrorKind::Rejected));
    assert_eq!(both(r#"{"client_id":0,"status":true}"#), Err(ErrorKind::Decode));
    assert_eq!(both(r#"{"client_id":901}"#), Ok(ClientId(901)));
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListClients>(&documented_rows());
    reads_anything::<GetClient>(&documented());
    let saved = json!({"client_id": 901, "status": true});
    reads_anything::<CreateClient>(&saved);
    reads_anything::<UpdateClient>(&saved);
}
