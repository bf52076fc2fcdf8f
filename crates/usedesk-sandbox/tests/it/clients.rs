//! `/clients`, `/client`, `/create/client` and `/update/client`.

use serde_json::{Value, json};
use usedesk_sandbox::{Client, ErrorCode, Sandbox};

use crate::client::{assert_code, call, call_json, list, numbers};

/// Updates the demo client, which must succeed, and returns it.
fn updated_client(sandbox: &Sandbox, parameters: Value) -> Client {
    let mut parameters = parameters;
    parameters["client_id"] = 901.into();
    let response = call_json(sandbox, "/update/client", parameters);
    assert_eq!(response, json!({ "client_id": 901, "status": true }));
    sandbox.client(901).unwrap()
}

/// Returns the response of `/client`.
fn shown(sandbox: &Sandbox, id: u64) -> Value {
    let response = list(sandbox, "/client", &format!("client_id={id}"));
    assert_eq!(response.as_array().unwrap().len(), 1, "{response}");
    response[0].clone()
}

#[test]
fn a_created_client_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let response = call_json(
        &sandbox,
        "/uapi/create/client",
        json!({
            "name": "Ada", "emails": ["ada@example.com", "lovelace@example.com"],
            "phone": "37120000000", "phone_type": "mobile", "position": "CTO", "note": "Careful",
            "messengers": [{ "identity": "ada", "type": "telegram", "uid": 77 }],
            "sites": [{ "url": "https://example.com/ada" }], "status_vip": true,
            "client_country": "Latvia", "client_city": "Riga", "client_address": "A 1",
        }),
    );
    assert_eq!(response, json!({ "client_id": 903, "status": true }));
    call(&sandbox, "/create/ticket", "subject=S&message=M&client_id=903&company_name=Acme");
    let shown = shown(&sandbox, 903);
    let client = &shown["client"];
    let dates = json!({ "created_at": client["created_at"], "updated_at": client["updated_at"] });
    let with_dates = |mut entry: Value| {
        entry.as_object_mut().unwrap().extend(dates.as_object().unwrap().clone());
        entry
    };
    let company_date = &client["client_company"]["created_at"];
    assert_eq!(
        client,
        &with_dates(json!({
            "id": 903, "name": "Ada", "avatar": null, "position": "CTO", "note": "Careful",
            "company_id": 1, "zendesk_id": null, "spammer": 0, "vip": 1, "client_company_id": 1,
            "lang": "en", "tickets": [4503],
            "emails": [
                with_dates(json!({
                    "id": 903, "email": "ada@example.com", "client_id": 903, "fullcontact": 0,
                    "status": "",
                })),
                with_dates(json!({
                    "id": 904, "email": "lovelace@example.com", "client_id": 903, "fullcontact": 0,
                    "status": "",
                })),
            ],
            "phones": [with_dates(json!({
                "id": 905, "phone": "37120000000", "type": "mobile", "client_id": 903,
            }))],
            "social_networks": [],
            "messengers": [with_dates(json!({
                "id": 906, "identity": "ada", "type": "telegram", "client_id": 903, "uid": "77",
            }))],
            "addresses": [with_dates(json!({
                "id": 908, "country": "Latvia", "city": "Riga", "address": "A 1", "type": "home",
                "client_id": 903,
            }))],
            "sites": [with_dates(json!({
                "id": 907, "url": "https://example.com/ada", "client_id": 903,
            }))],
            "client_company": {
                "id": 1, "name": "Acme", "note": null, "domains": null, "phone": null,
                "address": null, "vip": 0, "company_id": 1, "avatar": null,
                "created_at": company_date, "updated_at": company_date,
            },
        }))
    );
    let outer: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        outer,
        [
            "addresses",
            "client",
            "client_company",
            "emails",
            "messengers",
            "phones",
            "sites",
            "social_networks",
        ]
    );
    assert_eq!(shown["emails"], json!([null, null]));
    for name in outer.into_iter().filter(|name| !matches!(*name, "client" | "emails")) {
        assert_eq!(shown[name], client[name], "{name}");
    }
}

#[test]
fn an_unknown_client_is_an_empty_array() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(list(&sandbox, "/client", "client_id=1"), json!([]));
    assert_code(&call(&sandbox, "/client", ""), ErrorCode::Missing, "");
}

