//! `cargo xtask release --dry-run VERSION`: all that can be checked before the crates are published.
//! Nothing is uploaded.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::sh;
use crate::workspace::{Package, Workspace};
use crate::{package, public_api};

/// Where the maintainer has not filled in an address.
const PLACEHOLDER: &str = "example.invalid";

/// The crate whose program the README begins with.
const STARTED_WITH: &str = "usedesk-blocking";

pub(crate) fn with(options: &str) -> Result<()> {
    let Some(version) = options.strip_prefix("--dry-run ").map(str::trim) else {
        bail!("only `release --dry-run VERSION`; CONTRIBUTING.md describes how to publish")
    };
    let workspace = Workspace::load()?;
    let order = order(&workspace);
    let mut problems = problems(&workspace, version)?;
    let packed = || {
        package::package()?;
        let packed = unpack(&workspace, &order)?;
        run_the_program_of_the_readme(&packed, &order)
    };
    // All of them are reported together: each run takes minutes.
    let errors = [public_api::check(), packed()].into_iter().filter_map(Result::err);
    problems.extend(errors.map(|error| format!("{error:#}")));
    ensure!(problems.is_empty(), "not ready for {version}:\n  {}", problems.join("\n  "));
    println!("\n{version} is ready. Publish in this order:");
    for package in order {
        println!("  cargo publish -p {}", package.name);
    }
    Ok(())
}

/// `cargo xtask release --dry-run` alone.
pub(crate) fn without_version() -> Result<()> {
    bail!("release --dry-run VERSION")
}

/// What the files say that does not fit the release.
fn problems(workspace: &Workspace, version: &str) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let (changed, _) = sh::silently(sh::program("git").args(["status", "--porcelain"]))?;
    if !changed.is_empty() {
        problems.push(format!("files that are not committed:\n{changed}"));
    }
    let changelog = fs::read_to_string(sh::root().join("CHANGELOG.md"))?;
    problems.extend(changelog_problem(&changelog, version));
    for package in workspace.published() {
        let Package { name, version: own, dependencies, .. } = package;
        if own != version {
            problems.push(format!("{name} has the version {own}"));
        }
        let is_published = |name: &str| workspace.published().any(|other| other.name == name);
        for requirement in dependencies.iter().filter(|it| it.kind.is_none()) {
            let exact = format!("={version}");
            if is_published(&requirement.name) && requirement.req != exact {
                let found = &requirement.req;
                problems.push(format!("{name} requires {} {found}, not {exact}", requirement.name));
            }
        }
        for (what, value) in [("repository", &package.repository), ("homepage", &package.homepage)]
        {
            if value.as_ref().is_none_or(|value| value.contains(PLACEHOLDER)) {
                problems.push(format!("{name} has no `{what}`: set it in the root's Cargo.toml"));
            }
        }
    }
    Ok(problems)
}

/// The version needs a section with a date, and nothing may be left above it.
fn changelog_problem(changelog: &str, version: &str) -> Option<String> {
    let (unreleased, released): (Vec<_>, Vec<_>) =
        changelog.split("\n## ").skip(1).partition(|section| section.starts_with("[Unreleased]"));
    if unreleased.iter().any(|section| section.lines().skip(1).any(|line| !line.trim().is_empty()))
    {
        return Some("CHANGELOG.md has entries below `[Unreleased]`".to_owned());
    }
    let first = released.first().and_then(|section| section.lines().next()).unwrap_or_default();
    let expected = format!("[{version}] - 20");
    (!first.starts_with(&expected))
        .then(|| format!("CHANGELOG.md has no section `## [{version}] - YYYY-MM-DD` at the top"))
}

/// The published packages, each after those that it requires.
fn order(workspace: &Workspace) -> Vec<&Package> {
    let mut left: Vec<_> = workspace.published().collect();
    let mut order: Vec<&Package> = Vec::new();
    while !left.is_empty() {
        let is_waiting = |package: &Package| {
            let requires = |name: &str| {
                let mut own = package.dependencies.iter().filter(|it| it.kind.is_none());
                own.any(|requirement| requirement.name == name)
            };
            left.iter().any(|other| other.name != package.name && requires(&other.name))
        };
        let (waiting, ready): (Vec<_>, Vec<_>) =
            left.iter().copied().partition(|package| is_waiting(package));
        if ready.is_empty() {
            // Cargo rejects cycles, so this is not reached.
            break;
        }
        order.extend(ready);
        left = waiting;
    }
    order
}

