//! `cargo xtask links`: a relative link in a Markdown file leads to a file of the project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::sh;

pub(crate) fn links() -> Result<()> {
    let root = sh::root();
    let files = markdown_files(root)?;
    let mut broken = 0;
    for file in &files {
        let text = fs::read_to_string(file)?;
        let folder = file.parent().context("a file is in a folder")?;
        for (line, target) in targets(&text) {
            if is_relative(target) && !folder.join(path_of(target)).exists() {
                let file = file.strip_prefix(root)?.display();
                println!("{file}:{line}: nothing at `{target}`");
                broken += 1;
            }
        }
    }
    println!("{} Markdown files read", files.len());
    if broken > 0 {
        bail!("broken links: {broken}");
    }
    Ok(())
}

fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            files.extend(markdown_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Where the links of a Markdown text lead, with line numbers: `[text](target)`,
/// `[name]: target`, `href="target"` and `src="target"`, outside of code blocks.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for (opening, closing) in [("](", [')', ' ']), ("href=\"", ['"'; 2]), ("src=\"", ['"'; 2])]
        {
            let links = line.split(opening).skip(1).filter_map(|rest| rest.split(closing).next());
            found.extend(links.map(|target| (index + 1, target)));
        }
        if let Some((name, target)) = line.split_once("]: ")
            && name.starts_with('[')
        {
            found.extend(target.split_whitespace().next().map(|target| (index + 1, target)));
        }
    }
    found
}

fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with('#')
}

fn path_of(target: &str) -> &str {
    target.split('#').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{is_relative, path_of, targets};

    #[test]
    fn finds_every_form_of_link() {
        let text = "[a](one.md) and [b](two.md#part \"title\")\n\
                    <img src=\"three.png\">\n\
                    ```text\n[c](not-a-link.md)\n```\n\
                    [d]: four.md\n";
        let found = targets(text);
        assert_eq!(found, [(1, "one.md"), (1, "two.md#part"), (2, "three.png"), (6, "four.md")]);
    }

    #[test]
    fn follows_only_links_to_files() {
        assert!(
            ["https://example.org/a.md", "mailto:a@example.org", "#part"]
                .iter()
                .all(|target| !is_relative(target))
        );
        assert!(is_relative("../README.md"));
        assert_eq!(path_of("docs/errors.md#refused"), "docs/errors.md");
    }
}
