//! Layers of tower and tower-http around the transport: `cargo run --example async_tower`.
//!
//! One layer adds a header to each request, the other lets at most two requests run at a time. Such
//! adapters are in the module `usedesk_async::tower`, with the cargo feature `tower`.
//!
//! Without a token in the environment it uses a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it reads lists of the real
//! service.

#![expect(clippy::print_stdout, reason = "a command-line program")]

use std::error::Error;

use tower::ServiceBuilder;
use tower::limit::ConcurrencyLimitLayer;
use tower_http::set_header::SetRequestHeaderLayer;
use usedesk_async::channels::ListChannels;
use usedesk_async::fields::ListFields;
use usedesk_async::groups::ListGroups;
use usedesk_async::http::{HeaderName, HeaderValue};
use usedesk_async::tower::{ServiceTransport, TransportService};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (builder, sandbox) = examples::async_builder()?;
    let header = (HeaderName::from_static("x-team"), HeaderValue::from_static("billing"));
    let usedesk = builder
        .wrap_transport(move |transport| {
            let layers = ServiceBuilder::new()
                .layer(SetRequestHeaderLayer::overriding(header.0, header.1))
                .layer(ConcurrencyLimitLayer::new(2));
            ServiceTransport::new(layers.service(TransportService::new(transport)))
        })
        .build()?;

    let (channels, groups, fields) = tokio::try_join!(
        usedesk.send(ListChannels::new()),
        usedesk.send(ListGroups::new()),
        usedesk.send(ListFields::new()),
    )?;
    println!("{} channels, {} groups, {} fields", channels.len(), groups.len(), fields.len());
    if let Some(sandbox) = sandbox {
        let marked = sandbox.requests().iter().all(|it| it.header("x-team") == Some("billing"));
        println!("Each request that the sandbox received has the header: {marked}");
    }
    Ok(())
}
