//! Why the program ends with an error, and its exit code.

use std::io;
use std::path::Path;

use usedesk_sandbox::StartError;

/// Not all events succeeded.
pub(crate) const FAILED: u8 = 1;
/// The options are invalid.
pub(crate) const USAGE: u8 = 2;
/// The sandbox cannot listen.
pub(crate) const LISTEN: u8 = 3;
/// A seed or state file cannot be read or is invalid.
pub(crate) const SEED: u8 = 4;
/// The state file cannot be written.
pub(crate) const SAVE: u8 = 5;
/// The certificate authority cannot be used.
pub(crate) const TLS: u8 = 6;

/// Why the program ends with an error.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) text: String,
}

impl Failure {
    /// Returns why a sandbox with a desk of this file did not start; `None` if that has nothing to do
    /// with its desk and its certificate.
    pub(crate) fn of_start(error: &io::Error, desk: Option<&Path>) -> Option<Self> {
        match (error.get_ref()?.downcast_ref()?, desk) {
            (StartError::Seed(text), Some(path)) => {
                Some(Self { code: SEED, text: format!("cannot read {}: {text}", path.display()) })
            }
            (StartError::Tls(text), _) => {
                Some(Self { code: TLS, text: format!("cannot make a certificate: {text}") })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No option has a name that leads to it: `--host-name` takes only those that a certificate can have.
    #[test]
    fn exit_codes_of_a_start() {
        let of = |error: StartError, desk: Option<&str>| {
            Failure::of_start(&error.into(), desk.map(Path::new))
        };
        let failure = of(StartError::Tls("no name".to_owned()), None);
        assert_eq!(
            failure.map(|it| (it.code, it.text)),
            Some((6, "cannot make a certificate: no name".to_owned()))
        );
        let failure = of(StartError::Seed("no desk".to_owned()), Some("desk.json"));
        assert_eq!(
            failure.map(|it| (it.code, it.text)),
            Some((4, "cannot read desk.json: no desk".to_owned()))
        );
        let taken = io::Error::from(io::ErrorKind::AddrInUse);
        assert!(Failure::of_start(&taken, None).is_none());
    }
}
