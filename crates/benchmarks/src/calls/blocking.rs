//! usedesk-blocking and bare ureq.

use std::thread;

use ureq::Agent;
use usedesk_blocking::{Attachment, AttachmentExt, Usedesk};

use super::{
    FORM, Failure, Job, Meter, PAGE_SIZE, Saved, SparseFile, TOKEN, Walk, all_tickets,
    encoded_page, encoded_update, ticket_with, update,
};
use crate::decode::Ticket;

/// With the defaults, but for the pace, at which nothing could be measured.
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

/// Without time limits.
pub(super) fn bare_updates(job: &Job) -> Result<(), Failure> {
    let agent = Agent::new_with_defaults();
    let url = format!("{}/update/ticket", job.url);
    let body = encoded_update();
    at_a_time(job, || {
        let mut response = agent.post(&url).content_type(FORM).send(&*body)?;
        Saved::read(&response.body_mut().read_to_vec()?)
    })
}

/// Calls on so many threads.
fn at_a_time(job: &Job, call: impl Fn() -> Result<(), Failure> + Sync) -> Result<(), Failure> {
    let calls = job.count / job.at_a_time;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..job.at_a_time)
            .map(|_| scope.spawn(|| (0..calls).try_for_each(|_| call())))
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a panic")?)
    })
}

pub(super) fn walk(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let mut walk = Walk::new(job, meter);
    for page in usedesk.pages(all_tickets()) {
        walk.page(&page?.items)?;
    }
    walk.end()
}

pub(super) fn bare_walk(job: &Job, meter: &mut Meter) -> Result<(), Failure> {
    let agent = Agent::new_with_defaults();
    let url = format!("{}/tickets", job.url);
    let mut walk = Walk::new(job, meter);
    for page in 0.. {
        let mut response = agent.post(&url).content_type(FORM).send(encoded_page(page))?;
        let rows: Vec<Ticket> = serde_json::from_slice(&response.body_mut().read_to_vec()?)?;
        walk.page(&rows)?;
        if rows.len() < PAGE_SIZE {
            break;
        }
    }
    walk.end()
}

pub(super) fn attach(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    let file = SparseFile::new(job.count)?;
    usedesk.send(ticket_with(Attachment::open(&file.0)?))?;
    Ok(())
}
