//! A browser for one test.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use thirtyfour::extensions::query::ElementPollerWithTimeout;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, WebDriverRunError};

use crate::chromedriver::Chromedriver;

/// How long a test may take, and how long it may wait for an element: a watchdog, not an expectation.
const WATCHDOG: Duration = Duration::from_secs(60);
/// How often a test looks for an element that is not there yet.
const INTERVAL: Duration = Duration::from_millis(20);

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

    /// Runs `work` in a new browser, which is closed afterwards. Without chromedriver it reports that
    /// `test` is skipped.
    ///
    /// # Panics
    ///
    /// When `work` fails or does not end within a minute; and without chromedriver, if `CI` is set.
    pub fn run(self, test: &str, work: impl AsyncFnOnce(&WebDriver) -> WebDriverResult<()>) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(chromedriver) = Chromedriver::start() else {
            php_oracle::skip_unless_ci(test, "chromedriver (chromium, chromium-driver)");
            return;
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let result = runtime.expect("a runtime starts").block_on(async {
            let driver = self.open(&chromedriver.url).await.map_err(WebDriverRunError::Body)?;
            let work = async |driver: WebDriver| {
                let result = tokio::time::timeout(WATCHDOG, work(&driver)).await;
                result.unwrap_or_else(|_| panic!("{test} did not end within {WATCHDOG:?}"))
            };
            driver.run_and_quit(work).await
        });
        result.unwrap_or_else(|error| panic!("{test}: {error}"));
    }

    async fn open(self, url: &str) -> WebDriverResult<WebDriver> {
        let mut capabilities = ChromeCapabilities::new();
        for argument in [
            "--headless=new",
            // Its sandbox needs rights that containers and root do not have. All pages are ours.
            "--no-sandbox",
            // The shared memory of a container is small.
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--no-proxy-server",
        ] {
            capabilities.add_arg(argument)?;
        }
        for argument in &self.arguments {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_experimental_option(
            "prefs",
            json!({ "intl": { "accept_languages": self.language, "selected_languages": self.language } }),
        )?;
        // A window cannot be as narrow as the screen of a telephone.
        let size = json!({ "width": self.width, "height": self.height, "pixelRatio": 1.0, "mobile": false, "touch": false });
        capabilities
            .add_experimental_option("mobileEmulation", json!({ "deviceMetrics": size }))?;
        // A proxy of the environment cannot reach this machine.
        let client = reqwest::Client::builder().no_proxy().timeout(WATCHDOG).build();
        let client = client.expect("a client without TLS can be built");
        let poller = ElementPollerWithTimeout::new(WATCHDOG, INTERVAL);
        WebDriver::builder(url, capabilities).client(client).poller(Arc::new(poller)).await
    }
}
