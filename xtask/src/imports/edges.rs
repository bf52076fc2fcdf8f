//! Which file uses what of which other file.

use std::collections::BTreeSet;
use std::fmt;

use super::modules::{Meaning, Mention, Module, Path};

/// The first place where a file uses an item of another file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: String,
    line: usize,
    /// As the source has it.
    path: String,
    /// The file that defines the item.
    pub(super) to: String,
}

/// What a path leads to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(usize),
    /// What this module defines by this name.
    Item(usize, String),
}

type Targets = BTreeSet<Target>;

/// The names that are being looked up, each in its module: a name may lead back to itself.
type Pending = BTreeSet<(usize, String, bool)>;

pub(super) fn of(modules: &[Module]) -> BTreeSet<Edge> {
    let resolver = Resolver(modules);
    let (mut edges, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for (from, module) in modules.iter().enumerate() {
        for mention in &module.mentions {
            for (to, item) in resolver.items(from, mention) {
                let file = &modules[to].file;
                let is_listing = mention.is_reexport && resolver.is_below(to, from);
                if *file != module.file && !is_listing && seen.insert((&module.file, file, item)) {
                    edges.insert(Edge {
                        from: module.file.clone(),
                        line: mention.line,
                        path: mention.path.join("::") + if mention.is_glob { "::*" } else { "" },
                        to: file.clone(),
                    });
                }
            }
        }
    }
    edges
}

struct Resolver<'a>(&'a [Module]);

impl Resolver<'_> {
    /// The items that the mention leads to, each with the module that defines it.
    fn items(&self, from: usize, mention: &Mention) -> Vec<(usize, String)> {
        let mut targets = self.path(from, &mention.path, &mut Pending::new());
        if mention.is_glob {
            targets = targets.into_iter().flat_map(|target| self.all_of(target)).collect();
        }
        let item = |target| match target {
            Target::Module(_) => None,
            Target::Item(module, name) => Some((module, name)),
        };
        targets.into_iter().filter_map(item).collect()
    }

    /// What the path leads to from this module: nothing if that is in another crate.
    fn path(&self, from: usize, path: &Path, pending: &mut Pending) -> Targets {
        let Some((first, rest)) = path.split_first() else { return Targets::new() };
        let mut targets = match first.as_str() {
            "crate" => Targets::from([Target::Module(0)]),
            "self" => Targets::from([Target::Module(from)]),
            "super" => Targets::from([Target::Module(self.0[from].parent)]),
            name => self.name(from, name, rest.is_empty(), pending).unwrap_or_default(),
        };
        for (at, name) in (1..).zip(rest) {
            let is_last = at == rest.len();
            let step = |target| match target {
                Target::Module(module) if name == "super" => {
                    Targets::from([Target::Module(self.0[module].parent)])
                }
                // What a call of a macro defines has no entry in the names.
                Target::Module(module) => self
                    .name(module, name, is_last, pending)
                    .unwrap_or_else(|| Targets::from([Target::Item(module, name.clone())])),
                // A variant or an associated item.
                item @ Target::Item(..) => Targets::from([item]),
            };
            targets = targets.into_iter().flat_map(step).collect();
        }
        targets
    }

    /// What a name means in a module, if it is known there. Before another name it means a module
    /// rather than the function or macro of the same name.
    fn name(
        &self,
        module: usize,
        name: &str,
        is_last: bool,
        pending: &mut Pending,
    ) -> Option<Targets> {
        let key = (module, name.to_owned(), is_last);
        if !pending.insert(key.clone()) {
            return None;
        }
        let targets = |meaning: &Meaning| match meaning {
            Meaning::Module(module) => Targets::from([Target::Module(*module)]),
            Meaning::Item(module) => Targets::from([Target::Item(*module, name.to_owned())]),
            Meaning::Import(path) | Meaning::Reexport(path) => self.path(module, path, pending),
        };
        let found = match self.0[module].names.get(name) {
            Some(meanings) => {
                let is_module = |meaning: &Meaning| matches!(meaning, Meaning::Module(_));
                let has_module = meanings.iter().any(is_module);
                let is_meant = |meaning: &&Meaning| is_last || !has_module || is_module(meaning);
                Some(meanings.iter().filter(is_meant).flat_map(targets).collect())
            }
            None => self.name_by_glob(module, name, is_last, pending),
        };
        pending.remove(&key);
        found
    }

    fn name_by_glob(
        &self,
        module: usize,
        name: &str,
        is_last: bool,
        pending: &mut Pending,
    ) -> Option<Targets> {
        let mut may_be_elsewhere = false;
        for path in &self.0[module].globs {
            let targets = self.path(module, path, pending);
            may_be_elsewhere |= targets.is_empty();
            for target in targets {
                if let Target::Module(module) = target
                    && let Some(found) = self.name(module, name, is_last, pending)
                {
                    return Some(found);
                }
            }
        }
        may_be_elsewhere.then(Targets::new)
    }

    /// What a glob over the target imports: whatever the module has for others, needed or not.
    fn all_of(&self, target: Target) -> Targets {
        let Target::Module(module) = target else { return Targets::from([target]) };
        let is_private = |meaning: &Meaning| matches!(meaning, Meaning::Import(_));
        let names = self.0[module].names.iter();
        let found = names
            .filter(|(_, meanings)| !meanings.iter().all(is_private))
            .filter_map(|(name, _)| self.name(module, name, true, &mut Pending::new()));
        let by_macros = Target::Item(module, "*".to_owned());
        found.flatten().chain([by_macros]).collect()
    }

    fn is_below(&self, module: usize, ancestor: usize) -> bool {
        let parent = self.0[module].parent;
        module != 0 && (parent == ancestor || self.is_below(parent, ancestor))
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, line, path, to } = self;
        write!(f, "{from}:{line}: {path} (of {to})")
    }
}
