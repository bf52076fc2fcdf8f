//! The program answers others while it is attacked. The figures of docs/sandbox.md are from here.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{Client, eventually};
use crate::memory::peak_of;
use crate::program::{Running, start};

/// How many requests are answered during each attack.
const REQUESTS: usize = 200;

/// Runs an attack on a new program until another client has got all its responses. `attack` gets the
/// address, and whether to stop.
fn attacked(name: &str, attack: impl FnOnce(&str, &AtomicBool) + Send) -> (Running, String) {
    let (running, url) = start(&["--quiet"], |command| command);
    let address = url.trim_start_matches("http://");
    let stop = AtomicBool::new(false);
    let mut times = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| attack(address, &stop));
        for _ in 0..REQUESTS {
            let start = Instant::now();
            // A connection that waits for its request may be the oldest of too many.
            let target = "/ticket?api_token=sandbox-token&ticket_id=4501";
            let response = loop {
                match Client::connect_to(&url).try_get(target) {
                    Ok(response) => break response,
                    Err(_) => assert!(start.elapsed() < Duration::from_secs(60), "{name}"),
                }
            };
            times.push(start.elapsed());
            assert_eq!(response.json()["ticket"]["id"], 4501, "{name}");
        }
        stop.store(true, Ordering::SeqCst);
    });
    let peak = peak_of(&running);
    times.sort_unstable();
    let (median, most) = (times[REQUESTS / 2], times[REQUESTS - 1]);
    // Not `eprintln!`: a figure, whether or not the output of tests is shown.
    let _ = writeln!(
        io::stderr(),
        "{name}: {REQUESTS} responses to others, median {median:.1?}, longest {most:.1?}; peak {peak} MB"
    );
    assert!(peak < 150, "{name}: {peak} MB");
    (running, url)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

#[test]
fn nobody() {
    attacked("no attack", |_, _| ());
}

#[test]
fn idle_connections() {
    attacked("2,000 idle connections", |address, stop| {
        let mut idle = VecDeque::new();
        for _ in 0..2_000 {
            idle.push_back(connect(address));
            // Some systems limit the open files to about a thousand. The sandbox has closed these.
            if idle.len() > 700 {
                idle.pop_front();
            }
        }
        while !stop.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    });
}

/// Slowloris: heads that never end.
#[test]
fn slow_heads() {
    attacked("400 connections that send a byte of their head every 50 ms", |address, stop| {
        let mut slow: Vec<_> = (0..400).map(|_| connect(address)).collect();
        for stream in &mut slow {
            let _ = stream.write_all(b"GET /ticket HTTP/1.1\r\nHost: h\r\nX: ");
        }
        while !stop.load(Ordering::SeqCst) {
            // The sandbox may have closed some.
            slow.retain_mut(|stream| stream.write_all(b"x").is_ok());
            thread::sleep(Duration::from_millis(50));
        }
    });
}

#[test]
fn huge_heads() {
    attacked("heads of 16 MB, one after the other on 8 connections", |address, stop| {
        let head = format!("GET /ticket HTTP/1.1\r\nHost: h\r\nX: {}", "x".repeat(16 << 20));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while !stop.load(Ordering::SeqCst) {
                        let mut stream = connect(address);
                        // Fails once the sandbox has closed the connection.
                        let _ = stream.write_all(head.as_bytes());
                        let mut response = [0; 12];
                        if stream.read_exact(&mut response).is_ok() {
                            assert_eq!(&response, b"HTTP/1.1 431");
                        }
                    }
                });
            }
        });
    });
}

/// Requests whose length two parsers understand differently, with another request hidden inside.
#[test]
fn smuggling() {
    const HIDDEN: &str = "POST /update/ticket?api_token=sandbox-token&ticket_id=4501&status=2 HTTP/1.1\r\n\
        Host: h\r\nContent-Length: 0\r\n\r\n";
    let length = HIDDEN.len();
    let framings = [
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n".to_owned(),
        format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n"),
        format!("Content-Length: 0, {length}\r\n\r\n"),
        "Content-Length: +0\r\n\r\n".to_owned(),
        "Content-Length: 0x0\r\n\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n\r\n".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\n0\n\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "Content-Length : 0\r\n\r\n".to_owned(),
        " Content-Length: 0\r\n\r\n".to_owned(),
    ];
    let (_running, url) = attacked("requests with two lengths", |address, stop| {
        for framing in framings.iter().cycle() {
            let mut stream = connect(address);
            let request = format!("POST /ticket HTTP/1.1\r\nHost: h\r\n{framing}{HIDDEN}");
            stream.write_all(request.as_bytes()).unwrap();
            let _ = stream.shutdown(Shutdown::Write);
            let mut responses = String::new();
            let _ = stream.read_to_string(&mut responses);
            // One response, after which the connection is closed.
            assert!(responses.starts_with("HTTP/1.1 400 "), "{framing:?}: {responses}");
            assert_eq!(responses.matches("HTTP/1.1").count(), 1, "{framing:?}: {responses}");
            if stop.load(Ordering::SeqCst) {
                return;
            }
        }
    });
    eventually(|| {
        let mut client = Client::connect_to(&url);
        let found = client.get("/sandbox/requests?operation=update_ticket").json();
        found["requests"].as_array().is_some_and(Vec::is_empty)
    });
}
