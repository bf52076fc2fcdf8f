//! Odd ways to mark where a response ends: both flavors read them alike, and the next call is not
//! affected.

use super::transport_errors::{To, table};
use super::wire::{Act, BODY, Server};

#[test]
fn every_framing() {
    let text = |text: &str| Act::Write(text.as_bytes().to_vec());
    let with =
        |headers: &str, body: &str| text(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}"));
    let length = |length: &str| with(&format!("Content-Length: {length}"), BODY);
    let chunked = |coding: &str| {
        with(&format!("Transfer-Encoding: {coding}"), &format!("14\r\n{BODY}\r\n0\r\n\r\n"))
    };
    let chunks = |chunks: &str| with("Transfer-Encoding: chunked", chunks);
    let line = |line: &str| text(&format!("{line}\r\nContent-Length: 20\r\n\r\n{BODY}"));
    let closes = |act: Act| To::Server("http", Server::start(vec![Act::Read, act]));
    let stays = |act: Act| To::Server("http", Server::start(vec![Act::Read, act, Act::Serve]));

    #[rustfmt::skip] // a table
    let rows = vec![
        ("length 2^63 - 1",                closes(length("9223372036854775807"))),
        ("length 2^63 - 1, in pieces",     To::Server("http", Server::start(vec![Act::Read, length("9223372036854775807"), Act::Drip(b" ".to_vec())]))),
        ("length 2^63",                    closes(length("9223372036854775808"))),
        ("length 2^64 - 3",                closes(length("18446744073709551613"))),
        ("length 2^64 - 2",                closes(length("18446744073709551614"))),
        ("length 2^64 - 1",                closes(length("18446744073709551615"))),
        ("length 2^64",                    closes(length("18446744073709551616"))),
        ("length with zeros",              stays(length("0000000000000000000020"))),
        ("length with spaces",             stays(length("  20  "))),
        ("length twice in a value",        stays(length("20, 20"))),
        ("length in hexadecimal",          stays(length("0x14"))),
        ("length with a point",            stays(length("20.0"))),
        ("empty length",                   stays(length(""))),
        ("chunked in capitals",            stays(chunked("CHUNKED"))),
        ("chunked twice",                  stays(chunked("chunked, chunked"))),
        ("chunked, then identity",         closes(chunked("chunked, identity"))),
        ("gzip, chunked",                  stays(chunked("gzip, chunked"))),
        ("chunked, gzip",                  closes(chunked("chunked, gzip"))),
        ("identity until it closes",       closes(with("Transfer-Encoding: identity", BODY))),
        ("unknown until it closes",        closes(with("Transfer-Encoding: x", BODY))),
        ("429, chunked, gzip",             closes(text("HTTP/1.1 429 No\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"))),
        ("chunked, gzip, stays open",      stays(chunked("chunked, gzip"))),
        ("chunked in HTTP/1.0",            closes(text(&format!("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n{BODY}\r\n0\r\n\r\n")))),
        ("chunk with zeros",               stays(chunks(&format!("0000014\r\n{BODY}\r\n0\r\n\r\n")))),
        ("chunk with 0x",                  stays(chunks(&format!("0x14\r\n{BODY}\r\n0\r\n\r\n")))),
        ("chunk with spaces",              stays(chunks(&format!("14  \r\n{BODY}\r\n0\r\n\r\n")))),
        ("chunks with line feeds",         closes(chunks(&format!("14\n{BODY}\n0\n\n")))),
        ("empty chunk",                    stays(chunks("\r\n"))),
        ("lines with line feeds",          stays(text(&format!("HTTP/1.1 200 OK\nContent-Length: 20\n\n{BODY}")))),
        ("no reason",                      stays(line("HTTP/1.1 200"))),
        ("no space before the status",     stays(line("HTTP/1.1200 OK"))),
        ("two spaces before the status",   stays(line("HTTP/1.1  200 OK"))),
        ("status of two digits",           stays(line("HTTP/1.1 20 OK"))),
        ("status of four digits",          stays(line("HTTP/1.1 2000 OK"))),
        ("http in small letters",          stays(line("http/1.1 200 OK"))),
        ("a byte beyond ASCII",            stays(with("X-Name: \u{e9}\r\nContent-Length: 20", BODY))),
        ("a zero byte in a value",         stays(with("X-Name: a\0b\r\nContent-Length: 20", BODY))),
        ("a space in a name",              stays(with("X Name: 1\r\nContent-Length: 20", BODY))),
        ("no name",                        stays(with(": 1\r\nContent-Length: 20", BODY))),
    ];
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(table(rows, |builder| builder));
    });
}
