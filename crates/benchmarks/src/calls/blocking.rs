//! usedesk-blocking, and ureq by hand.

use std::thread;

use ureq::Agent;
use usedesk_blocking::{Attachment, AttachmentExt, Usedesk};

use super::{CHANGE, Job, Meter, Pagination, SparseFile, TIMEOUT, all_tickets, ticket_with};
use crate::Failure;
use crate::update::{self, TOKEN};

pub(super) fn updates(job: &Job) -> Result<(), Failure> {
    let usedesk = handle(job)?;
    at_a_time(job, || Ok(usedesk.send(CHANGE.operation()).map(drop)?))
}

pub(super) fn updates_by_hand(job: &Job) -> Result<(), Failure> {
    let by_hand = ByHand::new(job);
    at_a_time(job, || by_hand.update())
}

/// A handle with the defaults, but without the rate limit, which would dominate every measurement.
fn handle(job: &Job) -> Result<Usedesk, Failure> {
    Ok(Usedesk::builder(TOKEN)
        .base_url(&job.url)
        .without_rate_limit()
        .allow_large_files()
        .build()?)
}

struct ByHand {
    agent: Agent,
    url: String,
}

impl ByHand {
    fn new(job: &Job) -> Self {
        // The body of an error says more than its status.
        let config =
            Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false);
        Self { agent: config.build().into(), url: format!("{}/update/ticket", job.url) }
    }

    fn update(&self) -> Result<(), Failure> {
        let mut response = self.agent.post(&self.url).send_form(CHANGE.pairs())?;
        let status = response.status();
        update::check(status, &response.body_mut().read_json()?)
    }
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

pub(super) fn attach(job: &Job) -> Result<(), Failure> {
    let file = SparseFile::new(job.count)?;
    handle(job)?.send(ticket_with(Attachment::open(&file.0)?))?;
    Ok(())
}
