//! A page in a browser: the commands of [WebDriver](https://www.w3.org/TR/webdriver2/) that tests use.
//!
//! The clients on crates.io cost too much here: thirtyfour switches `preserve_order` of `serde_json` on in the
//! build of all tests, and fantoccini adds 27 crates and a license that `deny.toml` does not allow.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::http_client;
use crate::element::Element;
use crate::error::{BrowserError, Result};

/// How long a test may wait for anything in a page: a watchdog, not an expectation.
pub(crate) const WATCHDOG: Duration = Duration::from_secs(180);
/// How often a test looks for an element that is not there yet.
const INTERVAL: Duration = Duration::from_millis(20);

/// The page of a browser.
#[derive(Debug)]
pub struct Page {
    client: reqwest::Client,
    /// The URL of the session.
    session: String,
}

impl Page {
    /// Starts a browser with these capabilities.
    pub(crate) async fn start(driver: &str, capabilities: &Value) -> Result<Self> {
        let mut page = Self { client: http_client(), session: format!("{driver}/session") };
        let capabilities = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let session = page.call(Method::POST, "", capabilities).await?;
        let id = session["sessionId"].as_str().ok_or("there is no session")?;
        page.session = format!("{}/{id}", page.session);
        Ok(page)
    }

    /// Closes the browser.
    pub(crate) async fn close(self) -> Result<()> {
        self.call(Method::DELETE, "", Value::Null).await.map(drop)
    }

    /// Goes to a URL and waits until the page is loaded.
    ///
    /// # Errors
    ///
    /// As all methods, when the browser cannot do it or does not within three minutes.
    pub async fn goto(&self, url: impl Into<String>) -> Result<()> {
        self.call(Method::POST, "/url", json!({ "url": url.into() })).await.map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn refresh(&self) -> Result<()> {
        self.call(Method::POST, "/refresh", json!({})).await.map(drop)
    }

    /// Runs the body of a JavaScript function with these `arguments`, and returns its result, which may be a
    /// promise.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`], and when the function throws.
    pub async fn execute(&self, script: impl Into<String>, arguments: &[Value]) -> Result<Value> {
        let body = json!({ "script": script.into(), "args": arguments });
        self.call(Method::POST, "/execute/sync", body).await
    }

    /// Presses keys one after the other, where the focus is. Other keys than letters have
    /// code points of their own in `WebDriver`.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn press(&self, keys: &str) -> Result<()> {
        let actions = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        let source =
            json!({ "type": "key", "id": "keyboard", "actions": actions.collect::<Value>() });
        self.call(Method::POST, "/actions", json!({ "actions": [source] })).await.map(drop)
    }

    /// Sets the color scheme that the user prefers: `light` or `dark`.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn prefer_colors(&self, scheme: &str) -> Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        // A command of chromedriver, since WebDriver has none.
        let command =
            json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.call(Method::POST, "/goog/cdp/execute", command).await.map(drop)
    }

    /// Writes a picture of the page into a file, as PNG.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`], and when the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let picture = self.call(Method::GET, "/screenshot", Value::Null).await?;
        let bytes = STANDARD.decode(picture.as_str().unwrap_or_default())?;
        Ok(fs::write(file, bytes)?)
    }

    /// Returns the elements that match a CSS selector.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>> {
        let body = json!({ "using": "css selector", "value": css });
        let found = self.call(Method::POST, "/elements", body).await?;
        let references = found.as_array().into_iter().flatten();
        let ids =
            references.filter_map(|reference| reference.as_object()?.values().next()?.as_str());
        Ok(ids.map(|id| Element::new(self, id)).collect())
    }

    /// Waits until an element matches a CSS selector, and returns the first one.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn find(&self, css: &str) -> Result<Element<'_>> {
        self.until(css, async || Ok(self.find_all(css).await?.into_iter().next())).await
    }

    /// Waits until an element that matches a CSS selector is visible, and returns the first one.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn find_visible(&self, css: &str) -> Result<Element<'_>> {
        let find = async || {
            for element in self.find_all(css).await? {
                if element.is_visible().await? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        };
        self.until(css, find).await
    }

    /// Waits until no element matches a CSS selector.
    ///
    /// # Errors
    ///
    /// As [`Self::goto`].
    pub async fn wait_until_gone(&self, css: &str) -> Result<()> {
        self.until(css, async || Ok(self.find_all(css).await?.is_empty().then_some(()))).await
    }

    async fn until<T>(&self, what: &str, find: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(found) = find().await? {
                return Ok(found);
            }
            if start.elapsed() > WATCHDOG {
                return Err(format!("not within {WATCHDOG:?}: {what}").into());
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// Sends a command and returns its value.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Result<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.session));
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let bytes = request.send().await?.bytes().await?;
        let mut response: Value = serde_json::from_slice(&bytes)?;
        let value = response["value"].take();
        match (value["error"].as_str(), value["message"].as_str()) {
            (Some(error), Some(message)) => {
                Err(BrowserError::from(format!("{path}: {error}: {message}")))
            }
            _ => Ok(value),
        }
    }
}
