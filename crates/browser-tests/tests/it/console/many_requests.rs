//! A full journal.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::Instant;

use browser_tests::Browser;
use usedesk_sandbox::Sandbox;

use super::{click, fill, open, run};

const REQUESTS: usize = 10_000;
/// Those that arrive while the page is open.
const LIVE: usize = 2_000;
const CONNECTIONS: usize = 4;

/// Sends requests over several connections, without waiting for each response.
async fn send(sandbox: &Sandbox, number: usize) {
    let threads = [(); CONNECTIONS].map(|()| {
        let address = sandbox.url().replace("http://", "");
        tokio::task::spawn_blocking(move || send_over_one(&address, number / CONNECTIONS).unwrap())
    });
    for thread in threads {
        thread.await.unwrap();
    }
}

fn send_over_one(address: &str, number: usize) -> io::Result<()> {
    let request =
        "GET /ticket?api_token=sandbox-token&ticket_id=4501 HTTP/1.1\r\nHost: localhost\r\n";
    let mut stream = TcpStream::connect(address)?;
    let mut responses = stream.try_clone()?;
    let reader = thread::spawn(move || io::copy(&mut responses, &mut io::sink()));
    stream.write_all(format!("{request}\r\n").repeat(number - 1).as_bytes())?;
    stream.write_all(format!("{request}Connection: close\r\n\r\n").as_bytes())?;
    reader.join().unwrap()?;
    Ok(())
}

#[test]
fn ten_thousand_requests() {
    Browser::default().run("10,000 requests", async |page| {
        let sandbox = Sandbox::start().unwrap();
        send(&sandbox, REQUESTS - LIVE).await;
        let start = Instant::now();
        open(page, &sandbox, "requests").await?;
        let opened = start.elapsed();
        let script = "window.longest = 0; new PerformanceObserver((list) => { \
            for (const {duration} of list.getEntries()) window.longest = Math.max(window.longest, duration); \
            }).observe({ type: 'longtask' })";
        run(page, script).await?;
        let start = Instant::now();
        send(&sandbox, LIVE).await;
        let sent = start.elapsed();
        assert_eq!(sandbox.requests().len(), REQUESTS);
        page.find("[data-request='10000']").await?;
        let shown = start.elapsed();
        // Only those that are visible are in the page.
        let rows = run(page, "return document.querySelectorAll('[data-request]').length").await?;
        assert!(rows.as_u64().unwrap() < 60, "{rows}");

        let live = run(page, "const longest = window.longest; window.longest = 0; return longest").await?;
        let scroll = "const list = document.querySelector('#requests'); const start = performance.now(); \
            for (let place = 0; place < 50; place += 1) { \
              list.scrollTop = place * list.scrollHeight / 50; \
              await new Promise(requestAnimationFrame); \
            } \
            return (performance.now() - start) / 50";
        let frame = run(page, &format!("return (async () => {{ {scroll} }})()")).await?.as_f64().unwrap();
        let start = Instant::now();
        fill(page, "#request-filter [name=path]", "/nowhere").await?;
        page.wait_until_gone("[data-request]").await?;
        let filtered = start.elapsed();
        let longest = run(page, "return window.longest").await?;
        // The list starts again where it was scrolled down.
        fill(page, "#request-filter [name=path]", "/").await?;
        page.find("[data-request='10000']").await?;
        let down = "document.querySelector('#requests').scrollTop = 200_000";
        run(page, down).await?;
        page.wait_until_gone("[data-request='9999']").await?;
        fill(page, "#request-filter [name=path]", "/ticket").await?;
        page.find_visible("[data-request='9999']").await?;
        run(page, down).await?;
        page.wait_until_gone("[data-request='9999']").await?;
        click(page, "#clear-requests").await?;
        page.find("#no-requests").await?;
        send(&sandbox, CONNECTIONS).await;
        page.find_visible("[data-request='10004']").await?;
        page.find_visible("[data-request='10001']").await?;
        // Not `eprintln!`: figures, whether or not the output of tests is shown.
        let _ = writeln!(
            io::stderr(),
            "a page with 8,000 requests is open after {opened:.1?}; 2,000 more are sent in {sent:.1?} and shown \
             {:.0?} later, longest task {live} ms; a frame of scrolling takes {frame:.0} ms; filtered in \
             {filtered:.0?}, longest task {longest} ms",
            shown.saturating_sub(sent)
        );
        Ok(())
    });
}
