//! `cargo xtask bench`: the cost of the crates relative to what a user would write by hand, and
//! whether it is within the goals, which `docs/performance.md` explains.

mod builds;
mod calls;
mod figure;
mod tools;

use anyhow::{Result, ensure};

use self::calls::Job;
use self::figure::{Figure, Goal};
use self::tools::Tools;
use crate::programs::{self, Program, VALGRIND};
use crate::simulate;

/// One line of the table.
struct Row {
    what: &'static str,
    against: &'static str,
    goal: Goal,
    /// The upper bound where it misses its goal for reasons that `docs/performance.md` gives.
    held_at: Option<Goal>,
    /// Whether it is nearly the same in every run, whatever else the machine does: `--check`
    /// measures it.
    is_exact: bool,
    needs: Option<&'static Program>,
    measure: Measure,
}

type Measure = fn(&Tools) -> Result<Figure>;

const ASYNC: [Job; 2] =
    [Job::new("update/async/usedesk", 20_000), Job::new("update/async/by_hand", 20_000)];
const BLOCKING: [Job; 2] =
    [Job::new("update/blocking/usedesk", 20_000), Job::new("update/blocking/by_hand", 20_000)];

/// 100,000 tickets.
const PAGES: u32 = 1_000;

#[rustfmt::skip] // a table
const ROWS: &[Row] = &[
    timed("build, check, encode an update, time", "form_urlencoded", Goal::AtMost(0.60),
        |tools| tools.time(["encode/usedesk", "encode/by_hand"])),
    counted("build, check, encode an update, instructions", "form_urlencoded", Goal::AtMost(0.60),
        |tools| tools.instructions(["encode/usedesk", "encode/by_hand"], 5_000))
        .held_at(Goal::AtMost(1.05)),
    exact("build, check, encode an update, allocations", "form_urlencoded", Goal::AtMost(0.60),
        |tools| tools.allocations(["encode/usedesk", "encode/by_hand"])),
    timed("build, check, encode an update, time", "serde_qs", Goal::AtMost(0.30),
        |tools| tools.time(["encode/usedesk", "encode/serde_qs"])),
    counted("build, check, encode an update, instructions", "serde_qs", Goal::AtMost(0.30),
        |tools| tools.instructions(["encode/usedesk", "encode/serde_qs"], 5_000))
        .held_at(Goal::AtMost(1.20)),
    timed("encode 64 KB of English HTML, time", "form_urlencoded", Goal::AtMost(0.25),
        |tools| tools.time(["html/english/usedesk", "html/english/by_hand"])),
    timed("encode 64 KB of Cyrillic HTML, time", "form_urlencoded", Goal::AtMost(0.25),
        |tools| tools.time(["html/cyrillic/usedesk", "html/cyrillic/by_hand"])),

    timed("decode 100 tickets, time", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.time(["decode/plain/usedesk", "decode/plain/value"])),
    counted("decode 100 tickets, instructions", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.instructions(["decode/plain/usedesk", "decode/plain/value"], 20)),
    timed("decode 100 tickets, time", "strict structs", Goal::AtMost(1.00),
        |tools| tools.time(["decode/plain/usedesk", "decode/plain/strict"])),
    counted("decode 100 tickets, instructions", "strict structs", Goal::AtMost(1.00),
        |tools| tools.instructions(["decode/plain/usedesk", "decode/plain/strict"], 20))
        .held_at(Goal::AtMost(1.15)),
    timed("decode, half strings, time", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.time(["decode/strings/usedesk", "decode/strings/value"])),
    counted("decode, half strings, instructions", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.instructions(["decode/strings/usedesk", "decode/strings/value"], 20)),
    timed("decode, half strings, time", "strict, no strings", Goal::AtMost(1.00),
        |tools| tools.time(["decode/strings/usedesk", "decode/plain/strict"])),
    counted("decode, half strings, instructions", "strict, no strings", Goal::AtMost(1.00),
        |tools| tools.instructions(["decode/strings/usedesk", "decode/plain/strict"], 20))
        .held_at(Goal::AtMost(1.15)),
    timed("decode, escaped by PHP, time", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.time(["decode/php/usedesk", "decode/php/value"])),
    counted("decode, escaped by PHP, instructions", "serde_json::Value", Goal::AtMost(0.60),
        |tools| tools.instructions(["decode/php/usedesk", "decode/php/value"], 20))
        .held_at(Goal::AtMost(0.75)),
    timed("decode, escaped by PHP, time", "strict structs", Goal::AtMost(1.00),
        |tools| tools.time(["decode/php/usedesk", "decode/php/strict"])),
    counted("decode, escaped by PHP, instructions", "strict structs", Goal::AtMost(1.00),
        |tools| tools.instructions(["decode/php/usedesk", "decode/php/strict"], 20)),

    counted("an async call, instructions", "reqwest", Goal::AtMost(0.85),
        |tools| tools.instructions_of_calls(ASYNC.map(|job| job.times(1_000))))
        .held_at(Goal::AtMost(1.05)),
    timed("async, 64 in flight, calls per second", "reqwest", Goal::AtLeast(1.00),
        |tools| tools.rate(ASYNC.map(|job| job.times(3_200).at_a_time(64)))),
    counted("a blocking call, instructions", "ureq", Goal::AtMost(0.75),
        |tools| tools.instructions_of_calls(BLOCKING.map(|job| job.times(1_000))))
        .held_at(Goal::AtMost(1.00)),
    timed("a blocking call, processor time", "ureq", Goal::AtMost(0.60),
        |tools| tools.compare(BLOCKING.map(|job| job.times(500)), |costs| costs.cpu)),
    exact("connections of 16 threads in 8,000 calls", "", Goal::Count(16.0),
        |tools| tools.connections(BLOCKING[0].times(8_000).at_a_time(16))),

    exact("20,000 async calls, peak memory", "reqwest", Goal::Megabytes(0.5),
        |tools| tools.more_memory(ASYNC)).held_at(Goal::Megabytes(1.2)),
    exact("20,000 blocking calls, peak memory", "ureq", Goal::Megabytes(0.5),
        |tools| tools.more_memory(BLOCKING)).held_at(Goal::Megabytes(1.2)),
    exact("paginate 100,000 tickets, async, peak memory", "after 10 pages", Goal::Megabytes(2.0),
        |tools| tools.growth_of_pagination(Job::new("paginate/async", PAGES))),
    exact("paginate 100,000 tickets, blocking, peak memory", "after 10 pages", Goal::Megabytes(2.0),
        |tools| tools.growth_of_pagination(Job::new("paginate/blocking", PAGES))),
    exact("attach 64 MB, async, peak memory", "the file", Goal::Megabytes(16.0),
        |tools| tools.beside_file(Job::new("attach/async", 64))),
    exact("attach 64 MB, blocking, peak memory", "the file", Goal::Megabytes(16.0),
        |tools| tools.beside_file(Job::new("attach/blocking", 64))),

    exact("10,000 rate-limited updates, virtual time", "3,960 s, no 429", Goal::AtMost(1.06),
        |_| simulate::bulk().map(Figure::exact)),
    timed("clean build of usedesk-blocking, time", "its dependencies", Goal::AtMost(1.25),
        |tools| tools.clean_build("usedesk-blocking")),
    timed("clean build of usedesk-async, time", "its dependencies", Goal::AtMost(1.25),
        |tools| tools.clean_build("usedesk-async")),
    exact("a program that updates a ticket, size", "with ureq", Goal::Kilobytes(600.0),
        |_| builds::program_size()).held_at(Goal::Kilobytes(850.0)),
];

