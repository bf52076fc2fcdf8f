//! What is sent as `Host`: the same bytes, whatever the library makes of a URL.

use super::support::{once, sandbox, update};
use super::wait;

#[test]
fn the_host_is_sent_in_one_spelling() {
    let sandbox = sandbox();
    let port = sandbox.url().rsplit_once(':').expect("a port").1;
    let cases = [
        (format!("http://LOCALHOST:{port}"), format!("localhost:{port}")),
        (format!("HTTP://LocalHost:0{port}/uapi"), format!("localhost:{port}")),
        (format!("http://127.0.0.1:{port}"), format!("127.0.0.1:{port}")),
    ];
    for (base_url, host) in cases {
        let usedesk = once(sandbox.token()).base_url(&base_url).build().expect("valid");
        // The sandbox may not have the path, so the response does not matter.
        let _ = wait(usedesk.send(update()));
        let requests = sandbox.requests();
        let request = requests.last().expect("it came");
        assert_eq!(request.header("host"), Some(&*host), "{base_url}");
    }
}

#[test]
fn odd_hosts_and_ports_are_rejected_when_the_handle_is_built() {
    for base_url in [
        "http://127.0.0.1:+8080",
        "https://xn--",
        "https://desk.example:0",
        "https://desk!.example",
    ] {
        let error = once("token").base_url(base_url).no_proxy().build().expect_err(base_url);
        assert!(error.to_string().contains("base_url must have a host"), "{error}");
        let proxy = once("token").proxy(base_url.replace("https", "http")).build();
        assert!(proxy.expect_err(base_url).to_string().contains("proxy must be"));
    }
}
