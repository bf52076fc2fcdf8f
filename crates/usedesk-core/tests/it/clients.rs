//! Listing, reading, creating and updating clients: requests and rules.

use proptest::prelude::*;
use usedesk_core::clients::{
    Address, CreateClient, GetClient, ListClients, MAX_IDENTITY, MAX_PHONE_DIGITS,
    MIN_PHONE_DIGITS, Messenger, MessengerType, SearchType, UpdateClient,
};
use usedesk_core::jiff::civil;
use usedesk_core::{Attachment, Encoding, MAX_ID, Operation, PhoneType, Safety, UtcDateTime};

use crate::support::{body, on_the_wire, text, violations};

mod judged_by_php;
mod responses;

fn at(year: i16, hour: i8, minute: i8) -> UtcDateTime {
    UtcDateTime::from_civil(civil::datetime(year, 5, 1, hour, minute, 0, 0))
}

fn picture() -> Attachment {
    Attachment::from_bytes("ann.png", "PNG")
}

fn messenger() -> Messenger {
    Messenger::new(MessengerType::Telegram, "@ann").uid("77")
}

fn address() -> Address {
    Address::new().country("Latvia").city("Rīga").street("Brīvības iela 1")
}

fn list() -> ListClients {
    ListClients::new()
        .created_after(at(2024, 12, 34))
        .created_before(at(2024, 23, 59))
        .page(3)
        .query("ann@example.com")
        .search_type(SearchType::FullMatch)
}

fn create() -> CreateClient {
    CreateClient::new()
        .name("Анна & co")
        .email("ann@example.com")
        .email("ann@work.example")
        .messenger(messenger())
        .messenger(Messenger::new(MessengerType::Unspecified, "ann"))
        .note("First\nsecond")
        .phone("37120000000")
        .phone_type(PhoneType::Mobile)
        .site("https://ann.example/?a=b&c")
        .vip(true)
        .position("Director")
        .merge(902)
        .add_address(address())
}

fn update() -> UpdateClient {
    UpdateClient::new(901)
        .name("Анна & co")
        .emails(["ann@example.com", "ann@work.example"])
        .messenger(messenger())
        .change_messenger(11, Messenger::new(MessengerType::Viber, "37120000000"))
        .delete_messenger(12, MessengerType::Skype)
        .replace_note("First\nsecond")
        .phone("+371 2000")
        .phone_type(PhoneType::Fax)
        .site("https://ann.example/?a=b&c")
        .change_site(21, "https://new.example")
        .delete_site(22)
        .spammer(false)
        .position("Director")
        .merge(902)
        .add_address(address())
}

#[test]
fn on_the_wire_all_parameters_and_none() {
    let new = || UpdateClient::new(901);
    let list = [
        on_the_wire(&list()),
        on_the_wire(&ListClients::new()),
        on_the_wire(&ListClients::new().page(0)),
    ];
    insta::assert_snapshot!("list_clients", list.join("\n\n"));
    insta::assert_snapshot!("get_client", on_the_wire(&GetClient::new(901)));
    let create = [
        on_the_wire(&create()),
        on_the_wire(&CreateClient::new()),
        body(&create().avatar(picture()), Encoding::Json),
    ];
    insta::assert_snapshot!("create_client", create.join("\n\n"));
    let update = [
        on_the_wire(&update()),
        on_the_wire(&new().vip(false)),
        on_the_wire(&new().replace_note("")),
        on_the_wire(&new().append_note("and more")),
        on_the_wire(&new().address(Address::new().city("Rīga"))),
        body(&new().avatar(picture()), Encoding::Form),
    ];
    insta::assert_snapshot!("update_client", update.join("\n\n"));
}

