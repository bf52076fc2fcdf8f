//! usedesk-blocking and bare ureq.

use std::thread;

use ureq::Agent;
use usedesk_blocking::{Attachment, AttachmentExt, Usedesk};

use super::{
    FORM, Failure, Job, Meter, PAGE_SIZE, Pagination, Saved, SparseFile, TOKEN, all_tickets,
    encoded_page, encoded_update, ticket_with, update,
};
use crate::decode::Ticket;

/// A handle with the defaults, but without the rate limit, which would dominate every measurement.
fn handle(job: &Job) -> Result<Usedesk, Failure> {
    Ok(Usedesk::builder(TOKEN)
        .base_url(&job.url)
        .without_rate_limit()
        .allow_large_files()
        .build()?)
}

pub(super) fn updates(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let update = update();
    at_a_time(job, || Ok(usedesk.send(&update).map(drop)?))
}

/// Without timeouts.
pub(super) fn bare_updates(job: &Job) -> Result<(), Failure> {
    let agent = Agent::new_with_defaults();
    let url = format!("{}/update/ticket", job.url);
    let body = encoded_update();
    at_a_time(job, || {
        let mut response = agent.post(&url).content_type(FORM).send(&*body)?;
        Saved::read(&response.body_mut().read_to_vec()?)
    })
}

/// Calls on this many threads.
fn at_a_time(job: &Job, call: impl Fn() -> Result<(), Failure> + Sync) -> Result<(), Failure> {
    let calls = job.count / job.at_a_time;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..job.at_a_time)
            .map(|_| scope.spawn(|| (0..calls).try_for_each(|_| call())))
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a panic")?)
    })
}

pub(super) fn paginate(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let mut pagination = Pagination::new(job, meter);
    for page in usedesk.pages(all_tickets()) {
        pagination.page(&page?.items)?;
    }
    pagination.end()
}

pub(super) fn bare_pagination(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let agent = Agent::new_with_defaults();
    let url = format!("{}/tickets", job.url);
    let mut pagination = Pagination::new(job, meter);
    for page in 0.. {
        let mut response = agent.post(&url).content_type(FORM).send(encoded_page(page))?;
        let rows: Vec<Ticket> = serde_json::from_slice(&response.body_mut().read_to_vec()?)?;
        pagination.page(&rows)?;
        if rows.len() < PAGE_SIZE {
            break;
        }
    }
    pagination.end()
}

pub(super) fn attach(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let file = SparseFile::new(job.count)?;
    usedesk.send(ticket_with(Attachment::open(&file.0)?))?;
    Ok(())
}
