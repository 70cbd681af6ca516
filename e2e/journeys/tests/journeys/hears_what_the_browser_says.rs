//! What every journey relies on to fail: that the browser's complaints are heard.

#![expect(
    clippy::unwrap_used,
    reason = "what a test stands on either is there or fails it"
)]

use journeys::visit;
use tokio::net::TcpListener;

const POLICY: &str =
    "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types default";

/// Serves one page and one script under a strict policy, for as long as the test runs.
async fn served(body: &'static str, script: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let listener = listener.into_std().unwrap();
        listener.set_nonblocking(false).unwrap();
        for stream in listener.incoming() {
            answer(stream.unwrap(), body, script);
        }
    });
    origin
}

fn answer(mut stream: std::net::TcpStream, body: &str, script: &str) {
    use std::io::{Read, Write};
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or_default();
    let wants_script = request[..length].starts_with(b"GET /page.js");
    let (kind, text) = if wants_script {
        ("text/javascript", script.to_owned())
    } else {
        let icon = "<link rel=icon href=data:,>";
        (
            "text/html",
            format!(
                "<!doctype html><html lang=en><title>A page</title>{icon}<script src=/page.js defer></script><main>{body}</main>"
            ),
        )
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Security-Policy: {POLICY}; img-src data:\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        text.len()
    );
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}

#[tokio::test]
async fn complaints_of_the_browser_are_heard() {
    let script = "console.error('broken'); try { document.body.innerHTML = '<b>x</b>' } catch {}";
    visit(served("<h1>A page</h1>", script).await, async |page| {
        page.open("/").await?;

        let complaints = page.complaints().await?.join("\n");
        assert!(complaints.contains("broken"), "{complaints}");
        assert!(complaints.contains("require-trusted-types-for"), "{complaints}");
        page.quiet().await
    })
    .await;
}

#[tokio::test]
async fn a_sound_page_is_not_complained_about_and_a_broken_rule_is() {
    visit(
        served("<h1>A page</h1><p id=p>text</p>", "").await,
        async |page| {
            page.open("/").await?;

            page.obeys_rules().await?;
            page.run(
                "document.getElementById('p').replaceWith(document.createElement('input'))",
                vec![],
            )
            .await?;
            let refused = format!("{:#}", page.obeys_rules().await.unwrap_err());

            assert!(refused.contains("label"), "{refused}");
            page.quiet().await
        },
    )
    .await;
}
