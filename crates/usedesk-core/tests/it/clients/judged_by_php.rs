//! PHP reads the intended parameters from requests for clients.

use php_oracle::Php;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use usedesk_core::MAX_ID;
use usedesk_core::clients::{
    Address, CreateClient, GetClient, MAX_IDENTITY, Messenger, MessengerType, UpdateClient,
};

use super::{create, list, picture, update};
use crate::support::{assert_php_reads, php_files, text};

/// How many updates PHP is asked about, each in both encodings.
const UPDATES: u32 = 300;

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("clients_php_reads_what_was_meant") else { return };
    let meant = json!({
        "created_after": "2024-05-01 12:34", "created_before": "2024-05-01 23:59", "offset": 3,
        "query": "ann@example.com", "search_type": "full_match",
    });
    assert_php_reads(&php, &list(), meant);
    assert_php_reads(&php, &GetClient::new(901), json!({"client_id": 901}));
    let meant = json!({
        "name": "Анна & co", "emails": ["ann@example.com", "ann@work.example"],
        "messengers": [
            {"identity": "@ann", "type": "telegram", "uid": "77"},
            {"identity": "ann", "type": "other"},
        ],
        "note": "First\nsecond", "phone": "37120000000", "phone_type": "mobile",
        "sites": [{"url": "https://ann.example/?a=b&c"}], "status_vip": true,
        "position": "Director", "merge_id": 902, "client_country": "Latvia",
        "client_city": "Rīga", "client_address": "Brīvības iela 1", "new_address": true,
    });
    assert_php_reads(&php, &create(), meant.clone());
    assert_php_reads(&php, &create().avatar(picture()), meant);
    assert_php_reads(&php, &CreateClient::new(), json!({}));
    let meant = json!({
        "client_id": 901,
        "name": "Анна & co", "emails": ["ann@example.com", "ann@work.example"],
        "messengers": [
            {"identity": "@ann", "type": "telegram", "uid": "77"},
            {"id": 11, "identity": "37120000000", "type": "viber"},
            {"id": 12, "identity": "", "type": "skype"},
        ],
        "note": "First\nsecond", "is_new_note": true, "phone": "+371 2000", "phone_type": "fax",
        "sites": [
            {"url": "https://ann.example/?a=b&c"},
            {"id": 21, "url": "https://new.example"},
            {"id": 22, "url": ""},
        ],
        "status_spam": 0, "position": "Director", "merge_id": 902,
        "client_country": "Latvia", "client_city": "Rīga", "client_address": "Brīvības iela 1",
        "new_address": true,
    });
    assert_php_reads(&php, &update(), meant.clone());
    assert_php_reads(&php, &update().avatar(picture()), meant);

    for files in [
        php_files(&php, &create().avatar(picture())),
        php_files(&php, &UpdateClient::new(901).avatar(picture())),
    ] {
        assert_eq!(
            (&files["avatar"]["name"], &files["avatar"]["size"]),
            (&"ann.png".into(), &3.into())
        );
    }
}

/// An update, in Rust and as the parameters that the server should read.
#[derive(Clone, Debug)]
struct Case {
    update: UpdateClient,
    meant: Value,
}

impl Case {
    fn messengers(mut self, entries: Vec<(Option<u64>, String, Option<String>)>) -> Self {
        let mut meant = Vec::new();
        for (id, identity, uid) in entries {
            let mut entry = json!({"identity": identity, "type": "viber"});
            let mut messenger = Messenger::new(MessengerType::Viber, identity);
            if let Some(uid) = uid {
                entry["uid"] = (*uid).into();
                messenger = messenger.uid(uid);
            }
            self.update = if let Some(id) = id {
                entry["id"] = id.into();
                self.update.change_messenger(id, messenger)
            } else {
                self.update.messenger(messenger)
            };
            meant.push(entry);
        }
        self.meant_list("messengers", meant)
    }

    /// Entries without an address are deleted.
    fn sites(mut self, entries: Vec<(u64, Option<String>)>) -> Self {
        let mut meant = Vec::new();
        for (id, url) in entries {
            meant.push(json!({"id": id, "url": url.as_deref().unwrap_or_default()}));
            self.update = match url {
                Some(url) => self.update.change_site(id, url),
                None => self.update.delete_site(id),
            };
        }
        self.meant_list("sites", meant)
    }

    fn note(mut self, note: &str, is_new: bool) -> Self {
        self.meant["note"] = note.into();
        self.update = if is_new {
            self.meant["is_new_note"] = true.into();
            self.update.append_note("gone").replace_note(note)
        } else {
            self.update.replace_note("gone").append_note(note)
        };
        self
    }

    fn address(mut self, city: &str, is_new: bool) -> Self {
        self.meant["client_city"] = city.into();
        let (address, gone) = (Address::new().city(city), Address::new().street("gone"));
        self.update = if is_new {
            self.meant["new_address"] = true.into();
            self.update.address(gone).add_address(address)
        } else {
            self.update.add_address(gone).address(address)
        };
        self
    }

    /// Empty lists are not sent: a form has none, and JSON must match it.
    fn meant_list<T: Into<Value>>(mut self, parameter: &str, list: Vec<T>) -> Self {
        if !list.is_empty() {
            self.meant[parameter] = list.into();
        }
        self
    }
}

fn updates() -> impl Strategy<Value = Case> {
    let identity = text(1..=MAX_IDENTITY, &[]);
    let id = || 1..=MAX_ID;
    let lists = (
        vec(text(1..=20, &[]), 0..3),
        vec((option::of(id()), identity, option::of(text(0..=20, &[]))), 0..3),
        vec((id(), option::of(text(1..=20, &[]))), 0..3),
    );
    let change = || option::of((text(1..=20, &[]), any::<bool>()));
    (id(), text(1..=20, &[]), lists, change(), change()).prop_map(
        |(id, name, (emails, messengers, sites), note, city)| {
            let meant = json!({"client_id": id, "name": name});
            let update = UpdateClient::new(id).name(name).emails(emails.clone());
            let mut case = Case { update, meant }
                .meant_list("emails", emails)
                .messengers(messengers)
                .sites(sites);
            if let Some((note, is_new)) = note {
                case = case.note(&note, is_new);
            }
            if let Some((city, is_new)) = city {
                case = case.address(&city, is_new);
            }
            case
        },
    )
}

#[test]
fn php_reads_from_both_encodings_what_was_meant() {
    let Some(php) = Php::start("clients_php_reads_from_both_encodings") else { return };
    let mut runner =
        TestRunner::new(ProptestConfig { cases: UPDATES, ..ProptestConfig::default() });
    let result = runner.run(&updates(), |case| {
        assert_php_reads(&php, &case.update, case.meant);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
