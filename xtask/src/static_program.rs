//! `cargo xtask static`: the sandbox as a static program runs where there is nothing else.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::programs::{MUSL, Skipped, UNSHARE};
use crate::sh;

const TARGET: &str = "x86_64-unknown-linux-musl";
const NAME: &str = "usedesk-sandbox";
/// How long to wait for a response.
const WATCHDOG: Duration = Duration::from_secs(60);

pub(crate) fn check() -> Result<()> {
    const WHAT: &str = "the static program";
    MUSL.or_skip(WHAT)?;
    UNSHARE.or_skip(WHAT)?;
    let mut rustc = sh::program("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    let (libraries, _) = sh::silently(&mut rustc)?;
    if !Path::new(libraries.trim()).exists() {
        let install = format!("rustup target add {TARGET}");
        bail!(Skipped::new("Rust's standard library for musl", WHAT, &install));
    }
    let build = format!("build -p {NAME} --features program --target {TARGET}");
    let programs = sh::executables(&build)?;
    let program = programs.get(NAME).context("cargo names the program")?;

    let root = program.with_file_name("empty-root");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root)?;
    fs::copy(program, root.join(NAME))?;
    let mut command = sh::program("unshare");
    command.args(["--user", "--map-root-user", "--root"]).arg(&root);
    command.args([&format!("/{NAME}"), "--port=0"]).stdout(Stdio::piped());
    let mut running = Running(command.spawn()?);
    let stdout = running.0.stdout.take().context("a pipe")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim_end().rsplit_once("http://").context("it prints its URL")?.1;

    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(WATCHDOG))?;
    write!(stream, "GET /sandbox/health HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut response = String::new();
    stream.read_to_string(&mut response)?;
    ensure!(response.starts_with("HTTP/1.1 200 "), "{response}");
    println!("{NAME} responds in an empty root");
    Ok(())
}

/// Kills the program when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
