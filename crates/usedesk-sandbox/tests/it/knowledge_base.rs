//! The methods below `/support/{account_id}`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{Client, JSON, assert_documented, call, each, read};

const LIST: &str = "/support/12/articles/list";

#[test]
fn the_structure_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let article = |id, title, views, positive, negative| {
        json!({
            "id": id, "title": title, "views": views,
            "rating": { "positive": positive, "negative": negative },
        })
    };
    assert_eq!(
        read(&sandbox, "/support/12/list", ""),
        json!([
            {
                "id": 101, "title": "Help center", "public": 1, "order": 1,
                "image": "https://example.com/help.png",
                "categories": [
                    {
                        "id": 201, "title": "Invoices", "description": "Paying and refunds",
                        "public": 1, "order": 1,
                        "articles": [
                            article(301, "How to pay an invoice", 120, 9, 1),
                            article(302, "Asking for a refund", 45, 3, 0),
                            article(303, "Draft: paying in installments", 0, 0, 0),
                        ],
                    },
                    {
                        "id": 202, "title": "Parcels", "description": "Nothing here yet",
                        "public": 1, "order": 2, "articles": [],
                    },
                ],
            },
            {
                "id": 102, "title": "For agents", "public": 0, "order": 2, "image": null,
                "categories": [{
                    "id": 203, "title": "Rules", "description": "How we work",
                    "public": 1, "order": 1,
                    "articles": [
                        article(304, "Answering a complaint", 7, 1, 0),
                        article(305, "Closing a ticket", 5, 0, 2),
                    ],
                }],
            },
        ])
    );
}

#[test]
fn an_article_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let shown = read(&sandbox, "/uapi/support/12/articles/302", "");
    assert_eq!(
        shown,
        json!({
            "id": 302, "title": "Asking for a refund",
            "text": "<p>Write to us within 14 days. The invoice number helps.</p>",
            "public": 1, "order": 2, "is_rating": 1, "rating": { "positive": 3, "negative": 0 },
            "category_id": 201, "category_title": "Invoices", "collection_id": 101,
            "collection_title": "Help center",
            "collection_image": "https://example.com/help.png", "views": 45,
            "created_at": "2026-03-01 10:00:00",
        })
    );
    assert_eq!(read(&sandbox, LIST, "article_ids=302")["articles"], json!([shown]));
    let private = read(&sandbox, "/support/12/articles/304", "");
    assert_eq!((&private["collection_image"], &private["order"]), (&Value::Null, &json!(1)));
}

#[test]
fn a_list_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let shown = read(&sandbox, LIST, "");
    let members: BTreeSet<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, BTreeSet::from(["articles", "count", "last-page", "page", "total-count"]));
    assert_eq!((&shown["page"], &shown["last-page"]), (&json!(1), &json!(1)));
    assert_eq!((&shown["count"], &shown["total-count"]), (&json!(20), &json!(5)));
    assert_eq!(each(&shown["articles"], "id"), [301, 302, 303, 304, 305]);
}

#[test]
fn articles_have_pages() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, page, last, ids) in [
        ("count=2", 1, 3, vec![301, 302]),
        ("count=2&page=2", 2, 3, vec![303, 304]),
        ("count=2&page=3", 3, 3, vec![305]),
        ("count=2&page=4", 4, 3, vec![]),
        ("count=5", 1, 1, vec![301, 302, 303, 304, 305]),
        ("count=100", 1, 1, vec![301, 302, 303, 304, 305]),
        ("page=18446744073709551615", u64::MAX, 1, vec![]),
    ] {
        let shown = read(&sandbox, LIST, parameters);
        assert_eq!(each(&shown["articles"], "id"), ids, "{parameters}");
        assert_eq!((&shown["page"], &shown["last-page"]), (&json!(page), &json!(last)));
        assert_eq!(shown["total-count"], 5);
    }
    let nothing = read(&sandbox, LIST, "category_ids=202&count=2");
    assert_eq!((&nothing["last-page"], &nothing["total-count"]), (&json!(1), &json!(0)));
    assert_eq!((&nothing["count"], &nothing["articles"]), (&json!(2), &json!([])));
}

