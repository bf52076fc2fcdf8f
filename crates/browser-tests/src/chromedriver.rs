//! The program that controls browsers.

use std::io::{self, BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};
use std::thread;

/// How often it is started until it listens.
const ATTEMPTS: usize = 5;

/// A running chromedriver. It is stopped when this value is dropped.
pub(crate) struct Chromedriver {
    process: Child,
    pub(crate) url: String,
}

impl Chromedriver {
    /// Starts chromedriver on a free port; `None` if the program is missing.
    pub(crate) fn start() -> Option<Self> {
        for _ in 0..ATTEMPTS {
            let mut driver = Self::spawn()?;
            let output = driver.process.stdout.take().expect("its output is piped");
            let mut output = BufReader::new(output);
            // It ends if the port that is free for one version of IP is not for the other.
            if let Some(port) = read_port(&mut output) {
                driver.url = format!("http://127.0.0.1:{port}");
                // It would block on a full pipe.
                thread::spawn(move || io::copy(&mut output, &mut io::sink()));
                return Some(driver);
            }
        }
        panic!("chromedriver ended at once, {ATTEMPTS} times");
    }

    fn spawn() -> Option<Self> {
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        match spawned {
            Ok(process) => Some(Self { process, url: String::new() }),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => panic!("chromedriver does not start: {error}"),
        }
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads the port: `ChromeDriver was started successfully on port 38217.`
fn read_port(output: &mut impl BufRead) -> Option<u16> {
    output.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })
}
