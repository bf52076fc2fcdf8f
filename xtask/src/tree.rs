//! The output of `cargo tree` for one crate.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::sh::{self, cargo};

/// The unique crates of a dependency tree, each as "name vX.Y.Z", the root included.
pub(crate) struct Tree(BTreeSet<String>);

impl Tree {
    pub(crate) fn of(arguments: &str) -> Result<Self> {
        let command = format!("tree --prefix none --format {{p}} {arguments}");
        let lines = sh::stdout(&mut cargo(&command))?;
        // After the version stand a path, "(proc-macro)" or "(*)", the mark of a repeated line.
        let crates = lines.lines().filter_map(|line| line.split(" (").next());
        let crates = crates.filter(|line| !line.is_empty());
        Ok(Self(crates.map(str::to_owned).collect()))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Those of the names that are in the tree, in whatever version.
    pub(crate) fn found<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        let present: BTreeSet<_> =
            self.0.iter().filter_map(|line| line.split(' ').next()).collect();
        names.iter().copied().filter(|name| present.contains(name)).collect()
    }
}
