//! Attachments from a path.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use usedesk_core::{Attachment, Error, internal};

/// Reads attachments from files.
pub trait AttachmentExt: Sized {
    /// Reads the file at `path` into memory, named by the last part of the path.
    ///
    /// # Errors
    ///
    /// [`File`](usedesk_core::ErrorKind::File) when it is missing, cannot be read, is not a
    /// regular file, or has a name that is not UTF-8. Nothing is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_blocking::{Attachment, AttachmentExt, comments::CreateComment};
    ///
    /// # let folder = std::env::temp_dir().join("usedesk-blocking-open");
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # std::env::set_current_dir(&folder).unwrap();
    /// # std::fs::write("invoice.pdf", "%PDF").unwrap();
    /// let invoice = Attachment::open("invoice.pdf")?;
    /// let reply = CreateComment::public(4501, "Here it is.").attach(invoice);
    /// # let _ = reply;
    /// # Ok::<(), usedesk_blocking::Error>(())
    /// ```
    fn open(path: impl AsRef<Path>) -> Result<Self, Error>;
}

impl AttachmentExt for Attachment {
    fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        open(path).map_err(|error| internal::file_error(path.display(), error))
    }
}

fn open(path: &Path) -> io::Result<Attachment> {
    // Opening a pipe would block until another process opens it for writing.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let file = File::open(path)?;
    internal::read_attachment(path, file.metadata()?.len(), file)
}
