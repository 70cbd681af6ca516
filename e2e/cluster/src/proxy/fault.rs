//! Which requests are harmed, and how.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;

/// A request, as rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The HTTP method.
    pub method: http::Method,
    /// The path without the query.
    pub path: String,
    /// The query, empty if there is none.
    pub query: String,
    /// As whom the request is made, if by impersonation.
    pub impersonated: Option<String>,
    /// The body.
    pub body: bytes::Bytes,
}

impl Asked {
    /// Whether it only asks what would happen.
    pub fn dry_run(&self) -> bool {
        self.query.contains("dryRun=All")
    }

    /// Whether it really changes something.
    pub fn writes(&self) -> bool {
        !self.dry_run()
            && self.method != http::Method::GET
            && !self.path.starts_with("/apis/authorization.k8s.io")
    }
}

/// A request that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The request.
    pub asked: Asked,
    /// What the API server answered; nothing when the request never reached it.
    pub status: Option<u16>,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never reaches the API server; this is answered instead.
    Answer {
        /// The HTTP status.
        code: u16,
        /// Kubernetes' word for it, such as `Conflict`.
        reason: &'static str,
        /// Seconds after which to try again, as a header.
        retry_after: Option<u32>,
    },
    /// It never reaches the API server; 422 with one field to blame is answered instead.
    Invalid {
        /// The field, as the server writes it: `spec.ports[0].port`.
        field: &'static str,
    },
    /// It reaches the API server later.
    Delay(Duration),
    /// The connection breaks before it reaches the API server.
    Cut,
    /// It is done, but the connection breaks before the answer comes.
    LoseAnswer,
}

impl Fault {
    /// 409, as for a write onto an older version of an object.
    pub const fn conflict() -> Self {
        Self::Answer {
            code: 409,
            reason: "Conflict",
            retry_after: None,
        }
    }

    /// 429, to be tried again after so many seconds.
    pub const fn too_many_requests(retry_after: u32) -> Self {
        Self::Answer {
            code: 429,
            reason: "TooManyRequests",
            retry_after: Some(retry_after),
        }
    }

    /// 500.
    pub const fn internal_error() -> Self {
        Self::Answer {
            code: 500,
            reason: "InternalError",
            retry_after: None,
        }
    }

    /// 503.
    pub const fn unavailable() -> Self {
        Self::Answer {
            code: 503,
            reason: "ServiceUnavailable",
            retry_after: None,
        }
    }
}

type Fits = dyn Fn(&Asked) -> bool + Send + Sync;

/// Which requests are harmed, how, and how many still.
pub(super) struct Rule {
    fits: Box<Fits>,
    action: Action,
    left: AtomicUsize,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    Fault(Fault),
    HoldRequest(Gate),
    HoldAnswer(Gate),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("action", &self.action)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Rule {
    pub(super) fn new(
        fits: impl Fn(&Asked) -> bool + Send + Sync + 'static,
        action: Action,
        times: Option<usize>,
    ) -> Self {
        Self {
            fits: Box::new(fits),
            action,
            left: AtomicUsize::new(times.unwrap_or(usize::MAX)),
        }
    }

    pub(super) fn apply(&self, asked: &Asked) -> Option<Action> {
        if !(self.fits)(asked) {
            return None;
        }
        let counted = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        counted.is_ok().then(|| self.action.clone())
    }
}

/// A request that is being kept back. Dropping this releases it.
#[derive(Debug)]
pub struct Held {
    arrivals: watch::Receiver<bool>,
    _open: watch::Sender<()>,
}

/// The other side of a [`Held`].
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    arrived: Arc<watch::Sender<bool>>,
    open: watch::Receiver<()>,
}

impl Held {
    pub(super) fn pair() -> (Self, Gate) {
        let (arrived, arrivals) = watch::channel(false);
        let (opener, open) = watch::channel(());
        (
            Self {
                arrivals,
                _open: opener,
            },
            Gate {
                arrived: Arc::new(arrived),
                open,
            },
        )
    }

    /// Waits, at most a minute, until the request has come as far as it may.
    pub async fn arrived(&mut self) -> anyhow::Result<()> {
        let arrival = self.arrivals.wait_for(|arrived| *arrived);
        let waited = tokio::time::timeout(Duration::from_mins(1), arrival).await;
        waited
            .context("no such request came")?
            .context("the proxy has ended")?;
        Ok(())
    }

    /// Lets the request go on.
    pub fn release(self) {}
}

impl Gate {
    /// Says that the request is here and waits until it may go on.
    pub(super) async fn pass(mut self) {
        self.arrived.send_replace(true);
        // The sender is never used, only dropped: an error is the signal.
        while self.open.changed().await.is_ok() {}
    }
}