#[test]
fn every_rule() {
    let long = Messenger::new(MessengerType::from(""), "я".repeat(MAX_IDENTITY + 1));
    let wrong = [
        violations(
            &ListClients::new()
                .created_before(at(-1, 12, 0))
                .page(MAX_ID + 1)
                .query("")
                .search_type(SearchType::from("")),
            Encoding::Form,
        ),
        violations(&GetClient::new(0), Encoding::Form),
        violations(
            &CreateClient::new()
                .emails(["ann@example.com", ""])
                .messenger(long.clone())
                .messenger(Messenger::new(MessengerType::GTalk, ""))
                .phone("+371 200")
                .phone_type(PhoneType::from(""))
                .site("")
                .vip(false)
                .spammer(false)
                .merge(0)
                .add_address(Address::new())
                .avatar(Attachment::from_bytes("", "")),
            Encoding::Form,
        ),
        violations(
            &UpdateClient::new(0)
                .email("")
                .change_messenger(0, long)
                .delete_messenger(MAX_ID + 1, MessengerType::Viber)
                .phone("")
                .phone_type(PhoneType::from(""))
                .change_site(0, "")
                .delete_site(MAX_ID + 1)
                .vip(true)
                .spammer(true)
                .merge(0)
                .add_address(Address::new()),
            Encoding::Form,
        ),
        violations(&UpdateClient::new(901).merge(901), Encoding::Form),
        violations(&UpdateClient::new(901).emails([""; 0]), Encoding::Form),
        violations(&UpdateClient::new(901).add_address(Address::new()), Encoding::Form),
        violations(&UpdateClient::new(901).address(Address::new()), Encoding::Form),
        violations(&UpdateClient::new(901).phone_type(PhoneType::Home), Encoding::Form),
        violations(
            &UpdateClient::new(901)
                .name("")
                .append_note("")
                .address(Address::new().country("").city("").street("")),
            Encoding::Form,
        ),
        violations(&CreateClient::new().name("").note("").address(Address::new()), Encoding::Form),
    ];
    insta::assert_snapshot!(wrong.map(|lines| lines.join("\n")).join("\n\n"));
}

#[test]
fn each_change_alone_is_one() {
    let new = || UpdateClient::new(901);
    for update in [
        new().name("a"),
        new().email("a"),
        new().messenger(messenger()),
        new().delete_messenger(1, MessengerType::Viber),
        new().append_note("a"),
        new().replace_note(""),
        new().phone("1"),
        new().site("a"),
        new().delete_site(1),
        new().avatar(picture()),
        new().vip(false),
        new().spammer(false),
        new().position(""),
        new().merge(902),
        new().address(Address::new().country("a")),
        new().address(Address::new().city("a")),
        new().add_address(Address::new().street("a")),
    ] {
        assert_eq!(violations(&update, Encoding::Form), [""; 0], "{update:?}");
    }
}

#[test]
fn setters_that_replace_and_setters_that_add() {
    let new = || UpdateClient::new(901);
    assert_eq!(new().email("a").emails(["b"]).email("c"), new().emails(["b", "c"]));
    assert_eq!(new().replace_note("a").append_note("b"), new().append_note("b"));
    assert_eq!(new().append_note("a").replace_note("b"), new().replace_note("b"));
    assert_eq!(new().add_address(address()).address(address()), new().address(address()));
    assert_ne!(new().add_address(address()), new().address(address()));
}

#[test]
fn safety_of_each_operation() {
    assert_eq!((ListClients::SAFETY, GetClient::SAFETY), (Safety::Read, Safety::Read));
    assert_eq!((CreateClient::SAFETY, UpdateClient::SAFETY), (Safety::Once, Safety::Once));
}

proptest! {
    #[test]
    fn a_new_clients_phone_is_10_to_15_digits(phone in prop_oneof!["[+]?[0-9]{8,17}", "[0-9٣+ ]{9,16}"]) {
        let digits = phone.strip_prefix('+').unwrap_or(&phone);
        let is_phone = (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let found = violations(&CreateClient::new().phone(phone), Encoding::Form);
        prop_assert_eq!(found.is_empty(), is_phone, "{:?}", found);
    }

    #[test]
    fn an_identity_has_1_to_64_characters(identity in text(0..=70, &[])) {
        let length = identity.chars().count();
        let messenger = Messenger::new(MessengerType::IMessage, identity);
        let valid = (1..=64).contains(&length);
        let create = CreateClient::new().messenger(messenger.clone());
        prop_assert_eq!(violations(&create, Encoding::Form).is_empty(), valid);
        let update = UpdateClient::new(901).change_messenger(1, messenger);
        prop_assert_eq!(violations(&update, Encoding::Form).is_empty(), valid);
    }
}
