//! The resources that this process uses.

use std::fs;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::Failure;

/// What calls cost.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// How long they took, in seconds.
    pub wall: f64,
    /// How much processor time of this process they took, in seconds.
    pub cpu: f64,
    /// The most memory that the process had, in KB.
    pub peak: u64,
    /// The peak memory after the first pages.
    pub first_peak: Option<u64>,
}

pub(super) struct Meter {
    start: Instant,
    cpu: Duration,
    first_peak: Option<u64>,
}

impl Meter {
    pub(super) fn start() -> Result<Self, Failure> {
        Ok(Self { start: Instant::now(), cpu: cpu()?, first_peak: None })
    }

    pub(super) fn note_first_peak(&mut self) -> Result<(), Failure> {
        self.first_peak = Some(peak()?);
        Ok(())
    }

    pub(super) fn stop(self) -> Result<Figures, Failure> {
        let (wall, cpu) = (self.start.elapsed(), cpu()?.saturating_sub(self.cpu));
        let (wall, cpu) = (wall.as_secs_f64(), cpu.as_secs_f64());
        Ok(Figures { wall, cpu, peak: peak()?, first_peak: self.first_peak })
    }
}

/// The processor time of all threads of this process so far.
#[cfg(unix)]
fn cpu() -> Result<Duration, Failure> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;

    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let sum = usage.user_time() + usage.system_time();
    Ok(Duration::from_micros(u64::try_from(sum.num_microseconds())?))
}

#[cfg(not(unix))]
fn cpu() -> Result<Duration, Failure> {
    Err("processor time is only read on Unix".into())
}

/// The peak memory of this process as Linux reports it. The value of `getrusage` may be that of the
/// process that started this one.
fn peak() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.ok_or("no VmHWM in /proc/self/status")?;
    Ok(peak.trim().trim_end_matches(" kB").parse()?)
}
