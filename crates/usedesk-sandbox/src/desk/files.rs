//! Uploaded files and the URLs they are served at.

use std::fmt::Write;

use serde::Serialize;

use super::serial::Serial;
use crate::php::ReceivedFile;

/// A file of a comment, with the members of a `/ticket` response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CommentFile {
    /// The file name, without any directories it was sent with.
    pub name: String,
    /// The URL in the sandbox, which needs no token.
    pub file: String,
}

/// All uploaded files. None is ever removed, since a response may have its URL.
#[derive(Clone)]
pub(crate) struct Files {
    base_url: String,
    ids: Serial,
    kept: Vec<KeptFile>,
}

#[derive(Clone)]
pub(crate) struct KeptFile {
    path: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Files {
    pub(crate) fn served_at(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), ids: Serial::after(0), kept: Vec::new() }
    }

    pub(crate) fn keep(&mut self, file: &ReceivedFile) -> CommentFile {
        // PHP drops directories, too.
        let name = file.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let path = format!("/files/{}/{}", self.ids.take(), percent_encode(name));
        let url = format!("{}{path}", self.base_url);
        let mut media_type = file.media_type.clone();
        if media_type.is_empty() {
            "application/octet-stream".clone_into(&mut media_type);
        }
        self.kept.push(KeptFile { path, media_type, bytes: file.bytes.clone() });
        CommentFile { name: name.to_owned(), file: url }
    }

    /// Finds a file by the percent-encoded path of its URL.
    pub(crate) fn at(&self, path: &str) -> Option<&KeptFile> {
        self.kept.iter().find(|file| file.path == path)
    }
}

/// Percent-encodes everything but unreserved characters.
pub(crate) fn percent_encode(name: &str) -> String {
    name.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
