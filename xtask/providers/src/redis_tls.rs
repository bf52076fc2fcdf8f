//! A slot of a rate limiter in a Redis that is reached over TLS.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, process, thread};

use usedesk_async::shared_limit::{
    SharedLimit, SharedRateLimiter, SlotKind, SlotLimit, SlotReply, SlotRequest,
};
use usedesk_redis::RateLimit;

/// Reserves a slot, by the library that the features choose.
pub(crate) fn reserve() {
    let redis = Redis::start();
    let mut request = SlotRequest::new(SlotKind::FirstAttempt, SlotLimit::new(1, 1));
    request.timeout = Duration::from_secs(10);
    // It may not listen yet.
    for _ in 0..100 {
        match redis.ask(request) {
            Ok(_) => return,
            Err(error) if error.to_string().contains("panicked") => panic!("{error}"),
            Err(error) => eprintln!("{error}"),
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("no slot");
}

struct Redis {
    server: Child,
    folder: PathBuf,
    port: u16,
    root: String,
}

impl Redis {
    fn start() -> Self {
        let folder = env::temp_dir().join(format!("usedesk-providers-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let certified = certified.expect("a certificate");
        let root = certified.cert.pem();
        fs::write(folder.join("cert.pem"), &root).expect("written");
        fs::write(folder.join("key.pem"), certified.signing_key.serialize_pem()).expect("written");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let server = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--tls-auth-clients", "no"])
            .args(["--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem"])
            .args(["--tls-ca-cert-file", "cert.pem", "--tls-port", &port.to_string()])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server starts");
        Self { server, folder, port, root }
    }

    #[cfg(not(feature = "redis-own-rustls"))]
    fn ask(&self, request: SlotRequest) -> SlotReply {
        use redis::{Client, TlsCertificates};

        let url = format!("rediss://localhost:{}/", self.port);
        let root_cert = Some(self.root.clone().into_bytes());
        let certificates = TlsCertificates { client_tls: None, root_cert };
        let client = Client::build_with_tls(url, certificates).expect("valid");
        let limit = SharedLimit::new(RateLimit::steady());
        usedesk_redis::blocking::RedisRateLimiter::new(client, "key", limit).reserve(request)
    }

    /// As the documentation of `usedesk-redis` describes: the provider is chosen here.
    #[cfg(feature = "redis-own-rustls")]
    fn ask(&self, request: SlotRequest) -> SlotReply {
        use std::sync::Arc;

        use redis::aio::MultiplexedConnection;
        use redis::{AsyncConnectionConfig, RedisConnectionInfo};
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        use tokio_rustls::TlsConnector;

        let mut roots = rustls::RootCertStore::empty();
        let root = CertificateDer::from_pem_slice(self.root.as_bytes()).expect("a certificate");
        roots.add(root).expect("valid");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(tls));
        let port = self.port;
        let connect = move |_| {
            let connector = connector.clone();
            async move {
                let tcp = tokio::net::TcpStream::connect(("localhost", port)).await?;
                let name = "localhost".try_into().expect("a name");
                let stream = connector.connect(name, tcp).await?;
                let (info, config) = (RedisConnectionInfo::default(), AsyncConnectionConfig::new());
                let connection = MultiplexedConnection::new_with_config(&info, stream, config);
                let (connection, driver) = connection.await?;
                tokio::spawn(driver);
                Ok(connection)
            }
        };
        let limit = SharedLimit::new(RateLimit::steady());
        let limiter = usedesk_redis::aio::RedisRateLimiter::with_connect(connect, "key", limit);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(limiter.reserve(request))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
