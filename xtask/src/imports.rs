//! `cargo xtask imports`: the modules of a crate import each other in one direction.
//!
//! A module is a source file; an inline `mod` belongs to the file around it. A path leads to the
//! file that defines the item, through however many re-exports. Declaring or re-exporting a
//! submodule is not an import, but using an item of it in code is. Code behind `#[cfg(test)]` is
//! ignored.

mod edges;
mod modules;
mod uses;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::sh;
use crate::workspace::Workspace;
use edges::Edge;

/// The text of each source file, by its path below `src`.
type Sources = BTreeMap<String, String>;

/// A library and a program in one package are two crates.
const ROOTS: &[&str] = &["lib.rs", "main.rs", "program/main.rs"];

pub(crate) fn imports() -> Result<()> {
    let (mut checked, mut found) = (0, 0);
    for package in Workspace::load()?.published() {
        let folder = format!("crates/{}/src", package.name);
        let mut sources = Sources::new();
        read(&sh::root().join(&folder), "", &mut sources)?;
        checked += sources.len();
        for circle in circles(&sources).with_context(|| package.name.clone())? {
            let files: BTreeSet<_> = circle.iter().map(|edge| edge.from.as_str()).collect();
            let files: Vec<_> = files.into_iter().collect();
            println!("\n{}: {} import each other:", package.name, files.join(", "));
            for edge in &circle {
                println!("  {folder}/{edge}");
            }
            found += 1;
        }
    }
    ensure!(found == 0, "import cycles between modules: {found}");
    println!("no import cycle between {checked} files");
    Ok(())
}

