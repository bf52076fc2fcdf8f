//! `cargo xtask coverage`: every documented method of the API has an operation, a snapshot of what
//! it sends, a compiled example and a method of the sandbox, and was sent there by both handles.
//!
//! The table of rules in `docs/update-ticket.md` is checked, too.
//!
//! Names every file in which something is missing. Writes `docs/api-coverage.md` and the table of
//! operations at the root of each crate, and fails when one of them was out of date.

mod operations;
mod page;
mod places;

use std::fmt::Write as _;
use std::fs;

use anyhow::{Result, bail, ensure};

use self::operations::Operation;
use self::places::Places;
use crate::sh;

/// The documented methods.
const METHODS: &str = include_str!("../coverage/methods.txt");

const TABLE: &str = "docs/api-coverage.md";

/// In the documentation of each crate, which is packed without the files of the others.
const OPERATION_TABLES: [&str; 3] = [
    "crates/usedesk-core/src/operations.md",
    "crates/usedesk-async/src/operations.md",
    "crates/usedesk-blocking/src/operations.md",
];

const HEAD: &str = "\
# API coverage

Every documented method of the Usedesk API, and the operation for it. `cargo xtask coverage` writes
this page from the list of methods, the operations in `usedesk-core`, and the requests that the sandbox
received when the tests called each method through both handles. Safety is what a second request does:
`read` changes nothing, `idempotent` leaves things as the first request did, and `once` makes the change
again. The articles are on [api.usedocs.com](https://api.usedocs.com).

";

/// The modules of the test, compiled for each flavor.
const FLAVORS: [(&str, &str); 2] =
    [("blocking", "it::blocking::cases::methods"), ("async", "it::asynchronous::cases::methods")];

const CORE: &str = "crates/usedesk-core/src";
const SNAPSHOTS: &str = "crates/usedesk-core/tests/it/snapshots";
const DAMAGE: &str = "crates/usedesk-core/tests/it/damage.rs";
const OPERATIONS: &str = "crates/test-support/src/operations.rs";
const CALLS: &str = "crates/conformance/tests/it/cases/methods.rs";
const SANDBOX: &str = "crates/usedesk-sandbox/src/methods.rs";
/// Each with the words that follow the number of methods.
const READMES: [(&str, &str); 2] =
    [("README.md", " documented methods"), ("README.ru.md", " документированных методов")];

/// A method of the API.
struct Method {
    name: &'static str,
    verb: &'static str,
    /// With names in braces where ids go.
    path: &'static str,
    article: &'static str,
}

pub(crate) fn coverage() -> Result<()> {
    let methods = METHODS.lines().filter(|line| !line.starts_with('#')).map(Method::parse);
    let methods = methods.collect::<Result<Vec<_>>>()?;
    let operations = operations::all()?;
    let places = Places::read()?;

    let mut missing = Vec::new();
    for Operation { name, .. } in &operations {
        if !methods.iter().any(|method| method.name == name) {
            missing.push(format!("{name} is missing in xtask/coverage/methods.txt"));
        }
    }
    let mut table = String::from(HEAD);
    table.push_str(
        "| method | path | article | operation | safety | snapshot | example | blocking | async |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut operation_table =
        String::from("| operation | method | article |\n| --- | --- | --- |\n");
    let mut covered = 0;
    for method in &methods {
        let Method { name, verb, path, article } = method;
        let operation = operations.iter().find(|operation| operation.name == *name);
        let calls = FLAVORS.map(|(_, module)| places.has_call(module, method));
        let before = missing.len();
        missing.extend(places.missing(method, operation, calls));
        covered += usize::from(missing.len() == before);
        let Some(operation) = operation else { continue };
        let checks = [places.has_snapshot(method), operation.has_example, calls[0], calls[1]];
        let [snapshot, example, blocking, by_async] =
            checks.map(|is_there| if is_there { "yes" } else { "**no**" });
        let Operation { type_name, safety, .. } = operation;
        writeln!(
            table,
            "| `{verb}` | `{path}` | {article} | `{type_name}` | {safety} | {snapshot} | {example} | {blocking} | {by_async} |",
        )?;
        // The links are rustdoc's, since the paths are the same in each crate.
        writeln!(
            operation_table,
            "| [`{type_name}`] | `{verb} {path}` | [{article}](https://api.usedocs.com/article/{article}) |",
        )?;
    }
    writeln!(table, "\n{covered} of {} methods.", methods.len())?;
    missing.extend(places.wrong_counts(methods.len()));
    missing.extend(places.failed_test());
    missing.extend(page::gaps()?);
    println!("{covered} of {} methods are covered", methods.len());
    ensure!(missing.is_empty(), "\n  {}", missing.join("\n  "));
    let mut files = vec![(TABLE, table)];
    files.extend(OPERATION_TABLES.map(|file| (file, operation_table.clone())));
    keep(&files)
}

/// Writes the files, and fails if any was out of date.
fn keep(files: &[(&str, String)]) -> Result<()> {
    let mut stale = Vec::new();
    for (file, text) in files {
        let path = sh::root().join(file);
        if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            fs::write(&path, text)?;
            stale.push(*file);
        }
    }
    ensure!(stale.is_empty(), "not up to date until now, so commit: {}", stale.join(", "));
    Ok(())
}

impl Method {
    fn parse(line: &'static str) -> Result<Self> {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [name, verb, path, article] => Ok(Self { name, verb, path, article }),
            _ => bail!("not a method: {line}"),
        }
    }

    /// Whether this is a path of the method, with ids for the names in braces.
    fn has_path(&self, path: &str) -> bool {
        let (own, other) = (self.path.split('/'), path.split('/'));
        self.path.matches('/').count() == path.matches('/').count()
            && own.zip(other).all(|(own, other)| {
                let is_id = own.starts_with('{') && other.bytes().all(|byte| byte.is_ascii_digit());
                own == other || (is_id && !other.is_empty())
            })
    }
}
