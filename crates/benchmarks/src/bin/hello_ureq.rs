//! The same by hand: ureq with the same TLS, a timeout, and a check for an error in the body.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("USEDESK_API_TOKEN")?;
    let base_url = env::var("USEDESK_BASE_URL").unwrap_or("https://api.usedesk.com".to_owned());
    let system = rustls_native_certs::load_native_certs();
    let roots: Vec<_> =
        system.certs.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    let agent: Agent = Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(Duration::from_secs(180)))
        .http_status_as_error(false)
        .build()
        .into();
    let form = [("api_token", &*token), ("ticket_id", "4501"), ("subject", "Hello")];
    let mut response = agent.post(format!("{base_url}/update/ticket")).send_form(form)?;
    let body: Value = response.body_mut().read_json()?;
    if let Some(error) = body.get("error") {
        return Err(error.to_string().into());
    }
    let succeeded = response.status().is_success() && body["status"] == "success";
    if succeeded { Ok(()) } else { Err(body.to_string().into()) }
}
