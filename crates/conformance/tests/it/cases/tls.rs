//! TLS with the tests' own certificate authority.

use std::net::TcpStream;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use crate::isolation;

use super::files::Folder;
use super::sdk::channels::ListChannels;
use super::sdk::{Builder, ErrorKind, RetryPolicy};
use super::support::{once, update};
use super::transport_errors::{To, large_file, respond_early, table};
use super::wait;
use super::wire::{Act, Seen, Server, serve};
use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is done to a connection.
type Treat = fn(&mut Stream<'_>, &Seen);

type Stream<'a> = StreamOwned<ServerConnection, &'a mut TcpStream>;

/// A certificate authority that no operating system trusts.
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

/// Setting TLS up anew for each connection would lose the session.
#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn a_new_connection_resumes_the_tls_session() {
    use std::io::Write;

    use super::wire::{BODY, read};
    use rustls::HandshakeKind;

    let authority = Authority::new();
    let server = authority.serving(&certificate("127.0.0.1"), |stream, seen| {
        if read(stream, seen).is_some() {
            let is_resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
            let status = if is_resumed { "200 OK" } else { "400 A full handshake" };
            let headers = "Connection: close\r\nContent-Length: 20";
            let _ = write!(stream, "HTTP/1.1 {status}\r\n{headers}\r\n\r\n{BODY}");
            let _ = stream.flush();
        }
    });
    let usedesk = builder(&server.url("https")).add_root_certificate(authority.root()).build();
    let usedesk = usedesk.expect("valid");
    wait(usedesk.send(update())).expect_err("a full handshake");
    wait(usedesk.send(update())).expect("the session was resumed");
}

/// Every error of TLS, like the table of transport errors.
#[test]
fn every_tls_error() {
    use Act::{Flood, Stall, Write};

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
            ("the server has no TLS", plain(&[Write(page.to_vec())])),
            ("the server closes", plain(&[])),
            ("the server writes without end", plain(&[Flood])),
            ("the client has no TLS", To::Server("http", trusted())),
        ]
    };
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        let table = |settings: fn(Builder) -> Builder| {
            let root = authority.root();
            let trusting = |builder: Builder, limit| {
                // That it counts as connecting shows where only that has an end.
                let builder = builder.connect_timeout(limit).attempt_timeout(Duration::from_secs(600));
                settings(builder.add_root_certificate(&*root))
            };
            // On a busy machine OpenSSL may take seconds to read its roots.
            let ended = table(rows(), |builder| trusting(builder, Duration::from_secs(50)));
            let stalled = vec![("the server never responds", plain(&[Stall]))];
            ended + &table(stalled, |builder| trusting(builder, Duration::from_secs(1)))
        };
        insta::assert_snapshot!("every_tls_error", table(|builder| builder));
        #[cfg(feature = "native-tls")]
        insta::assert_snapshot!("every_tls_error", table(Builder::use_native_tls));
    });
}

/// Whether it has a body or not.
#[test]
fn a_deadline_while_connecting_means_not_sent() {
    let server = Server::start(vec![Act::Stall]);
    let usedesk = builder(&server.url("https")).build().expect("valid");
    let usedesk = usedesk.with_deadline(Duration::from_millis(200));
    let errors = [
        wait(usedesk.send(update())).expect_err("no connection"),
        wait(usedesk.send(ListChannels::new())).expect_err("no connection"),
    ];
    for error in errors {
        assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
        assert!(error.to_string().contains("was not sent: no connection within"), "{error}");
    }
}

#[test]
fn a_response_to_a_part_of_a_request() {
    let authority = Authority::new();
    let server = authority.serving(&certificate("127.0.0.1"), |stream, _| {
        respond_early(stream, "429 Too Many\r\nRetry-After: 7").expect("it is connected");
    });
    let usedesk = builder(&server.url("https")).add_root_certificate(authority.root()).build();
    let error = wait(usedesk.expect("valid").send(large_file())).expect_err("rejected");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::RateLimited, false), "{error}");
}