#[test]
fn articles_are_filtered() {
    let sandbox = Sandbox::start().unwrap();
    for (filter, ids) in [
        ("collection_ids=101", vec![301, 302, 303]),
        ("collection_ids=101,102", vec![301, 302, 303, 304, 305]),
        ("collection_ids=", vec![301, 302, 303, 304, 305]),
        ("collection_ids=9", vec![]),
        ("category_ids=203", vec![304, 305]),
        ("category_ids=202,203", vec![304, 305]),
        ("article_ids=305,301", vec![301, 305]),
        ("article_ids=305,+301&collection_ids=102", vec![305]),
        ("type=public", vec![301, 302]),
        ("type=private", vec![303, 304, 305]),
        ("query=invoice", vec![301, 302]),
        ("query=INVOICE+number", vec![302]),
        ("query=ticket&type=public", vec![]),
        ("query=complaint", vec![304]),
        ("query=customer", vec![304, 305]),
        ("query=nowhere", vec![]),
        ("query=", vec![301, 302, 303, 304, 305]),
        // Only tags contain these.
        ("query=href", vec![]),
        ("query=%3Cp%3E", vec![]),
    ] {
        let shown = read(&sandbox, LIST, filter);
        assert_eq!(each(&shown["articles"], "id"), ids, "{filter}");
        assert_eq!(shown["total-count"], ids.len(), "{filter}");
    }
}

#[test]
fn matches_are_marked() {
    let sandbox = Sandbox::start().unwrap();
    let articles = &read(&sandbox, LIST, "query=PAY&article_ids=301")["articles"];
    assert_eq!(articles[0]["title"], "How to <b>pay</b> an invoice");
    assert_eq!(
        articles[0]["text"],
        "<p>Open the invoice and choose <a href=\"/pay\"><b>Pay</b></a>. Cards and bank transfers \
         are taken, and the receipt comes by e-mail within a day.</p>"
    );
    // A text without a match is unchanged, and so is the article itself.
    let articles = &read(&sandbox, LIST, "query=within+a+day")["articles"];
    assert_eq!(articles[0]["title"], "How to pay an invoice");
    assert!(articles[0]["text"].as_str().unwrap().ends_with("<b>within a day</b>.</p>"));
    let article = read(&sandbox, "/support/12/articles/301", "");
    assert!(!article["text"].as_str().unwrap().contains("<b>"));
}

#[test]
fn a_short_text_has_no_tags_and_100_characters() {
    let sandbox = Sandbox::start().unwrap();
    let articles = &read(&sandbox, LIST, "query=pay&article_ids=301&short_text=1")["articles"];
    assert_eq!(
        articles[0]["text"],
        "Open the invoice and choose <b>Pay</b>. Cards and bank transfers are taken, and the receipt \
         comes by e-mail"
    );
    let articles = &read(&sandbox, LIST, "query=customer&article_ids=305&short_text=1")["articles"];
    assert_eq!(articles[0]["text"], "Only when the <b>customer</b> says so.");
    // `short_text` has no effect without a query.
    let articles = &read(&sandbox, LIST, "article_ids=305&short_text=1")["articles"];
    assert_eq!(articles[0]["text"], "<p>Only when the customer says so.</p>");
    let articles = &read(&sandbox, LIST, "query=so&article_ids=305&short_text=0")["articles"];
    assert_eq!(articles[0]["text"], "<p>Only when the customer says <b>so</b>.</p>");
}

#[test]
fn articles_are_sorted() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, ids) in [
        ("order=desc", [305, 304, 303, 302, 301]),
        ("sort=id&order=asc", [301, 302, 303, 304, 305]),
        ("sort=title", [304, 302, 305, 303, 301]),
        ("sort=title&order=desc", [301, 303, 305, 302, 304]),
        ("sort=category_id&order=desc", [305, 304, 303, 302, 301]),
        ("sort=public", [303, 301, 302, 304, 305]),
        ("sort=created_at", [302, 301, 304, 305, 303]),
    ] {
        let shown = read(&sandbox, LIST, parameters);
        assert_eq!(each(&shown["articles"], "id"), ids, "{parameters}");
    }
    let shown = read(&sandbox, LIST, "sort=title&count=2&page=2");
    assert_eq!(each(&shown["articles"], "id"), [305, 303]);
}

#[test]
fn views_are_added() {
    let sandbox = Sandbox::start().unwrap();
    let path = "/support/12/articles/305/add-views";
    assert_eq!(call(&sandbox, path, "count=3"), json!({ "res": 1, "views": 8 }));
    assert_eq!(call(&sandbox, path, "")["views"], 9);
    assert_eq!(call(&sandbox, path, "count=0")["views"], 9);
    let mut client = Client::connect(&sandbox);
    let body = json!({ "api_token": sandbox.token(), "count": 1 }).to_string();
    assert_eq!(client.post(path, JSON, body).json()["views"], 10);
    let target = format!("{path}?api_token={}&count=1", sandbox.token());
    assert_eq!(client.post(&target, JSON, "").json()["views"], 11);

    assert_eq!(read(&sandbox, "/support/12/articles/305", "")["views"], 11);
    assert_eq!(read(&sandbox, LIST, "article_ids=305")["articles"][0]["views"], 11);
    let structure = read(&sandbox, "/support/12/list", "");
    assert_eq!(structure[1]["categories"][0]["articles"][1]["views"], 11);
    assert_eq!(call(&sandbox, path, &format!("count={}", u64::MAX))["views"], u64::MAX);
}

