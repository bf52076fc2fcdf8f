//! Name lookups that a call can leave behind.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

/// A resolver with at most one thread for each host.
///
/// A lookup that the operating system does not return from cannot be ended. In tokio's threads for
/// blocking work, where reqwest's own resolver makes them, each call would leave one behind, and
/// the runtime waits for all of them when it is dropped.
pub(crate) struct Lookups {
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
    /// The latest lookup of each host: the API's, and a proxy's.
    latest: Mutex<HashMap<String, watch::Receiver<Option<Found>>>>,
}

type Found = Result<Vec<SocketAddr>, Arc<io::Error>>;

impl Lookups {
    pub(crate) fn new() -> Self {
        // Whoever connects sets the port.
        Self::with(|host| Ok((host, 0).to_socket_addrs()?.collect()))
    }

    fn with(look_up: fn(&str) -> io::Result<Vec<SocketAddr>>) -> Self {
        Self { look_up, latest: Mutex::default() }
    }

    /// The lookup that is running, or a new one.
    fn join(&self, host: &str) -> io::Result<watch::Receiver<Option<Found>>> {
        // Nothing that holds the lock leaves the map half changed.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        // Its thread holds the sender until it ends.
        if let Some(running) = latest.get(host).filter(|lookup| lookup.has_changed().is_ok()) {
            return Ok(running.clone());
        }
        let (sender, receiver) = watch::channel(None);
        let (look_up, name) = (self.look_up, host.to_owned());
        thread::Builder::new().name("usedesk-lookup".into()).spawn(move || {
            sender.send_replace(Some(look_up(&name).map_err(Arc::new)));
        })?;
        latest.insert(host.to_owned(), receiver.clone());
        Ok(receiver)
    }
}

impl Resolve for Lookups {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.join(name.as_str());
        Box::pin(async move {
            let mut lookup = lookup?;
            let found = lookup.wait_for(Option::is_some).await?.clone();
            let addresses = found.unwrap_or_else(|| Ok(Vec::new()))?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Condvar;
    use std::sync::atomic::{AtomicU16, Ordering};
    use std::time::Duration;

    use super::*;

    /// Long enough for any machine.
    const WATCHDOG: Duration = Duration::from_secs(60);

    async fn resolve(lookups: &Lookups, host: &str) -> Result<u16, String> {
        let resolving = lookups.resolve(host.parse().unwrap());
        let found = tokio::time::timeout(WATCHDOG, resolving).await.expect("it ends");
        found.map(|mut found| found.next().unwrap().port()).map_err(|error| error.to_string())
    }

    /// Gives up after a moment.
    async fn drop_lookup(lookups: &Lookups, host: &str) {
        let limit = Duration::from_millis(5);
        let resolving = lookups.resolve(host.parse().unwrap());
        assert!(tokio::time::timeout(limit, resolving).await.is_err(), "it is hanging");
    }

    fn address(port: u16) -> Vec<SocketAddr> {
        vec![(Ipv4Addr::LOCALHOST, port).into()]
    }

    #[test]
    fn a_lookup_that_hangs_has_one_thread_however_many_call_and_holds_up_nobody() {
        static COUNT: AtomicU16 = AtomicU16::new(0);
        static HANGS: Mutex<bool> = Mutex::new(true);
        static RELEASED: Condvar = Condvar::new();

        let lookups = Lookups::with(|host| {
            let count = COUNT.fetch_add(1, Ordering::SeqCst);
            if host == "desk.example" {
                drop(RELEASED.wait_while(HANGS.lock().unwrap(), |hangs| *hangs));
            }
            Ok(address(count))
        });
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build();
        let first = runtime().unwrap();
        first.block_on(async {
            for _ in 0..8 {
                drop_lookup(&lookups, "desk.example").await;
            }
            assert_eq!(resolve(&lookups, "other.example").await, Ok(1), "one of its own");
        });
        // Would wait for ever if the lookup were the runtime's.
        drop(first);
        runtime().unwrap().block_on(async {
            drop_lookup(&lookups, "desk.example").await;
            let late = tokio::spawn(lookups.resolve("desk.example".parse().unwrap()));
            *HANGS.lock().unwrap() = false;
            RELEASED.notify_all();
            let found = tokio::time::timeout(WATCHDOG, late).await.expect("it ends");
            assert_eq!(found.unwrap().unwrap().next().unwrap().port(), 0, "all wait for the first");
            // What was found is not kept.
            while lookups.latest.lock().unwrap()["desk.example"].has_changed().is_ok() {
                tokio::task::yield_now().await;
            }
            assert_eq!(resolve(&lookups, "desk.example").await, Ok(2));
        });
    }

    #[tokio::test]
    async fn a_failure_is_told_and_not_remembered() {
        static COUNT: AtomicU16 = AtomicU16::new(0);

        let lookups = Lookups::with(|_| match COUNT.fetch_add(1, Ordering::SeqCst) {
            0 => Err(io::Error::other("try again")),
            1 => panic!("a planted one"),
            count => Ok(address(count)),
        });
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(resolve(&lookups, "desk.example").await);
            while lookups.latest.lock().unwrap()["desk.example"].has_changed().is_ok() {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(told, [Err("try again".into()), Err("channel closed".into()), Ok(2)]);
    }

    #[tokio::test]
    async fn names_are_looked_up_by_the_operating_system() {
        let lookups = Lookups::new();
        assert_eq!(resolve(&lookups, "localhost").await, Ok(0));
        // Too long for a name, so no server is asked.
        let absent = format!("{}.example", "x".repeat(64));
        assert!(resolve(&lookups, &absent).await.is_err());
    }
}
