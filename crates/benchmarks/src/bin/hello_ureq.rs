//! The same with ureq and the same TLS, to measure its size.

use std::env;
use std::error::Error;
use std::sync::Arc;

use rustls::crypto::ring;
use serde::Deserialize;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

#[derive(Deserialize)]
struct Saved {
    status: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("USEDESK_API_TOKEN")?;
    let base_url = env::var("USEDESK_BASE_URL").unwrap_or("https://api.usedesk.com".to_owned());
    let system = rustls_native_certs::load_native_certs();
    let roots: Vec<_> =
        system.certs.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()));
    let agent = Agent::from(Agent::config_builder().tls_config(tls.build()).build());
    let form = [("api_token", &*token), ("ticket_id", "4501"), ("subject", "Hello")];
    let mut response = agent.post(format!("{base_url}/update/ticket")).send_form(form)?;
    let Saved { status } = serde_json::from_slice(&response.body_mut().read_to_vec()?)?;
    if status == "success" { Ok(()) } else { Err(status.into()) }
}
