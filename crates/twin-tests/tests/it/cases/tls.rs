//! TLS with a certificate authority of our own.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use super::faults::{To, answer_early, large_file, table};
use super::sdk::{Builder, ErrorKind};
use super::support::{once, update};
use super::wait;
use super::wire::{Act, Seen, Server, serve};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is done to a connection.
type Treat = fn(&mut Stream<'_>, &Seen);

type Stream<'a> = StreamOwned<ServerConnection, &'a mut TcpStream>;

/// A certificate authority of our own, which browsers would not know.
struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut authority = CertificateParams::default();
        // A name of its own, or OpenSSL takes a server's certificate for one that signs itself.
        authority.distinguished_name.push(DnType::CommonName, "An authority");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = authority.self_signed(&key).expect("a certificate").pem();
        Self(Issuer::new(authority, key), root)
    }

    fn root(&self) -> String {
        self.1.clone()
    }

    /// A server with a certificate of this authority.
    fn server(&self, certificate: &CertificateParams) -> Server {
        self.serving(certificate, |stream, seen| serve(stream, seen))
    }

    fn serving(&self, certificate: &CertificateParams, treat: Treat) -> Server {
        let key = KeyPair::generate().expect("a key");
        let signed = certificate.signed_by(&key, &self.0).expect("a certificate");
        server(&signed, &key, treat)
    }
}

fn certificate(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).expect("a name")
}

fn self_signed() -> Server {
    let key = KeyPair::generate().expect("a key");
    server(
        &certificate("127.0.0.1").self_signed(&key).expect("a certificate"),
        &key,
        |stream, seen| serve(stream, seen),
    )
}

/// A server over TLS.
fn server(certificate: &Certificate, key: &KeyPair, treat: Treat) -> Server {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate and its key");
    let config = Arc::new(config);
    Server::serving(move |stream, seen| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a configuration");
        treat(&mut StreamOwned::new(connection, stream), seen);
    })
}

fn builder(url: &str) -> Builder {
    once("token").base_url(url).no_proxy()
}

#[test]
fn a_root_of_ones_own_is_trusted() {
    let authority = Authority::new();
    let server = authority.server(&certificate("127.0.0.1"));
    let builder = || builder(&server.url("https")).add_root_certificate(authority.root());
    let usedesk = builder().build().expect("valid");
    for _ in 0..3 {
        wait(usedesk.send(update())).expect("trusted");
    }
    assert!(CryptoProvider::get_default().is_none(), "nothing is set for the whole process");
    #[cfg(feature = "native-tls")]
    {
        let native = builder().use_native_tls().build();
        wait(native.expect("valid").send(update())).expect("trusted");
    }
}

/// Every fault of TLS, as in the table of the others.
#[test]
fn every_fault_of_tls() {
    use Act::{Flood, Say, Stall};

    let authority = Authority::new();
    let (mut expired, mut early) = (certificate("127.0.0.1"), certificate("127.0.0.1"));
    expired.not_after = rcgen::date_time_ymd(2024, 1, 1);
    early.not_before = rcgen::date_time_ymd(3024, 1, 1);
    let https = |server| To::Server("https", server);
    let plain = |acts: &[Act]| https(Server::start(acts.to_vec()));
    let page = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nNo";
    let trusted = || authority.server(&certificate("127.0.0.1"));
    let rows = || {
        vec![
            ("trusted", https(trusted())),
            ("self-signed", https(self_signed())),
            ("of another authority", https(Authority::new().server(&certificate("127.0.0.1")))),
            ("expired", https(authority.server(&expired))),
            ("not valid yet", https(authority.server(&early))),
            ("for another host", https(authority.server(&certificate("desk.example")))),
            ("the server has no TLS", plain(&[Say(page.to_vec())])),
            ("the server never answers", plain(&[Stall])),
            ("the server closes", plain(&[])),
            ("the server talks without end", plain(&[Flood])),
            ("the client has no TLS", To::Server("http", trusted())),
        ]
    };
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        // That it counts as connecting shows where only that has an end.
        let trusting = |builder: Builder| {
            let (limit, patience) = (Duration::from_secs(1), Duration::from_secs(60));
            let builder = builder.connect_timeout(limit).attempt_timeout(patience);
            builder.add_root_certificate(authority.root())
        };
        insta::assert_snapshot!("every_fault_of_tls", table(rows(), trusting));
        #[cfg(feature = "native-tls")]
        insta::assert_snapshot!("every_fault_of_tls", table(rows(), |builder| {
            trusting(builder).use_native_tls()
        }));
    });
}

#[test]
fn an_answer_to_the_half_of_a_request() {
    let authority = Authority::new();
    let server = authority.serving(&certificate("127.0.0.1"), |stream, _| {
        answer_early(stream, "429 Too Many\r\nRetry-After: 7").expect("it is connected");
    });
    let usedesk = builder(&server.url("https")).add_root_certificate(authority.root()).build();
    let error = wait(usedesk.expect("valid").send(large_file())).expect_err("refused");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::RateLimited, false), "{error}");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for pem in ["", "no certificate", begin] {
        let error = builder("https://desk.example").add_root_certificate(pem).build();
        assert_eq!(error.expect_err(pem).kind(), ErrorKind::Invalid);
    }
}
