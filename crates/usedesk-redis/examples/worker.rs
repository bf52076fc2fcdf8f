//! A worker that takes ticket updates and comments from a Redis Stream. It is written to be copied.
//!
//! ```text
//! REDIS_URL=redis://… USEDESK_API_TOKEN=… cargo run --example worker --features blocking
//! redis-cli XADD {usedesk}:jobs '*' kind update  ticket 4501 subject 'Invoice 17'
//! redis-cli XADD {usedesk}:jobs '*' kind comment ticket 4501 message '<p>It is paid.</p>'
//! ```
//!
//! Start any number of them on any number of hosts, and let systemd or Kubernetes restart those that
//! end: a worker ends when Redis fails, and when Usedesk does not accept the token. Each job ends in
//! one of three keys:
//!
//! - `{usedesk}:done` counts those that succeeded;
//! - `{usedesk}:parked` is a stream of those that fail always, with the reason;
//! - `{usedesk}:uncertain` is a stream of comments that may exist: look before you add one again.
//!
//! docs/scaling.md says what it does not promise.

#![expect(clippy::print_stderr, reason = "a command-line program")]

use std::error::Error;
use std::str::FromStr;
use std::time::Duration;
use std::{env, process, thread};

use usedesk_blocking::comments::CreateComment;
use usedesk_blocking::tickets::UpdateTicket;
use usedesk_blocking::{Builder, ErrorKind, Operation as _, Safety, Usedesk};
use usedesk_redis::RateLimit;
use usedesk_redis::blocking::RedisRateLimiter;
use usedesk_redis::redis::streams::{
    StreamAutoClaimOptions, StreamAutoClaimReply, StreamId, StreamReadOptions, StreamReadReply,
};
use usedesk_redis::redis::{Client, Commands as _, Connection, Script};

/// All keys of jobs have one hash tag, so that they are in one slot of a cluster.
const JOBS: &str = "{usedesk}:jobs";
const STARTED: &str = "{usedesk}:started";
const DONE: &str = "{usedesk}:done";
const PARKED: &str = "{usedesk}:parked";
const UNCERTAIN: &str = "{usedesk}:uncertain";

/// What is shared is the rate limit of the IP address that Usedesk sees.
const RATE_LIMIT: &str = "usedesk:203.0.113.7";

const GROUP: &str = "workers";

/// Timeout for a call, the time in the queue included. Shorter than `IDLE_MS`, so that jobs of dead
/// workers are claimed and those of slow ones are not. If one is, nothing breaks: an update is sent
/// twice, and a comment counts as uncertain.
const DEADLINE: Duration = Duration::from_secs(60);

/// Returns how often the job was delivered, 0 if another worker has finished it; and whether it may
/// be sent. A job that must not be sent twice is marked as started, and only who marks it sends it.
const TAKE: &str = "
    local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)[1]
    if not pending then return {0, 0} end
    local may_send = ARGV[3] == '0' or redis.call('SADD', KEYS[2], ARGV[2]) == 1
    return {pending[4], may_send and 1 or 0}";