#[test]
fn a_new_client_needs_no_parameters() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(call(&sandbox, "/create/client", ""), json!({ "client_id": 903, "status": true }));
    assert_eq!(sandbox.client(903).unwrap().name, "");
    // An email may belong to several clients.
    call(&sandbox, "/create/client", "emails[]=maria%40example.com");
    assert_eq!(sandbox.client(904).unwrap().name, "maria@example.com");
}

#[test]
fn emails_and_phones_are_only_added() {
    let sandbox = Sandbox::start().unwrap();
    updated_client(&sandbox, json!({ "emails": ["Maria@Example.com", "two@example.com"] }));
    let phone = json!({ "phone": "37120000000", "phone_type": "fax" });
    updated_client(&sandbox, phone.clone());
    updated_client(&sandbox, phone);
    let client = updated_client(&sandbox, json!({ "phone": 123_456_789_012_345_u64 }));
    let emails: Vec<_> = client.emails.iter().map(|entry| entry.email.as_str()).collect();
    assert_eq!(emails, ["maria@example.com", "two@example.com"]);
    let phones: Vec<_> =
        client.phones.iter().map(|entry| (entry.phone.as_str(), entry.kind.as_str())).collect();
    assert_eq!(phones, [("37120000000", "fax"), ("123456789012345", "other")]);
}

#[test]
fn messengers_are_added_changed_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let list = |client: &Client| -> Vec<_> {
        let entries = client.messengers.iter();
        entries.map(|entry| (entry.id, entry.kind.clone(), entry.identity.clone())).collect()
    };
    let two = json!([
        { "identity": "a", "type": "viber" },
        { "identity": "b", "type": "skype", "uid": "u" },
    ]);
    let client = updated_client(&sandbox, json!({ "messengers": two }));
    assert_eq!(
        list(&client),
        [(903, "viber".to_owned(), "a".to_owned()), (904, "skype".to_owned(), "b".to_owned())]
    );
    assert_eq!(client.messengers[1].uid.as_deref(), Some("u"));
    let edits = json!([
        { "id": 903, "identity": "c", "type": "other" },
        { "id": 904, "identity": "" },
        { "id": 999, "identity": "d", "type": "other" },
        { "id": 998, "identity": "" },
    ]);
    let client = updated_client(&sandbox, json!({ "messengers": edits }));
    assert_eq!(list(&client), [(903, "other".to_owned(), "c".to_owned())]);
}

#[test]
fn sites_are_added_changed_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let list = |parameters| -> Vec<_> {
        let client = updated_client(&sandbox, parameters);
        client.sites.into_iter().map(|entry| (entry.id, entry.url)).collect()
    };
    let (one, two) = ((903, "a.example".to_owned()), (904, "b.example".to_owned()));
    let sites = json!([{ "url": "a.example" }, { "url": "b.example" }]);
    assert_eq!(list(json!({ "sites": sites })), [one.clone(), two]);
    let sites = json!([{ "id": 904, "url": "c.example" }, { "id": 999, "url": "d.example" }]);
    assert_eq!(list(json!({ "sites": sites })), [one.clone(), (904, "c.example".to_owned())]);
    assert_eq!(
        list(json!({ "sites": [{ "id": 904, "url": "" }, { "id": 999, "url": "" }] })),
        [one]
    );
}

#[test]
fn a_note_is_appended_unless_it_is_new() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, note) in [
        (json!({ "note": "one" }), "one"),
        (json!({ "note": "two" }), "one\ntwo"),
        (json!({ "note": "three", "is_new_note": false }), "one\ntwo\nthree"),
        (json!({ "note": "four", "is_new_note": true }), "four"),
        (json!({ "is_new_note": true }), "four"),
    ] {
        assert_eq!(updated_client(&sandbox, parameters).note.as_deref(), Some(note));
    }
}

