//! Runs a sandbox until the program is told to stop.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use usedesk_sandbox::Sandbox;

use crate::failure::{Failure, LISTEN, TLS};
use crate::log::LineSender;
use crate::options::{Log, Options};
use crate::{log, store};

/// How often a changed desk is saved.
const SAVE_INTERVAL: Duration = Duration::from_secs(5);

pub(crate) fn serve(options: &Options, lines: &LineSender) -> Result<(), Failure> {
    let stop = stop_signal()?;
    let sandbox = start(options, lines)?;
    // A file that cannot be written is found before anyone relies on it.
    let mut saved = sandbox.revision();
    if let Some(path) = &options.state {
        store::save(path, &sandbox.state())?;
    }
    greet(options, &sandbox);
    if !options.host.is_loopback() {
        lines.send(format!(
            "Warning: everyone who reaches {} over the network can use and control this sandbox.",
            options.host
        ));
    }
    let Some(path) = &options.state else {
        let _ = stop.recv();
        return Ok(());
    };
    while let Err(RecvTimeoutError::Timeout) = stop.recv_timeout(SAVE_INTERVAL) {
        let revision = sandbox.revision();
        if saved != revision {
            match store::save(path, &sandbox.state()) {
                Ok(()) => saved = revision,
                // Tried again later; the desk is still there.
                Err(failure) => lines.send(format!("Warning: {}", failure.text)),
            }
        }
    }
    store::save(path, &sandbox.state())
}

/// Prints what a user needs to start.
fn greet(options: &Options, sandbox: &Sandbox) {
    let (url, token) = (sandbox.url(), sandbox.token());
    let lost = match &options.state {
        Some(path) => format!("the desk is saved in {}", path.display()),
        None => "all data is lost".to_owned(),
    };
    let example = if options.seed.is_none() && options.state.is_none() {
        format!(
            "Demo ticket:     4501\n\
             Try:             curl -d 'api_token={token}&ticket_id=4501&status=2' {url}/update/ticket\n"
        )
    } else {
        format!("Try:             curl -d 'api_token={token}' {url}/tickets\n")
    };
    let secure = sandbox.ca_certificate().map(|file| {
        let (_, address) = url.split_once("://").unwrap_or_default();
        format!("With TLS:        https://{address}, for clients that trust {}\n", file.display())
    });
    let secure = secure.unwrap_or_default();
    let _ = writeln!(
        io::stdout(),
        "Usedesk sandbox: {url}\nToken:           {token}\n{example}\
         Console:         {url}/ (open it in a browser)\n\
         Control:         {url}/sandbox/requests\n{secure}Stop with Ctrl-C; {lost}."
    );
}

fn start(options: &Options, lines: &LineSender) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder()
        .host(options.host)
        .port(options.port)
        .latency(options.latency.clone())
        .read_lag(options.read_lag)
        .token(&options.token)
        .quirks(options.quirks)
        .journal_limit(options.journal)
        .max_connections(options.max_connections);
    if let Some(limit) = options.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if options.log != Log::Quiet {
        builder = builder.on_request(log::requests(options.log, lines));
        builder = builder.on_delivery(log::deliveries(options.log, lines));
    }
    if let Some(folder) = &options.tls {
        builder = builder.tls(folder).map_err(|error| {
            let text = format!("cannot use the folder {}: {error}", folder.display());
            Failure { code: TLS, text }
        })?;
    }
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    for webhook in &options.webhooks {
        builder = builder.webhook(webhook.clone());
    }
    for name in &options.host_names {
        builder = builder.host_name(name);
    }
    let source = store::document(options)?;
    if let Some((_, document)) = &source {
        builder = builder.seed(document.clone());
    }
    builder.start().map_err(|error| {
        Failure::of_start(&error, source.map(|(path, _)| path)).unwrap_or_else(|| {
            let (host, port) = (options.host, options.port);
            Failure { code: LISTEN, text: format!("cannot listen on {host}, port {port}: {error}") }
        })
    })
}

/// Returns a channel that receives a message on Ctrl-C or SIGTERM.
fn stop_signal() -> Result<Receiver<()>, Failure> {
    let (sender, receiver) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = sender.send(());
    })
    .map_err(|error| Failure { code: LISTEN, text: format!("cannot wait for Ctrl-C: {error}") })?;
    Ok(receiver)
}
