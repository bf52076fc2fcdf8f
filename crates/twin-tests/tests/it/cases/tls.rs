//! TLS with a certificate authority of our own, and through a proxy.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::sdk::{Builder, ErrorKind};
use super::support::{once, update};
use super::wait;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Serves one success after another over TLS; gives the URL and the authority's certificate.
fn server(name: &str) -> (String, String) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::default();
    // A name of its own, or OpenSSL takes the server's certificate for one that signs itself.
    authority.distinguished_name.push(DnType::CommonName, "An authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = authority.self_signed(&authority_key).expect("a certificate").pem();
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .expect("a certificate and its key");
    let config = Arc::new(config);

    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || serve(stream, config));
        }
    });
    (url, root)
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>) {
    let connection = ServerConnection::new(config).expect("a configuration");
    let mut stream = StreamOwned::new(connection, stream);
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        request.extend_from_slice(&buffer[..length]);
        if request.ends_with(b"&subject=Letter") {
            request.clear();
            let body = r#"{"status":"success"}"#;
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
        }
    }
}

fn builder(url: &str) -> Builder {
    once("token").base_url(url).no_proxy()
}

#[test]
fn a_root_of_ones_own_is_trusted() {
    let (url, root) = server("127.0.0.1");
    let usedesk = builder(&url).add_root_certificate(root.clone()).build().expect("valid");
    for _ in 0..3 {
        wait(usedesk.send(update())).expect("trusted");
    }
    assert!(CryptoProvider::get_default().is_none(), "nothing is set for the whole process");
    #[cfg(feature = "native-tls")]
    {
        let native = builder(&url).add_root_certificate(root).use_native_tls().build();
        wait(native.expect("valid").send(update())).expect("trusted");
    }
}

#[test]
fn a_stranger_is_not_trusted_and_gets_nothing() {
    let (url, _) = server("127.0.0.1");
    let error = wait(builder(&url).build().expect("valid").send(update())).expect_err("a stranger");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, false), "{error}");
}

#[test]
fn another_host_is_not_trusted() {
    let (url, root) = server("desk.example");
    let usedesk = builder(&url).add_root_certificate(root).build().expect("valid");
    let error = wait(usedesk.send(update())).expect_err("another name");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, false), "{error}");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let begin = "-----BEGIN CERTIFICATE-----\n";
    for pem in ["", "no certificate", begin] {
        let error = builder("https://desk.example").add_root_certificate(pem).build();
        assert_eq!(error.expect_err(pem).kind(), ErrorKind::Invalid);
    }
}

#[test]
fn a_proxy_gets_the_connection() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", proxy.local_addr().expect("bound"));
    let asked = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().expect("a connection");
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).expect("a request line");
        stream.write_all(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n").expect("sent");
        line
    });
    let usedesk = once("token").base_url("https://desk.invalid").proxy(url);
    let error = wait(usedesk.build().expect("valid").send(update())).expect_err("refused");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, false), "{error}");
    let line = asked.join().expect("a line");
    assert!(line.starts_with("CONNECT desk.invalid:443 "), "{line}");
}
