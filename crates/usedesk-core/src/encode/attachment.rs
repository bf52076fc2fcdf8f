//! Files to upload.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;
use mime_guess::Mime;

use crate::limits::MAX_FILE_NAME;
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// A file to upload: its name, its media type and its content.
///
/// Create one from memory with [`from_bytes`](Self::from_bytes); the transport crates read one from
/// a path. Clones, requests with the file and their retries share the content without a copy.
///
/// # Examples
///
/// ```
/// use usedesk_core::Attachment;
///
/// let invoice = Attachment::from_bytes("счёт.pdf", b"%PDF-1.7".to_vec());
/// assert_eq!(invoice.media_type(), "application/pdf");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    name: String,
    media_type: String,
    /// Whether the media type was given, and not guessed from the name.
    has_given_type: bool,
    content: Bytes,
}

impl Attachment {
    /// Creates a file with this name and content.
    ///
    /// The name must have 1 to [`MAX_FILE_NAME`] characters, without control characters, `/` and
    /// `\`, at which PHP would cut it. The content may have at most
    /// [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES), unless the builder's `allow_large_files` lifts
    /// the limit. Both are checked when a request with the file is sent.
    ///
    /// The media type is guessed from the extension of the name.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let name = name.into();
        let media_type = guess_media_type(&name);
        Self { name, media_type, has_given_type: false, content: content.into() }
    }

    /// Sets the name. A media type that was guessed is guessed anew.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        if !self.has_given_type {
            self.media_type = guess_media_type(&self.name);
        }
        self
    }

    /// Sets the media type, such as `text/csv`.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        (self.media_type, self.has_given_type) = (media_type.into(), true);
        self
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the media type: the given one, or the one guessed from the extension of the name.
    /// An unknown extension gives `application/octet-stream`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// Reads a file named as the last part of `path`, with `length` bytes of `content`. Fails if
    /// `content` does not have exactly that many, and if the name is not UTF-8.
    pub(crate) fn read(path: &Path, length: u64, content: impl Read) -> io::Result<Self> {
        let name = path.file_name().and_then(OsStr::to_str);
        let name = name.ok_or_else(|| io::Error::other("its name is not UTF-8"))?;
        let mut bytes = Vec::new();
        let size = usize::try_from(length).map_err(io::Error::other)?;
        bytes.try_reserve_exact(size).map_err(io::Error::other)?;
        content.take(length.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() != size {
            return Err(io::Error::other("its content does not have the size in its metadata"));
        }
        Ok(Self::from_bytes(name, bytes))
    }

    /// Returns the file with its size as its content.
    pub(crate) fn summary(&self) -> Self {
        let content = Bytes::from(format!("({} bytes)", self.content.len()));
        Self { content, ..self.clone() }
    }

    pub(crate) fn check(
        &self,
        parameter: impl fmt::Display,
        max_bytes: usize,
        violations: &mut Violations,
    ) {
        violations.check_length(&parameter, &self.name, 1..=MAX_FILE_NAME);
        if let Some(stray) = self.name.chars().find(|c| c.is_control() || matches!(c, '/' | '\\')) {
            violations.push(&parameter, Rule::Without(stray), quote(&self.name));
        }
        if self.media_type.parse::<Mime>().is_err() || self.media_type.contains(char::is_control) {
            let rule = Rule::Custom("have a media type like text/csv".into());
            violations.push(&parameter, rule, quote(&self.media_type));
        }
        let size = self.content.len();
        if size > max_bytes {
            violations.push(&parameter, Rule::Maximum(max_bytes as u64), format!("{size} bytes"));
        }
    }
}

/// Guesses the media type from the extension of the name.
///
/// Called when a file is created and not when it is sent, so that a program without files does not
/// contain the table of 190 KB.
fn guess_media_type(name: &str) -> String {
    mime_guess::from_path(name).first_or_octet_stream().to_string()
}

// Without the content.
#[expect(clippy::missing_fields_in_debug, reason = "`has_given_type` is internal")]
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type())
            .field("bytes", &self.content.len())
            .finish()
    }
}
