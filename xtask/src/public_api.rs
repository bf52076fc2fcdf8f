//! `cargo xtask public-api`: writes the public API of each published crate to
//! `xtask/public-api/NAME.txt`. With `--check` it fails if one of them is out of date.
//!
//! So a review shows each change of the API. Semver checks need a published version to compare with,
//! and begin with the first tag.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::doc;
use crate::programs::{self, Skipped};
use crate::sh;
use crate::workspace::Workspace;

const FOLDER: &str = "xtask/public-api";

/// The format of rustdoc's JSON that the `public-api` of `xtask/public-api/Cargo.toml` reads.
const FORMAT: u32 = 57;

const CORE: &str = "usedesk-core";

/// Must offer all that core does, under the same paths.
const HANDLES: [&str; 2] = ["usedesk-async", "usedesk-blocking"];

/// What core has and the handles replace by their own.
const REPLACED: [&str; 1] = ["testing"];

pub(crate) fn write() -> Result<()> {
    for (file, listing) in listings()? {
        if fs::read_to_string(&file).ok().as_ref() != Some(&listing) {
            fs::write(&file, listing)?;
            println!("{} is new", file.display());
        }
    }
    Ok(())
}

pub(crate) fn check() -> Result<()> {
    let lister = Lister::build()?;
    planted_changes_are_found(&lister)?;
    let mut stale = 0;
    for (file, listing) in listings()? {
        let kept = fs::read_to_string(&file).unwrap_or_default();
        for difference in differences(&kept, &listing) {
            println!("{}: {difference}", file.display());
            stale += 1;
        }
    }
    ensure!(stale == 0, "the public API is not as listed; `cargo xtask public-api` lists it anew");
    Ok(())
}

/// The file and the text of each listing.
fn listings() -> Result<Vec<(PathBuf, String)>> {
    let workspace = Workspace::load()?;
    let lister = Lister::build()?;
    let json = |name: &str| {
        let file = format!("doc/{}.json", name.replace('-', "_"));
        Path::new(&workspace.target_directory).join(file)
    };
    // An older one must not pass for what was not written.
    for package in workspace.published() {
        let _ = fs::remove_file(json(&package.name));
    }
    doc::build(&workspace, "-Z unstable-options --output-format json")?;
    let mut listings = Vec::new();
    for package in workspace.published() {
        listings.push((package.name.clone(), lister.list(&json(&package.name))?));
    }
    let of = |name| listings.iter().find(|(listed, _)| listed == name).map(|(_, text)| text);
    let core = of(CORE).context("no listing of core")?;
    for handle in HANDLES {
        let missing = missing(core, of(handle).context("no listing of a handle")?);
        ensure!(missing.is_empty(), "{handle} does not re-export: {}", missing.join(", "));
    }
    let folder = sh::root().join(FOLDER);
    let file = |name| folder.join(format!("{name}.txt"));
    Ok(listings.into_iter().map(|(name, listing)| (file(name), listing)).collect())
}

/// The program that reads rustdoc's JSON.
struct Lister(PathBuf);

impl Lister {
    fn build() -> Result<Self> {
        let workspace = Workspace::load()?;
        let build = format!("build --locked --manifest-path {FOLDER}/Cargo.toml");
        let target = format!("{build} --target-dir {}", workspace.target_directory);
        let mut programs = sh::executables(&target)?;
        Ok(Self(programs.remove("public-api-listing").context("the program was not built")?))
    }

    fn list(&self, json: &Path) -> Result<String> {
        let text = fs::read_to_string(json).with_context(|| json.display().to_string())?;
        let format = text.rsplit_once("\"format_version\":").context("no format")?.1;
        let format = format.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        if format != FORMAT.to_string() {
            let what = "the check of the public API";
            let found = format!("a rustdoc that writes JSON of the format {FORMAT}, not {format},");
            let advice = format!("{FOLDER}/Cargo.toml pins the version that reads it");
            let skipped = Skipped::new(&found, what, &advice);
            if programs::in_ci() {
                bail!("{skipped}");
            }
            bail!(skipped);
        }
        Ok(sh::silently(sh::program(&self.0).arg(json))?.0)
    }
}

