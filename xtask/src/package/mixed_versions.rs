//! A program with two versions of the published crates does not resolve, and docs/choosing.md shows
//! how cargo says so.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::sh::{self, cargo};
use crate::workspace::{Package, Workspace};

const GUIDE: &str = "docs/choosing.md";

/// Two releases, as the guide has them.
const VERSIONS: [&str; 2] = ["0.1.0", "0.1.1"];

pub(super) fn are_rejected(workspace: &Workspace) -> Result<()> {
    let folder = Path::new(&workspace.target_directory).join("mixed-versions");
    let registry = folder.join("registry");
    for package in workspace.published() {
        for version in VERSIONS {
            release(&registry, workspace, package, version)?;
        }
    }
    let [first, second] = VERSIONS;
    let same = resolve(&folder, [first, first])?;
    ensure!(same.is_none(), "two crates of the same version do not resolve: {same:?}");
    let message = resolve(&folder, [first, second])?.context("mixed versions are resolved")?;
    let guide = fs::read_to_string(sh::root().join(GUIDE))?;
    let text = guide.split("```").find(|text| text.starts_with("text\nerror: failed to select"));
    let text = text.with_context(|| format!("{GUIDE} does not show cargo's message"))?;
    for line in text.lines().skip(1) {
        ensure!(message.contains(line), "{GUIDE} shows `{line}`, but cargo says:\n{message}");
    }
    println!("mixed versions are rejected, as {GUIDE} describes");
    Ok(())
}

/// Puts a release of the package into the registry, with no other dependencies than those on
/// published packages.
fn release(registry: &Path, workspace: &Workspace, package: &Package, version: &str) -> Result<()> {
    let Package { name, version: own, dependencies, .. } = package;
    let mut manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n\n[dependencies]\n"
    );
    let is_published = |name: &str| workspace.published().any(|package| package.name == *name);
    for requirement in dependencies.iter().filter(|it| it.kind.is_none() && is_published(&it.name))
    {
        let accepted = requirement.req.replace(own, version);
        writeln!(manifest, "{} = \"{accepted}\"", requirement.name)?;
    }
    let folder = registry.join(format!("{name}-{version}"));
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    fs::write(folder.join(".cargo-checksum.json"), r#"{"files":{}}"#)?;
    Ok(())
}

/// Resolves a program that requires these versions of the two handles, and returns cargo's message
/// if that fails.
fn resolve(folder: &Path, [asynchronous, blocking]: [&str; 2]) -> Result<Option<String>> {
    let program = folder.join("program");
    fs::create_dir_all(program.join("src"))?;
    fs::create_dir_all(program.join(".cargo"))?;
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         usedesk-async = \"={asynchronous}\"\nusedesk-blocking = \"={blocking}\"\n\n[workspace]\n"
    );
    fs::write(program.join("Cargo.toml"), manifest)?;
    fs::write(program.join("src/lib.rs"), "")?;
    let config = "[source.crates-io]\nreplace-with = \"releases\"\n\n[source.releases]\n\
                  directory = \"../registry\"\n";
    fs::write(program.join(".cargo/config.toml"), config)?;
    let mut lock = cargo("generate-lockfile --offline");
    let output = sh::output(lock.current_dir(&program))?;
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}
