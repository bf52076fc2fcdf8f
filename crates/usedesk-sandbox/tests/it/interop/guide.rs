//! The code blocks of docs/sandbox.md, and the sample in docs/update-ticket.md.

use serde_json::Value;

const GUIDE: &str = include_str!("../../../../../docs/sandbox.md");

const UPDATES: &str = include_str!("../../../../../docs/update-ticket.md");

/// The URL of the sandbox in the guide.
const DESK: &str = "http://127.0.0.1:8080";

/// Returns the program in a language, for a sandbox at `url`.
pub(super) fn program(language: &str, url: &str) -> String {
    let program = block(language);
    assert!(program.contains(DESK), "{program}");
    program.replace(DESK, url)
}

/// Returns the two lines that each program prints.
pub(super) fn printed() -> (Value, &'static str) {
    let (shown, rejected) = block("text").trim_end().split_once('\n').unwrap();
    (serde_json::from_str(shown).unwrap(), rejected)
}

/// Returns the commands in a section and their output, for a sandbox at `url`.
pub(super) fn transcript(title: &str, url: &str) -> Vec<(String, String)> {
    let section = section(title).replace(DESK, url);
    // A fence that starts the program is not run.
    let fences = section.split("\n```console").skip(1);
    let fences = fences.filter(|fence| !fence.starts_with("\n$ cargo"));
    let commands = fences.flat_map(|fence| {
        let (fence, _) = fence.split_once("\n```\n").unwrap();
        fence.split("\n$ ").skip(1)
    });
    let split = commands.map(|command| {
        let mut ends = command.match_indices('\n').map(|(at, _)| at);
        let end = ends.find(|at| !command[..*at].ends_with('\\')).unwrap_or(command.len());
        let (typed, printed) = command.split_at(end);
        (typed.to_owned(), printed.trim_start().to_owned())
    });
    split.collect()
}

/// Returns the program in PHP, and the body that the code in Rust beside it expects.
pub(super) fn sample_of_updates() -> (&'static str, String) {
    let (_, block) = UPDATES.split_once("\n```php\n").unwrap();
    let (program, rest) = block.split_once("```\n").unwrap();
    let (_, body) = rest.split_once("?.body,\n    \"").unwrap();
    let (body, _) = body.split_once('"').unwrap();
    (program, body.replace("\\\n     ", ""))
}

/// Returns the first code block in a language.
fn block(language: &str) -> &'static str {
    let (_, block) =
        section("In other languages").split_once(&format!("\n```{language}\n")).unwrap();
    let end = block.find("```\n").unwrap();
    &block[..end]
}

/// Returns the files of the section about a bot. The first line of each has its name.
#[cfg(feature = "program")]
pub(crate) fn bot() -> impl Iterator<Item = (&'static str, &'static str)> {
    let blocks = section("Testing a bot").split("\n```python\n# ").skip(1);
    blocks.map(|block| {
        let (block, _) = block.split_once("\n```\n").unwrap();
        block.split_once('\n').unwrap()
    })
}

fn section(title: &str) -> &'static str {
    let (_, section) = GUIDE.split_once(&format!("\n## {title}\n")).unwrap();
    section.split_once("\n## ").unwrap().0
}
