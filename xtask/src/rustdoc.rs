//! A rustdoc that accepts unstable features even if it is a stable one, for the badges of features
//! and for JSON.
//!
//! cargo runs this program as its rustdoc, which runs the real one with `RUSTC_BOOTSTRAP`. Were
//! that variable set for cargo, build scripts would see it, too, and all dependencies would be built
//! again, with unstable features.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::Result;

/// Set where this program is to be rustdoc.
const MARK: &str = "USEDESK_XTASK_AS_RUSTDOC";

/// Lets the rustdoc of this cargo command use unstable features.
pub(crate) fn unstable(cargo: &mut Command) -> Result<&mut Command> {
    Ok(cargo.env("RUSTDOC", env::current_exe()?).env(MARK, "1"))
}

/// Runs the real rustdoc if cargo started this program as its rustdoc.
pub(crate) fn stand_in() -> Option<ExitCode> {
    env::var_os(MARK)?;
    let mut rustdoc = Command::new("rustdoc");
    let status = rustdoc.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    Some(if status.is_ok_and(|status| status.success()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