#[test]
fn vip_and_spammer_exclude_each_other() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, vip, spammer) in [
        (json!({ "status_vip": true }), true, false),
        (json!({ "status_spam": "false" }), true, false),
        (json!({ "status_spam": 1 }), false, true),
        (json!({ "status_vip": "0" }), false, true),
        (json!({ "status_spam": false }), false, false),
        // An outdated parameter.
        (json!({ "status": "vip" }), false, false),
    ] {
        let client = updated_client(&sandbox, parameters.clone());
        assert_eq!((client.vip, client.spammer), (vip, spammer), "{parameters}");
    }
}

#[test]
fn names_positions_and_addresses_change() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.client(901).unwrap();
    assert_eq!(updated_client(&sandbox, json!({})), before);
    let client =
        updated_client(&sandbox, json!({ "name": "M", "position": "CEO", "client_city": "Riga" }));
    assert_eq!((client.name.as_str(), client.position.as_deref()), ("M", Some("CEO")));
    assert_ne!(client.updated_at, before.updated_at);
    assert_eq!(client.created_at, before.created_at);
    let client = updated_client(&sandbox, json!({ "client_country": "Latvia" }));
    assert_eq!((client.position.as_deref(), client.addresses.len()), (Some("CEO"), 1));
    let address = &client.addresses[0];
    assert_eq!((address.country.as_str(), address.city.as_str()), ("Latvia", "Riga"));
    let client =
        updated_client(&sandbox, json!({ "client_country": "Estonia", "new_address": true }));
    assert_eq!((client.addresses.len(), client.addresses[1].city.as_str()), (2, ""));
    assert_eq!(updated_client(&sandbox, json!({ "new_address": true })).addresses.len(), 2);
}

#[test]
fn a_merge_moves_everything_and_removes_the_other_client() {
    let sandbox = Sandbox::start().unwrap();
    updated_client(&sandbox, json!({ "emails": ["both@example.com"], "name": "Maria" }));
    call(
        &sandbox,
        "/update/client",
        "client_id=902&emails[]=both%40example.com&phone=37120000000&sites[0][url]=s.example\
         &messengers[0][identity]=j&messengers[0][type]=gtalk&client_city=Riga&note=N",
    );
    let client = updated_client(&sandbox, json!({ "merge_id": 902 }));
    assert_eq!(sandbox.client(902), None);
    let emails: Vec<_> = client.emails.iter().map(|entry| entry.email.as_str()).collect();
    assert_eq!(emails, ["maria@example.com", "both@example.com", "john@example.com"]);
    assert_eq!(client.phones[0].phone, "37120000000");
    assert_eq!((client.messengers.len(), client.sites.len(), client.addresses.len()), (1, 1, 1));
    assert_eq!((client.name.as_str(), client.note), ("Maria", None));
    let ticket = sandbox.ticket(4502).unwrap();
    assert_eq!((ticket.client_id, ticket.comments[0].client_id), (901, Some(901)));
    assert_eq!(ticket.changes[0].data[0].target, "client_id");
    assert_eq!(shown(&sandbox, 901)["client"]["tickets"], json!([4501, 4502]));
    assert_eq!(numbers(&list(&sandbox, "/clients", ""), "id"), [901]);
    // The id of a removed client is not reused.
    let response = call(&sandbox, "/create/client", "merge_id=901");
    assert_eq!(response["client_id"], 903);
    assert_eq!(shown(&sandbox, 903)["client"]["tickets"], json!([4501, 4502]));
}

#[test]
fn rows_join_emails_and_phones() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/update/client", "client_id=901&emails[]=two%40example.com&phone=37120000000");
    call(&sandbox, "/update/client", "client_id=901&phone=37120000001");
    call(&sandbox, "/create/client", "name=Nobody");
    assert_eq!(
        list(&sandbox, "/clients", ""),
        json!([
            {
                "id": 901, "name": "Maria Silva", "emails": "maria@example.com,two@example.com",
                "phone": "37120000000,37120000001", "tickets": [4501],
            },
            {
                "id": 902, "name": "John Smith", "emails": "john@example.com", "phone": null,
                "tickets": [4502],
            },
            { "id": 903, "name": "Nobody", "emails": null, "phone": null, "tickets": [] },
        ])
    );
}

