//! Listing tickets: filters on the wire, rules, rows.

use php_oracle::Php;
use serde_json::{Value, json};
use usedesk_core::tickets::{
    AccessRights, Assigned, FieldFilter, ListTickets, TicketRow, TicketSort,
};
use usedesk_core::{
    Encoding, MAX_ID, OptionId, Order, Paged, TicketId, TicketPriority, TicketStatus, TicketType,
    UtcDateTime,
};

use crate::support::{assert_php_reads, body, judge, reads_anything, response, violations};

fn time(text: &str) -> UtcDateTime {
    UtcDateTime::from_civil(text.parse().expect("a date"))
}

fn all_filters() -> ListTickets {
    ListTickets::new()
        .channels([3, 4])
        .assigned(Assigned::to(17))
        .assigned(Assigned::within(5, 18))
        .assigned(Assigned::to_group_only())
        .assigned(Assigned::to_nobody())
        .groups([5, 6])
        .statuses([TicketStatus::New, TicketStatus::Open])
        .types([TicketType::Question, TicketType::Task])
        .priorities([TicketPriority::Low, TicketPriority::Extreme])
        .accessible_for(17)
        .page(2)
        .tag("billing")
        .tag("refund")
        .created_after(time("2024-05-01T12:34:00"))
        .created_before(time("2024-05-02T00:00:00"))
        .updated_after(time("0999-01-01T00:00:00"))
        .updated_before(time("9999-12-31T23:59:00"))
        .query("счёт & co")
        .client(901)
        .field(FieldFilter::is(31, "Riga"))
        .field(FieldFilter::is(33, OptionId(507)))
        .field(FieldFilter::empty(32))
        .field(FieldFilter::not_empty(71))
        .sort(TicketSort::LastUpdatedAt, Order::Descending)
        .sla()
}

#[test]
fn filters_on_the_wire() {
    let bodies = [
        body(&all_filters(), Encoding::Form),
        body(&all_filters(), Encoding::Json),
        body(&ListTickets::new(), Encoding::Form),
    ];
    insta::assert_snapshot!("list_tickets", bodies.join("\n\n"));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("lists_php_reads_what_was_meant") else { return };
    let meant = json!({
        "fchannel": "3,4",
        "fassigned": [
            {"assignee_id": 17},
            {"assignee_id": 18, "group_id": 5},
            {"assignee_id": "unassigned"},
            {"assignee_id": "unassigned", "group_id": "unassigned"},
        ],
        "fgroup": "5,6", "fstatus": "8,1", "ftype": "question,task", "fpriority": "low,extreme",
        "accessible_for_agent_id": 17, "offset": 2, "tag": "billing, refund",
        "created_after": "2024-05-01 12:34", "created_before": "2024-05-02 00:00",
        "updated_after": "0999-01-01 00:00", "updated_before": "9999-12-31 23:59",
        "query": "счёт & co", "client_id": 901,
        "fields": [
            {"id": 31, "value": "Riga"}, {"id": 33, "value": "507"},
            {"id": 32, "value": "empty"}, {"id": 71, "value": "not_empty"},
        ],
        "sort": "last_updated_at", "order": "desc", "properties": ["sla"],
    });
    assert_php_reads(&php, &all_filters(), meant);
    assert_php_reads(&php, &ListTickets::new(), json!({}));
}

#[test]
fn every_rule() {
    let list = ListTickets::new()
        .channels([0])
        .assigned(Assigned::to_nobody())
        .assigned(Assigned::within(0, MAX_ID + 1))
        .groups((0..100).map(|n| n + 100))
        .statuses([[TicketStatus::Other(MAX_ID); 20].as_slice(), &[TicketStatus::from(0)]].concat())
        .types([TicketType::from(""), TicketType::from("a,b")])
        .priorities([TicketPriority::from("x".repeat(256))])
        .accessible_for(0)
        .page(u64::MAX)
        .tag("a, b")
        .tag("")
        .updated_before(time("-000001-01-01T00:00:00"))
        .query("")
        .client(0)
        .field(FieldFilter::is(0, ""))
        .field(FieldFilter::is(31, "empty"))
        .field(FieldFilter::is(33, OptionId(0)))
        .field(FieldFilter::is(33, OptionId(u64::MAX)))
        .sort(TicketSort::from(""), Order::from(""));
    insta::assert_snapshot!(violations(&list, Encoding::Form).join("\n"));
    assert!(violations(&all_filters(), Encoding::Form).is_empty());
}

fn read(body: &Value) -> Vec<TicketRow> {
    judge(&ListTickets::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented() -> Value {
    json!([{
        "id": 4501, "subject": "Invoice", "status": 8, "priority": "medium", "type": "question",
        "client_id": 901, "client_name": "Maria Silva", "assignee_id": 17, "group": 5,
        "channel_id": 3, "channel_email": "support@example.com",
        "created_at": "2024-05-01 12:34:56", "last_updated_at": "2024-05-02 00:00:00",
        "last_comment": "<p>Hi</p>", "remind_at": null,
        "tags": [{"name": "billing"}, {"name": "refund"}],
        "ticket_fields": [{"id": 31, "name": "City", "value": "Riga"}, {"id": 32, "name": "Paid", "value": null}],
        "rights": "write", "sla": {"first_reply": 60, "next_reply": null, "close": 3600},
    }])
}

#[test]
fn rows_as_documented() {
    let rows = read(&documented());
    insta::assert_snapshot!(format!("{rows:#?}"));
    let again: Vec<TicketRow> =
        serde_json::from_value(serde_json::to_value(&rows).expect("writable")).expect("readable");
    assert_eq!(again, rows);
}

#[test]
fn rows_in_other_representations() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let rows = read(&json!({"3": {
        "id": "4501", "status": "8", "assignee_id": "0", "group": 0, "channel_email": "0",
        "remind_at": "", "tags": ["a", {"name": "b"}], "ticket_fields": {}, "sla": [],
        "client_id": "901", "last_comment": null, "rights": "all",
    }}));
    let row = &rows[0];
    assert_eq!((row.id, row.status), (TicketId(4501), Some(TicketStatus::New)));
    assert_eq!((row.assignee_id, row.group_id), (None, None));
    assert_eq!((&row.channel_email, &row.remind_at), (&None, &None));
    assert_eq!((&*row.tags, row.fields.len(), &row.sla), (&["a".into(), "b".into()][..], 0, &None));
    assert_eq!(row.rights, Some(AccessRights::from("all")));
    assert_eq!(ListTickets::key(row), 4501);
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListTickets>(&documented());
}
