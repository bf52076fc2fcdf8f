//! The options, each of which can also be an environment variable.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::{Arg, ValueExt};
use usedesk_sandbox::{
    DEFAULT_SECRET, DEFAULT_TOKEN, MAX_LATENCY, MAX_WEBHOOKS, Quirk, Quirks, RateLimit, Webhook,
    WebhookEvent,
};

pub(crate) const HELP: &str = "\
An in-memory Usedesk help desk for tests. Open its URL in a browser to see and control it.

Usage: usedesk-sandbox [OPTIONS]
       usedesk-sandbox --fire URL [--secret SECRET] [--as json|form|multipart] [--seed FILE]

  --host ADDRESS    address to listen on (default 127.0.0.1); with any other one, everyone who reaches
                    this machine over the network can use the sandbox
  --port PORT       port to listen on (default 8080; 0 picks a free port)
  --token TOKEN     accepted api_token (default sandbox-token)
  --quirks[=LIST]   respond as live desks were seen to, without LIST in a realistic way; LIST is all or
                    some of numbers,created_ids,zeros,empty_objects,first_file,escapes,errors_in_200,
                    html_errors
  --latency TIME    delay responses, by a fixed (200ms) or a random (200ms..2s) time
  --read-lag TIME   let reads not see a change for a time (2s)
  --rate-limit N    reject requests beyond N in any minute with HTTP status 429
  --seed FILE       the desk at the start, as JSON; without it the demo desk
  --state FILE      load the desk from this file if it exists, and save it there every few seconds
                    and on exit
  --journal NUMBER  how many requests are kept for /sandbox/requests (default 10000)
  --public-url URL  base of links to uploaded files (default: the host that a request names)
  --host-name NAME  a name of this machine that control calls may use, besides localhost; repeatable
  --max-connections NUMBER
                    how many connections may be open (default 500); beyond it the oldest idle one is
                    closed
  --tls[=FOLDER]    serve https, too, on the same port, with a certificate authority that is kept in
                    FOLDER (default .usedesk-sandbox in the home directory); clients must trust its
                    ca.pem
  --log text|json   a line for each request on standard error, as text (default) or JSON
  --quiet           no line for each request
  --webhook URL     post what changes to a server on this machine, first a ping; repeatable
  --events LIST     only these events: ticket_created,ticket_changed,comment_created,chat_message
  --fire URL        post every event once, and a dynamic block request, to a server on this machine,
                    print the status of each response, and exit with 0 if all were 2xx; from the demo
                    desk, --seed or --state, which stays as it is
  --secret SECRET   secret sent with --webhook and --fire (default sandbox-secret)
  --as FORMAT       encoding of --webhook and --fire: json, form or multipart (default json)
  --version         print the version and exit
  --help            print this help and exit

Every option can be an environment variable: USEDESK_SANDBOX_PORT=8081, USEDESK_SANDBOX_QUIRKS=1,
USEDESK_SANDBOX_HOST_NAME=a.test,b.test. Options of the command line override them. An option of the
command line that would do nothing is an error.

Exit codes: 0 success, 1 an event of --fire failed, 2 invalid options, 3 cannot listen, 4 a seed or
state file cannot be read, 5 the state cannot be saved, 6 the certificate authority cannot be used.
";

/// Options with a value that can be environment variables.
const WITH_VALUE: &[&str] = &[
    "host",
    "port",
    "token",
    "latency",
    "quirks",
    "read-lag",
    "rate-limit",
    "seed",
    "state",
    "journal",
    "max-connections",
    "public-url",
    "tls",
    "host-name",
    "log",
    "fire",
    "webhook",
    "secret",
    "as",
    "events",
];
/// Those that may have several values.
const REPEATABLE: &[&str] = &["host-name", "webhook"];
/// What --fire uses.
const WITH_FIRE: &[&str] = &["fire", "secret", "as", "seed", "state", "quirks"];
/// What only --webhook uses, or --fire.
const WITH_WEBHOOK: &[&str] = &["secret", "as", "events"];
/// Options without a value that can be environment variables.
const FLAGS: &[&str] = &["quiet"];