#[test]
fn filters() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/update/client", "client_id=902&phone=37120000000");
    for (parameters, ids) in [
        ("query=maria", &[901_u64][..]),
        ("query=SMITH", &[902]),
        ("query=example.com", &[901, 902]),
        ("query=2000000", &[902]),
        ("query=", &[901, 902]),
        ("query=nobody", &[]),
        ("query=smith&search_type=partial_match", &[902]),
        ("query=smith&search_type=full_match", &[]),
        ("query=john+smith&search_type=full_match", &[902]),
        ("query=john%40example.com&search_type=full_match", &[902]),
        ("query=37120000000&search_type=full_match", &[902]),
        ("created_after=2026-10-05+08:30", &[901, 902]),
        ("created_after=2026-10-05+08:31", &[902]),
        ("created_before=2026-11-03+16:39", &[901]),
        ("created_before=2026-11-03+16:40", &[901, 902]),
        ("created_after=2026-10-06+00:00&created_before=2026-11-01+00:00", &[]),
        ("offset=1", &[]),
    ] {
        assert_eq!(numbers(&list(&sandbox, "/clients", parameters), "id"), ids, "{parameters}");
    }
}

#[test]
fn pages_have_100_rows() {
    let sandbox = Sandbox::start().unwrap();
    for _ in 0..100 {
        call(&sandbox, "/create/client", "");
    }
    let page = |offset| numbers(&list(&sandbox, "/clients", &format!("offset={offset}")), "id");
    assert_eq!(page(0), (901..=1000).collect::<Vec<_>>());
    assert_eq!(page(1), [1001, 1002]);
    assert!(page(2).is_empty());
}

#[test]
fn rejected_requests_change_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.client(901);
    let long = "x".repeat(65);
    for (code, parameters) in [
        (ErrorCode::BadPhone, "phone=371200000"),
        (ErrorCode::BadPhone, "phone=1234567890123456"),
        (ErrorCode::BadPhone, "phone=%2B371200000"),
        (ErrorCode::BadPhone, "phone=37120000000%2B"),
        (ErrorCode::VipAndSpam, "status_vip=1&status_spam=0"),
        (ErrorCode::UnknownWord, "phone=37120000000&phone_type=pager"),
        (ErrorCode::UnknownWord, "messengers[0][identity]=a&messengers[0][type]=icq"),
        (ErrorCode::Missing, "messengers[0][identity]=a"),
        (ErrorCode::Missing, "messengers[0][type]=viber"),
        (ErrorCode::Missing, "messengers[0][identity]=&messengers[0][type]=viber"),
        (ErrorCode::Missing, "sites[0][url]="),
        (ErrorCode::Missing, "sites[0][id]=5"),
        (ErrorCode::Missing, "emails[]="),
        (ErrorCode::TooLong, &format!("messengers[0][identity]={long}&messengers[0][type]=viber")),
        (ErrorCode::WrongKind, "emails=a%40example.com"),
        (ErrorCode::WrongKind, "sites[0][id]=x&sites[0][url]=a"),
        (ErrorCode::WrongKind, "is_new_note=perhaps"),
        (ErrorCode::WrongKind, "status_vip=perhaps"),
        (ErrorCode::WrongKind, "avatar=delete"),
        (ErrorCode::WrongKind, "merge_id=x"),
        (ErrorCode::UnknownClient, "merge_id=1"),
    ] {
        for path in ["/create/client", "/update/client"] {
            let parameters = format!("client_id=901&name=changed&{parameters}");
            assert_code(&call(&sandbox, path, &parameters), code, &parameters);
        }
    }
    for (code, parameters) in [
        (ErrorCode::Missing, "name=changed"),
        (ErrorCode::UnknownClient, "client_id=1&name=changed"),
        (ErrorCode::MergeWithItself, "client_id=901&merge_id=901&name=changed"),
    ] {
        assert_code(&call(&sandbox, "/update/client", parameters), code, parameters);
    }
    assert_eq!((sandbox.client(901), sandbox.client(903)), (before, None));
    for (code, parameters) in [
        (ErrorCode::WrongKind, "offset=x"),
        (ErrorCode::BadTime, "created_after=2026-10-05"),
        (ErrorCode::BadTime, "created_before=05.10.2026+08:30"),
        (ErrorCode::UnknownWord, "search_type=exact"),
    ] {
        assert_code(&call(&sandbox, "/clients", parameters), code, parameters);
    }
}
