//! External programs, which may be missing.

use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) const CURL: Program = Program {
    name: "sh",
    needs: "sh with curl and jq (curl, jq)",
    probe: &["-c", "curl --version && jq --version"],
    options: &["-e"],
    language: "sh",
    file: "program.sh",
};

pub(crate) const PHP: Program = Program {
    name: "php",
    needs: "php with its extension curl (php-cli, php-curl)",
    probe: &["-r", "exit(extension_loaded('curl') ? 0 : 1);"],
    // Print warnings, which fail the test.
    options: &["-d", "display_errors=1", "-d", "error_reporting=-1"],
    language: "php",
    file: "program.php",
};

pub(crate) const PYTHON: Program = Program {
    name: "python3",
    needs: "python3 with requests (python3-requests)",
    probe: &["-c", "import requests"],
    options: &[],
    language: "python",
    file: "program.py",
};

pub(crate) const NODE: Program = Program {
    name: "node",
    needs: "node 18 or later (nodejs)",
    probe: &["-e", "fetch"],
    options: &[],
    language: "js",
    file: "program.mjs",
};

#[cfg(all(feature = "program", target_os = "linux"))]
pub(crate) const GO: Program = Program {
    name: "go",
    needs: "go 1.19 or later (golang-go)",
    probe: &["version"],
    options: &["run"],
    language: "go",
    file: "script.go",
};

pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// What is needed, with its Debian packages, for the message that it is missing.
    needs: &'static str,
    /// Arguments that succeed if everything the tests need is installed.
    probe: &'static [&'static str],
    /// Arguments before all others.
    pub(crate) options: &'static [&'static str],
    /// The name of the language, as in the guide's code fences.
    pub(crate) language: &'static str,
    /// The file name of its script.
    pub(crate) file: &'static str,
}

impl Program {
    /// Whether the program is missing; reports the skipped test.
    pub(crate) fn is_missing(&self) -> bool {
        let probed = Command::new(self.name).args(self.probe).stdin(Stdio::null()).output();
        if probed.is_ok_and(|output| output.status.success()) {
            return false;
        }
        let test = format!("sandbox-in-{}", self.language);
        php_oracle::skip_unless_ci(&test, self.needs);
        true
    }

    /// Runs it in a folder, which must succeed, and returns its output.
    pub(super) fn run(&self, folder: &Path, arguments: &[&str]) -> String {
        let mut command = Command::new(self.name);
        command.args(self.options).args(arguments).current_dir(folder).stdin(Stdio::null());
        // A proxy of the environment cannot reach this machine.
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        let output = command.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {}\n{printed}\n{complaints}", output.status);
        printed.into_owned()
    }
}
