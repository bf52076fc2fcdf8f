//! Files with a desk.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

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

/// Replaces a file, or the one that a symbolic link leads to, and keeps its permissions. A crash
/// leaves the old or the new one, not a part.
pub(crate) fn save(path: &Path, document: &Value) -> Result<(), Failure> {
    replace(path, format!("{document:#}\n").as_bytes()).map_err(|error| Failure {
        code: SAVE,
        text: format!("cannot save {}: {error}", path.display()),
    })
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let target = resolve(path)?;
    let mut temporary = target.as_os_str().to_owned();
    temporary.push(format!(".{:x}.tmp", RandomState::new().hash_one(())));
    let write = || {
        let mut file = create(&temporary, &target)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&temporary, &target)
    };
    let written = write();
    if written.is_err() {
        // Fails if there is none.
        let _ = fs::remove_file(&temporary);
    }
    #[cfg(unix)]
    if let Some(folder) = target.parent().filter(|_| written.is_ok()) {
        // So that the new name outlives a crash of the machine; not all file systems can do it.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    written
}

/// Returns where a path leads, also if there is no file yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(Path::new(""));
            Ok(path.read_link().map_or_else(|_| path.to_owned(), |link| folder.join(link)))
        }
        found => found,
    }
}

/// Creates a file with the permissions of another one, if that exists.
fn create(path: &OsStr, like: &Path) -> io::Result<File> {
    let permissions = fs::metadata(like).ok().map(|file| file.permissions());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if permissions.is_some() {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let file = options.open(path)?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    Ok(file)
}
