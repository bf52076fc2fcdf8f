//! Every check and chore of the project: `cargo xtask` lists them, `cargo xtask NAME` runs one.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

mod bench;
mod budgets;
mod ci;
mod coverage;
mod dependencies;
mod doc;
mod examples;
mod fuzz;
mod imports;
mod links;
mod lint;
mod minimal_versions;
mod msrv;
mod mutants;
mod package;
mod programs;
mod providers;
mod public_api;
mod purity;
mod release;
mod rustdoc;
mod screenshots;
mod sh;
mod simulate;
mod soak;
mod static_program;
mod stress;
mod test;
mod tree;
mod wasm;
mod windows;
mod workflows;
mod workspace;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

/// One line of `cargo xtask --help`.
struct Task {
    /// What is typed after `cargo xtask`, flags included.
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

/// What `ci` runs, in this order: cheap first.
#[rustfmt::skip] // a table
const CHECKS: &[Task] = &[
    task("fmt",                   "formatting",                                                    lint::fmt),
    task("links",                 "links in the Markdown files; README.ru.md fits README.md",      links::links),
    task("workflows",             "actionlint for the workflows of GitHub Actions",                workflows::workflows),
    task("imports",               "the modules of a crate import each other in one direction",     imports::imports),
    task("msrv",                  "the declared Rust version is enough for the dependencies",      msrv::msrv),
    task("budgets",               "how many crates each crate makes a user compile",               budgets::budgets),
    task("unused",                "unused dependencies",                                           dependencies::unused),
    task("deny",                  "licenses, bans and sources of the dependencies",                dependencies::deny),
    task("mutants --list",        "the listed mutations fit the code",                             mutants::list),
    task("purity",                "usedesk-core reads no clock and does no I/O",                   purity::purity),
    task("lint",                  "clippy, for every feature alone, none and all",                 lint::lint),
    task("doc",                   "the documentation builds without a warning",                    doc::doc),
    task("public-api --check",    "the listings of the public API are up to date",                 public_api::check),
    task("windows",               "the crates compile for Windows; skipped without mingw",         windows::windows),
    task("wasm",                  "usedesk-core compiles for WebAssembly; skipped without it",      wasm::wasm),
    task("static",                "the sandbox as a static program runs in an empty root",         static_program::check),
    task("minimal-versions",      "the declared versions of the dependencies are enough",          minimal_versions::check),
    task("test",                  "all tests in their short form, with default features",          test::short),
    task("test --long",           "all tests with all their inputs, with every feature",           test::long),
    task("test --other-features", "no TLS, native-tls, aws-lc alone; serde_json's features",       test::other_features),
    task("providers",             "programs that bring their own TLS beside the SDK",              providers::providers),
    task("simulate",              "calls in virtual time; --seeds N (20000), --first SEED",        simulate::simulate),
    task("fuzz --seconds 5",      "every fuzzer for a moment; skipped without cargo-fuzz",         fuzz::briefly),
    task("coverage",              "every method of the API is covered everywhere",                 coverage::coverage),
    task("examples",              "every example runs, in both flavors",                           examples::examples),
    task("bench --check",         "costs that are the same in every run meet their goals",         bench::check),
    task("package",               "every published crate can be packed",                           package::package),
];

#[rustfmt::skip] // a table
const CHORES: &[Task] = &[
    task("ci",                    "every check above, and a table at the end",                     ci::ci),
    task("tools",                 "installs the cargo plugins, actionlint and axe-core",            programs::install),
    task("fuzz",                  "every fuzzer for a minute; --seconds N for another time",       fuzz::fuzz),
    task("mutants",               "each listed mutation makes its test fail; TEXT for some",       mutants::mutants),
    task("mutants --generated",   "those of cargo-mutants: at least 95 % are caught; takes hours", mutants::generated),
    task("soak",                  "200,000 calls through each transport, many of which fail",      soak::soak),
    task("stress",                "the tests over sockets beside busy loops; --runs N (5)",        stress::stress),
    task("bench",                 "what the crates cost, and the goals; TEXT for rows with it",    bench::bench),
    task("public-api",            "lists the public API in xtask/public-api, for reviews",         public_api::write),
    task("release --dry-run",     "VERSION: all that can be checked before it is published",       release::without_version),
    task("screenshots",           "the pictures of docs/sandbox.md, in Chromium",                  screenshots::screenshots),
    task("deny --advisories",     "known vulnerabilities; fetches a database, so not in ci",       dependencies::advisories),
];

/// What takes options behind its name.
const WITH_OPTIONS: &[(&str, RunWith)] = &[
    ("bench", bench::with),
    ("fuzz", fuzz::with),
    ("mutants", mutants::with),
    ("release", release::with),
    ("simulate", simulate::with),
    ("stress", stress::with),
];

type RunWith = fn(&str) -> Result<()>;

const fn task(name: &'static str, about: &'static str, run: fn() -> Result<()>) -> Task {
    Task { name, about, run }
}

fn main() -> ExitCode {
    if let Some(code) = rustdoc::stand_in() {
        return code;
    }
    let typed = env::args().skip(1).collect::<Vec<_>>().join(" ");
    match run(&typed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<programs::Skipped>() => {
            eprintln!("SKIPPED: {error}");
            ExitCode::from(programs::SKIPPED)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(typed: &str) -> Result<()> {
    if ["", "help", "-h", "--help"].contains(&typed) {
        help();
        return Ok(());
    }
    if let Some(task) = CHECKS.iter().chain(CHORES).find(|task| task.name == typed) {
        return (task.run)();
    }
    for (name, run) in WITH_OPTIONS {
        if let Some(options) = typed.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')) {
            return run(options);
        }
    }
    bail!("no task `{typed}`; `cargo xtask` lists them")
}

fn help() {
    println!("cargo xtask NAME\n");
    for task in CHECKS.iter().chain(CHORES) {
        println!("  {:<21} {}", task.name, task.about);
    }
}

#[cfg(test)]
mod tests {
    use super::CHECKS;

    #[test]
    fn contributors_are_told_of_every_check() {
        let page = include_str!("../../CONTRIBUTING.md");
        for check in CHECKS {
            assert!(page.contains(&format!("`{}`", check.name)), "{}", check.name);
        }
    }
}
