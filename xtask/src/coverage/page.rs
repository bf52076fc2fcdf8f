//! The table in docs/update-ticket.md that says where each rule of that page is checked.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};

use crate::sh;

const PAGE: &str = "docs/update-ticket.md";
const HEAD: &str = "| parameter | rule | setter | violation | on the wire | test |";
const REQUEST: &str = "crates/usedesk-core/src/tickets/update.rs";
const RULES: &str = "crates/usedesk-core/src/violations/rule.rs";
const TESTS: &str = "crates/usedesk-core/tests/it";
/// Has a case for each parameter: its title, then the form and the JSON.
const CASES: &str = "snapshots/it__encoding__each_parameter_alone.snap";

/// What the table of the page lists.
const PARAMETERS: [&str; 15] = [
    "api_token",
    "ticket_id",
    "subject",
    "client_id",
    "group_id",
    "assignee_id",
    "user_id",
    "tag",
    "priority",
    "status",
    "silent",
    "type",
    "field_id",
    "field_value",
    "lists",
];

/// Names in the table that do not exist, and what exists and is not in the table.
pub(super) fn gaps() -> Result<Vec<String>> {
    gaps_of(&fs::read_to_string(sh::root().join(PAGE)).context(PAGE)?)
}

fn gaps_of(page: &str) -> Result<Vec<String>> {
    let read = |file: &str| fs::read_to_string(sh::root().join(file)).context(file.to_owned());
    let (request, rules) = (read(REQUEST)?, read(RULES)?);
    let cases = read(&format!("{TESTS}/{CASES}"))?;
    let rules = rules.split_once("pub enum Rule {").context("no `enum Rule`")?.1;
    let rules = rules.split_once("\n}").context("no end of `enum Rule`")?.0;
    let rows = rows(page)?;

    let mut gaps = Vec::new();
    let mut gap = |what: String| gaps.push(format!("{PAGE}: {what}"));
    let mut named = BTreeSet::new();
    for [parameters, _, setters, violations, wire, tests] in &rows {
        let own: Vec<_> = code(parameters).collect();
        for parameter in own.iter().filter(|it| !PARAMETERS.contains(it)) {
            gap(format!("`{parameter}` is no parameter of the page"));
        }
        for setter in code(setters) {
            if !["(", "<"].iter().any(|end| request.contains(&format!("    pub fn {setter}{end}")))
            {
                gap(format!("`{setter}` is no setter in {REQUEST}"));
            }
            named.insert(setter);
        }
        for rule in code(violations) {
            if !rules.lines().any(|line| line.trim().split(['(', ',']).next() == Some(rule)) {
                gap(format!("`{rule}` is no rule in {RULES}"));
            }
        }
        for case in code(wire) {
            match cases.split_once(&format!("\n{case}\n")).map(|(_, case)| case.lines().next()) {
                Some(Some(form)) if own.iter().all(|it| form.contains(*it)) => {}
                Some(_) => gap(format!("the case `{case}` of {CASES} has not all of {own:?}")),
                None => gap(format!("`{case}` is no case of {CASES}")),
            }
        }
        for test in code(tests) {
            let (file, function) = test.split_once("::").unwrap_or(("updates", test));
            if !read(&format!("{TESTS}/{file}.rs"))?.contains(&format!("fn {function}(")) {
                gap(format!("`{function}` is no test in {TESTS}/{file}.rs"));
            }
        }
    }
    let listed: BTreeSet<_> = rows.iter().flat_map(|row| code(row[0])).collect();
    for parameter in PARAMETERS.iter().filter(|it| !listed.contains(*it)) {
        gap(format!("no row for `{parameter}`"));
    }
    for setter in setters(&request)?.filter(|it| !named.contains(it)) {
        gap(format!("no row for the setter `{setter}`"));
    }
    Ok(gaps)
}

fn rows(page: &str) -> Result<Vec<[&str; 6]>> {
    let (_, table) = page.split_once(HEAD).context(format!("no table `{HEAD}` in {PAGE}"))?;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|row| {
        let cells = row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
        cells.try_into().ok().with_context(|| format!("a row without six cells: {row}"))
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    ensure!(!rows.is_empty(), "the table in {PAGE} is empty");
    Ok(rows)
}

/// What stands in backticks.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The methods that return the request.
fn setters(request: &str) -> Result<impl Iterator<Item = &str>> {
    let (_, methods) = request.split_once("impl UpdateTicket {").context("no `UpdateTicket`")?;
    let methods = methods.split_once("\n}\n").context("no end of `UpdateTicket`")?.0;
    Ok(methods.split("\n    pub fn ").skip(1).filter_map(|method| method.split(['(', '<']).next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found() {
        let page = fs::read_to_string(sh::root().join(PAGE)).unwrap();
        assert_eq!(gaps_of(&page).unwrap(), [""; 0]);
        let (before, table) = page.split_once(HEAD).unwrap();
        let silent = "| `silent` | a new";
        let (first, row) = table.split_once(silent).unwrap();
        let (row, rest) = row.split_once('\n').unwrap();
        for (old, new, gaps) in [
            ("`silent` | a", "`quiet` | a", 3), // unknown, not in the case, and `silent` has no row
            ("| `silent` | `C", "| `quiet` | `C", 2), // unknown, and `silent` has no row
            ("`Change`", "`Chance`", 1),
            ("silent (with", "silent (beside", 1),
            ("an_update_changes", "an_update_charges", 1),
        ] {
            let planted = format!("{silent}{row}").replacen(old, new, 1);
            let planted = format!("{before}{HEAD}{first}{planted}\n{rest}");
            assert_eq!(gaps_of(&planted).unwrap().len(), gaps, "{old}");
        }
        let without = format!("{before}{HEAD}{first}{rest}");
        assert_eq!(gaps_of(&without).unwrap().len(), 2, "the parameter and the setter");
    }

    #[test]
    fn rows_are_read_with_their_names() {
        let page = format!(
            "# Page\n\n{HEAD}\n| --- |\n| `tag` | 255 | `tag`, `tags` | – | | `a::b` |\n\n|"
        );
        let rows = rows(&page).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(code(rows[0][2]).collect::<Vec<_>>(), ["tag", "tags"]);
        assert_eq!(code(rows[0][3]).count(), 0);
        assert!(super::rows(&page.replace("| 255 ", "")).is_err());
        assert!(super::rows("# Page").is_err());
    }

    #[test]
    fn setters_are_found() {
        let request = "impl UpdateTicket {\n    /// Sets.\n    pub fn tag(mut self) {}\n\n    \
                       pub fn tags<T>(mut self) {}\n\n    fn own(&self) {}\n}\n\n    pub fn other(";
        assert_eq!(setters(request).unwrap().collect::<Vec<_>>(), ["tag", "tags"]);
    }
}
