//! A web site with one page.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// Serves the same page at each path. Its port is free again once this value is dropped.
pub(crate) struct Site {
    pub(crate) port: u16,
    stopped: Arc<AtomicBool>,
    requests: Arc<AtomicUsize>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    pub(crate) fn new(page: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let stopped = Arc::new(AtomicBool::new(false));
        let is_stopped = Arc::clone(&stopped);
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        let connections = Arc::new(Mutex::new(Vec::new()));
        let opened = Arc::clone(&connections);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                opened.lock().unwrap().extend(stream.try_clone());
                // A browser connects ahead and sends its request later, on any of its connections.
                let counter = Arc::clone(&counter);
                thread::spawn(move || respond(&stream, page, &counter));
            }
        });
        Self { port, stopped, requests, connections, thread: Some(thread) }
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        let _ = self.thread.take().map(JoinHandle::join);
        // A browser would send its next request over a connection that it opened ahead.
        for connection in self.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

fn respond(mut stream: &TcpStream, page: &str, counter: &AtomicUsize) {
    let head = BufReader::new(stream).lines().map_while(Result::ok);
    if head.take_while(|line| !line.is_empty()).count() > 0 {
        counter.fetch_add(1, Ordering::SeqCst);
        let length = page.len();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{page}"
        );
    }
}
