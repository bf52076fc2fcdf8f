//! A build without the feature `gzip`.

use super::sdk::Encoding;
use super::support::{sandbox, update, usedesk};
use super::wait;

#[test]
fn compressed_responses_are_not_requested() {
    let sandbox = sandbox();
    wait(usedesk(&sandbox, Encoding::Form).send(update())).expect("accepted");
    assert_eq!(sandbox.requests()[0].header("accept-encoding"), None);
}
