//! The operations in the source of usedesk-core, found by their `impl`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::sh;

pub(crate) struct Operation {
    /// Where it is, from the root of the workspace.
    pub(crate) file: String,
    pub(crate) name: String,
    /// With its module: `tickets::UpdateTicket`.
    pub(crate) type_name: String,
    pub(crate) verb: String,
    /// Whether it can be retried, in lower case.
    pub(crate) safety: String,
    pub(crate) has_example: bool,
    /// Whether its output is a list whose rows may be damaged.
    pub(crate) has_rows: bool,
}

impl Operation {
    /// Without its module.
    pub(crate) fn short_name(&self) -> &str {
        self.type_name.rsplit("::").next().unwrap_or_default()
    }
}

pub(crate) fn all() -> Result<Vec<Operation>> {
    let root = sh::root().join("crates/usedesk-core/src");
    let mut operations = Vec::new();
    for file in files(&root)? {
        let source = fs::read_to_string(&file)?;
        for (before, after) in splits(&source, "\nimpl Operation for ") {
            // Not public: the operation inside of a `RawOperation`.
            if before
                .contains(&format!("\nstruct {} ", after.split(' ').next().unwrap_or_default()))
            {
                continue;
            }
            let operation = read(&file, &root, before, after);
            operations.push(operation.with_context(|| file.display().to_string())?);
        }
    }
    Ok(operations)
}

fn read(file: &Path, root: &Path, before: &str, after: &str) -> Option<Operation> {
    let constant = |name: &str| {
        let (_, rest) = after.split_once(&format!("const {name}: "))?;
        let (_, value) = rest.split_once(';')?.0.split_once(" = ")?;
        Some(value.trim_matches('"').rsplit("::").next()?.to_owned())
    };
    let type_name = after.split(' ').next()?;
    // The examples stand in the documentation of the type.
    let declared = before.find(&format!("\npub struct {type_name}"))?;
    let documentation = before[..declared].rsplit("\n\n").next()?;
    let module = file.strip_prefix(root).ok()?.iter().next()?.to_str()?;
    Some(Operation {
        file: file.strip_prefix(sh::root()).ok()?.display().to_string(),
        name: constant("NAME")?,
        type_name: format!("{}::{type_name}", module.trim_end_matches(".rs")),
        verb: constant("METHOD")?,
        safety: constant("SAFETY")?.to_lowercase(),
        has_rows: after.split_once("type Output = ")?.1.starts_with("Rows<"),
        has_example: documentation.contains("# Examples") && documentation.contains("/// ```\n"),
    })
}

/// The text before and after each place of `mark`.
fn splits<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(mark).map(move |(at, _)| (&text[..at], &text[at + mark.len()..]))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
