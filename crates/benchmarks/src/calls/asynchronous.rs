//! usedesk-async, and reqwest by hand.

use std::sync::Arc;

use reqwest::Client;
use rustls::crypto::ring;
use tokio::runtime;
use tokio::task::JoinSet;
use usedesk_async::{Attachment, AttachmentExt, Usedesk};

use super::{CHANGE, Job, Meter, Pagination, SparseFile, TIMEOUT, all_tickets, ticket_with};
use crate::Failure;
use crate::update::{self, TOKEN};

/// On one thread, so that as little as possible is left to chance.
pub(super) fn run(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

pub(super) async fn updates(job: &Job) -> Result<(), Failure> {
    at_a_time(job, handle(job)?, update).await
}

pub(super) async fn updates_by_hand(job: &Job) -> Result<(), Failure> {
    at_a_time(job, Arc::new(ByHand::new(job)?), ByHand::update).await
}

/// A handle with the defaults, but without the rate limit, which would dominate every measurement.
fn handle(job: &Job) -> Result<Usedesk, Failure> {
    Ok(Usedesk::builder(TOKEN)
        .base_url(&job.url)
        .without_rate_limit()
        .allow_large_files()
        .build()?)
}

async fn update(usedesk: Usedesk) -> Result<(), Failure> {
    usedesk.send(CHANGE.operation()).await?;
    Ok(())
}

struct ByHand {
    client: Client,
    url: String,
}

impl ByHand {
    /// With the same TLS, and like the handle without root certificates, which plain http does not
    /// need.
    fn new(job: &Job) -> Result<Self, Failure> {
        // Fails when there is one.
        let _ = ring::default_provider().install_default();
        let client = Client::builder().tls_certs_only([]).timeout(TIMEOUT).build()?;
        Ok(Self { client, url: format!("{}/update/ticket", job.url) })
    }

    async fn update(self: Arc<Self>) -> Result<(), Failure> {
        let request = self.client.post(&self.url).form(&CHANGE.pairs());
        let response = request.send().await?;
        let status = response.status();
        update::check(status, &response.json().await?)
    }
}

/// Calls in this many tasks.
async fn at_a_time<C, F>(job: &Job, client: C, call: fn(C) -> F) -> Result<(), Failure>
where
    C: Clone + Send + 'static,
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let calls = job.count / job.at_a_time;
    let mut tasks = JoinSet::new();
    for _ in 0..job.at_a_time {
        let client = client.clone();
        tasks.spawn(async move {
            for _ in 0..calls {
                call(client.clone()).await?;
            }
            Ok::<(), Failure>(())
        });
    }
    while let Some(finished) = tasks.join_next().await {
        finished??;
    }
    Ok(())
}

pub(super) async fn paginate(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let mut pages = handle(job)?.pages(all_tickets());
    let mut pagination = Pagination::new(job, meter);
    while let Some(page) = pages.next().await {
        pagination.page(&page?.items)?;
    }
    pagination.end()
}

pub(super) async fn attach(job: &Job) -> Result<(), Failure> {
    let file = SparseFile::new(job.count)?;
    handle(job)?.send(ticket_with(Attachment::open(&file.0).await?)).await?;
    Ok(())
}
