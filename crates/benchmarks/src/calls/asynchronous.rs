//! usedesk-async and bare reqwest.

use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use rustls::crypto::ring;
use tokio::runtime;
use tokio::task::JoinSet;
use usedesk_async::{Attachment, AttachmentExt, Usedesk};

use super::{
    FORM, Failure, Job, Meter, PAGE_SIZE, Pagination, Saved, SparseFile, TOKEN, all_tickets,
    encoded_page, encoded_update, ticket_with, update,
};
use crate::decode::Ticket;

/// On one thread, so that as little as possible is left to chance.
pub(super) fn run(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// A handle with the defaults, but without the rate limit, which would dominate every measurement.
fn handle(job: &Job) -> Result<Usedesk, Failure> {
    Ok(Usedesk::builder(TOKEN)
        .base_url(&job.url)
        .without_rate_limit()
        .allow_large_files()
        .build()?)
}

/// With the same TLS, and like the handle without root certificates, which plain http does not
/// need.
fn bare_client() -> Result<Client, Failure> {
    // Fails when there is one.
    let _ = ring::default_provider().install_default();
    Ok(Client::builder().tls_certs_only([]).build()?)
}

pub(super) async fn updates(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let mut tasks = JoinSet::new();
    for _ in 0..job.at_a_time {
        let (usedesk, update, calls) = (usedesk.clone(), update(), job.count / job.at_a_time);
        tasks.spawn(async move {
            for _ in 0..calls {
                usedesk.send(&update).await?;
            }
            Ok(())
        });
    }
    all(tasks).await
}

pub(super) async fn bare_updates(job: &Job) -> Result<(), Failure> {
    let client = bare_client()?;
    let url = format!("{}/update/ticket", job.url);
    let body = encoded_update();
    let mut tasks = JoinSet::new();
    for _ in 0..job.at_a_time {
        let (client, url, body) = (client.clone(), url.clone(), body.clone());
        let calls = job.count / job.at_a_time;
        tasks.spawn(async move {
            for _ in 0..calls {
                let request = client.post(&url).header(CONTENT_TYPE, FORM);
                let response = request.body(body.clone()).send().await?;
                Saved::read(&response.error_for_status()?.bytes().await?)?;
            }
            Ok(())
        });
    }
    all(tasks).await
}

async fn all(mut tasks: JoinSet<Result<(), Failure>>) -> Result<(), Failure> {
    while let Some(ended) = tasks.join_next().await {
        ended??;
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

pub(super) async fn bare_pagination(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let client = bare_client()?;
    let url = format!("{}/tickets", job.url);
    let mut pagination = Pagination::new(job, meter);
    for page in 0.. {
        let request = client.post(&url).header(CONTENT_TYPE, FORM);
        let response = request.body(encoded_page(page)).send().await?;
        let rows: Vec<Ticket> =
            serde_json::from_slice(&response.error_for_status()?.bytes().await?)?;
        pagination.page(&rows)?;
        if rows.len() < PAGE_SIZE {
            break;
        }
    }
    pagination.end()
}

pub(super) async fn attach(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let file = SparseFile::new(job.count)?;
    let ticket = ticket_with(Attachment::open(&file.0).await?);
    usedesk.send(ticket).await?;
    Ok(())
}
