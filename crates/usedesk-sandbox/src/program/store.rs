//! Files with a desk.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, SAVE, SEED};
use crate::options::Options;

/// Returns the document with the desk at the start and its file: the state if there is one, otherwise
/// the seed. `None` means the demo desk.
pub(crate) fn document(options: &Options) -> Result<Option<(&Path, Value)>, Failure> {
    if let Some(path) = &options.state
        && let Some(document) = load(path)?
    {
        return Ok(Some((path, document)));
    }
    let Some(path) = &options.seed else { return Ok(None) };
    let missing = || Failure { code: SEED, text: format!("there is no {}", path.display()) };
    Ok(Some((path, load(path)?.ok_or_else(missing)?)))
}

/// Reads a file; `None` if it does not exist.
fn load(path: &Path) -> Result<Option<Value>, Failure> {
    let failure = |text: &dyn std::fmt::Display| Failure {
        code: SEED,
        text: format!("cannot read {}: {text}", path.display()),
    };
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| failure(&error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failure(&error)),
    }
}

/// Replaces a file. A crash leaves the old or the new one, not a part.
pub(crate) fn save(path: &Path, document: &Value) -> Result<(), Failure> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(format!("{document:#}\n").as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|error| Failure {
        code: SAVE,
        text: format!("cannot save {}: {error}", path.display()),
    })
}
