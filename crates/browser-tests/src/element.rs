//! An element of a page.

use reqwest::Method;
use serde_json::{Value, json};

use crate::error::Result;
use crate::page::Page;

/// An element of a page.
#[derive(Debug)]
pub struct Element<'a> {
    page: &'a Page,
    path: String,
}

impl<'a> Element<'a> {
    pub(crate) fn new(page: &'a Page, id: &str) -> Self {
        Self { page, path: format!("/element/{id}") }
    }

    /// Scrolls to the element and clicks it.
    ///
    /// # Errors
    ///
    /// As all methods, when the element is no longer in the page or the browser cannot do it.
    pub async fn click(&self) -> Result<()> {
        self.post("click", json!({})).await
    }

    /// Removes the text of a field.
    ///
    /// # Errors
    ///
    /// As [`Self::click`].
    pub async fn clear(&self) -> Result<()> {
        self.post("clear", json!({})).await
    }

    /// Types a text into a field.
    ///
    /// # Errors
    ///
    /// As [`Self::click`].
    pub async fn send_keys(&self, text: &str) -> Result<()> {
        self.post("value", json!({ "text": text })).await
    }

    /// Returns the visible text.
    ///
    /// # Errors
    ///
    /// As [`Self::click`].
    pub async fn text(&self) -> Result<String> {
        Ok(self.get("text").await?.as_str().unwrap_or_default().to_owned())
    }

    /// Returns an attribute; an empty text if it is absent.
    ///
    /// # Errors
    ///
    /// As [`Self::click`].
    pub async fn attribute(&self, name: &str) -> Result<String> {
        let value = self.get(&format!("attribute/{name}")).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn is_visible(&self) -> Result<bool> {
        Ok(self.get("displayed").await? == true)
    }

    async fn get(&self, name: &str) -> Result<Value> {
        self.page.call(Method::GET, &format!("{}/{name}", self.path), Value::Null).await
    }

    async fn post(&self, name: &str, body: Value) -> Result<()> {
        self.page.call(Method::POST, &format!("{}/{name}", self.path), body).await.map(drop)
    }
}
