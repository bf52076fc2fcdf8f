//! Prints the public API that a JSON file of rustdoc describes, one item per line.

use std::env;
use std::error::Error;

use public_api::Builder;

/// Traits that nearly every type has, so that only the exceptions are listed: `impl !Send`.
const UNLISTED: [&str; 8] = [
    "Freeze",
    "RefUnwindSafe",
    "Send",
    "StructuralPartialEq",
    "Sync",
    "Unpin",
    "UnsafeUnpin",
    "UnwindSafe",
];

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args_os().nth(1).ok_or("no file is given")?;
    let items = Builder::from_rustdoc_json(file).omit_blanket_impls(true).build()?;
    let mut is_known = false;
    for item in items.items().map(ToString::to_string) {
        let name = implemented(&item);
        // The functions of a trait of another crate are known: they follow its line.
        if !item.starts_with("pub fn") && !item.starts_with("pub const fn") {
            is_known = name.is_some_and(|name| !name.starts_with("usedesk_"));
        } else if is_known {
            continue;
        }
        let last =
            name.filter(|name| !name.starts_with('!')).and_then(|name| name.rsplit("::").next());
        if last.is_none_or(|last| !UNLISTED.contains(&last)) {
            println!("{item}");
        }
    }
    Ok(())
}

/// The path of the trait that this line implements.
fn implemented(item: &str) -> Option<&str> {
    let (implementation, _) = item.strip_prefix("impl")?.split_once(" for ")?;
    let (before, _) = implementation.split_once("::")?;
    let start = before.rfind([' ', '>']).map_or(0, |at| at + 1);
    let path = &implementation[start..];
    Some(&path[..path.find('<').unwrap_or(path.len())])
}