/// A block of PEM around these bytes.
fn pem(bytes: &str) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{bytes}\n-----END CERTIFICATE-----\n")
}

#[test]
fn what_is_no_certificate_is_rejected() {
    let root = Authority::new().root();
    let lines: Vec<_> = root.lines().collect();
    // The first half of the certificate, in whole lines.
    let half = pem(&lines[1..lines.len() / 2].join("\n"));
    let key = KeyPair::generate().expect("a key").serialize_pem();
    for text in [
        String::new(),
        "no certificate".into(),
        "-----BEGIN CERTIFICATE-----\n".into(),
        pem(""),
        pem("AAECAwQFBgcICQ=="),
        pem("not base64"),
        half.clone(),
        format!("{root}{half}"),
        format!("{half}{root}"),
        key.replace("PRIVATE KEY", "CERTIFICATE"),
        key.clone(),
    ] {
        let builder = || builder("https://desk.example").add_root_certificate(&*text);
        #[cfg(feature = "native-tls")]
        assert!(builder().use_native_tls().build().is_err(), "{text}");
        let error = builder().build().expect_err(&text);
        let violations = error.violations().expect("an invalid setting");
        assert_eq!(violations.len(), 1, "{error}");
        let found =
            format!("found {} bytes without a certificate or with an invalid one", text.len());
        assert!(error.to_string().ends_with(&found), "{error}");
    }
    // Other blocks do no harm.
    assert!(
        builder("https://desk.example")
            .add_root_certificate(format!("{key}{root}"))
            .build()
            .is_ok()
    );
}

/// Builds and sends with these files as the operating system's roots and as an added one.
fn child(server: &Server, system: &Path, added: Option<&Path>) -> Output {
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (url, system, added) = (server.url("https"), path(system), added.map(path));
    let mut variables = vec![
        ("USEDESK_API_TOKEN", "token"),
        ("USEDESK_BASE_URL", &url),
        ("SSL_CERT_FILE", &system),
        ("SSL_CERT_DIR", ""),
    ];
    variables.extend(added.as_deref().map(|path| ("ADDED_ROOT", path)));
    isolation::run(module_path!(), "send_with_these_roots", &variables)
}

#[test]
#[ignore = "runs in a process of its own, started by the test below"]
fn send_with_these_roots() {
    let mut builder = Builder::from_env().unwrap().retry_policy(RetryPolicy::none());
    if let Ok(path) = env::var("ADDED_ROOT") {
        builder = builder.add_root_certificate(fs::read(path).unwrap());
    }
    wait(builder.build().unwrap().send(update())).unwrap();
}

#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc"))]
fn what_the_operating_system_has_is_used_as_far_as_it_can_be_read() {
    let authority = Authority::new();
    let folder = Folder::new("roots");
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("writable");
        path
    };
    let (root, garbage) = (authority.root(), pem("AAECAwQFBgcICQ=="));
    let good = file("good.pem", root.clone());
    let bad = file("bad.pem", garbage.clone());
    let mixed = file("mixed.pem", format!("{garbage}{root}{garbage}"));
    let missing = folder.path().join("missing.pem");
    let server = authority.server(&certificate("127.0.0.1"));
    for (system, added) in
        [(&good, None), (&mixed, None), (&bad, Some(&*good)), (&missing, Some(&*good))]
    {
        let output = child(&server, system, added);
        assert!(output.status.success(), "{system:?} {output:?}");
    }
    assert_eq!(server.seen(), (4, 0));
    for (system, reason) in [
        (&bad, "no valid one among 1 of SSL_CERT_FILE and SSL_CERT_DIR []"),
        (&missing, "No such file"),
    ] {
        let output = child(&server, system, None);
        assert!(!output.status.success());
        let stderr = String::from_utf8_lossy(&output.stderr);
        let rule = "root_certificates must be provided by the operating system or be added, found";
        assert!(stderr.contains(rule) && stderr.contains(reason), "{stderr}");
    }
}
