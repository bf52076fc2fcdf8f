//! Compressed responses.

use std::fs;
use std::io::Write;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use usedesk_sandbox::ScriptedResponse;

use super::sdk::{Encoding, ErrorKind};
use super::support::{builder, failure, sandbox, update, usedesk};
use super::wait;

fn compressed(body: impl Into<Vec<u8>>) -> ScriptedResponse {
    ScriptedResponse::status(200).header("Content-Encoding", "gzip").body(body)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// This many megabytes of spaces: the same compressed one over and over.
fn bomb(megabytes: usize) -> Vec<u8> {
    let spaces = vec![b' '; 1 << 20];
    let mut block = Vec::with_capacity(64 * 1024);
    let mut deflate = Compress::new(Compression::best(), false);
    deflate.compress_vec(&spaces, &mut block, FlushCompress::Full).expect("valid");
    assert_eq!(deflate.total_in(), 1 << 20);
    let mut bomb = b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec();
    bomb.extend(block.repeat(megabytes));
    bomb
}

#[test]
fn compressed_responses_are_requested_and_read() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    let members = [r#"{"status":"#, r#""success"}"#].map(gzip).concat();
    for (coding, body) in
        [("gzip", gzip(r#"{"status":"success"}"#)), ("gzip", members.clone()), ("X-GZip", members)]
    {
        sandbox.script(ScriptedResponse::status(200).header("Content-Encoding", coding).body(body));
        wait(usedesk.send(update())).expect("read");
    }
    for request in sandbox.requests() {
        assert_eq!(request.header("accept-encoding"), Some("gzip"));
    }
}

#[test]
fn the_reason_of_a_rejection_is_read_too() {
    let error = failure(compressed(gzip(r#"{"error":"No ticket"}"#)));
    assert_eq!(error.message(), Some("No ticket"));
    assert_eq!(error.body(), Some(&br#"{"error":"No ticket"}"#[..]));
}

#[test]
fn what_does_not_decompress_is_a_decode_error() {
    let whole = gzip(r#"{"status":"success"}"#);
    for broken in [&whole[..whole.len() / 2], b"{\"status\":\"success\"}"] {
        let error = failure(compressed(broken));
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.may_have_acted());
    }
}

#[test]
fn the_limit_counts_what_comes_out() {
    let body = format!(r#"{{"status":"success","spaces":"{}"}}"#, " ".repeat(10_000));
    let sandbox = sandbox();
    for (limit, is_read) in [(body.len(), true), (body.len() - 1, false)] {
        sandbox.script(compressed(gzip(&body)));
        let usedesk = builder(&sandbox).max_response_bytes(limit).build().expect("valid");
        assert_eq!(wait(usedesk.send(update())).is_ok(), is_read);
    }
}

/// A megabyte that becomes a gigabyte.
#[test]
fn a_bomb_does_not_go_off() {
    let (sandbox, bomb) = (sandbox(), bomb(1_024));
    assert!(bomb.len() < 2 << 20, "{} bytes", bomb.len());
    sandbox.script(compressed(bomb));
    let usedesk = builder(&sandbox).max_response_bytes(1 << 20).build().expect("valid");
    let before = peak_kilobytes();
    let error = wait(usedesk.send(update())).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("longer than 1048576 bytes"), "{error}");
    // Other tests take memory too, at the same time.
    let more = peak_kilobytes() - before;
    assert!(more < 256 << 10, "{more} kB");
}

/// The peak memory of this process so far; 0 where Linux does not report it.
fn peak_kilobytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}
