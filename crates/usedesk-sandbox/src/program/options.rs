//! The options, each of which can also be an environment variable.

use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::{Arg, ValueExt};
use usedesk_sandbox::{DEFAULT_SECRET, DEFAULT_TOKEN, Event, RateLimit};

pub(crate) const HELP: &str = "\
An in-memory Usedesk help desk for tests.

Usage: usedesk-sandbox [OPTIONS]
       usedesk-sandbox --fire URL [--secret SECRET] [--as json|form|multipart]

  --host ADDRESS    address to listen on (default 127.0.0.1); with any other one, everyone who reaches
                    this machine over the network can use the sandbox
  --port PORT       port to listen on (default 8080; 0 picks a free port)
  --token TOKEN     accepted api_token (default sandbox-token)
  --quirks          respond in the alternative spellings seen from Usedesk
  --latency TIME    delay responses, by a fixed (200ms) or a random (200ms..2s) time
  --rate-limit N    reject requests beyond N in any minute with HTTP status 429
  --seed FILE       the desk at the start, as JSON; without it the demo desk
  --state FILE      load the desk from this file if it exists, and save it there every few seconds
                    and on exit
  --journal NUMBER  how many requests are kept for /sandbox/requests (default 10000)
  --host-name NAME  a name of this machine that control calls may use, besides localhost; repeatable
  --log text|json   a line for each request on standard error, as text (default) or JSON
  --quiet           no line for each request
  --fire URL        post every webhook and a dynamic block request to a server on this machine,
                    print the status of each response, and exit with 0 if all were 2xx
  --secret SECRET   secret sent with --fire (default sandbox-secret)
  --as FORMAT       encoding sent with --fire: json, form or multipart (default json)
  --version         print the version and exit
  --help            print this help and exit

Every option can be an environment variable: USEDESK_SANDBOX_PORT=8081, USEDESK_SANDBOX_QUIRKS=1,
USEDESK_SANDBOX_HOST_NAME=a.test,b.test. Options of the command line override them.

Exit codes: 0 success, 1 an event of --fire failed, 2 invalid options, 3 cannot listen, 4 a seed or
state file cannot be read, 5 the state cannot be saved.
";

/// Limit on the latency, in milliseconds.
const LATENCY_LIMIT: u64 = 60_000;

/// Options with a value that can be environment variables.
const WITH_VALUE: &[&str] = &[
    "host",
    "port",
    "token",
    "latency",
    "rate-limit",
    "seed",
    "state",
    "journal",
    "host-name",
    "log",
    "fire",
    "secret",
    "as",
];
/// Options without a value that can be environment variables.
const FLAGS: &[&str] = &["quirks", "quiet"];

pub(crate) enum Command {
    Help,
    Version,
    Serve(Options),
    Fire { url: String, secret: String, format: Format },
}

/// Options of a running sandbox.
pub(crate) struct Options {
    pub(crate) host: IpAddr,
    pub(crate) latency: RangeInclusive<Duration>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) quirks: bool,
    pub(crate) seed: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) journal: usize,
    pub(crate) host_names: Vec<String>,
    pub(crate) log: Log,
}

/// What is written for each request.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Log {
    Text,
    Json,
    Quiet,
}

/// Sets the encoding of an event.
pub(crate) type Format = fn(Event) -> Event;

impl Command {
    pub(crate) fn read() -> Result<Self, lexopt::Error> {
        Self::parse(from_environment()?.into_iter().chain(env::args_os().skip(1)))
    }

    fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options = Options {
            host: Ipv4Addr::LOCALHOST.into(),
            latency: Duration::ZERO..=Duration::ZERO,
            rate_limit: None,
            port: 8080,
            token: DEFAULT_TOKEN.to_owned(),
            quirks: false,
            seed: None,
            state: None,
            journal: 10_000,
            host_names: Vec::new(),
            log: Log::Text,
        };
        let (mut url, mut secret, mut format) = (None, None, None);
        let mut arguments = lexopt::Parser::from_args(arguments.collect::<Vec<_>>());
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("host") => options.host = arguments.value()?.parse()?,
                Arg::Long("latency") => {
                    options.latency = arguments.value()?.parse_with(read_latency)?;
                }
                Arg::Long("rate-limit") => {
                    let requests = arguments.value()?.parse_with(str::parse::<NonZeroU32>)?;
                    options.rate_limit = Some(RateLimit::per_minute(requests.get()));
                }
                Arg::Long("port") => options.port = arguments.value()?.parse()?,
                Arg::Long("token") => options.token = arguments.value()?.string()?,
                Arg::Long("quirks") => options.quirks = true,
                Arg::Long("seed") => options.seed = Some(arguments.value()?.into()),
                Arg::Long("state") => options.state = Some(arguments.value()?.into()),
                Arg::Long("journal") => options.journal = arguments.value()?.parse()?,
                Arg::Long("host-name") => options.host_names.push(arguments.value()?.string()?),
                Arg::Long("log") => options.log = arguments.value()?.parse_with(read_log)?,
                Arg::Long("quiet") => options.log = Log::Quiet,
                Arg::Long("fire") => url = Some(arguments.value()?.string()?),
                Arg::Long("secret") => secret = Some(arguments.value()?.string()?),
                Arg::Long("as") => format = Some(arguments.value()?.parse_with(read_format)?),
                Arg::Long("version") | Arg::Short('V') => return Ok(Self::Version),
                Arg::Long("help") | Arg::Short('h') => return Ok(Self::Help),
                other => return Err(other.unexpected()),
            }
        }
        if options.token.is_empty() {
            return Err("--token must not be empty".into());
        }
        match url {
            Some(url) => Ok(Self::Fire {
                url,
                secret: secret.unwrap_or_else(|| DEFAULT_SECRET.to_owned()),
                format: format.unwrap_or(Event::as_json),
            }),
            None if secret.is_some() || format.is_some() => {
                Err("--secret and --as require --fire".into())
            }
            None => Ok(Self::Serve(options)),
        }
    }
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
            Some(list) if *name == "host-name" => list.split(',').map(OsString::from).collect(),
            _ => vec![value],
        };
        for value in values {
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

/// Reads `200ms` or `200ms..2s`.
fn read_latency(text: &str) -> Result<RangeInclusive<Duration>, &'static str> {
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    let time = |text: &str| {
        let (digits, scale) = match text.strip_suffix("ms") {
            Some(digits) => (digits, 1),
            None => (text.strip_suffix('s')?, 1_000),
        };
        let number: u64 = digits.parse().ok()?;
        number.checked_mul(scale).filter(|time| *time <= LATENCY_LIMIT).map(Duration::from_millis)
    };
    match (time(min), time(max)) {
        (Some(min), Some(max)) if min <= max => Ok(min..=max),
        _ => Err("expected a time like 200ms or 2s, or a range like 200ms..2s, up to 60s"),
    }
}

fn read_format(word: &str) -> Result<Format, &'static str> {
    match word {
        "json" => Ok(Event::as_json),
        "form" => Ok(Event::as_form),
        "multipart" => Ok(Event::as_multipart),
        _ => Err("expected json, form or multipart"),
    }
}
