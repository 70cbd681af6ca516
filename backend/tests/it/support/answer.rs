//! An answer, and what a test demands of it.

use axum::body::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use slipway_api::Problem;

/// An answer that has arrived.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// Demands a status, and reads the body.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self, status: u16) -> T {
        self.demand(status);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Demands a refusal.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Problem {
        self.demand(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem: Problem = self.json(status);
        assert_eq!(problem.status, status);
        assert_eq!(problem.kind, format!("/problems/{}", problem.code));
        assert_eq!(problem.request_id.as_deref(), Some(self.header("x-request-id")));
        problem
    }

    /// Demands a status, and nothing of the body.
    #[track_caller]
    pub fn demand(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
