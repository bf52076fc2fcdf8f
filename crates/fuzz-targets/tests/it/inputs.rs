//! Inputs: the seeds, and what is made from them.

use std::fs;
use std::path::Path;

use fastrand::Rng;

/// The longest input that is made, in bytes.
const LONGEST: usize = 4096;

/// What parsers trip over.
const TOKENS: &[&[u8]] = &[
    b"",
    b"\0",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b" ",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"'",
    b",",
    b":",
    b";",
    b"&",
    b"=",
    b"%",
    b"%00",
    b"%5B",
    b"%zz",
    b"+",
    b"[",
    b"]",
    b"[]",
    b"{",
    b"}",
    b"{}",
    b"[[",
    b"{\"a\":",
    b"@",
    b"/",
    b"//",
    b"?",
    b"#",
    b"..",
    b"--",
    b"null",
    b"true",
    b"false",
    b"\"0\"",
    b"\"\"",
    b"0",
    b"-1",
    b"-0",
    b"1e999",
    b"0.1",
    b"9223372036854775807",
    b"9223372036854775808",
    b"18446744073709551616",
    b"0000-00-00 00:00:00",
    b"9999-12-31 23:59:59",
    b"-9999-01-01",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\xc3",
    "\u{2028}".as_bytes(),
    "я".as_bytes(),
];

/// The seeds of a target, in the order of their names.
pub(crate) fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

/// Inputs without end, each made from a seed by a few changes.
pub(crate) struct Mutations<'a> {
    pub(crate) seeds: &'a [Vec<u8>],
    pub(crate) random: Rng,
}

impl Iterator for Mutations<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let random = &mut self.random;
        let mut input = random.choice(self.seeds)?.clone();
        for _ in 0..random.usize(1..6) {
            let start = random.usize(0..=input.len());
            let end = random.usize(start..=input.len().min(start + 32));
            let piece = match random.u8(0..6) {
                0 => vec![random.u8(..)],
                1 => Vec::new(),
                // What is there, twice.
                2 => input[start..end].repeat(2),
                // A piece of some seed.
                3 => {
                    let other = random.choice(self.seeds)?;
                    let from = random.usize(0..=other.len());
                    other[from..random.usize(from..=other.len().min(from + 64))].to_vec()
                }
                _ => random.choice(TOKENS)?.to_vec(),
            };
            // Half of them go between what there is.
            let end = if random.bool() { start } else { end };
            input.splice(start..end, piece);
        }
        input.truncate(LONGEST);
        Some(input)
    }
}
