//! The workspace as `cargo metadata` describes it, so that new crates and features are found
//! automatically.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::sh::{self, cargo};

/// The output of `cargo metadata`, as far as the checks read it.
#[derive(Deserialize)]
pub(crate) struct Workspace {
    packages: Vec<Package>,
    #[serde(rename = "workspace_members")]
    members: BTreeSet<String>,
    resolve: Resolve,
    pub(crate) target_directory: String,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) rust_version: Option<String>,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) dependencies: Vec<Requirement>,
    pub(crate) repository: Option<String>,
    pub(crate) homepage: Option<String>,
    /// The registries it may go to: none at all for `publish = false`.
    publish: Option<Vec<String>>,
}

/// A dependency as the manifest has it.
#[derive(Deserialize)]
pub(crate) struct Requirement {
    pub(crate) name: String,
    /// The versions that are accepted.
    pub(crate) req: String,
    /// None for a normal dependency.
    pub(crate) kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    kind: Option<String>,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        let json = sh::stdout(&mut cargo("metadata --format-version 1 --all-features"))?;
        serde_json::from_str(&json).context("cargo metadata")
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.members.contains(&package.id))
    }

    /// The members that users get from a registry.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.members().filter(|package| package.is_published())
    }

    /// Whether any member depends on a package of this name, with whatever feature.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// All packages that a user of the published crates may have to compile, on any platform.
    pub(crate) fn shipped_dependencies(&self) -> impl Iterator<Item = &Package> {
        let nodes: BTreeMap<_, _> =
            self.resolve.nodes.iter().map(|node| (&node.id, node)).collect();
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<_> = self.published().map(|package| &package.id).collect();
        while let Some(id) = waiting.pop() {
            if reached.insert(id) {
                let shipped = nodes[id].deps.iter().filter(|dependency| dependency.is_shipped());
                waiting.extend(shipped.map(|dependency| &dependency.pkg));
            }
        }
        self.packages.iter().filter(move |package| reached.contains(&package.id))
    }
}

/// Gives a package that is no member of the workspace the versions that it has.
pub(crate) fn lend_lock(folder: &str) -> Result<()> {
    let to = sh::root().join(folder).join("Cargo.lock");
    fs::copy(sh::root().join("Cargo.lock"), to).context("Cargo.lock")?;
    Ok(())
}

impl Package {
    pub(crate) fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }
}

impl Dependency {
    fn is_shipped(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
    }
}

/// Makes the folder a copy of the files that git does not ignore. What is the same already is not
/// written, since cargo builds again what is newer.
pub(crate) fn copy(to: &Path) -> Result<()> {
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let (files, _) = sh::silently(sh::program("git").args(list))?;
    let mut copied = BTreeSet::new();
    for file in files.split_terminator('\0') {
        let (from, to) = (sh::root().join(file), to.join(file));
        if from.is_file() {
            let content = fs::read(from)?;
            if fs::read(&to).ok().as_ref() != Some(&content) {
                fs::create_dir_all(to.parent().context("it is in the copy")?)?;
                fs::write(&to, content)?;
            }
            copied.insert(to);
        }
    }
    remove_others(to, &copied)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
