//! DNS lookups that outlive a call without blocking the runtime.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

/// A resolver with at most one thread for each host.
///
/// A lookup that the operating system does not return from cannot be canceled. reqwest's own resolver
/// uses tokio's threads for blocking work: each call would leave one behind, and dropping the runtime
/// waits for all of them.
pub(crate) struct SharedResolver {
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
    /// The latest lookup of each host: the API's, and a proxy's.
    latest: Mutex<HashMap<String, watch::Receiver<Option<Found>>>>,
}

type Found = Result<Vec<SocketAddr>, Arc<io::Error>>;

impl SharedResolver {
    pub(crate) fn new() -> Self {
        // The connector sets the port.
        Self::with(|host| Ok((host, 0).to_socket_addrs()?.collect()))
    }

    fn with(look_up: fn(&str) -> io::Result<Vec<SocketAddr>>) -> Self {
        Self { look_up, latest: Mutex::default() }
    }

    /// Joins the running lookup, or starts a new one.
    fn join(&self, host: &str) -> io::Result<watch::Receiver<Option<Found>>> {
        // Ignores poisoning: each change to the map is a single operation.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        // The thread of a running lookup holds the sender.
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

impl Resolve for SharedResolver {
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

    async fn resolve(resolver: &SharedResolver, host: &str) -> Result<u16, String> {
        let resolving = resolver.resolve(host.parse().unwrap());
        let found = tokio::time::timeout(WATCHDOG, resolving).await.expect("it ends");
        found.map(|mut found| found.next().unwrap().port()).map_err(|error| error.to_string())
    }

    /// Drops a lookup that hangs.
    async fn drop_lookup(resolver: &SharedResolver, host: &str) {
        let limit = Duration::from_millis(5);
        let resolving = resolver.resolve(host.parse().unwrap());
        assert!(tokio::time::timeout(limit, resolving).await.is_err(), "it is hanging");
    }

    fn address(port: u16) -> Vec<SocketAddr> {
        vec![(Ipv4Addr::LOCALHOST, port).into()]
    }

    #[test]
    fn a_hanging_lookup_has_one_thread_for_all_calls_and_blocks_no_runtime() {
        static COUNT: AtomicU16 = AtomicU16::new(0);
        static HANGS: Mutex<bool> = Mutex::new(true);
        static RELEASED: Condvar = Condvar::new();

        let resolver = SharedResolver::with(|host| {
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
                drop_lookup(&resolver, "desk.example").await;
            }
            assert_eq!(resolve(&resolver, "other.example").await, Ok(1), "its own lookup");
        });
        // Would block forever if the thread belonged to the runtime.
        drop(first);
        runtime().unwrap().block_on(async {
            drop_lookup(&resolver, "desk.example").await;
            let late = tokio::spawn(resolver.resolve("desk.example".parse().unwrap()));
            *HANGS.lock().unwrap() = false;
            RELEASED.notify_all();
            let found = tokio::time::timeout(WATCHDOG, late).await.expect("it ends");
            assert_eq!(
                found.unwrap().unwrap().next().unwrap().port(),
                0,
                "all calls wait for the first lookup"
            );
            // The result is not cached.
            while resolver.latest.lock().unwrap()["desk.example"].has_changed().is_ok() {
                tokio::task::yield_now().await;
            }
            assert_eq!(resolve(&resolver, "desk.example").await, Ok(2));
        });
    }

    #[tokio::test]
    async fn a_failure_is_returned_and_not_cached() {
        static COUNT: AtomicU16 = AtomicU16::new(0);

        let resolver = SharedResolver::with(|_| match COUNT.fetch_add(1, Ordering::SeqCst) {
            0 => Err(io::Error::other("try again")),
            1 => panic!("planted"),
            count => Ok(address(count)),
        });
        let mut results = Vec::new();
        for _ in 0..3 {
            results.push(resolve(&resolver, "desk.example").await);
            while resolver.latest.lock().unwrap()["desk.example"].has_changed().is_ok() {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(results, [Err("try again".into()), Err("channel closed".into()), Ok(2)]);
    }

    #[tokio::test]
    async fn names_are_resolved_by_the_operating_system() {
        let resolver = SharedResolver::new();
        assert_eq!(resolve(&resolver, "localhost").await, Ok(0));
        // Too long for a name, so no server is asked.
        let absent = format!("{}.example", "x".repeat(64));
        assert!(resolve(&resolver, &absent).await.is_err());
    }
}