/// The lines that only one of the texts has.
fn differences(old: &str, new: &str) -> Vec<String> {
    let [old, new] = [old, new].map(|text| text.lines().collect::<BTreeSet<_>>());
    let removed = old.difference(&new).map(|line| format!("- {line}"));
    removed.chain(new.difference(&old).map(|line| format!("+ {line}"))).collect()
}

/// The names at the root of core that a handle does not have.
fn missing<'a>(core: &'a str, handle: &'a str) -> Vec<&'a str> {
    let [core, own] = [core, handle].map(root_names);
    core.difference(&own).filter(|name| !REPLACED.contains(name)).copied().collect()
}

/// The names at the root of a crate. Each line has one: that of the item, or of what it is in.
fn root_names(listing: &str) -> BTreeSet<&str> {
    fn name(line: &str) -> Option<&str> {
        let (before, path) = line.strip_prefix("pub ")?.split_once("::")?;
        // Not the methods that a trait gives to any type.
        let is_own = before.rsplit(' ').next()?.starts_with("usedesk_");
        path.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|_| is_own)
    }
    listing.lines().filter_map(name).collect()
}

/// The lister notices each change of `planted/lib.rs`, and nothing else there.
fn planted_changes_are_found(lister: &Lister) -> Result<()> {
    let folder = Path::new(&Workspace::load()?.target_directory).join("public-api-planted");
    let mut listings = Vec::new();
    for cfg in ["original", "changed"] {
        let mut rustdoc = sh::program("rustdoc");
        rustdoc.args(["--crate-name", "planted", "--edition", "2024", "--cfg", cfg]);
        rustdoc.args(["-Z", "unstable-options", "--output-format", "json", "--out-dir"]);
        let source = format!("{FOLDER}/planted/lib.rs");
        sh::silently(rustdoc.arg(&folder).arg(source).env("RUSTC_BOOTSTRAP", "1"))?;
        listings.push(lister.list(&folder.join("planted.json"))?);
    }
    let found = differences(&listings[0], &listings[1]);
    let expected = [
        "- impl core::clone::Clone for planted::Kind",
        "- pub fn planted::Setting::removed(&self)",
        "- pub fn planted::Setting::set(&mut self, u32)",
        "+ impl !core::marker::Send for planted::Handle",
        "+ impl !core::marker::Sync for planted::Handle",
        "+ pub fn planted::Setting::set(&mut self, u64)",
        "+ pub fn planted::added()",
        "+ pub planted::Kind::Added",
    ];
    ensure!(found == expected, "of the planted changes it found {found:#?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_handle_lacks_is_found() {
        let core = "pub mod usedesk_core\npub mod usedesk_core::tickets\npub mod usedesk_core::testing\n\
                    pub struct usedesk_core::tickets::Ticket\npub struct usedesk_core::Rows<T>\n\
                    pub fn usedesk_core::Rows<T>::len(&self) -> usize\nimpl usedesk_core::Rows\n\
                    pub const usedesk_core::MAX: usize\npub use usedesk_core::http\n\
                    pub fn usedesk_core::quote(&str) -> String\n";
        let handle = "pub use usedesk_async::tickets\npub use usedesk_async::MAX\n\
                      pub use usedesk_async::http\npub struct usedesk_async::Usedesk\n";
        assert_eq!(missing(core, handle), ["Rows", "quote"]);
    }

    #[test]
    fn differences_are_lines() {
        assert_eq!(differences("a\nb\n", "b\nc\n"), ["- a", "+ c"]);
        assert_eq!(differences("a\nb\n", "b\na\n"), [""; 0]);
    }
}
