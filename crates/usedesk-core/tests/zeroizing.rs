//! The crate leaves no copy of the token in memory.
//!
//! After everything with the token is dropped, the heap of this process is searched for it, freed
//! memory included. This needs Linux, where a process can read its own memory, and a process with
//! one thread, so the test has no harness. The stack is not searched: see docs/security.md.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use usedesk_core::internal::{BuilderSettings, CheckedConfig};
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{
    ApiToken, Attachment, Body, Encoding, Method, Operation, Preview, Safety, TransportError,
    Violations, comments::CreateComment,
};

/// The length of a token.
const LENGTH: usize = 40;

fn main() {
    if cfg!(not(target_os = "linux")) {
        return;
    }
    let heap = Heap::open();
    for (case, (what, act)) in (0..).zip(CASES) {
        act(token(case));
        assert!(!heap.has_token(case), "the token is left in memory by {what}");
    }
    // The search finds a token that is not zeroized.
    let case = 255;
    drop(token(case));
    assert!(heap.has_token(case), "the search finds nothing");
}

/// Uses a token and drops it.
type Act = fn(String);

const CASES: &[(&str, Act)] = &[
    ("the token itself", |token| drop(ApiToken::from(token))),
    ("a copy of the token", |token| {
        let token = ApiToken::from(token);
        drop(ApiToken::from(token.expose()));
    }),
    ("the environment", |token| {
        let variable = std::cell::Cell::new(Some(token));
        let read = |name: &str| (name == "USEDESK_API_TOKEN").then(|| variable.take())?;
        let settings = BuilderSettings::from_variables(|name| read(name).map(Into::into));
        settings.expect("a token").check(|_| None, Violations::default()).expect("valid");
    }),
    ("a form that grows", |token| send(&config(token, Encoding::Form), &long())),
    ("JSON that grows", |token| send(&config(token, Encoding::Json), &long())),
    ("multipart that grows", |token| {
        let file = Attachment::from_bytes("a.txt", "a");
        send(&config(token, Encoding::Form), &long().attach(file));
    }),
    ("a multipart boundary that is in a file", |token| {
        let file = Attachment::from_bytes("a.txt", "usedesk-sdk-boundary");
        send(&config(token, Encoding::Form), &CreateComment::public(1, "text").attach(file));
    }),
    ("a query", |token| {
        let config = config(token, Encoding::Form);
        assert_eq!(Listing::METHOD, Method::GET);
        send(&config, &Listing { text: "text ".repeat(5_000) });
    }),
    ("a violation", |token| {
        let config = config(token, Encoding::Form);
        drop(config.call(&UpdateTicket::new(0)).expect_err("no id"));
    }),
    ("a preview", |token| {
        let preview: Preview = config(token, Encoding::Form).preview(&long()).expect("valid");
        drop(preview.to_string());
    }),
    ("an error", |token| {
        let config = config(token, Encoding::Form);
        let call = config.call(&GetTicket::new(1)).expect("valid");
        let usedesk_core::internal::Step::Attempt(attempt) = call.begin(std::time::Instant::now())
        else {
            return;
        };
        let moment = usedesk_core::internal::Moment {
            now: std::time::Instant::now(),
            wall: std::time::SystemTime::now(),
            random: 0,
        };
        drop(attempt.judge(Err(TransportError::unknown("broken pipe")), moment));
    }),
    ("a body from bytes", |token| drop(Body::from(token.into_bytes()))),
];

/// A method whose parameters are sent in the query.
#[derive(serde::Serialize)]
struct Listing {
    text: String,
}

impl Operation for Listing {
    type Output = usedesk_core::Value;

    const NAME: &'static str = "listing";
    const METHOD: Method = Method::GET;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> std::borrow::Cow<'_, str> {
        "/listing".into()
    }

    fn check(&self, _: &mut Violations) {}
}

fn config(token: String, encoding: Encoding) -> CheckedConfig {
    let mut settings = BuilderSettings::new(token);
    settings.encoding = encoding;
    settings.check(|_| None, Violations::default()).expect("valid")
}

/// Encodes the operation and drops the request.
fn send(config: &CheckedConfig, operation: &impl Operation) {
    let call = config.call(operation).expect("valid");
    drop(call.request());
}

/// An operation larger than the initial buffer.
fn long() -> CreateComment {
    CreateComment::public(1, "text ".repeat(5_000))
}

/// Computes the token of a case, which is thus nowhere else in memory.
fn token(case: u8) -> String {
    let mut token = String::with_capacity(LENGTH);
    token.extend((0..LENGTH).map(|at| char::from(character(case, at))));
    token
}

/// Returns a letter or digit without a pattern.
fn character(case: u8, at: usize) -> u8 {
    let mixed = (u64::from(case) << 32 | at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    b"abcdefghijklmnopqrstuvwxyz234567"[(mixed >> 59) as usize]
}

/// The heap of this process. Searching it allocates nothing, since that could overwrite the token.
struct Heap {
    maps: File,
    memory: File,
}

impl Heap {
    fn open() -> Self {
        let open = |path| File::open(path).expect("Linux shows a process its memory");
        Self { maps: open("/proc/self/maps"), memory: open("/proc/self/mem") }
    }

    /// Whether the heap has the token of a case, or most of it: the allocator overwrites the first
    /// few bytes of freed memory.
    fn has_token(&self, case: u8) -> bool {
        const PAGE: usize = 4096;
        const LOST: usize = 16;
        let (start, end) = self.bounds();
        let mut window = [0; PAGE + LENGTH - LOST];
        (start..end).step_by(PAGE).any(|at| {
            let length = window.len().min(usize::try_from(end - at).expect("64 bits"));
            (&self.memory).seek(SeekFrom::Start(at)).expect("it is a file");
            (&self.memory).read_exact(&mut window[..length]).expect("mapped");
            let mut candidates = window[..length].windows(LENGTH - LOST);
            candidates
                .any(|bytes| bytes.iter().zip(LOST..).all(|(&c, at)| c == character(case, at)))
        })
    }

    fn bounds(&self) -> (u64, u64) {
        let mut maps = [0; 16 * 1024];
        let mut length = 0;
        (&self.maps).rewind().expect("it is a file");
        while let read @ 1.. = (&self.maps).read(&mut maps[length..]).expect("maps") {
            length += read;
        }
        let maps = str::from_utf8(&maps[..length]).expect("text");
        let line = maps.lines().find(|line| line.ends_with("[heap]")).expect("a heap");
        let (start, end) =
            line.split(' ').next().and_then(|at| at.split_once('-')).expect("bounds");
        let address = |hex| u64::from_str_radix(hex, 16).expect("an address");
        (address(start), address(end))
    }
}