/// Moves a job to where it ends, unless another worker did. A script, so that no crash is between
/// the parts. What can fail is first, since Redis does not undo a script. A job has few fields, and
/// Lua cannot unpack any number of them.
const FINISH: &str = "
    if not redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1)[1] then return 0 end
    if ARGV[3] == '' then
        redis.call('INCR', KEYS[3])
    else
        local job = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1][2]
        local fields = math.min(#job, 1000)
        redis.call('XADD', KEYS[3], '*', 'job', ARGV[2], 'reason', ARGV[3], unpack(job, 1, fields))
    end
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
    redis.call('XDEL', KEYS[1], ARGV[2])
    redis.call('SREM', KEYS[2], ARGV[2])
    return 1";

/// What a job asks for. Add what you need.
enum Job {
    Update(UpdateTicket),
    Comment(CreateComment),
}

impl Job {
    fn parse(entry: &StreamId) -> Result<Self, String> {
        let field = |name: &str| {
            entry.get::<String>(name).ok_or_else(|| format!("the field `{name}` is missing"))
        };
        let ticket = field("ticket")?;
        let ticket: u64 = ticket.parse().map_err(|_| format!("`ticket` is {ticket:?}, no id"))?;
        match field("kind")?.as_str() {
            "update" => Ok(Self::Update(UpdateTicket::new(ticket).subject(field("subject")?))),
            "comment" => Ok(Self::Comment(CreateComment::private(ticket, field("message")?))),
            kind => Err(format!("the kind {kind:?} is unknown")),
        }
    }

    fn is_once(&self) -> bool {
        let safety = match self {
            Self::Update(update) => update.safety(),
            Self::Comment(comment) => comment.safety(),
        };
        safety == Safety::Once
    }

    fn send(self, usedesk: &Usedesk) -> Result<(), usedesk_blocking::Error> {
        match self {
            Self::Update(update) => usedesk.send(update).map(drop),
            Self::Comment(comment) => usedesk.send(comment).map(drop),
        }
    }
}

struct Worker {
    redis: Connection,
    usedesk: Usedesk,
    name: String,
    /// After how many milliseconds without a result a job is delivered again.
    idle: usize,
    /// After how many deliveries without success a job is parked.
    max_deliveries: usize,
    /// Where the search for jobs without a result continues.
    cursor: String,
}

impl Worker {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        let client = Client::open(env::var("REDIS_URL")?)?;
        let rate = RateLimit::per_minute(setting("PER_MINUTE", 135)?);
        let limiter = RedisRateLimiter::new(client.clone(), RATE_LIMIT, rate);
        let usedesk = Builder::from_env()?.shared_rate_limiter(limiter).build()?;
        let mut redis = client.get_connection_with_timeout(Duration::from_secs(10))?;
        // Longer than a read waits for new jobs.
        redis.set_read_timeout(Some(Duration::from_secs(10)))?;
        redis.set_write_timeout(Some(Duration::from_secs(10)))?;
        if let Err(error) = redis.xgroup_create_mkstream::<_, _, _, ()>(JOBS, GROUP, "0")
            && error.code() != Some("BUSYGROUP")
        {
            return Err(error.into());
        }
        let host = env::var("HOSTNAME").unwrap_or_default();
        Ok(Self {
            redis,
            usedesk: usedesk.with_deadline(DEADLINE),
            name: format!("{host}-{}", process::id()),
            idle: setting("IDLE_MS", 120_000)?,
            max_deliveries: setting("MAX_DELIVERIES", 5)?,
            cursor: "0-0".to_owned(),
        })
    }

    fn run(&mut self) -> Result<(), Box<dyn Error>> {
        loop {
            let claimed = self.claim()?;
            let jobs = if claimed.is_empty() { self.read()? } else { claimed };
            for job in jobs {
                self.handle(&job)?;
            }
        }
    }

    /// Takes over a job that has had no result for long: it failed, or its worker is dead.
    fn claim(&mut self) -> Result<Vec<StreamId>, Box<dyn Error>> {
        let options = StreamAutoClaimOptions::default().count(1);
        let (name, cursor) = (&self.name, &self.cursor);
        let reply: StreamAutoClaimReply =
            self.redis.xautoclaim_options(JOBS, GROUP, name, self.idle, cursor, options)?;
        self.cursor = reply.next_stream_id;
        Ok(reply.claimed)
    }

    /// Reads a new job; waits a second for it.
    fn read(&mut self) -> Result<Vec<StreamId>, Box<dyn Error>> {
        let options = StreamReadOptions::default().group(GROUP, &self.name).count(1).block(1_000);
        let reply: Option<StreamReadReply> = self.redis.xread_options(&[JOBS], &[">"], &options)?;
        Ok(reply.into_iter().flat_map(|reply| reply.keys).flat_map(|key| key.ids).collect())
    }

    fn handle(&mut self, entry: &StreamId) -> Result<(), Box<dyn Error>> {
        let job = match Job::parse(entry) {
            Ok(job) => job,
            Err(reason) => return self.finish(entry, PARKED, &reason),
        };
        let is_once = job.is_once();
        let (deliveries, may_send) = self.take(entry, is_once)?;
        if deliveries == 0 {
            return Ok(());
        }
        if !may_send {
            return self.finish(
                entry,
                UNCERTAIN,
                "a worker started it and did not report a result",
            );
        }
        if deliveries > self.max_deliveries {
            let reason = format!("{} deliveries, and no worker reported a result", deliveries - 1);
            return self.finish(entry, PARKED, &reason);
        }
        let Err(error) = job.send(&self.usedesk) else { return self.finish(entry, DONE, "") };
        eprintln!("job {}, delivery {deliveries}: {error}", entry.id);
        if error.is_unauthorized() {
            // Else all jobs would fail.
            return Err(error.into());
        }
        if is_once && error.may_have_acted() {
            return self.finish(entry, UNCERTAIN, &error.to_string());
        }
        let fails_always = error.kind() == ErrorKind::Invalid || error.is_not_found();
        if fails_always || deliveries == self.max_deliveries {
            return self.finish(entry, PARKED, &error.to_string());
        }
        // It stays pending until a worker claims it.
        if !error.may_have_acted() {
            if is_once {
                self.redis.srem::<_, _, ()>(STARTED, &entry.id)?;
            }
            // The next job would hardly be sent either.
            thread::sleep(error.retry_after().unwrap_or(Duration::from_secs(1)));
        }
        Ok(())
    }

    fn take(&mut self, entry: &StreamId, is_once: bool) -> Result<(usize, bool), Box<dyn Error>> {
        let script = Script::new(TAKE);
        let mut call = script.key(JOBS);
        call.key(STARTED).arg(GROUP).arg(&entry.id).arg(u8::from(is_once));
        Ok(call.invoke(&mut self.redis)?)
    }

    fn finish(&mut self, entry: &StreamId, to: &str, reason: &str) -> Result<(), Box<dyn Error>> {
        let script = Script::new(FINISH);
        let mut call = script.key(JOBS);
        call.key(STARTED).key(to).arg(GROUP).arg(&entry.id).arg(reason);
        if !call.invoke::<bool>(&mut self.redis)? {
            eprintln!("job {}: another worker finished it before it ended in {to}", entry.id);
        }
        Ok(())
    }
}

fn setting<T: FromStr>(name: &str, default: T) -> Result<T, String> {
    let Ok(value) = env::var(name) else { return Ok(default) };
    value.parse().map_err(|_| format!("{name} is {value:?}"))
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    Worker::from_env()?.run()
}
