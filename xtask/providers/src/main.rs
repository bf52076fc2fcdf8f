//! Makes a handle, and then uses reqwest or rustls as a program does that knows nothing of it.

use std::env;

use usedesk_async::Usedesk;

#[cfg(feature = "redis-tls")]
mod redis_tls;

fn main() {
    let words: Vec<_> = env::args().skip(1).collect();
    let says = |word: &str| words.iter().any(|said| said == word);
    #[cfg(feature = "ring")]
    if says("install") {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let usedesk = Usedesk::builder("token").base_url("http://127.0.0.1:1").build();
    usedesk.expect("a handle needs no default provider");
    if says("reqwest") {
        let _ = reqwest::Client::new();
    }
    if says("rustls") {
        let _ = rustls::ClientConfig::builder();
    }
    #[cfg(feature = "redis-tls")]
    if says("redis") {
        redis_tls::reserve();
    }
}
