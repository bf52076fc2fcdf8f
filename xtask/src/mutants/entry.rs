//! One entry of a list: what it says, and how it changes a file.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};

/// A change to the code that a test must notice.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Mutation {
    list: String,
    title: String,
    /// From the root of the workspace.
    pub(crate) file: String,
    old: Vec<String>,
    new: Vec<String>,
    /// What follows `cargo test`.
    pub(crate) test: String,
}

/// The entries of the list of this name.
pub(crate) fn parse(name: &str, list: &str) -> Result<Vec<Mutation>> {
    let mut mutations = Vec::new();
    let lines: Vec<_> = list.lines().collect();
    for entry in lines.split(|line| line.trim().is_empty()).filter(|entry| !entry.is_empty()) {
        let mut mutation = Mutation { list: name.to_owned(), ..Mutation::default() };
        for line in entry {
            mutation.read(line).with_context(|| format!("in the entry `{}`", entry[0]))?;
        }
        let Mutation { title, file, old, new, test, .. } = &mutation;
        let complete = ![title, file, test].contains(&&String::new()) && !old.is_empty();
        ensure!(complete, "`{}`: an entry has a title, a file, old lines and a test", entry[0]);
        ensure!(old != new, "`{title}` changes nothing");
        mutations.push(mutation);
    }
    Ok(mutations)
}

impl Mutation {
    fn read(&mut self, line: &str) -> Result<()> {
        // Editors drop the space at the end of an empty line.
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        let lines = match key {
            "-" => Some(&mut self.old),
            "+" => Some(&mut self.new),
            _ => None,
        };
        if let Some(lines) = lines {
            lines.push(value.to_owned());
            return Ok(());
        }
        let once = match key {
            "#" => &mut self.title,
            "file" => &mut self.file,
            "test" => &mut self.test,
            _ => bail!("a line starts with #, file, -, + or test, not as in `{line}`"),
        };
        ensure!(once.is_empty(), "a second line with `{key}`");
        value.clone_into(once);
        Ok(())
    }

    /// The mutated text of the file.
    pub(crate) fn apply(&self, source: &str) -> Result<String> {
        let lines: Vec<_> = source.split('\n').collect();
        let here = |place: &usize| lines[*place..].iter().zip(&self.old).all(|(a, b)| a == b);
        let last = (lines.len() + 1).saturating_sub(self.old.len());
        let places: Vec<_> = (0..last).filter(here).collect();
        let [place] = places[..] else {
            bail!("the old lines are {} times in {}, not once", places.len(), self.file)
        };
        let new = self.new.iter().map(String::as_str);
        let (before, after) = (&lines[..place], &lines[place + self.old.len()..]);
        let mutated = before.iter().copied().chain(new).chain(after.iter().copied());
        Ok(mutated.collect::<Vec<_>>().join("\n"))
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        [&self.list, &self.title, &self.file, &self.test].iter().any(|part| part.contains(text))
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.list, self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
# The limit holds
file a.rs
-     if long {
-
-         return;
+     if false {
test -p a --test it limits::

# A line is left out
file b.rs
- b();
test -p b
";

    #[test]
    fn entries_are_read() {
        let [first, second] = &parse("edges", LIST).unwrap()[..] else { panic!("two entries") };
        assert_eq!(first.to_string(), "edges: The limit holds");
        assert_eq!((&*first.file, &*first.test), ("a.rs", "-p a --test it limits::"));
        assert_eq!(first.old, ["    if long {", "", "        return;"]);
        assert_eq!(first.new, ["    if false {"]);
        assert_eq!((&second.old[..], &second.new[..]), (&["b();".to_owned()][..], &[][..]));
        assert!(first.contains("edges") && first.contains("limits") && !first.contains("b.rs"));
    }

    #[test]
    fn incomplete_entries_are_errors() {
        let whole = "# t\nfile f\n- a\n+ b\ntest -p a";
        assert_eq!(parse("", whole).unwrap().len(), 1);
        for missing in ["# t\n", "file f\n", "- a\n", "\ntest -p a"] {
            assert!(parse("", &whole.replace(missing, "")).is_err(), "{missing}");
        }
        for (from, to) in [("+ b", "+ a"), ("+ b", "* b"), ("# t", "# t\n# t")] {
            assert!(parse("", &whole.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn whole_lines_that_are_there_once_are_replaced() {
        let mutate = |old: &[&str], new: &[&str], source: &str| {
            let [old, new] =
                [old, new].map(|lines| lines.iter().map(|&line| line.into()).collect());
            Mutation { old, new, ..Mutation::default() }.apply(source).ok()
        };
        assert_eq!(mutate(&["  b", "c"], &["d"], "a\n  b\nc\n").unwrap(), "a\nd\n");
        assert_eq!(mutate(&["a"], &[], "a\nb").unwrap(), "b");
        assert_eq!(mutate(&["b"], &[], "a\n  b\nc\n"), None, "part of a line");
        assert_eq!(mutate(&["a"], &[], "a\nb\na\n"), None, "twice");
        assert_eq!(mutate(&["a", "b"], &[], "a"), None, "longer than the file");
    }
}
