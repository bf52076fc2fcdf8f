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
    // The type whose implementation of a trait of another crate was listed last.
    let mut of_type: Option<String> = None;
    for item in items.items().map(ToString::to_string) {
        let name = implemented(&item);
        // The functions of such a trait are known: they follow its line.
        if let Some((_, path)) = item.split_once("fn ").filter(|_| item.starts_with("pub ")) {
            if of_type.as_ref().is_some_and(|of_type| path.starts_with(of_type)) {
                continue;
            }
        } else {
            of_type = name.filter(|name| !name.starts_with("usedesk_")).and_then(|_| {
                let (_, of_type) = item.split_once(" for ")?;
                Some(format!("{}::", of_type.split(" where ").next()?))
            });
        }
        let last = name
            .filter(|name| !name.starts_with('!') || name.ends_with("Freeze"))
            .and_then(|name| name.rsplit("::").next());
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