pub(crate) enum Command {
    Help,
    Version,
    Serve(Box<Options>),
    /// Fires the events of the desk in the options.
    Fire {
        url: String,
        secret: String,
        format: Format,
        options: Box<Options>,
    },
}

/// Options of a running sandbox.
pub(crate) struct Options {
    pub(crate) host: IpAddr,
    pub(crate) latency: RangeInclusive<Duration>,
    pub(crate) read_lag: Duration,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) quirks: Quirks,
    pub(crate) seed: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) journal: usize,
    pub(crate) max_connections: usize,
    pub(crate) public_url: Option<String>,
    pub(crate) tls: Option<PathBuf>,
    pub(crate) host_names: Vec<String>,
    pub(crate) webhooks: Vec<Webhook>,
    pub(crate) log: Log,
}

/// What is written for each request.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Log {
    Text,
    Json,
    Quiet,
}

/// The encoding of events.
#[derive(Clone, Copy)]
pub(crate) enum Format {
    Json,
    Form,
    Multipart,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            latency: Duration::ZERO..=Duration::ZERO,
            read_lag: Duration::ZERO,
            rate_limit: None,
            port: 8080,
            token: DEFAULT_TOKEN.to_owned(),
            quirks: Quirks::none(),
            seed: None,
            state: None,
            journal: 10_000,
            max_connections: 500,
            public_url: None,
            tls: None,
            host_names: Vec::new(),
            webhooks: Vec::new(),
            log: Log::Text,
        }
    }
}

impl Command {
    pub(crate) fn read() -> Result<Self, lexopt::Error> {
        let mut parsed = Parsed::default();
        if let Some(command) = parsed.read(from_environment()?)? {
            return Ok(command);
        }
        // Variables may be meant for another mode than this one; options are not.
        parsed.given.clear();
        match parsed.read(env::args_os().skip(1).collect())? {
            Some(command) => Ok(command),
            None => parsed.finish(),
        }
    }
}

/// The options read so far.
#[derive(Default)]
struct Parsed {
    options: Options,
    fire: Option<String>,
    webhooks: Vec<Webhook>,
    secret: Option<String>,
    format: Option<Format>,
    events: Option<Vec<WebhookEvent>>,
    /// The names of those from the same source.
    given: BTreeSet<String>,
}

impl Parsed {
    fn read(&mut self, arguments: Vec<OsString>) -> Result<Option<Command>, lexopt::Error> {
        let options = &mut self.options;
        let mut arguments = lexopt::Parser::from_args(arguments);
        while let Some(argument) = arguments.next()? {
            let name = match argument {
                Arg::Long(name) => name.to_owned(),
                Arg::Short('V') => "version".to_owned(),
                Arg::Short('h') => "help".to_owned(),
                other => return Err(other.unexpected()),
            };
            let is_first = self.given.insert(name.clone());
            match name.as_str() {
                "host" => options.host = arguments.value()?.parse()?,
                "latency" => options.latency = arguments.value()?.parse_with(read_latency)?,
                "read-lag" => options.read_lag = arguments.value()?.parse_with(read_lag)?,
                "rate-limit" => {
                    let requests = arguments.value()?.parse_with(str::parse::<NonZeroU32>)?;
                    options.rate_limit = Some(RateLimit::per_minute(requests.get()));
                }
                "port" => options.port = arguments.value()?.parse()?,
                "token" => options.token = arguments.value()?.string()?,
                "quirks" => {
                    let list = arguments.optional_value();
                    let list = list.map(|list| list.parse_with(read_quirks)).transpose()?;
                    options.quirks = list.unwrap_or(Quirks::realistic());
                }
                "seed" => options.seed = Some(arguments.value()?.into()),
                "state" => options.state = Some(arguments.value()?.into()),
                "max-connections" => {
                    let number = arguments.value()?.parse_with(str::parse::<NonZeroUsize>)?;
                    options.max_connections = number.get();
                }
                "journal" => options.journal = arguments.value()?.parse()?,
                "public-url" => {
                    options.public_url = Some(arguments.value()?.parse_with(read_url)?);
                }
                "tls" => {
                    options.tls = Some(match arguments.optional_value() {
                        Some(folder) => folder.into(),
                        None => default_folder()?,
                    });
                }
                "host-name" => {
                    let name = arguments.value()?.parse_with(read_host_name)?;
                    add(&mut options.host_names, name, is_first);
                }
                "log" => options.log = arguments.value()?.parse_with(read_log)?,
                "quiet" => options.log = Log::Quiet,
                "fire" => self.fire = Some(arguments.value()?.string()?),
                "webhook" => {
                    let webhook = arguments.value()?.parse_with(|url| Webhook::new(url))?;
                    add(&mut self.webhooks, webhook, is_first);
                }
                "secret" => self.secret = Some(arguments.value()?.string()?),
                "as" => self.format = Some(arguments.value()?.parse_with(read_format)?),
                "events" => self.events = Some(arguments.value()?.parse_with(read_events)?),
                "version" => return Ok(Some(Command::Version)),
                "help" => return Ok(Some(Command::Help)),
                name => return Err(Arg::Long(name).unexpected()),
            }
        }
        Ok(None)
    }

