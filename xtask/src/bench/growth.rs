//! `cargo xtask bench --growth`: how the cost grows with the amount of work, as plots for
//! `docs/performance.md`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use super::calls::{Costs, Job};
use super::tools::Tools;
use crate::sh;

/// The folder of the plots.
const FOLDER: &str = "docs/performance";

/// As the program of `crates/benchmarks` reads it.
#[derive(Serialize)]
struct Plot {
    name: &'static str,
    title: &'static str,
    x: &'static str,
    y: &'static str,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    points: Vec<(u32, f64)>,
}

const IN_FLIGHT: [u32; 5] = [1, 4, 16, 64, 256];

const MEGABYTES: [u32; 5] = [1, 4, 16, 64, 256];

pub(crate) fn growth() -> Result<()> {
    let tools = Tools::build()?;
    let mut codec = codec(&tools)?;
    let mut codec = |name| codec.remove(name).with_context(|| format!("no cases growth/{name}"));
    let updates = |name: &'static str| {
        let job = move |at_a_time| Job::new(name, 10_240).at_a_time(at_a_time);
        line(&tools, &IN_FLIGHT, job, |job, costs| f64::from(job.count) / costs.wall)
    };
    let attach = |name: &'static str, cost: fn(&Costs) -> f64| {
        line(&tools, &MEGABYTES, move |count| Job::new(name, count), move |_, costs| cost(costs))
    };
    let milliseconds: fn(&Costs) -> f64 = |costs| costs.wall * 1e3;
    let megabytes: fn(&Costs) -> f64 = |costs| costs.peak / 1024.0;
    let plots = [
        Plot {
            name: "fields",
            title: "Encoding an update with additional fields",
            x: "fields",
            y: "µs",
            lines: codec("fields")?,
        },
        Plot {
            name: "body", title: "Encoding a message", x: "KB", y: "µs", lines: codec("body")?
        },
        Plot {
            name: "rows",
            title: "Decoding a page",
            x: "tickets",
            y: "µs",
            lines: codec("rows")?,
        },
        Plot {
            name: "in-flight",
            title: "Calls at a time",
            x: "calls at a time",
            y: "calls a second",
            lines: vec![
                updates("update/async/usedesk")?,
                updates("update/async/reqwest")?,
                updates("update/blocking/usedesk")?,
            ],
        },
        Plot {
            name: "file-time",
            title: "Sending a file",
            x: "MB",
            y: "ms",
            lines: vec![
                attach("attach/async/usedesk", milliseconds)?,
                attach("attach/blocking/usedesk", milliseconds)?,
            ],
        },
        Plot {
            name: "file-memory",
            title: "Memory while sending a file",
            x: "MB",
            y: "MB at the peak",
            lines: vec![
                attach("attach/async/usedesk", megabytes)?,
                attach("attach/blocking/usedesk", megabytes)?,
            ],
        },
    ];
    draw(&tools, &plots)
}

/// The microseconds of all series that criterion measures, by the plots they go into.
fn codec(tools: &Tools) -> Result<BTreeMap<String, Vec<Line>>> {
    let mut plots: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for case in tools.criterion("^growth/")? {
        let [_, plot, name, size] = case.split('/').collect::<Vec<_>>()[..] else { continue };
        let point = (size.parse()?, tools.nanoseconds(&case)? / 1e3);
        let lines = plots.entry(plot.to_owned()).or_default();
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.points.push(point),
            None => lines.push(Line { name: name.to_owned(), points: vec![point] }),
        }
    }
    Ok(plots)
}

/// The cost of jobs of these sizes.
fn line<'a>(
    tools: &Tools,
    sizes: &[u32],
    job: impl Fn(u32) -> Job<'a>,
    cost: impl Fn(Job<'_>, &Costs) -> f64,
) -> Result<Line> {
    let point = |&size| {
        let job = job(size);
        Ok((size, tools.median(job, 0, |costs| cost(job, costs))?))
    };
    let points = sizes.iter().map(point).collect::<Result<_>>()?;
    let name = job(1).name.split_once('/').map_or("", |(_, name)| name);
    Ok(Line { name: name.to_owned(), points })
}

fn draw(tools: &Tools, plots: &[Plot]) -> Result<()> {
    fs::create_dir_all(sh::root().join(FOLDER))?;
    let mut program = sh::program(&tools.benchmarks);
    let mut process = program.args(["plot", FOLDER]).stdin(Stdio::piped()).spawn()?;
    let mut input = process.stdin.take().context("it has a standard input")?;
    input.write_all(&serde_json::to_vec(plots)?)?;
    drop(input);
    ensure!(process.wait()?.success(), "drawing failed");
    println!("{} drawings in {FOLDER}", plots.len());
    Ok(())
}
