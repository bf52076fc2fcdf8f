//! The pictures of docs/sandbox.md, which `cargo xtask screenshots` takes.

use std::path::Path;

use browser_tests::Browser;
use usedesk_sandbox::Sandbox;

use super::{open, program, see};

#[test]
#[ignore = "writes files of the guide"]
fn screenshots() {
    Browser::default().size(1200, 720).run("screenshots", async |page| {
        let sandbox = Sandbox::start().unwrap();
        let _ = program(&sandbox);
        open(page, &sandbox, "requests").await?;
        see(page, "main").await?;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images");
        page.screenshot(&folder.join("console-requests.png")).await
    });
}
