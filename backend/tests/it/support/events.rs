//! Reads the event stream.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http::{Method, Response};
use http_body_util::BodyExt;
use slipway_api::{Change, Event};

use super::Client;

const PATIENCE: Duration = Duration::from_secs(30);

/// An open stream of events.
pub struct Events {
    body: Body,
    buffer: String,
    /// The id of the last event read.
    pub last_id: String,
}

impl Client {
    /// Opens the stream of these topics.
    pub async fn listen(&self, topics: &str) -> Events {
        let response = self
            .open(
                Method::GET,
                &format!("/api/v1/stream?topics={topics}"),
                Bytes::new(),
            )
            .await;
        Events::of(response)
    }
}

impl Events {
    fn of(response: Response<Body>) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body(),
            buffer: String::new(),
            last_id: String::new(),
        }
    }

    /// The next event; none when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.buffer = rest;
                if let Some(event) = self.read(&block) {
                    return Some(event);
                }
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame())
                .await
                .expect("an event in time")?;
            let Ok(frame) = frame else { return None };
            self.buffer
                .push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }

    /// The first event that fits; those before it are passed over.
    pub async fn until<T>(&mut self, what: &str, fits: impl Fn(&Change) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let next = tokio::time::timeout_at(deadline, self.next())
                .await
                .unwrap_or_else(|_| panic!("{what}"));
            let event = next.unwrap_or_else(|| panic!("the stream ended before {what}"));
            if let Some(found) = fits(&event.change) {
                return found;
            }
        }
    }

    /// Waits until the server says goodbye and ends the stream.
    pub async fn over(&mut self) {
        self.until("goodbye", |change| matches!(change, Change::Bye {}).then_some(()))
            .await;
        assert_eq!(self.next().await, None);
    }

    /// Everything that comes for so long.
    pub async fn during(&mut self, time: Duration) -> Vec<Event> {
        let end = tokio::time::Instant::now() + time;
        let mut events = Vec::new();
        while let Ok(Some(event)) = tokio::time::timeout_at(end, self.next()).await {
            events.push(event);
        }
        events
    }

    fn read(&mut self, block: &str) -> Option<Event> {
        let field = |name: &str| {
            block
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
                .map(str::trim)
        };
        let event: Event = serde_json::from_str(field("data")?).unwrap();
        assert_eq!(field("event"), Some(event.change.event_name()));
        field("id")
            .expect("every event has an id")
            .clone_into(&mut self.last_id);
        Some(event)
    }
}
