//! The only upper bound on time that a test may have.

use std::io::{Write as _, stderr};
use std::process;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a test may wait for something that takes moments on an idle machine.
///
/// No test asserts a shorter time: on a busy machine every thread may pause for seconds.
const WATCHDOG: Duration = Duration::from_secs(60);

/// Runs `work` and aborts the program if it takes longer than a minute.
///
/// The thread that runs `work` cannot be stopped, so a panic would not end the test.
pub fn ends<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (done, watched) = mpsc::channel::<()>();
    let name = name.to_owned();
    thread::spawn(move || {
        if watched.recv_timeout(WATCHDOG) == Err(RecvTimeoutError::Timeout) {
            // Written directly, since captured output would be lost.
            let _ = writeln!(stderr(), "{name} did not end within {WATCHDOG:?}");
            process::abort();
        }
    });
    let result = work();
    drop(done);
    result
}

/// Waits until the condition holds.
///
/// # Panics
///
/// Panics when it does not hold within a minute.
pub fn until(name: &str, condition: impl Fn() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(begin.elapsed() < WATCHDOG, "not within {WATCHDOG:?}: {name}");
        thread::sleep(Duration::from_millis(1));
    }
}