const fn timed(what: &'static str, against: &'static str, goal: Goal, measure: Measure) -> Row {
    Row { what, against, goal, held_at: None, is_exact: false, needs: None, measure }
}

const fn exact(what: &'static str, against: &'static str, goal: Goal, measure: Measure) -> Row {
    Row { is_exact: true, ..timed(what, against, goal, measure) }
}

/// Counted by callgrind.
const fn counted(what: &'static str, against: &'static str, goal: Goal, measure: Measure) -> Row {
    Row { needs: Some(&VALGRIND), ..exact(what, against, goal, measure) }
}

impl Row {
    const fn held_at(self, limit: Goal) -> Self {
        Self { held_at: Some(limit), ..self }
    }
}

/// `cargo xtask bench`
pub(crate) fn bench() -> Result<()> {
    with("")
}

/// `cargo xtask bench --check`: only the rows that are the same in every run. It fails past a goal
/// or, where a goal is missed for known reasons, past the row's upper bound.
pub(crate) fn check() -> Result<()> {
    let worse = run(|row| row.is_exact)?;
    ensure!(worse.is_empty(), "past the goal: {}", worse.join("; "));
    Ok(())
}

/// `cargo xtask bench TEXT`: the rows with this text.
pub(crate) fn with(text: &str) -> Result<()> {
    run(|row| row.what.contains(text)).map(drop)
}

/// Measures these rows, prints each, and returns those that fail.
fn run(is_wanted: impl Fn(&Row) -> bool) -> Result<Vec<&'static str>> {
    if cfg!(not(target_os = "linux")) {
        println!("SKIPPED: memory and processor time are read from Linux");
        return Ok(Vec::new());
    }
    let rows: Vec<_> = ROWS.iter().filter(|row| is_wanted(row)).collect();
    ensure!(!rows.is_empty(), "no such row; they are in xtask/src/bench.rs");
    let tools = Tools::build()?;
    println!("\n{}\n", tools::machine()?);
    println!("{:<50} {:<18} {:>11} {:>9}", "what", "against", "goal", "figure");
    let (mut missed, mut skipped) = (Vec::new(), Vec::new());
    for row in rows {
        let Row { what, against, goal, .. } = row;
        let missing = row.needs.filter(|program| program.is_missing());
        if let Some(program) = missing {
            if programs::in_ci() {
                program.require()?;
            }
            skipped.push(format!(
                "SKIPPED, since {} is missing: {what} ({})",
                program.name, program.install
            ));
            continue;
        }
        let figure = (row.measure)(&tools)?;
        let held_at = row.held_at.filter(|limit| limit.is_met(&figure));
        let verdict = match (goal.is_met(&figure), held_at) {
            (true, _) => "ok".to_owned(),
            (false, Some(limit)) => format!("MISSED, held at {limit}"),
            (false, None) => {
                missed.push(*what);
                "MISSED".to_owned()
            }
        };
        let noisy = if figure.is_noisy() { ", noisy" } else { "" };
        println!(
            "{what:<50} {against:<18} {goal:>11} {:>9} {verdict}{noisy}",
            goal.show(figure.value)
        );
    }
    for line in skipped {
        println!("{line}");
    }
    Ok(missed)
}
