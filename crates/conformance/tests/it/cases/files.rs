//! Files: from a path into an attachment, and over a socket.

use std::fs;
use std::path::{Path, PathBuf};

use usedesk_sandbox::ReceivedFile;

use super::sdk::comments::CreateComment;
use super::sdk::{Attachment, AttachmentExt, Encoding, ErrorKind};
use super::support::{sandbox, usedesk};
use super::wait;

/// A folder that is deleted when this value is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn new(name: &str) -> Self {
        let flavor = module_path!().replace("::", "-");
        let path = std::env::temp_dir().join(format!("{flavor}-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_read_with_its_name() {
    let folder = Folder::new("read");
    let path = folder.0.join("счёт.pdf");
    fs::write(&path, "%PDF").expect("writable");
    let file = wait(Attachment::open(&path)).expect("it is there");
    assert_eq!(file, Attachment::from_bytes("счёт.pdf", "%PDF"));
    assert_eq!(file.media_type(), "application/pdf");
}

#[test]
fn what_is_no_file_is_a_file_error() {
    let folder = Folder::new("missing");
    let missing = folder.0.join("missing.pdf");
    // Each operating system has its own words.
    let absent = fs::metadata(&missing).expect_err("no file").to_string();
    for (path, reason) in [
        (missing, &*absent),
        (folder.0.clone(), "it is not a regular file"),
        #[cfg(unix)]
        (PathBuf::from("/dev/zero"), "it is not a regular file"),
    ] {
        let error = wait(Attachment::open(&path)).expect_err("no file");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::File, false));
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot read the file {}: ", path.display())), "{text}");
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn files_arrive_unchanged() {
    let (sandbox, large) = (sandbox(), vec![b'x'; 300_000]);
    let files =
        [("счёт \"№ 7\".pdf", "application/pdf", &b"%PDF"[..]), ("a😀", "text/csv", &large)];
    for encoding in [Encoding::Form, Encoding::Json] {
        let comment = files.iter().fold(
            CreateComment::private(4501, "Hi"),
            |comment, &(name, media_type, content)| {
                let file = Attachment::from_bytes(name, content.to_vec());
                comment.attach(file.with_media_type(media_type))
            },
        );
        // Only the request matters.
        let _ = wait(usedesk(&sandbox, encoding).send(comment));
    }
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let seen: Vec<_> = request
            .files
            .iter()
            .map(|file: &ReceivedFile| {
                (&*file.name, &*file.file_name, &*file.media_type, &*file.bytes)
            })
            .collect();
        assert_eq!(
            seen,
            files.map(|(name, media_type, content)| ("files[]", name, media_type, content))
        );
        assert_eq!(request.parameters["type"], "private");
        let length: usize =
            request.header("content-length").expect("there").parse().expect("a number");
        assert_eq!(length, request.body.len());
    }
}