fn read(folder: &Path, prefix: &str, sources: &mut Sources) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("an entry has a name")?.to_string_lossy();
        if path.is_dir() {
            read(&path, &format!("{prefix}{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            sources.insert(format!("{prefix}{name}"), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// The imports within each group of files that all reach each other, by file and line.
fn circles(sources: &Sources) -> Result<Vec<BTreeSet<Edge>>> {
    let mut circles = Vec::new();
    for root in ROOTS.iter().filter(|root| sources.contains_key(**root)) {
        let mut edges = edges::of(&modules::read(sources, root)?);
        while let Some(first) = edges.first() {
            let from = first.from.clone();
            let group = &reached(&from, &edges, false) & &reached(&from, &edges, true);
            let is_inside = |edge: &&Edge| group.contains(&edge.from) && group.contains(&edge.to);
            let circle: BTreeSet<_> = edges.iter().filter(is_inside).cloned().collect();
            edges.retain(|edge| edge.from != from && !circle.contains(edge));
            if !circle.is_empty() {
                circles.push(circle);
            }
        }
    }
    Ok(circles)
}

/// The files that imports lead to from this file or, backwards, that imports lead from to it.
fn reached(file: &str, edges: &BTreeSet<Edge>, backwards: bool) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![file];
    while let Some(file) = waiting.pop() {
        for Edge { from, to, .. } in edges {
            let (from, to) = if backwards { (to, from) } else { (from, to) };
            if from == file && reached.insert(to.clone()) {
                waiting.push(to);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `circles` reports about a crate whose files are given one after the other, each below
    /// a line with its name.
    fn report(files: &str) -> Vec<String> {
        let mut sources = Sources::new();
        for file in files.split("=== ").skip(1) {
            let (name, source) = file.split_once('\n').unwrap();
            sources.insert(name.to_owned(), source.to_owned());
        }
        circles(&sources).unwrap().into_iter().flatten().map(|edge| edge.to_string()).collect()
    }

    /// A planted cycle: `a.rs` imports `B`, and `b.rs` has the given source.
    fn with_b(source: &str) -> Vec<String> {
        let lib = "=== lib.rs\nmod a;\nmod b;\npub use a::A;\npub use b::B;\n";
        report(&format!("{lib}=== a.rs\nuse crate::b::B;\npub struct A;\n=== b.rs\n{source}"))
    }

    const A_TO_B: &str = "a.rs:1: crate::b::B (of b.rs)";

    #[test]
    fn every_sort_of_import_is_counted() {
        for (source, edge) in [
            ("use crate::a::A;", "1: crate::a::A"),
            ("pub(crate) use crate::a::A as Renamed;", "1: crate::a::A"),
            ("use crate::{\n    c, a::{self, A},\n};", "2: crate::a::A"),
            ("use crate::a::*;", "1: crate::a::*"),
            ("use crate::*;", "1: crate::*"),
            ("use super::a::A;", "1: super::a::A"),
            ("use self::inner::A; mod inner { pub use super::super::a::A; }", "1: self::inner::A"),
            // Behind a re-export.
            ("use crate::A;", "1: crate::A"),
            ("use crate::A as _;", "1: crate::A"),
            // Inline.
            ("fn b() -> u8 { crate::a::A::new().0 }", "1: crate::a::A::new"),
            ("fn b(a: &[crate::A; 1]) {}", "1: crate::A"),
            ("fn b() { let range = ..crate::a::LAST; }", "1: crate::a::LAST"),
            ("fn b() { super::a::a() }", "1: super::a::a"),
            ("fn b() { super::A::new() }", "1: super::A::new"),
            ("use crate::a;\nfn b() { a::of_a_macro() }", "2: a::of_a_macro"),
            ("use crate as root;\nfn b() { root::A }", "2: root::A"),
            ("fn b(a: *const crate::A) {}", "1: crate::A"),
            // In macros.
            ("macro_rules! b {\n    () => { $crate::a::A };\n}", "2: crate::a::A"),
            ("macro_rules! b { () => { $crate::A }; }", "1: crate::A"),
            ("b! { [crate::A] }", "1: crate::A"),
            // In attributes.
            ("#[derive(crate::a::Trait)]\nstruct B;", "1: crate::a::Trait"),
            ("struct B(#[serde(with = \"crate::a\")] u8);", "1: crate::a::serialize"),
            ("struct B(#[serde(default = \"crate::A::new\")] u8);", "1: crate::A::new"),
            ("#[serde_as(as = \"Option<crate::a::A>\")]\nstruct B;", "1: crate::a::A"),
        ] {
            let expected = [A_TO_B.to_owned(), format!("b.rs:{edge} (of a.rs)")];
            assert_eq!(with_b(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_not_an_import_is_not_counted() {
        for source in [
            "pub struct B; // crate::a::A",
            "//! use crate::a::A;\n/// [`A`](crate::a::A)\npub struct B;",
            "fn b() -> &'static str { \"crate::a::A\" }",
            "#[cfg(test)]\nmod tests { use crate::a::A; }",
            "#[cfg(test)]\n#[expect(unused)]\nuse crate::{a::A};\nstruct B;",
            "use a::A;\nfn b() { ::a::A; }",
            "use crate::a;\nfn b<'a>(b: &'a B) { b.a; b.a::<u8>(); <B as B>::a(); }",
            "pub(in crate::a) struct B;",
            "fn a() { A }",
            "fn b() -> impl Sized + use<'_> { $a::A }",
        ] {
            assert_eq!(with_b(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn a_parent_may_list_its_children_but_not_use_them() {
        let lists = "=== lib.rs
mod other;
mod parent;
=== other.rs
use crate::parent::Parent;
pub struct Other;
=== parent.rs
mod child;
mod sibling;
pub(crate) use self::child::*;
pub use self::sibling::{of_sibling, Sibling};
pub struct Parent;
=== parent/child.rs
use super::{Parent, Sibling};
use crate::other::Other;
pub struct Child(Other);
=== parent/sibling.rs
pub struct Sibling;
";
        assert_eq!(report(lists), [""; 0]);
        for (code, edge) in [
            ("struct Both(Child);", "6: Child"),
            ("fn both() { child::of_a_macro!() }", "6: child::of_a_macro"),
        ] {
            let uses =
                lists.replace("=== parent/child.rs", &format!("{code}\n=== parent/child.rs"));
            let expected = format!("parent.rs:{edge} (of parent/child.rs)");
            assert!(report(&uses).contains(&expected), "{code}");
        }
    }

    #[test]
    fn the_file_that_defines_a_name_is_found() {
        let files = "=== lib.rs
mod a;
pub mod b;
#[cfg(feature = \"b\")]
mod either { pub use crate::b::deep::B as Either; }
#[cfg(not(feature = \"b\"))]
#[path = \"neither.rs\"]
mod either;
mod glob { pub use std::fmt::*; pub use super::b::*; }
pub use b::b;
pub use http;
=== a.rs
use crate::either::Either;
use crate::glob::renamed;
use crate::http::Method;
fn a() { crate::b(); crate::exported!() }
=== b.rs
pub mod deep;
pub use self::deep::{B, b, c as renamed};
=== b/deep.rs
use crate::a::A;
#[macro_export]
macro_rules! exported {}
pub fn b() {}
pub fn c() {}
pub struct B;
=== neither.rs
use crate::a::A;
pub struct Either;
";
        let expected = [
            "a.rs:1: crate::either::Either (of b/deep.rs)",
            "a.rs:1: crate::either::Either (of neither.rs)",
            "a.rs:2: crate::glob::renamed (of b/deep.rs)",
            "a.rs:4: crate::b (of b/deep.rs)",
            "a.rs:4: crate::exported (of b/deep.rs)",
            "b/deep.rs:1: crate::a::A (of a.rs)",
            "neither.rs:1: crate::a::A (of a.rs)",
        ];
        assert_eq!(report(files), expected);
    }

    #[test]
    fn circles_are_told_apart() {
        let files = "=== lib.rs
mod a; mod b; mod c; mod d; mod e;
=== a.rs
use crate::b::B;
=== b.rs
use crate::c::C;
=== c.rs
use crate::a::A;
use crate::d::D;
=== d.rs
use crate::e::E;
=== e.rs
use crate::d::D;
=== main.rs
mod apart;
use usedesk::a::A;
struct Main;
=== apart.rs
use crate::Main;
";
        let expected = [
            "a.rs:1: crate::b::B (of b.rs)",
            "b.rs:1: crate::c::C (of c.rs)",
            "c.rs:1: crate::a::A (of a.rs)",
            "d.rs:1: crate::e::E (of e.rs)",
            "e.rs:1: crate::d::D (of d.rs)",
        ];
        assert_eq!(report(files), expected);
        let uses = files.replace("struct Main;", "struct Main(apart::Apart);");
        assert_eq!(report(&uses).len(), 7);
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let sources = Sources::from([("lib.rs".to_owned(), "mod a;".to_owned())]);
        assert_eq!(circles(&sources).err().unwrap().to_string(), "no a.rs");
    }
}
