//! The modules of a crate: the names in each, and the paths that its code mentions.

use std::collections::BTreeMap;
use std::mem;

use anyhow::{Context, Result};

use super::Sources;
use super::uses::{self, Import};
use super::words::{self, is_name};

pub(super) type Path = Vec<String>;

#[derive(Default)]
pub(super) struct Module {
    pub(super) file: String,
    /// Where the files of its submodules are.
    folder: String,
    pub(super) parent: usize,
    /// A name may be a module and a function, or have alternatives behind `#[cfg]`.
    pub(super) names: BTreeMap<String, Vec<Meaning>>,
    pub(super) globs: Vec<Path>,
    pub(super) mentions: Vec<Mention>,
}

pub(super) enum Meaning {
    Module(usize),
    /// Defined in this module.
    Item(usize),
    Import(Path),
    Reexport(Path),
}

/// A path of a `use` or in code.
pub(super) struct Mention {
    pub(super) line: usize,
    pub(super) path: Path,
    pub(super) is_glob: bool,
    pub(super) is_reexport: bool,
}

const DEFINING: &[&str] = &["const", "enum", "fn", "static", "struct", "trait", "type", "union"];

/// Members of attributes that have a path as text.
const WITH_PATH: &[&str] = &[
    "as",
    "default",
    "deserialize_with",
    "from",
    "into",
    "serialize_with",
    "skip_serializing_if",
    "try_from",
    "with",
];

/// The modules of the crate with this root, which is the first of them.
pub(super) fn read(sources: &Sources, root: &str) -> Result<Vec<Module>> {
    let mut reader = Reader { sources, modules: Vec::new() };
    let folder = root.rfind('/').map_or("", |end| &root[..=end]);
    reader.file(root.to_owned(), folder.to_owned(), 0)?;
    Ok(reader.modules)
}

struct Reader<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
}

