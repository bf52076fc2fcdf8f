//! A Redis server of a test.

use std::env;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{fs, process};

use crate::until;

/// A running Redis server without persistence. It is killed when this value is dropped.
pub struct RedisServer {
    server: Option<Child>,
    port: u16,
    options: Vec<String>,
    folder: PathBuf,
}

impl RedisServer {
    /// Starts a server on a free port, or reports that `test` is skipped because `redis-server` is
    /// missing. In CI it panics instead.
    ///
    /// # Panics
    ///
    /// Panics when the server does not start, and in CI when it is missing.
    #[must_use]
    pub fn start(test: &str, options: &[&str]) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let version = Command::new("redis-server").arg("--version").output();
        if version.is_err() {
            php_oracle::skip_unless_ci(test, "redis-server");
            return None;
        }
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("usedesk-redis-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        drop(listener);
        let options = options.iter().map(|&option| option.to_owned()).collect();
        let mut redis = Self { server: None, port, options, folder };
        redis.restart();
        Some(redis)
    }

    /// The URL of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills the server, which loses its data.
    ///
    /// # Panics
    ///
    /// Panics when it cannot be killed.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().expect("it runs");
            server.wait().expect("it ends");
        }
    }

    /// Starts the server on the same port again, after it was killed.
    ///
    /// # Panics
    ///
    /// Panics when it does not start within a minute.
    pub fn restart(&mut self) {
        self.kill();
        let server = Command::new("redis-server")
            .args(["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"])
            .arg("--dir")
            .arg(&self.folder)
            .arg("--port")
            .arg(self.port.to_string())
            .args(&self.options)
            .stdout(Stdio::null())
            .spawn();
        self.server = Some(server.expect("redis-server runs"));
        let port = self.port;
        until("redis-server replies", || replies(port));
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether the server replies to a `PING`, be it that it asks for a password.
fn replies(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let mut reply = [0];
    let timeout = Some(Duration::from_secs(10));
    stream.set_read_timeout(timeout).is_ok()
        && stream.write_all(b"PING\r\n").is_ok()
        && stream.read_exact(&mut reply).is_ok()
        && matches!(reply, [b'+' | b'-'])
}
