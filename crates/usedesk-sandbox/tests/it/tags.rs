//! `/tags`.

use serde_json::json;
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{assert_code, call, list, numbers, update};

#[test]
fn tags_are_counted_and_keep_their_ids() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(list(&sandbox, "/tags", ""), json!([]));
    update(&sandbox, 4501, "tag=billing,+refund");
    update(&sandbox, 4502, "tag=vip,+billing");
    call(&sandbox, "/create/ticket", "subject=S&message=M&tag=refund,+Billing");
    let row = |id: u64, name: &str, count: u64| {
        json!({
            "ticket_tag_id": id, "tag_company_id": 1, "name": name, "ticket_count": count,
        })
    };
    let (billing, refund, vip) = (row(1, "billing", 2), row(2, "refund", 2), row(3, "vip", 1));
    let other = row(4, "Billing", 1);
    assert_eq!(list(&sandbox, "/tags", ""), json!([billing, refund, vip, other]));
    assert_eq!(list(&sandbox, "/tags", "query=BILL"), json!([billing, other]));
    assert_eq!(list(&sandbox, "/tags", "query=none"), json!([]));
}

#[test]
fn pages_have_100_rows() {
    let sandbox = Sandbox::start().unwrap();
    for start in [100, 150, 200] {
        let tags: Vec<_> = (start..start + 50).map(|number| number.to_string()).collect();
        update(&sandbox, 4501, &format!("tag={}", tags.join(",")));
    }
    let ids = |parameters| numbers(&list(&sandbox, "/tags", parameters), "ticket_tag_id");
    assert_eq!(ids(""), (1..=100).collect::<Vec<_>>());
    assert_eq!(ids("offset=0"), (1..=100).collect::<Vec<_>>());
    assert_eq!(ids("offset=1"), (101..=150).collect::<Vec<_>>());
    assert!(ids("offset=2").is_empty());
    assert!(ids("offset=18446744073709551615").is_empty());
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    for parameters in ["offset=x", "offset=-1", "query[]=a"] {
        assert_code(&call(&sandbox, "/tags", parameters), ErrorCode::WrongKind, parameters);
    }
    let null = crate::client::call_json(&sandbox, "/tags", json!({ "offset": null }));
    assert_code(&null, ErrorCode::WrongKind, "offset null");
}
