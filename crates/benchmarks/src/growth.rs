//! How the cost grows with the amount of work: the cases of `cases`, in any size.

use std::hint::black_box;

use serde::Serialize;
use usedesk_core::encode_form;
use usedesk_core::tickets::UpdateTicket;

use crate::{Work, decode};

/// A series of cases that differ in size, a line in a plot.
pub struct Series {
    /// `growth/PLOT/LINE`, to which the size is appended.
    pub name: &'static str,
    /// From small to large.
    pub sizes: &'static [u64],
    /// Prepares the work of a size.
    pub prepare: fn(u64) -> Work,
}

/// Every series.
pub const SERIES: &[Series] = &[
    Series { name: "growth/fields/usedesk", sizes: FIELDS, prepare: fields },
    Series { name: "growth/body/usedesk", sizes: KILOBYTES, prepare: body },
    Series { name: "growth/body/form_urlencoded", sizes: KILOBYTES, prepare: bare_body },
    Series {
        name: "growth/rows/usedesk",
        sizes: ROWS,
        prepare: |rows| decode::ours(decode::numbers(rows)),
    },
    Series {
        name: "growth/rows/strict",
        sizes: ROWS,
        prepare: |rows| decode::strict(decode::numbers(rows)),
    },
];

const FIELDS: &[u64] = &[1, 2, 5, 10, 20, 50];

const KILOBYTES: &[u64] = &[1, 4, 16, 64, 256, 1_024];

const ROWS: &[u64] = &[1, 10, 100, 1_000, 10_000];

const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// An update that sets this many additional fields.
fn fields(count: u64) -> Work {
    let update = UpdateTicket::new(4501);
    let update = (1..=count).fold(update, |update, field| update.field(field, "Riga"));
    Box::new(move || encode_form(TOKEN, black_box(&update)).as_ref().len())
}

/// A message of this many kilobytes.
fn body(kilobytes: u64) -> Work {
    #[derive(Serialize)]
    struct Comment {
        message: String,
    }

    let comment = Comment { message: html(kilobytes) };
    Box::new(move || encode_form(TOKEN, black_box(&comment)).as_ref().len())
}

fn bare_body(kilobytes: u64) -> Work {
    let message = html(kilobytes);
    Box::new(move || {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("api_token", TOKEN).append_pair("message", black_box(&message));
        form.finish().len()
    })
}

fn html(kilobytes: u64) -> String {
    let line = "<p>Здравствуйте! <b>The parcel</b> came damaged.</p>\n";
    (0..kilobytes * 1_024 / line.len() as u64).map(|_| line).collect()
}
