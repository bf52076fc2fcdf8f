//! Commands, each printed before it runs.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::sync::LazyLock;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// `cargo`, with the arguments as one line.
pub(crate) fn cargo(arguments: &str) -> Command {
    let mut command = program("cargo");
    command.args(arguments.split_whitespace());
    command
}

/// A program, to run at the root of the workspace.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    // `cargo run` set these for this program alone. Build scripts that watch them (ring's) would
    // run again each time a developer changes between `cargo test` and `cargo xtask test`, and
    // cargo-machete would not know that it was started by cargo.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Runs the command and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    ensure!(status.success(), "`{}`: {status}", line(command));
    Ok(())
}

/// Runs the command and returns its status.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    println!("$ {}", line(command));
    command.status().with_context(|| line(command))
}

/// Runs the command and returns its standard output; fails if it fails.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    command.stderr(std::process::Stdio::inherit());
    let output = output(command)?;
    ensure!(output.status.success(), "`{}`: {}", line(command), output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// Runs the command and returns all that it wrote, even if it failed.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    println!("$ {}", line(command));
    command.output().with_context(|| line(command))
}

/// Runs the command without printing it, and returns its standard output and standard error; fails if
/// it fails.
pub(crate) fn silently(command: &mut Command) -> Result<(String, String)> {
    let output = command.output().with_context(|| line(command))?;
    let [stdout, stderr] = [output.stdout, output.stderr].map(String::from_utf8);
    let (stdout, stderr) = (stdout?, stderr?);
    ensure!(output.status.success(), "`{}`: {}\n{stderr}", line(command), output.status);
    Ok((stdout, stderr))
}

/// Builds with this cargo command and returns the paths of the programs that it built, by name.
pub(crate) fn executables(command: &str) -> Result<BTreeMap<String, PathBuf>> {
    /// The part of a message of cargo that is about a program.
    #[derive(Deserialize)]
    struct Message {
        target: Option<Target>,
        executable: Option<PathBuf>,
    }

    #[derive(Deserialize)]
    struct Target {
        name: String,
    }

    // Not at the end, where the arguments for rustc are.
    let command = command.replacen(' ', " --message-format json-render-diagnostics ", 1);
    let messages = stdout(&mut cargo(&command))?;
    let mut executables = BTreeMap::new();
    for message in messages.lines() {
        if let Message { target: Some(target), executable: Some(path) } =
            serde_json::from_str(message)?
        {
            executables.insert(target.name, path);
        }
    }
    Ok(executables)
}

/// Whether the command can be run and succeeds; silent.
pub(crate) fn succeeds(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let mut command = program(words.next().unwrap_or_default());
    command.args(words).output().is_ok_and(|output| output.status.success())
}

/// The root of the workspace, where every command runs.
pub(crate) fn root() -> &'static Path {
    // From cargo, which sets it when it runs this program: where several copies of the workspace share a target
    // folder, another of them may have built it.
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask = env::var_os("CARGO_MANIFEST_DIR");
        let xtask = xtask.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        xtask.parent().map(Path::to_owned).unwrap_or(xtask)
    });
    &ROOT
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let environment = command.get_envs().filter_map(|(name, value)| {
        let (name, value) = (name.to_string_lossy(), value?);
        Some(format!("{name}={}", quoted(value)))
    });
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted);
    environment.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains(' ') { format!("'{word}'") } else { word.into_owned() }
}
