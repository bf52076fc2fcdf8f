//! What a test must not share with others: a process (with its environment, threads and open files)
//! or a port.

use std::env;
use std::fmt;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Output};

use tokio::net::TcpSocket;
use tokio::runtime::Builder;

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
pub(crate) struct Resources {
    pub(crate) threads: usize,
    pub(crate) files: usize,
    pub(crate) memory_kb: usize,
}

impl Resources {
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

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { threads, files, memory_kb } = self;
        write!(f, "{memory_kb} KB, {files} open files, {threads} threads")
    }
}

/// A port on which nothing listens yet, and which no other program can take meanwhile.
pub(crate) struct ReservedPort(TcpSocket);

impl ReservedPort {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("a bound address"))
    }

    pub(crate) fn listen(self) -> TcpListener {
        let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
        let listener = runtime.block_on(async { self.0.listen(128)?.into_std() });
        let listener = listener.expect("a listener");
        listener.set_nonblocking(false).expect("a setting");
        listener
    }
}
