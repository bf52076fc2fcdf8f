//! Everything public of core is reachable from each transport crate under the same path.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

// A name of the crate's own would hide one of core's.
const MEANT_TO_HIDE: &[&str] = &["testing"];

/// The flavor's crate re-exports all of core, and hides nothing of it.
#[test]
fn no_name_hides_one_of_core() {
    let name = super::sdk::Usedesk::builder("token");
    let name = std::any::type_name_of_val(&name).split("::").next().expect("a crate");
    let folder = name.replace('_', "-");
    let own = public_names(&folder, "lib");
    assert!(source(&folder, "lib").contains("\npub use usedesk_core::*;\n"));
    let core = public_names("usedesk-core", "lib");
    assert!(core.contains("tickets") && core.contains("Operation"), "{core:?}");
    assert!(own.contains("Usedesk"), "{own:?}");
    let hidden: Vec<_> = core.intersection(&own).map(String::as_str).collect();
    assert_eq!(hidden, MEANT_TO_HIDE);
}

fn source(package: &str, module: &str) -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = crates.join(package).join("src").join(format!("{module}.rs"));
    fs::read_to_string(path).expect("it is there")
}

/// The public names that a module exports and declares.
fn public_names(package: &str, module: &str) -> BTreeSet<String> {
    let source = source(package, module);
    let mut names = BTreeSet::new();
    for item in source.split("\npub ").skip(1) {
        let (kind, rest) = item.split_once(' ').expect("an item");
        match kind {
            "use" => {
                // The last segments of `a::b::{C, D}`, over several lines.
                let paths = rest.split(';').next().unwrap_or_default().split([',', '{', '}']);
                let used = paths.filter_map(|path| path.trim().rsplit("::").next());
                names.extend(used.filter(|name| !matches!(*name, "" | "*")).map(str::to_owned));
            }
            _ => names.extend(
                rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned),
            ),
        }
    }
    names
}
