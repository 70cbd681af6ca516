//! What a journey relies on to fail: that the browser's complaints are heard.

use local_cluster::{Release, build};
use tokio::net::TcpListener;

use super::Browser;
use crate::processes::Processes;

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

async fn browser(origin: String) -> (Processes, Browser) {
    let programs = build::build(Release::default(), &build::to_stderr).unwrap();
    let processes = Processes::new(&programs.path("guard")).unwrap();
    let browser = Browser::start(&processes, "chromium", origin).await.unwrap();
    (processes, browser)
}

#[tokio::test]
async fn complaints_of_the_browser_are_heard() {
    let script = "console.error('broken'); try { document.body.innerHTML = '<b>x</b>' } catch {}";
    let (processes, browser) = browser(served("<h1>A page</h1>", script).await).await;
    let page = browser.page();

    page.open("/").await.unwrap();

    let complaints = page.complaints().await.unwrap().join("\n");
    assert!(complaints.contains("broken"), "{complaints}");
    assert!(complaints.contains("require-trusted-types-for"), "{complaints}");
    page.quiet().await.unwrap();
    browser.end().await.unwrap();
    processes.end().await.unwrap();
}

#[tokio::test]
async fn a_sound_page_is_not_complained_about_and_a_broken_rule_is() {
    let (processes, browser) = browser(served("<h1>A page</h1><p id=p>text</p>", "").await).await;
    let page = browser.page();
    page.open("/").await.unwrap();

    page.obeys_rules().await.unwrap();
    page.run(
        "document.getElementById('p').replaceWith(document.createElement('input'))",
        vec![],
    )
    .await
    .unwrap();
    let refused = format!("{:#}", page.obeys_rules().await.unwrap_err());

    assert!(refused.contains("label"), "{refused}");
    page.quiet().await.unwrap();
    browser.end().await.unwrap();
    processes.end().await.unwrap();
}
