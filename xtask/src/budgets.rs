//! `cargo xtask budgets`: the number of crates that a user compiles does not grow unnoticed.

use anyhow::{Result, bail};

use crate::tree::Tree;
use crate::workspace::Workspace;

struct Budget {
    package: &'static str,
    /// The most crates that a build with default features may take, the package itself included.
    limit: usize,
    /// Crates that no build of it contains: with every feature, its tests, on any platform.
    never: &'static [&'static str],
}

const BUDGETS: &[Budget] = &[
    Budget { package: "usedesk-core", limit: 32, never: &[] },
    Budget { package: "usedesk-blocking", limit: 55, never: &["tokio", "hyper", "reqwest"] },
    Budget { package: "usedesk-async", limit: 107, never: &[] },
    // For the blocking flavor, half of it core and half what `url` takes for names in other scripts.
    Budget { package: "usedesk-redis", limit: 70, never: &[] },
];

/// Crates that only an opt-in feature may add.
const OPT_IN: &[&str] = &["aws-lc-rs", "native-tls"];

/// A tool for tests, which no user ships.
const WITHOUT_BUDGET: &[&str] = &["usedesk-sandbox"];

pub(crate) fn budgets() -> Result<()> {
    let workspace = Workspace::load()?;
    let mut table = vec![format!("\n{:<20} {:>6} {:>6}", "crate", "crates", "limit")];
    let mut violations = Vec::new();
    for package in workspace.published().map(|package| package.name.as_str()) {
        if WITHOUT_BUDGET.contains(&package) {
            continue;
        }
        match BUDGETS.iter().find(|budget| budget.package == package) {
            Some(budget) => table.push(judge(budget, &mut violations)?),
            None => violations.push(format!("{package} has no budget in xtask/src/budgets.rs")),
        }
    }
    println!("{}", table.join("\n"));
    if !violations.is_empty() {
        bail!(violations.join("; "));
    }
    Ok(())
}

/// The crate's row in the table.
fn judge(budget: &Budget, violations: &mut Vec<String>) -> Result<String> {
    let Budget { package, limit, never } = budget;
    let default = Tree::of(&format!("-p {package} -e normal"))?;
    let widest =
        Tree::of(&format!("-p {package} -e normal,build,dev --all-features --target all"))?;
    let crates = default.len();
    if crates > *limit {
        violations
            .push(format!("{package} takes {crates} crates, {} over its budget", crates - limit));
    }
    let uninvited = [default.found(OPT_IN), widest.found(never)].concat();
    violations.extend(uninvited.iter().map(|name| format!("{package} must not contain {name}")));
    Ok(format!("{package:<20} {crates:>6} {limit:>6}"))
}
