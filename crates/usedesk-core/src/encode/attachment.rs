//! Files that go along with a request.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use bytes::Bytes;
use mime_guess::Mime;

use crate::limits::MAX_FILE_NAME;
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// A file to send: its name, its media type and its content.
///
/// From memory by [`from_bytes`](Self::from_bytes); the transport crates open one from a path.
/// The content is shared, not copied, by clones, by a request with the file and by its repetitions.
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
    /// It was given, and not guessed by the name.
    has_own_type: bool,
    content: Bytes,
}

impl Attachment {
    /// A file with this name and content.
    ///
    /// The name is not empty, has at most [`MAX_FILE_NAME`] characters, no control characters and
    /// neither `/` nor `\`, at which PHP would cut it. The content has at most [`MAX_FILE_BYTES`].
    /// Both are checked when a request with the file is sent.
    #[must_use]
    pub fn from_bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let name = name.into();
        let media_type = guess(&name);
        Self { name, media_type, has_own_type: false, content: content.into() }
    }

    /// Calls the file by another name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        if !self.has_own_type {
            self.media_type = guess(&self.name);
        }
        self
    }

    /// Says what the content is, `text/csv`, where the name does not tell.
    #[must_use]
    pub fn with_media_type(mut self, media_type: impl Into<String>) -> Self {
        (self.media_type, self.has_own_type) = (media_type.into(), true);
        self
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The media type that was given, or the one that goes with the name's extension;
    /// `application/octet-stream` for one that is not known.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &Bytes {
        &self.content
    }

    /// A file that is called as the last part of `path`, and whose content is the `length` bytes
    /// that `content` gives: what the transport crates open files with.
    ///
    /// # Errors
    ///
    /// When reading fails, when there are more bytes or fewer than announced or no room for them,
    /// and when the name is not UTF-8.
    #[doc(hidden)]
    pub fn read(path: &Path, length: u64, content: impl Read) -> io::Result<Self> {
        let name = path.file_name().and_then(OsStr::to_str);
        let name = name.ok_or_else(|| io::Error::other("its name is not UTF-8"))?;
        let mut bytes = Vec::new();
        let room = usize::try_from(length).map_err(io::Error::other)?;
        bytes.try_reserve_exact(room).map_err(io::Error::other)?;
        content.take(length.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() != room {
            return Err(io::Error::other("its size is not the one that the system says"));
        }
        Ok(Self::from_bytes(name, bytes))
    }

    /// The same with its size in the place of its content.
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

/// Asked for where a file is made and not where it is sent: the table is 190 KB, which a program
/// without files then does without.
fn guess(name: &str) -> String {
    mime_guess::from_path(name).first_or_octet_stream().to_string()
}

// Without the content.
#[expect(clippy::missing_fields_in_debug, reason = "who chose the media type does not show")]
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type())
            .field("bytes", &self.content.len())
            .finish()
    }
}
