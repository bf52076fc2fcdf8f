//! Uploaded files and the URLs they are served at.

use std::fmt::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::serial::Serial;
use crate::php::ReceivedFile;

/// A file of a comment, with the members of a `/ticket` response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CommentFile {
    /// The file name, without any directories it was sent with.
    pub name: String,
    /// The URL in the sandbox, which needs no token.
    pub file: String,
}

/// All uploaded files. None is ever removed, since a response may have its URL.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    #[serde(skip)]
    base_url: String,
    #[serde(default, rename = "last_id")]
    ids: Serial,
    #[serde(default)]
    kept: Vec<KeptFile>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptFile {
    path: String,
    #[serde(default = "octet_stream")]
    pub(crate) media_type: String,
    /// Shared by copies of the desk.
    #[cfg_attr(feature = "program", serde(rename = "base64", with = "base64"))]
    #[cfg_attr(not(feature = "program"), serde(skip))]
    pub(crate) bytes: Arc<Vec<u8>>,
}

fn octet_stream() -> String {
    "application/octet-stream".to_owned()
}

/// The content of a file as base64.
#[cfg(feature = "program")]
mod base64 {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        bytes: &Arc<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes.as_slice()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<Vec<u8>>, D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?);
        bytes.map(Arc::new).map_err(D::Error::custom)
    }
}

impl Files {
    pub(crate) fn served_at(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), ids: Serial::after(0), kept: Vec::new() }
    }

    /// Serves the files at another base URL, and never takes the id of one of them again.
    #[cfg(feature = "program")]
    pub(crate) fn serve_at(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.base_url);
        for file in &self.kept {
            let id = file.path.split('/').nth(2).and_then(|id| id.parse().ok());
            self.ids.skip_to(id.unwrap_or_default());
        }
    }

    /// Returns the paths of all files.
    #[cfg(feature = "program")]
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|file| file.path.as_str())
    }

    pub(crate) fn keep(&mut self, file: &ReceivedFile) -> CommentFile {
        // PHP drops directories, too.
        let name = file.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let path = format!("/files/{}/{}", self.ids.take(), percent_encode(name));
        let url = format!("{}{path}", self.base_url);
        let mut media_type = file.media_type.clone();
        if media_type.is_empty() {
            media_type = octet_stream();
        }
        self.kept.push(KeptFile { path, media_type, bytes: Arc::new(file.bytes.clone()) });
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
