//! What a test wants for itself: a process, since all share the environment, the threads and the
//! open files of theirs; or a port to come back to.

use std::env;
use std::fmt;
use std::fs;
use std::process::{self, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use usedesk_sandbox::Sandbox;

/// Runs one ignored test of this program with these variables and no others that matter here.
pub(crate) fn run(module_path: &str, test: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env::current_exe().expect("this program"));
    let module = module_path.split_once("::").map_or("", |(_, module)| module);
    let test = format!("{module}::{test}");
    command.args([&*test, "--exact", "--ignored", "--nocapture"]);
    for name in [
        "ALL_PROXY",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "USEDESK_API_TOKEN",
        "USEDESK_BASE_URL",
    ] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().copied()).output().expect("it runs")
}

/// What this process holds, as Linux tells it.
#[derive(Clone, Copy)]
pub(crate) struct Holdings {
    pub(crate) threads: usize,
    pub(crate) files: usize,
    pub(crate) memory_kb: usize,
}

impl Holdings {
    pub(crate) fn now() -> Self {
        let entries = |folder: &str| fs::read_dir(folder).expect("it is Linux").count();
        let status = fs::read_to_string("/proc/self/status").expect("it is Linux");
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = memory.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok());
        Self {
            threads: entries("/proc/self/task"),
            files: entries("/proc/self/fd"),
            memory_kb: memory.expect("a size"),
        }
    }
}

impl fmt::Display for Holdings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, files, memory_kb } = self;
        write!(f, "{memory_kb} KB, {files} open files, {threads} threads")
    }
}

/// A port that is free and stays so: those that others are given by chance begin at 32,768.
pub(crate) fn quiet_port() -> u16 {
    static TRIED: AtomicU32 = AtomicU32::new(0);

    loop {
        let offset = process::id() * 100 + TRIED.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(20_000 + offset % 10_000).expect("below 30,000");
        if Sandbox::builder().port(port).start().is_ok() {
            return port;
        }
    }
}