/// Unpacks what `cargo package` wrote into a folder of its own.
fn unpack(workspace: &Workspace, packages: &[&Package]) -> Result<PathBuf> {
    let target = Path::new(&workspace.target_directory);
    let folder = target.join("release-check");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for Package { name, version, .. } in packages {
        let file = target.join(format!("package/{name}-{version}.crate"));
        let mut tar = sh::program("tar");
        sh::run(tar.args(["-x", "-z", "-f"]).arg(file).arg("-C").arg(&folder))?;
    }
    Ok(folder)
}

/// Builds a program with nothing but the packed crates, and runs it against the packed sandbox.
fn run_the_program_of_the_readme(packed: &Path, packages: &[&Package]) -> Result<()> {
    let program = packed.join("program");
    fs::create_dir_all(program.join("src"))?;
    let readme = fs::read_to_string(sh::root().join("README.md"))?;
    let source = readme.split("```").find(|block| {
        block.starts_with("rust")
            && block.contains("fn main()")
            && block.contains("usedesk_blocking")
    });
    let source = source.and_then(|block| Some(block.split_once('\n')?.1));
    fs::write(program.join("src/main.rs"), source.context("README.md has no program")?)?;
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{STARTED_WITH} = \"*\"\n"
    );
    fs::write(program.join("Cargo.toml"), manifest)?;
    let mut root = String::from(
        "[workspace]\nresolver = \"3\"\nmembers = [\"program\", \"usedesk-*\"]\n\n[patch.crates-io]\n",
    );
    for Package { name, version, .. } in packages {
        writeln!(root, "{name} = {{ path = \"{name}-{version}\" }}")?;
    }
    fs::write(packed.join("Cargo.toml"), root)?;
    fs::copy(sh::root().join("Cargo.lock"), packed.join("Cargo.lock"))?;

    let manifest = packed.join("Cargo.toml");
    let build = format!(
        "build --workspace --features usedesk-sandbox/program --manifest-path {}",
        manifest.display()
    );
    let mut programs = sh::executables(&build)?;
    let sandbox = programs.remove("usedesk-sandbox").context("no sandbox was built")?;
    let (mut sandbox, url) = start(&sandbox)?;
    let mut run = sh::program(programs.remove("program").context("no program was built")?);
    let run = run.env("USEDESK_API_TOKEN", "sandbox-token").env("USEDESK_BASE_URL", url);
    let result = sh::run(run);
    sandbox.kill()?;
    sandbox.wait()?;
    result.context("the program of the README")
}

/// Starts the sandbox and returns its URL, which it prints.
fn start(sandbox: &Path) -> Result<(Child, String)> {
    let mut child = sh::program(sandbox).args(["--port", "0"]).stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("no standard output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        if let Some((_, rest)) = line.split_once("http://") {
            let address = rest.split([' ', '/', ',']).next().unwrap_or_default();
            return Ok((child, format!("http://{address}")));
        }
    }
    bail!("the sandbox does not start")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_a_section_in_the_changelog() {
        let problem = |changelog: &str| changelog_problem(changelog, "0.2.0");
        assert_eq!(problem("# C\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n- Added"), None);
        assert_eq!(problem("# C\n\n## [0.2.0] - 2026-12-01\n\n## [0.1.0] - 2026-11-01\n"), None);
        for wrong in [
            "# C\n",
            "# C\n\n## [Unreleased]\n\n- Added\n\n## [0.2.0] - 2026-12-01\n",
            "# C\n\n## [0.2.0]\n",
            "# C\n\n## [0.1.0] - 2026-11-01\n\n## [0.2.0] - 2026-12-01\n",
        ] {
            assert!(problem(wrong).is_some(), "{wrong}");
        }
    }
}