    fn finish(self) -> Result<Command, lexopt::Error> {
        let Self { mut options, fire, webhooks, secret, format, events, given } = self;
        if options.token.is_empty() {
            return Err("--token must not be empty".into());
        }
        if given.contains("log") && given.contains("quiet") {
            return Err("--log does nothing with --quiet".into());
        }
        let secret = secret.unwrap_or_else(|| DEFAULT_SECRET.to_owned());
        let format = format.unwrap_or(Format::Json);
        if let Some(url) = fire {
            return match given.iter().find(|name| !WITH_FIRE.contains(&name.as_str())) {
                Some(name) => Err(format!("--{name} does nothing with --fire").into()),
                None => Ok(Command::Fire { url, secret, format, options: Box::new(options) }),
            };
        }
        if webhooks.len() > MAX_WEBHOOKS {
            return Err(format!("--webhook must be there at most {MAX_WEBHOOKS} times").into());
        }
        let idle = if webhooks.is_empty() { WITH_WEBHOOK } else { &[] };
        if let Some(name) = idle.iter().find(|name| given.contains(**name)) {
            return Err(format!("--{name} does nothing without --webhook").into());
        }
        let events = events.unwrap_or_else(|| WebhookEvent::ALL.to_vec());
        let webhooks = webhooks.into_iter().map(|webhook| {
            let webhook = webhook.secret(&secret).only(&events);
            match format {
                Format::Json => webhook,
                Format::Form => webhook.as_form(),
                Format::Multipart => webhook.as_multipart(),
            }
        });
        options.webhooks = webhooks.collect();
        Ok(Command::Serve(Box::new(options)))
    }
}

/// Adds to the values of an option that may be there several times. The command line replaces the
/// values of the environment.
fn add<T>(values: &mut Vec<T>, value: T, is_first: bool) {
    if is_first {
        values.clear();
    }
    values.push(value);
}

