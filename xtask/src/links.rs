//! `cargo xtask links`: a link in a Markdown file leads to a file of the project and, with a `#`,
//! to a heading in it, and a Rust file that it names in code exists. External links are not
//! followed. A translation fits its original.

mod page;
mod translation;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use self::page::Page;
use crate::sh;

/// A page and its translation.
const TRANSLATED: (&str, &str) = ("README.md", "README.ru.md");

pub(crate) fn links() -> Result<()> {
    let project = Project::load()?;
    let mut broken = 0;
    for (file, page) in &project.pages {
        for (line, target) in &page.links {
            if let Err(problem) = project.follow(file, target) {
                println!("{file}:{line}: `{target}`: {problem}");
                broken += 1;
            }
        }
        for (line, name) in &page.undefined {
            println!("{file}:{line}: no `[{name}]: ...` in this file");
            broken += 1;
        }
        for (line, name) in &page.sources {
            if !project.has_source(name) {
                println!("{file}:{line}: `{name}`: no such file in the project");
                broken += 1;
            }
        }
    }
    println!("{} Markdown files read", project.pages.len());
    ensure!(broken == 0, "broken links: {broken}");
    translation()
}

/// Each page links to the other in its first line, and the two fit.
fn translation() -> Result<()> {
    let (original, translation) = TRANSLATED;
    let read = |file| fs::read_to_string(sh::root().join(file)).context(file);
    let (original_text, translated_text) = (read(original)?, read(translation)?);
    for (file, text, other) in
        [(original, &original_text, translation), (translation, &translated_text, original)]
    {
        let first = text.lines().next().unwrap_or_default();
        ensure!(first.contains(&format!("]({other})")), "{file} has no link to {other} in line 1");
    }
    if let Some(difference) = translation::difference(&original_text, &translated_text) {
        bail!("{translation} does not fit {original}: {difference}");
    }
    Ok(())
}

/// All paths are written from the root of the project, with slashes.
struct Project {
    files: BTreeSet<String>,
    /// Those of the files that are Markdown.
    pages: BTreeMap<String, Page>,
}

impl Project {
    /// The files that are there and that git tracks, or would with the next commit of everything.
    fn load() -> Result<Self> {
        let mut git = sh::program("git");
        let listing =
            sh::stdout(git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]))?;
        let files = listing.split_terminator('\0').filter(|file| sh::root().join(file).is_file());
        let mut project =
            Self { files: files.map(str::to_owned).collect(), pages: BTreeMap::new() };
        for file in project.files.iter().filter(|file| is_markdown(file)) {
            let text = fs::read_to_string(sh::root().join(file))?;
            project.pages.insert(file.clone(), Page::parse(&text));
        }
        Ok(project)
    }

    /// Whether the target of a link in this file is there.
    fn follow(&self, file: &str, target: &str) -> Result<(), &'static str> {
        if target.contains("://") || target.starts_with("mailto:") {
            return Ok(());
        }
        let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
        let path = match path {
            "" => file.to_owned(),
            path => resolve(file, path).ok_or("outside of the project")?,
        };
        if !self.contains(&path) {
            return Err("no such file in the project");
        }
        // What a `#` means in other files is up to whoever shows them.
        match self.pages.get(&path) {
            Some(page) if !anchor.is_empty() && !page.anchors.contains(anchor) => {
                Err("no such heading")
            }
            _ => Ok(()),
        }
    }

    /// Whether a file has this name, or this path below some folder.
    fn has_source(&self, name: &str) -> bool {
        let end = format!("/{name}");
        self.files.iter().any(|file| file == name || file.ends_with(&end))
    }

    /// Whether there is such a file or folder.
    fn contains(&self, path: &str) -> bool {
        let mut within = self.files.range(format!("{path}/")..);
        self.files.contains(path)
            || within.next().is_some_and(|next| next.starts_with(&format!("{path}/")))
    }
}

fn is_markdown(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "md")
}

/// The path that a link in this file names; `None` if it leaves the project.
fn resolve(file: &str, path: &str) -> Option<String> {
    let mut folders: Vec<_> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => file.split('/').rev().skip(1).collect(),
    };
    folders.reverse();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                folders.pop()?;
            }
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Page, Project};

    #[test]
    fn links_are_followed() {
        let guide = "# A guide\n## With `code` & more\n## A guide\n<a id=\"here\"></a>\n";
        let project = Project {
            files: ["README.md", "docs/guide.md", "src/a/b.rs"].map(str::to_owned).into(),
            pages: [("docs/guide.md".to_owned(), Page::parse(guide))].into(),
        };
        for good in [
            "https://example.org/a.md",
            "mailto:a@example.org",
            "guide.md",
            "./../docs/guide.md#a-guide",
            "#with-code--more",
            "#a-guide-1",
            "#here",
            "/README.md",
            "../src/a/",
            "../src/a/b.rs#L7",
        ] {
            assert_eq!(project.follow("docs/guide.md", good), Ok(()), "{good}");
        }
        for (bad, problem) in [
            ("README.md", "no such file in the project"),
            ("../src/a/b", "no such file in the project"),
            ("../../main/README.md", "outside of the project"),
            ("/../README.md", "outside of the project"),
            ("guide.md#a-guide-2", "no such heading"),
            ("#With-code", "no such heading"),
        ] {
            assert_eq!(project.follow("docs/guide.md", bad), Err(problem), "{bad}");
        }
    }

    #[test]
    fn a_source_file_may_be_named_by_the_end_of_its_path() {
        let files = ["build.rs", "src/a/b.rs"].map(str::to_owned).into();
        let project = Project { files, pages: [].into() };
        for (name, exists) in [
            ("build.rs", true),
            ("b.rs", true),
            ("a/b.rs", true),
            ("c.rs", false),
            ("/b.rs", false),
            ("uild.rs", false),
        ] {
            assert_eq!(project.has_source(name), exists, "{name}");
        }
    }
}