#[test]
fn ratings_are_added() {
    let sandbox = Sandbox::start().unwrap();
    let path = "/support/12/articles/305/change-rating";
    let rating = |positive, negative| json!({ "positive": positive, "negative": negative });
    let expected = json!({ "rating": rating(1, 2) });
    assert_eq!(call(&sandbox, path, "count_positive=1"), expected);
    assert_eq!(call(&sandbox, path, "count_negative=2")["rating"], rating(1, 4));
    assert_eq!(call(&sandbox, path, "count_positive=4&count_negative=1")["rating"], rating(5, 5));
    assert_eq!(call(&sandbox, path, "")["rating"], rating(5, 5));

    assert_eq!(read(&sandbox, "/support/12/articles/305", "")["rating"], rating(5, 5));
    assert_eq!(read(&sandbox, LIST, "article_ids=305")["articles"][0]["rating"], rating(5, 5));
    let structure = read(&sandbox, "/support/12/list", "");
    assert_eq!(structure[1]["categories"][0]["articles"][1]["rating"], rating(5, 5));
    assert_eq!(read(&sandbox, "/support/12/articles/304", "")["rating"], rating(1, 0));
}

#[test]
fn ids_in_a_path_are_numbers() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    for path in [
        "/support/x/list",
        "/support//list",
        "/support/12",
        "/support/12/articles",
        "/support/12/articles/x",
        "/support/12/articles/-1",
        "/support/12/articles/301/views",
        "/support/{account_id}/list",
    ] {
        let response = client.get(&format!("{path}?api_token=sandbox-token"));
        assert_eq!(response.status, 404, "{path}");
    }
    // A parameter does not override the path.
    let shown = read(&sandbox, "/support/12/articles/301", "id=302&account_id=13");
    assert_eq!(shown["id"], 301);
    let views = call(&sandbox, "/support/12/articles/304/add-views", "id=305");
    assert_eq!(views["views"], 8);
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    let too_large = "/support/12/articles/99999999999999999999";
    for (path, parameters, code) in [
        ("/support/13/list", "", ErrorCode::UnknownKnowledgeBase),
        ("/support/13/articles/list", "", ErrorCode::UnknownKnowledgeBase),
        ("/support/13/articles/301", "", ErrorCode::UnknownKnowledgeBase),
        ("/support/12/articles/306", "", ErrorCode::UnknownArticle),
        (too_large, "", ErrorCode::WrongKind),
        (LIST, "count=0", ErrorCode::OutOfRange),
        (LIST, "count=101", ErrorCode::OutOfRange),
        (LIST, "page=0", ErrorCode::OutOfRange),
        (LIST, "page=x", ErrorCode::WrongKind),
        (LIST, "article_ids=301;302", ErrorCode::WrongKind),
        (LIST, "query=a&short_text=2", ErrorCode::WrongKind),
        (LIST, "type=all", ErrorCode::UnknownListing),
        (LIST, "sort=views", ErrorCode::UnknownListing),
        (LIST, "order=descending", ErrorCode::UnknownListing),
    ] {
        let response = read(&sandbox, path, parameters);
        assert_eq!(response["code"], code.number(), "{path} {parameters}: {response}");
        assert_documented(code.number());
    }
    for (path, parameters, code) in [
        ("/support/13/articles/301/add-views", "", ErrorCode::UnknownKnowledgeBase),
        ("/support/12/articles/306/add-views", "", ErrorCode::UnknownArticle),
        ("/support/12/articles/301/add-views", "count=-1", ErrorCode::WrongKind),
        ("/support/12/articles/306/change-rating", "", ErrorCode::UnknownArticle),
        (
            "/support/12/articles/301/change-rating",
            "count_positive=1&count_negative=x",
            ErrorCode::WrongKind,
        ),
    ] {
        let response = call(&sandbox, path, parameters);
        assert_eq!(response["code"], code.number(), "{path} {parameters}: {response}");
    }
    let article = read(&sandbox, "/support/12/articles/301", "");
    assert_eq!((&article["views"], &article["rating"]["positive"]), (&json!(120), &json!(9)));
    let response = Client::connect(&sandbox).get("/support/12/list?api_token=wrong");
    assert_eq!(response.json()["code"], ErrorCode::BadToken.number());
}
