//! The places in which requests are worked on.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::super::{ApiError, ClientAddress, held};
use super::arrival::Allowance;
use super::{Limits, Share, Shares};
use crate::identity::Member;
use crate::network::Network;

/// After how long somebody who was refused may try again.
const PAUSE: Duration = Duration::from_secs(1);

/// Bytes from which on an answer keeps its place until it is sent.
const LARGE_ANSWER: u64 = 64 * 1024;

/// Requests in work, large bodies on their way, and how long each may take. Cheap to clone.
#[derive(Clone, Debug)]
pub(in crate::http) struct Room {
    limits: Limits,
    places: Places,
    large_bodies: Places,
}

impl Room {
    pub(in crate::http) fn within(limits: Limits) -> Self {
        Self {
            limits,
            places: Places::new(
                "too_many_at_once",
                [
                    limits.requests,
                    limits.requests_per_address,
                    limits.requests_per_member,
                ],
            ),
            // Only members may send a large body.
            large_bodies: Places::new(
                "too_many_at_once",
                [
                    limits.large_bodies,
                    limits.large_bodies,
                    limits.large_bodies_per_member,
                ],
            ),
        }
    }
}

/// Keeps a request within them. Stands behind the question who is asking, where that is asked: a body of somebody unknown
/// is not read.
pub(in crate::http) async fn keep(
    State(room): State<Room>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let asker = Asker::of(&request);
    let allowance = Allowance::of(&request, &room.limits);
    allowance.demand_fitting(&request)?;
    let request = {
        let _large = allowance
            .may_be_large(&request)
            .then(|| room.large_bodies.take(&asker))
            .transpose()?;
        allowance.arrived(request).await?
    };
    let place = room.places.take(&asker)?;
    let answer = tokio::time::timeout(room.limits.answer, next.run(request))
        .await
        .map_err(|_| ApiError::unavailable("too_slow", "the answer took too long", Duration::from_secs(5)))?;
    // One that is taken slowly fills memory for as long: its place is counted meanwhile.
    let length = answer.body().size_hint().exact();
    Ok(if length.is_some_and(|length| length >= LARGE_ANSWER) {
        held::by_parts(answer, place)
    } else {
        answer
    })
}

/// Whose request it is, as far as that is known.
pub(in crate::http) struct Asker {
    network: Option<Network>,
    person: Option<String>,
}

impl Asker {
    pub(in crate::http) fn of(request: &Request) -> Self {
        let known = request.extensions();
        Self {
            network: known.get().map(|ClientAddress(address)| Network::of(*address)),
            person: known.get().map(|member: &Member| member.person.name.clone()),
        }
    }
}

/// So many of something in all, and fair shares of them.
#[derive(Clone, Debug)]
pub(in crate::http) struct Places {
    /// What is said to whoever has their share.
    code: &'static str,
    all: Arc<Semaphore>,
    by_network: Shares<Network>,
    by_member: Shares<String>,
}

/// A place that is taken; free again when dropped.
#[derive(Debug)]
pub(in crate::http) struct Place {
    _one: OwnedSemaphorePermit,
    _of_network: Option<Share<Network>>,
    _of_member: Option<Share<String>>,
}

impl Places {
    /// So many in all, for one address, and for one member.
    fn new(code: &'static str, [all, address, member]: [usize; 3]) -> Self {
        Self {
            code,
            all: Arc::new(Semaphore::new(all)),
            by_network: Shares::of(address),
            by_member: Shares::of(member),
        }
    }

    /// Places for streams.
    pub(in crate::http) fn for_streams(limits: Limits) -> Self {
        Self::new(
            "too_many_streams",
            [
                limits.streams,
                limits.streams_per_address,
                limits.streams_per_member,
            ],
        )
    }

    /// Takes one: 429 if whoever asks has their share, 503 if there is none.
    pub(in crate::http) fn take(&self, asker: &Asker) -> Result<Place, ApiError> {
        let of_network = self.share(&self.by_network, asker.network.as_ref())?;
        let of_member = self.share(&self.by_member, asker.person.as_ref())?;
        let one = self.all.clone().try_acquire_owned();
        let busy = |_| ApiError::unavailable("busy", "too many requests at once", PAUSE);
        Ok(Place {
            _one: one.map_err(busy)?,
            _of_network: of_network,
            _of_member: of_member,
        })
    }

    fn share<K>(&self, shares: &Shares<K>, key: Option<&K>) -> Result<Option<Share<K>>, ApiError>
    where
        K: Clone + Eq + Hash,
    {
        let Some(key) = key else { return Ok(None) };
        shares.take(key).map(Some).ok_or_else(|| {
            let title = "too many at once by this member or from this address";
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, self.code, title).retry_after(PAUSE)
        })
    }
}

/// Lets a stream be opened if there is a place for it, which it has until it ends.
pub(in crate::http) async fn hold_stream(
    State(streams): State<Places>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let place = streams.take(&Asker::of(&request))?;
    Ok(held::by_body(next.run(request).await, place))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::{Router, middleware, routing};
    use http::{StatusCode, header};
    use tower::ServiceExt;

    use super::*;

    async fn asked(limits: Limits, request: Request) -> Response {
        let router = Router::new()
            .route("/", routing::any(async || "here"))
            .layer(middleware::from_fn_with_state(Room::within(limits), keep));
        router.oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_full_server_says_when_to_come_back() {
        let full = Limits {
            requests: 0,
            ..Limits::default()
        };

        let refused = asked(full, Request::get("/").body(Body::empty()).unwrap()).await;

        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
    }

    #[tokio::test]
    async fn whoever_has_their_share_is_told_apart_from_a_server_that_is_full() {
        let limits = Limits {
            requests_per_address: 0,
            ..Limits::default()
        };
        let from = |address: Option<&str>| {
            let mut request = Request::get("/").body(Body::empty()).unwrap();
            if let Some(address) = address {
                request
                    .extensions_mut()
                    .insert(ClientAddress(address.parse().unwrap()));
            }
            request
        };

        let refused = asked(limits, from(Some("192.0.2.1"))).await;

        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "1");
        assert_eq!(asked(limits, from(None)).await.status(), StatusCode::OK);
    }
}