impl Reader<'_> {
    fn file(&mut self, file: String, folder: String, parent: usize) -> Result<usize> {
        let source = self.sources.get(&file).with_context(|| format!("no {file}"))?;
        let words = words::of(source).with_context(|| file.clone())?;
        let (lines, words): (Vec<_>, Vec<_>) =
            words.iter().map(|(line, word)| (*line, word.as_str())).unzip();
        let module = self.modules.len();
        self.modules.push(Module { file, folder, parent, ..Module::default() });
        self.code(module, &words, &lines)?;
        Ok(module)
    }

    fn code(&mut self, module: usize, words: &[&str], lines: &[usize]) -> Result<()> {
        // The modules that are open, each with the depth in brackets at which its items are.
        let mut open = vec![(module, 0)];
        let (mut depth, mut at) = (0, 0);
        let (mut path_of_file, mut is_exported) = (None, false);
        while let (Some(line), Some(&(module, level))) = (lines.get(at), open.last()) {
            let before = &words[..at];
            at += match &words[at..] {
                ["#", "[", "cfg", "(", "test", ")", "]", item @ ..] => 7 + item_length(item),
                ["#", "[", "path", "=", path, "]", ..] => {
                    path_of_file = Some(path.trim_matches('"'));
                    6
                }
                ["#", "[", "macro_export", "]", ..] => {
                    is_exported = true;
                    4
                }
                ["mod", name, ";", ..] if is_name(name) => {
                    self.submodule(module, name, path_of_file.take())?;
                    3
                }
                ["mod", name, "{", ..] if is_name(name) => {
                    let Module { file, folder, .. } = &self.modules[module];
                    let (file, folder) = (file.clone(), format!("{folder}{name}/"));
                    let inline = Module { file, folder, parent: module, ..Module::default() };
                    self.name(module, name, Meaning::Module(self.modules.len()));
                    depth += 1;
                    open.push((self.modules.len(), depth));
                    self.modules.push(inline);
                    3
                }
                // `impl Trait + use<'a>` is not an import.
                ["use", next, ..] if *next != "<" => {
                    let is_reexport = matches!(before.last(), Some(&"pub" | &")"));
                    let mut imports = Vec::new();
                    let end = uses::read(words, at + 1, &[], &mut imports);
                    for Import { at, path, name } in imports {
                        self.import(module, lines[at], path, name, is_reexport);
                    }
                    end - at
                }
                ["(" | "[" | "{", ..] => {
                    depth += 1;
                    1
                }
                [")" | "]" | "}", ..] => {
                    if depth == level && open.len() > 1 {
                        open.pop();
                    }
                    depth -= 1;
                    1
                }
                ["macro_rules", "!", name, ..] => {
                    self.name(module, name, Meaning::Item(module));
                    if mem::take(&mut is_exported) {
                        self.name(0, name, Meaning::Item(module));
                    }
                    3
                }
                [keyword, name, ..] if defines(keyword, name, before) => {
                    if depth == level {
                        self.name(module, name, Meaning::Item(module));
                    }
                    2
                }
                [text, ..] if text.starts_with('"') => {
                    if let [.., key, "="] = before
                        && WITH_PATH.contains(key)
                    {
                        // `with` names the module whose functions serde calls.
                        let function = if *key == "with" { "::serialize" } else { "" };
                        let path = text.trim_matches('"').to_owned() + function;
                        let words = words::of(&path).unwrap_or_default();
                        let words: Vec<_> = words.iter().map(|(_, word)| word.as_str()).collect();
                        self.code(module, &words, &vec![*line; words.len()])?;
                    }
                    1
                }
                rest => {
                    let length = path_length(rest);
                    // After a dot there is a field or a method; after `$`, an argument.
                    if length > 0 && !matches!(before.last(), Some(&"." | &"$" | &"::")) {
                        let path = rest[..length].iter().step_by(2).map(|&name| name.to_owned());
                        self.mention(module, *line, path.collect(), false, false);
                    }
                    length.max(1)
                }
            };
        }
        Ok(())
    }

    fn submodule(&mut self, parent: usize, name: &str, path: Option<&str>) -> Result<()> {
        let Module { file, folder, .. } = &self.modules[parent];
        let file = match (path, file.rsplit_once('/')) {
            (Some(path), Some((folder, _))) => format!("{folder}/{path}"),
            (Some(path), None) => path.to_owned(),
            (None, _) => format!("{folder}{name}.rs"),
        };
        let folder = format!("{}/", file.trim_end_matches(".rs"));
        let module = self.file(file, folder, parent)?;
        self.name(parent, name, Meaning::Module(module));
        Ok(())
    }

    fn import(
        &mut self,
        module: usize,
        line: usize,
        path: Path,
        name: Option<String>,
        is_reexport: bool,
    ) {
        self.mention(module, line, path.clone(), name.is_none(), is_reexport);
        match name {
            Some(name) if is_reexport => self.name(module, &name, Meaning::Reexport(path)),
            Some(name) => self.name(module, &name, Meaning::Import(path)),
            None => self.modules[module].globs.push(path),
        }
    }

    fn name(&mut self, module: usize, name: &str, meaning: Meaning) {
        self.modules[module].names.entry(name.to_owned()).or_default().push(meaning);
    }

    fn mention(
        &mut self,
        module: usize,
        line: usize,
        path: Path,
        is_glob: bool,
        is_reexport: bool,
    ) {
        self.modules[module].mentions.push(Mention { line, path, is_glob, is_reexport });
    }
}

/// Whether `keyword name` begins a definition, which `const fn` and `*const T` do not.
fn defines(keyword: &str, name: &str, before: &[&str]) -> bool {
    let is_pointer = before.last() == Some(&"*");
    DEFINING.contains(&keyword) && is_name(name) && !DEFINING.contains(&name) && !is_pointer
}

/// How many words the path takes that starts here.
fn path_length(words: &[&str]) -> usize {
    match words {
        [name, "::", next, ..] if is_name(name) && is_name(next) => 2 + path_length(&words[2..]),
        [name, ..] if is_name(name) => 1,
        _ => 0,
    }
}

/// How many words the item takes that starts here.
fn item_length(words: &[&str]) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate() {
        match *word {
            "(" | "[" | "{" => depth += 1,
            // Of what is around the item.
            ")" | "]" | "}" if depth == 0 => return at,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(*word, ";" | "}") {
            return at + 1;
        }
    }
    words.len()
}