/// Returns the environment variables as options. An empty variable is absent.
fn from_environment() -> Result<Vec<OsString>, lexopt::Error> {
    let variable = |name: &str| {
        let name = format!("USEDESK_SANDBOX_{}", name.replace('-', "_").to_uppercase());
        env::var_os(&name).filter(|value| !value.is_empty()).map(|value| (name, value))
    };
    let mut options = Vec::new();
    for name in WITH_VALUE {
        let Some((_, value)) = variable(name) else { continue };
        let values = match value.to_str() {
            Some(list) if REPEATABLE.contains(name) => {
                list.split(',').map(OsString::from).collect()
            }
            _ => vec![value],
        };
        for value in values {
            // As without a value on the command line.
            if *name == "tls" && (value == "1" || value == "true") {
                options.push("--tls".into());
                continue;
            }
            let mut option = OsString::from(format!("--{name}="));
            option.push(value);
            options.push(option);
        }
    }
    for name in FLAGS {
        match variable(name).map(|(name, value)| (name, value.into_string())) {
            None => {}
            Some((_, Ok(word))) if word == "1" || word == "true" => {
                options.push(format!("--{name}").into());
            }
            Some((_, Ok(word))) if word == "0" || word == "false" => {}
            Some((name, value)) => {
                let text = format!("{name} must be 1, 0, true or false, not {value:?}");
                return Err(text.into());
            }
        }
    }
    Ok(options)
}

fn read_log(word: &str) -> Result<Log, &'static str> {
    match word {
        "text" => Ok(Log::Text),
        "json" => Ok(Log::Json),
        _ => Err("expected text or json"),
    }
}

/// Returns the folder of the certificate authority, unless another is set.
fn default_folder() -> Result<PathBuf, &'static str> {
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty());
    home.map(|home| home.join(".usedesk-sandbox")).ok_or("--tls needs a folder: there is no home")
}

fn read_host_name(name: &str) -> Result<String, &'static str> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte);
    let is_name = !name.is_empty() && name.bytes().all(is_allowed);
    is_name.then(|| name.to_owned()).ok_or("expected a host name or address without a port")
}

fn read_url(url: &str) -> Result<String, &'static str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match rest {
        Some(rest) if !rest.is_empty() => Ok(url.to_owned()),
        _ => Err("expected a URL that starts with http:// or https://"),
    }
}

/// Reads `200ms` or `200ms..2s`.
fn read_latency(text: &str) -> Result<RangeInclusive<Duration>, &'static str> {
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    match (read_time(min), read_time(max)) {
        (Some(min), Some(max)) if min <= max => Ok(min..=max),
        _ => Err("expected a time like 200ms or 2s, or a range like 200ms..2s, up to 60s"),
    }
}

fn read_lag(text: &str) -> Result<Duration, &'static str> {
    read_time(text).ok_or("expected a time like 200ms or 2s, up to 60s")
}

/// Reads `200ms` or `2s`.
fn read_time(text: &str) -> Option<Duration> {
    let (digits, scale) = match text.strip_suffix("ms") {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('s')?, 1_000),
    };
    let number: u64 = digits.parse().ok()?;
    number.checked_mul(scale).map(Duration::from_millis).filter(|time| *time <= MAX_LATENCY)
}

fn read_format(word: &str) -> Result<Format, &'static str> {
    match word {
        "json" => Ok(Format::Json),
        "form" => Ok(Format::Form),
        "multipart" => Ok(Format::Multipart),
        _ => Err("expected json, form or multipart"),
    }
}

/// Reads `all`, `numbers,zeros` or a flag.
fn read_quirks(list: &str) -> Result<Quirks, String> {
    let quirks = match list {
        "1" | "true" => return Ok(Quirks::realistic()),
        "0" | "false" => return Ok(Quirks::none()),
        "all" => return Ok(Quirks::all()),
        list => list.split(',').map(Quirk::from_word).collect::<Option<_>>(),
    };
    quirks.ok_or_else(|| {
        let words = Quirk::ALL.map(Quirk::word).join(", ");
        format!("expected all, or some of {words}, separated by commas")
    })
}

/// Reads `ticket_created,comment_created`.
fn read_events(list: &str) -> Result<Vec<WebhookEvent>, String> {
    let events = list.split(',').map(WebhookEvent::from_word);
    events.collect::<Option<_>>().ok_or_else(|| {
        let words = WebhookEvent::ALL.map(WebhookEvent::word).join(", ");
        format!("expected some of {words}, separated by commas")
    })
}
