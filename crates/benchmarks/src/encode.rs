//! Encoding an update with every parameter, and a long text.

use std::hint::black_box;

use serde::Serialize;
use serde_qs::Config;
use usedesk_core::internal::encode_form;
use usedesk_core::{Operation, Violations};

use crate::update::{Change, TOKEN};
use crate::{Case, Work};

/// The cases of this module.
pub const CASES: &[Case] = &[
    Case { name: "encode/usedesk", prepare: || update(usedesk) },
    Case { name: "encode/by_hand", prepare: || update(by_hand) },
    Case { name: "encode/serde_qs", prepare: || update(serde_qs) },
    Case { name: "html/english/usedesk", prepare: || html(ENGLISH, usedesk_html) },
    Case { name: "html/english/by_hand", prepare: || html(ENGLISH, html_by_hand) },
    Case { name: "html/cyrillic/usedesk", prepare: || html(CYRILLIC, usedesk_html) },
    Case { name: "html/cyrillic/by_hand", prepare: || html(CYRILLIC, html_by_hand) },
];

/// Builds, checks and encodes.
fn usedesk(change: &Change) -> impl AsRef<[u8]> + use<> {
    let update = change.operation();
    let mut violations = Violations::default();
    update.check(&mut violations);
    assert!(violations.is_empty(), "{violations:?}");
    encode_form(TOKEN, &update)
}

fn by_hand(change: &Change) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(change.pairs()).finish()
}

fn serde_qs(change: &Change) -> String {
    let config = Config::new().use_form_encoding(true);
    config.serialize_string(&change.parameters()).unwrap_or_default()
}

fn update<B: AsRef<[u8]> + 'static>(encode: fn(&Change) -> B) -> Work {
    let change = Change::example();
    // The comparison is fair only if all send the same parameters.
    let sent = |body: &[u8]| form_urlencoded::parse(body).into_owned().collect::<Vec<_>>();
    assert_eq!(sent(encode(&change).as_ref()), sent(usedesk(&change).as_ref()));
    repeat(change, move |change| encode(change).as_ref().len())
}

fn usedesk_html(message: &str) -> usize {
    #[derive(Serialize)]
    struct Comment<'a> {
        message: &'a str,
    }

    encode_form(TOKEN, &Comment { message }).as_ref().len()
}

fn html_by_hand(message: &str) -> usize {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("api_token", TOKEN).append_pair("message", message).finish().len()
}

const ENGLISH: &str = "<p class=\"note\">Hello! The parcel came <b>damaged</b>, I'd like my money \
                       back: order №1024 &amp; others.</p>\n";

const CYRILLIC: &str = "<p>Здравствуйте! Посылка пришла <b>повреждённой</b>, прошу вернуть деньги \
                        за заказ на карту.</p>\n";

/// Encodes 64 KB of this line.
fn html(line: &str, encode: fn(&str) -> usize) -> Work {
    repeat(line.repeat(64 * 1024 / line.len()), move |message| encode(message))
}

fn repeat<I: 'static>(input: I, work: impl Fn(&I) -> usize + 'static) -> Work {
    Box::new(move || work(black_box(&input)))
}
