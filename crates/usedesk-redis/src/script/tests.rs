//! The script against the function that it repeats in Lua.

use fastrand::Rng;
use redis::{Client, Script};
use test_support::{RedisServer, short_or_long};
use usedesk_core::shared_limit::{SlotState, reserve};

use super::*;

/// The line of the script that reads the clock, and what a test has instead.
const CLOCK: &str = "local time = redis.call('TIME')\n";
const TEST_CLOCK: &str = "local time = { 0, tonumber(ARGV[8]) }\n";

const SECOND: i64 = 1_000_000;

/// A request at a time, and the decision.
type Step = (i64, SlotRequest, SlotDecision);

/// A history of one key: requests of limiters with different limits, slots that are confirmed or
/// given up, stops, a clock that is set, and losses of the data.
fn history(random: &mut Rng) -> (Vec<Option<Step>>, Option<SlotState>) {
    let intervals = [1, 7, 1_000, 413_794, SECOND, 60 * SECOND];
    let interval = intervals[random.usize(..intervals.len())];
    let limits = [
        SlotLimit::new(interval, random.i64(1..12)),
        SlotLimit::new(interval + random.i64(0..2) * random.i64(..=interval), random.i64(1..12)),
    ];
    let mut now = random.i64(1..2_000_000_000 * SECOND);
    let (mut state, mut waiting, mut steps) = (None, Vec::new(), Vec::new());
    for _ in 0..random.usize(1..25) {
        now += match random.u8(..20) {
            0 => random.i64(-now..100 * SECOND),
            1 => random.i64(0..1_000 * SECOND),
            2..8 => random.i64(0..5 * interval),
            _ => random.i64(0..=interval),
        };
        if random.u8(..60) == 0 {
            state = None;
            steps.push(None);
            continue;
        }
        let kinds = [SlotKind::FirstAttempt, SlotKind::Retry, SlotKind::Stop];
        let kind = kinds[random.choice([0, 0, 0, 1, 1, 2]).unwrap_or_default()];
        let mut request = SlotRequest::new(kind, limits[usize::from(random.u8(..5) == 0)]);
        if !waiting.is_empty() && random.bool() {
            let (kind, slot) = waiting.swap_remove(random.usize(..waiting.len()));
            (request.kind, request.slot) = (kind, Some(slot));
        }
        if random.u8(..8) == 0 || kind == SlotKind::Stop {
            request.stop = Duration::from_micros(random.u64(..200_000_000));
        }
        if random.u8(..4) == 0 {
            let longest = u64::try_from(10 * interval).unwrap_or_default();
            request.max_wait = Duration::from_micros(random.u64(..=longest));
        }
        let (next, decision) = reserve(state, now, request.limit, &request);
        state = Some(next);
        if let SlotOutcome::Wait { slot, .. } = decision.outcome {
            waiting.push((request.kind, slot));
        }
        steps.push(Some((now, request, decision)));
    }
    (steps, state)
}

#[test]
fn the_script_decides_as_the_function_does() {
    let test = "the_script_decides_as_the_function_does";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let code = include_str!("../reserve.lua");
    assert_eq!(code.matches(CLOCK).count(), 1);
    let script = Script::new(&code.replace(CLOCK, TEST_CLOCK));
    let client = Client::open(redis.url()).expect("a URL");
    let mut connection = client.get_connection().expect("it runs");
    let hash = script.load(&mut connection).expect("it compiles");
    let seed = fastrand::u64(..);
    let mut random = Rng::with_seed(seed);
    let mut decisions = 0;
    for batch in 0..short_or_long(10, 100) {
        let key = |number: usize| format!("key:{batch}:{number}");
        let histories: Vec<_> = (0..100).map(|_| history(&mut random)).collect();
        let (mut pipeline, mut kept) = (redis::pipe(), redis::pipe());
        for (number, (steps, _)) in histories.iter().enumerate() {
            for step in steps {
                match step {
                    None => drop(pipeline.cmd("DEL").arg(key(number)).ignore()),
                    Some((now, request, _)) => {
                        let command = pipeline.cmd("EVALSHA").arg(&hash).arg(1).arg(key(number));
                        command.arg(&arguments(request)).arg(*now);
                    }
                }
            }
            kept.cmd("GET").arg(key(number)).cmd("PTTL").arg(key(number));
        }
        let found: Vec<Integers> = pipeline.query(&mut connection).expect("no error");
        let expected = histories.iter().flat_map(|(steps, _)| steps.iter().flatten());
        assert_eq!(found.len(), expected.clone().count());
        for (integers, (now, request, expected)) in found.iter().zip(expected) {
            let decision = decision(*integers).expect("an outcome");
            assert_eq!(decision, *expected, "seed {seed}: {now} {request:?}");
        }
        decisions += found.len();
        let kept: Vec<(Option<String>, i64)> = kept.query(&mut connection).expect("no error");
        for ((_, state), (kept, lives)) in histories.into_iter().zip(kept) {
            let written = |state: SlotState| {
                let fields = state.to_array().map(|field| format!(" {field}"));
                format!("usedesk1{}", fields.concat())
            };
            assert_eq!(kept, state.map(written), "seed {seed}");
            let lives = Duration::from_millis(u64::try_from(lives).unwrap_or_default());
            let lifetime = state.map_or(Duration::ZERO, SlotState::lifetime);
            assert!(lives + Duration::from_secs(60) >= lifetime, "{lives:?}");
        }
    }
    assert!(decisions > 1_000);
}

#[test]
fn the_key_of_something_else_is_left_alone() {
    let test = "the_key_of_something_else_is_left_alone";
    let Some(redis) = RedisServer::start(test, &[]) else { return };
    let client = Client::open(redis.url()).expect("a URL");
    let mut connection = client.get_connection().expect("it runs");
    let script = KeyedScript::new("key".to_owned());
    let limit = SlotLimit::new(1, 1);
    let request = SlotRequest::new(SlotKind::FirstAttempt, limit);
    for value in ["", "text", "1 2 3 4 5 6 7 8 9 10 11 12"] {
        let _: () = redis::cmd("SET").arg("key").arg(value).query(&mut connection).expect("set");
        let result = script.invocation(&request).invoke::<Integers>(&mut connection);
        let error = result.expect_err("not a state").to_string();
        assert!(error.contains("holds something else"), "{error}");
        let kept: String = redis::cmd("GET").arg("key").query(&mut connection).expect("kept");
        assert_eq!(kept, value);
    }
}
