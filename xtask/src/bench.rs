//! `cargo xtask bench`: what the crates cost against what a user would write by hand, and whether
//! that is within the goals, which `docs/performance.md` explains.

mod figure;
mod tools;

use anyhow::{Result, ensure};

use self::figure::{Figure, Goal};
use self::tools::Tools;
use crate::programs::{self, Program, VALGRIND};

/// One line of the table.
struct Row {
    what: &'static str,
    against: &'static str,
    goal: Goal,
    /// It is the same in every run, nearly, whatever else the machine does: `--check` measures it.
    is_exact: bool,
    needs: Option<&'static Program>,
    measure: Measure,
}

type Measure = fn(&Tools) -> Result<Figure>;

/// The work of another library.
const NOTHING: &str = "-";

#[rustfmt::skip] // a table
const ROWS: &[Row] = &[
    exact("encode an update, instructions", "serde_json::to_vec", Goal::AtMost(0.85),
        |tools| tools.instructions(["encode/usedesk", "encode/serde_json"], 5_000))
        .with(&VALGRIND),
    exact("encode an update, allocations", NOTHING, Goal::Count(2.0),
        |tools| tools.allocations("encode/usedesk").map(Figure::exact)),
    exact("decode 100 tickets, instructions", "strict structs", Goal::AtMost(0.92),
        |tools| tools.instructions(["decode/numbers/usedesk", "decode/numbers/strict"], 20))
        .with(&VALGRIND),
    exact("decode 100 tickets, allocations", "strict structs", Goal::AtMost(0.75),
        |tools| tools.allocation_ratio(["decode/numbers/usedesk", "decode/numbers/strict"])),
];

const fn exact(what: &'static str, against: &'static str, goal: Goal, measure: Measure) -> Row {
    Row { what, against, goal, is_exact: true, needs: None, measure }
}

impl Row {
    const fn with(self, program: &'static Program) -> Self {
        Self { needs: Some(program), ..self }
    }
}

/// `cargo xtask bench`
pub(crate) fn bench() -> Result<()> {
    with("")
}

/// `cargo xtask bench --check`: only what is the same in every run, and fails past a goal.
pub(crate) fn check() -> Result<()> {
    let missed = run(|row| row.is_exact)?;
    ensure!(missed.is_empty(), "past the goal: {}", missed.join("; "));
    Ok(())
}

/// `cargo xtask bench TEXT`: the rows with this text.
pub(crate) fn with(text: &str) -> Result<()> {
    run(|row| row.what.contains(text)).map(drop)
}

/// Measures these rows, prints each, and gives those that miss their goal.
fn run(is_wanted: impl Fn(&Row) -> bool) -> Result<Vec<&'static str>> {
    if cfg!(not(target_os = "linux")) {
        println!("SKIPPED: memory and processor time are read as Linux tells them");
        return Ok(Vec::new());
    }
    let tools = Tools::build()?;
    println!("\n{}\n", tools::machine()?);
    println!("{:<44} {:<24} {:>9} {:>9}", "what", "against", "goal", "figure");
    let (mut missed, mut skipped) = (Vec::new(), Vec::new());
    for row in ROWS.iter().filter(|row| is_wanted(row)) {
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
        let verdict = match (goal.is_met(&figure), figure.is_noisy()) {
            (true, false) => "ok",
            (true, true) => "ok, noisy",
            (false, false) => "MISSED",
            (false, true) => "missed, noisy",
        };
        if !goal.is_met(&figure) {
            missed.push(*what);
        }
        println!("{what:<44} {against:<24} {goal:>9} {:>9} {verdict}", goal.show(figure.value));
    }
    for line in skipped {
        println!("{line}");
    }
    Ok(missed)
}
