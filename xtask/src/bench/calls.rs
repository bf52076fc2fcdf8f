//! Calls over a socket: a server on one core, a client on the other, each a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::figure::Figure;
use super::tools::{self, Tools};
use crate::sh;

/// What the client prints: seconds and KB.
#[derive(Deserialize)]
pub(crate) struct Costs {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak: f64,
    pub(crate) first_peak: Option<f64>,
}

/// How many times the calls of both are timed, alternately. Many short rounds, so that other
/// programs disturb both sides of each alike.
const ROUNDS: usize = 50;

/// How often a job runs anew to measure its memory. Linux counts memory per core and adds it up now
/// and then, so one run may be off by 100 KB.
const RUNS: usize = 5;

/// In a megabyte.
const KILOBYTES: f64 = 1024.0;

/// A job of the client: how many calls, pages or megabytes, and how many calls at a time.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) name: &'a str,
    pub(crate) count: u32,
    pub(crate) at_a_time: u32,
}

impl<'a> Job<'a> {
    pub(crate) const fn new(name: &'a str, count: u32) -> Self {
        Self { name, count, at_a_time: 1 }
    }

    pub(crate) const fn times(self, count: u32) -> Self {
        Self { count, ..self }
    }

    pub(crate) const fn at_a_time(self, at_a_time: u32) -> Self {
        Self { at_a_time, ..self }
    }

    fn arguments(self, url: &str) -> [String; 5] {
        let numbers = [self.count, self.at_a_time].map(|number| number.to_string());
        let [count, at_a_time] = numbers;
        ["calls".to_owned(), self.name.to_owned(), count, at_a_time, url.to_owned()]
    }
}

impl Tools {
    /// The cost of the job in a fresh process.
    fn costs(&self, job: Job<'_>, server: &Server) -> Result<Costs> {
        let mut client = self.on_core(0, &self.benchmarks);
        let (json, _) = sh::silently(client.args(job.arguments(&server.url)))?;
        serde_json::from_str(&json).context("the client's figures")
    }

    /// How many instructions a call takes, relative to the other.
    pub(crate) fn instructions_of_calls(&self, jobs: [Job<'_>; 2]) -> Result<Figure> {
        let server = self.server(0)?;
        let [ours, other] = jobs.map(|job| {
            tools::per_round(job.count, |count| {
                let mut client = tools::under_callgrind(&self.benchmarks);
                tools::collected(client.args(job.times(count).arguments(&server.url)))
            })
        });
        Ok(Figure::exact(ours? / other?))
    }

    /// The cost of the first job relative to the other. Both run alternately.
    pub(crate) fn compare(
        &self,
        [ours, other]: [Job<'_>; 2],
        cost: fn(&Costs) -> f64,
    ) -> Result<Figure> {
        let server = self.server(0)?;
        let round = |_| Ok(cost(&self.costs(ours, &server)?) / cost(&self.costs(other, &server)?));
        Ok(Figure::of((0..ROUNDS).map(round).collect::<Result<_>>()?))
    }

    /// How many calls the first job does per second, relative to the other. Both run
    /// alternately.
    pub(crate) fn rate(&self, [ours, other]: [Job<'_>; 2]) -> Result<Figure> {
        // It does more where the other takes longer.
        self.compare([other, ours], |costs| costs.wall)
    }

    /// The cost of the job: the median of a few runs.
    fn median(&self, job: Job<'_>, pages: u32, cost: impl Fn(&Costs) -> f64) -> Result<f64> {
        let server = self.server(pages)?;
        let run = |_| Ok(cost(&self.costs(job, &server)?));
        Ok(Figure::of((0..RUNS).map(run).collect::<Result<_>>()?).value)
    }

    /// How much more memory the first job takes at its peak.
    pub(crate) fn more_memory(&self, jobs: [Job<'_>; 2]) -> Result<Figure> {
        let [ours, other] = jobs.map(|job| self.median(job, 0, |costs| costs.peak));
        Ok(Figure::exact((ours? - other?) / KILOBYTES))
    }

    /// How much more memory pagination takes after its first pages.
    pub(crate) fn growth_of_pagination(&self, job: Job<'_>) -> Result<Figure> {
        let growth = |costs: &Costs| costs.peak - costs.first_peak.unwrap_or(f64::NAN);
        Ok(Figure::exact(self.median(job, job.count, growth)? / KILOBYTES))
    }

    /// How much memory a job takes with a file of this many megabytes, beyond the file.
    pub(crate) fn beside_file(&self, attach: Job<'_>) -> Result<Figure> {
        let all = self.median(attach, 0, |costs| costs.peak)? / KILOBYTES;
        Ok(Figure::exact(all - f64::from(attach.count)))
    }

    /// How many connections the job opens.
    pub(crate) fn connections(&self, job: Job<'_>) -> Result<Figure> {
        let server = self.server(0)?;
        self.costs(job, &server)?;
        server.stop().map(Figure::exact)
    }

    /// A server whose list of tickets has this many pages.
    fn server(&self, pages: u32) -> Result<Server> {
        let mut command = self.on_core(1, &self.benchmarks);
        command.args(["serve", &pages.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("it has a standard output")?;
        let mut server = Server { process, stdout: BufReader::new(stdout), url: String::new() };
        server.url = server.line()?;
        Ok(server)
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Server {
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// Stops it, and returns how many connections there were.
    fn stop(mut self) -> Result<f64> {
        drop(self.process.stdin.take());
        self.line()?.parse().context("the number of connections")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}
