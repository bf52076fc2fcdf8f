//! A browser for one test.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::chromedriver::Chromedriver;
use crate::error::Result;
use crate::page::Page;

/// How long a test may take, with all its waits: a watchdog, not an expectation.
const WHOLE_TEST: Duration = Duration::from_secs(600);

/// What Chromium gets besides the arguments of a test.
const ARGUMENTS: [&str; 6] = [
    "--headless=new",
    // Its sandbox needs rights that containers and root do not have. All pages are ours.
    "--no-sandbox",
    // The shared memory of a container is small.
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--no-proxy-server",
];

/// What chromedriver says without Chromium.
const NO_CHROMIUM: &str = "hrome binary";

/// One browser runs at a time: each takes all cores while it starts.
static TURN: Mutex<()> = Mutex::new(());

/// What a browser is like: its size, its language and more.
#[derive(Clone, Debug)]
#[must_use = "a browser does nothing until it runs"]
pub struct Browser {
    width: u32,
    height: u32,
    language: &'static str,
    arguments: Vec<String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { width: 1440, height: 900, language: "en", arguments: Vec::new() }
    }
}

impl Browser {
    /// Sets the size of the page in CSS pixels; by default 1440 x 900.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// Sets the language that the user prefers; by default English.
    pub fn language(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// Adds an argument of Chromium's command line.
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Runs `work` in a new browser, which is closed afterwards. Without chromedriver or Chromium it
    /// reports that `test` is skipped.
    ///
    /// # Panics
    ///
    /// When `work` fails or does not end within ten minutes; and without chromedriver or Chromium, if `CI`
    /// is set.
    pub fn run(self, test: &str, work: impl AsyncFnOnce(&Page) -> Result<()>) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let skip = || php_oracle::skip_unless_ci(test, "chromedriver (chromium, chromium-driver)");
        let Some(chromedriver) = Chromedriver::start() else { return skip() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let page = runtime.block_on(Page::start(&chromedriver.url, &self.capabilities()));
        let page = match page {
            Ok(page) => page,
            Err(error) if error.to_string().contains(NO_CHROMIUM) => return skip(),
            Err(error) => panic!("{test}: no browser: {error}"),
        };
        let work =
            || runtime.block_on(async { tokio::time::timeout(WHOLE_TEST, work(&page)).await });
        // The browser is closed after a panic, too.
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        let closed = runtime.block_on(page.close());
        match result.unwrap_or_else(|panic| panic::resume_unwind(panic)) {
            Ok(result) => result.and(closed).unwrap_or_else(|error| panic!("{test}: {error}")),
            Err(error) => panic!("{test} did not end within {WHOLE_TEST:?}: {error}"),
        }
    }

    fn capabilities(&self) -> Value {
        let arguments = ARGUMENTS.iter().copied().chain(self.arguments.iter().map(String::as_str));
        let size = json!({ "width": self.width, "height": self.height, "pixelRatio": 1.0, "mobile": false, "touch": false });
        let language = self.language;
        json!({
            "browserName": "chrome",
            // Those of the client end a call that takes too long; by default scripts have 30 seconds.
            "timeouts": { "script": 300_000, "pageLoad": 300_000 },
            "goog:chromeOptions": {
                "args": arguments.collect::<Value>(),
                "prefs": { "intl": { "accept_languages": language, "selected_languages": language } },
                // A window cannot be as narrow as the screen of a telephone.
                "mobileEmulation": { "deviceMetrics": size },
            },
        })
    }
}
