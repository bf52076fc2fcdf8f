//! TLS with a certificate authority that is kept in a folder, so that clients trust it once.

use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca-key.pem";
/// How long an authority is valid, in years.
const YEARS: i32 = 10;

/// A certificate authority.
#[derive(Clone)]
pub(crate) struct Authority {
    /// The file with its certificate.
    pub(crate) certificate: PathBuf,
    key: Arc<KeyPair>,
}

impl Authority {
    /// Opens the authority in a folder, or creates it.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (certificate, key_file) = (folder.join(CERTIFICATE), folder.join(KEY));
        if !key_file.exists() {
            let key = KeyPair::generate().map_err(io::Error::other)?;
            create(&key_file, &key.serialize_pem(), 0o600)?;
        }
        #[cfg(unix)]
        make_private(&key_file)?;
        let pem = fs::read_to_string(&key_file)?;
        let key = KeyPair::from_pem(&pem).map_err(|error| invalid(&key_file, &error))?;
        if !certificate.exists() {
            let made = parameters().self_signed(&key).map_err(io::Error::other)?;
            create(&certificate, &made.pem(), 0o644)?;
        }
        let pem = fs::read(&certificate)?;
        let der =
            CertificateDer::from_pem_slice(&pem).map_err(|error| invalid(&certificate, &error))?;
        // Fails if the key is that of another certificate.
        let key_der = PrivatePkcs8KeyDer::from(key.serialize_der());
        CertifiedKey::from_der(vec![der], key_der.into(), &ring::default_provider())
            .map_err(|error| invalid(&certificate, &error))?;
        let certificate = certificate.canonicalize()?;
        Ok(Self { certificate, key: Arc::new(key) })
    }

    /// Makes a certificate for these names and addresses.
    pub(crate) fn serve(&self, names: Vec<String>) -> io::Result<Arc<ServerConfig>> {
        let invalid = |error| io::Error::new(ErrorKind::InvalidInput, error);
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut wanted = CertificateParams::new(names).map_err(invalid)?;
        wanted.distinguished_name.push(DnType::CommonName, "Usedesk sandbox");
        wanted.use_authority_key_identifier_extension = true;
        wanted.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        wanted.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Apple's clients accept no certificate for more than 825 days.
        wanted.not_before = date_time_ymd(this_year(), 1, 1);
        wanted.not_after = date_time_ymd(this_year() + 2, 1, 1);
        let issuer = Issuer::new(parameters(), &*self.key);
        let certificate = wanted.signed_by(&key, &issuer).map_err(invalid)?;
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(io::Error::other)?;
        Ok(Arc::new(config))
    }
}

fn invalid(path: &Path, error: &dyn Display) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("{}: {error}", path.display()))
}

/// Lets only the owner read and write a file.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let mode = fs::metadata(path)?.permissions().mode();
    let of_others = mode & 0o077;
    if of_others == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

/// Returns what the certificate of every authority has.
fn parameters() -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let name = "Usedesk sandbox (for tests on this machine)";
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.not_before = date_time_ymd(this_year(), 1, 1);
    parameters.not_after = date_time_ymd(this_year() + YEARS, 1, 1);
    parameters
}

fn this_year() -> i32 {
    TimeZone::UTC.to_datetime(Timestamp::now()).year().into()
}

/// Creates a file with these permissions, unless another program has just created it.
#[cfg_attr(not(unix), expect(unused_variables, reason = "there are no such permissions"))]
fn create(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{:x}", RandomState::new().hash_one(())));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file: File = options.open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // Never replaces a file.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// Returns the names and addresses of this machine, with further ones.
pub(crate) fn names(bound: IpAddr, host_names: &[String]) -> Vec<String> {
    let mut names: Vec<_> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    if !bound.is_loopback() && !bound.is_unspecified() {
        names.push(bound.to_string());
    }
    names.extend(host_names.iter().cloned());
    names
}
