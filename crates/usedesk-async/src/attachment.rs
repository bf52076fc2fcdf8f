//! Attachments from a path.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tokio::runtime::Handle;
use usedesk_core::{Attachment, BoxFuture, Error, internal};

/// Reads attachments from files.
pub trait AttachmentExt: Sized {
    /// Reads the file at `path` into memory, named by the last part of the path, on tokio's threads
    /// for blocking work.
    ///
    /// # Errors
    ///
    /// [`File`](usedesk_core::ErrorKind::File) when it is missing, cannot be read, is not a
    /// regular file, or has a name that is not UTF-8, and outside of a tokio runtime. Nothing is
    /// sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_async::{Attachment, AttachmentExt, comments::CreateComment};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), usedesk_async::Error> {
    /// # let folder = std::env::temp_dir().join("usedesk-async-open");
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # std::env::set_current_dir(&folder).unwrap();
    /// # std::fs::write("invoice.pdf", "%PDF").unwrap();
    /// let invoice = Attachment::open("invoice.pdf").await?;
    /// let reply = CreateComment::public(4501, "Here it is.").attach(invoice);
    /// # let _ = reply;
    /// # Ok(())
    /// # }
    /// ```
    fn open(path: impl AsRef<Path>) -> BoxFuture<Result<Self, Error>>;
}

impl AttachmentExt for Attachment {
    fn open(path: impl AsRef<Path>) -> BoxFuture<Result<Self, Error>> {
        let path = path.as_ref().to_owned();
        Box::pin(async move {
            let name = path.display().to_string();
            let opened = match Handle::try_current() {
                Ok(runtime) => runtime.spawn_blocking(move || open(&path)).await,
                Err(error) => return Err(internal::file_error(name, error)),
            };
            let opened = opened.map_err(io::Error::other).and_then(|opened| opened);
            opened.map_err(|error| internal::file_error(name, error))
        })
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
