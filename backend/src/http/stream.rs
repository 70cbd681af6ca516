//! Events as they happen: one stream for everything a page shows.
//!
//! Every topic begins with how things are, so a reader that comes back needs nothing of what it missed, whatever id it
//! had heard last. A reader too slow for the changes gets how things are again, instead of the changes.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use axum::{Extension, Router};
use futures::stream::{BoxStream, pending, select_all};
use futures::{Stream, StreamExt};
use serde::Deserialize;
use slipway_api::{Change, Event, Topic, paths};
use uuid::Uuid;

use super::member::demand_same;
use super::{ApiError, Query};
use crate::apply::OperationId;
use crate::identity::{Member, SessionName, Sessions};
use crate::live::Live;
use crate::state::AppState;
use crate::tasks::StreamsEnd;

/// The most topics of one stream. A page needs three.
const MOST_TOPICS: usize = 16;
/// How often a stream without news shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Numbers the events of one run of the server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EventIds {
    boot: Uuid,
    last: Arc<AtomicU64>,
}

impl EventIds {
    /// Ids that begin with the id of this run.
    pub fn new(boot: Uuid) -> Self {
        Self {
            boot,
            last: Arc::default(),
        }
    }

    fn next(&self) -> String {
        format!(
            "{}-{}",
            self.boot.simple(),
            self.last.fetch_add(1, Ordering::Relaxed) + 1
        )
    }
}

/// Routes for members.
pub(super) fn routes() -> Router<AppState> {
    Router::new().route(paths::STREAM, get(listen))
}

/// What to listen to.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamQuery {
    /// Topics, with commas between them.
    #[serde(default)]
    topics: String,
    /// The member it is meant for, as `X-Slipway-Member`, which a browser cannot send with an event stream.
    member: Option<String>,
}

/// `GET /api/v1/stream?topics=apps:{cluster},operation:{id}`: events, until the reader or the server goes.
#[utoipa::path(get, path = "/api/v1/stream", operation_id = "listen", tag = "stream", params(StreamQuery),
    responses((status = 200, description = "Server-sent events", content_type = "text/event-stream"),
        (status = 400, body = slipway_api::Problem), (status = 404, body = slipway_api::Problem)))]
pub(super) async fn listen(
    State(state): State<AppState>,
    member: Member,
    session: Option<Extension<SessionName>>,
    Query(StreamQuery {
        topics,
        member: meant,
    }): Query<StreamQuery>,
) -> Result<impl IntoResponse, ApiError> {
    demand_same(&member, meant.as_deref())?;
    let mut feeds = Vec::new();
    for topic in topics_of(&topics)? {
        feeds.push(feed(&state, &member, topic).await?);
    }
    let end = end(
        state.streams.clone(),
        state.entrance.sessions.clone(),
        session.map(|Extension(session)| session),
    );
    let events = numbered(until(feeds, end), state.event_ids);
    // Proxies that collect answers before they pass them on are told not to.
    let unbuffered = AppendHeaders([("x-accel-buffering", "no")]);
    Ok((
        unbuffered,
        Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here")),
    ))
}

fn topics_of(text: &str) -> Result<Vec<Topic>, ApiError> {
    let parts: Vec<&str> = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    match parts.len() {
        0 => return Err(ApiError::malformed("no_topics", "name the topics to listen to")),
        1..=MOST_TOPICS => {}
        _ => {
            return Err(
                ApiError::malformed("too_many_topics", "too many topics at once").param("max", MOST_TOPICS)
            );
        }
    }
    let mut topics = Vec::new();
    for part in parts {
        let topic: Topic = part.parse().map_err(|()| {
            ApiError::malformed("unknown_topic", "there is no such topic").param("topic", part)
        })?;
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    Ok(topics)
}

/// The events of one topic, for one member.
async fn feed(
    state: &AppState,
    member: &Member,
    topic: Topic,
) -> Result<BoxStream<'static, Event>, ApiError> {
    let name = topic.to_string();
    let changes: BoxStream<'static, Change> = match topic {
        Topic::Apps { cluster } => live_of(&state.live, &cluster)?.apps_feed(member.clone()).boxed(),
        Topic::App(key) => live_of(&state.live, &key.cluster)?
            .app_feed(member.clone(), key)
            .boxed(),
        Topic::Operation { id } => operation_changes(state, member, &id).await?,
    };
    Ok(changes
        .map(move |change| Event {
            topic: name.clone(),
            change,
        })
        .boxed())
}

fn live_of<'a>(live: &'a Live, cluster: &str) -> Result<&'a crate::live::LiveApps, ApiError> {
    live.find(cluster).ok_or_else(|| ApiError::missing("cluster"))
}

/// One operation of the member's team, now and after each of its steps.
async fn operation_changes(
    state: &AppState,
    member: &Member,
    id: &str,
) -> Result<BoxStream<'static, Change>, ApiError> {
    let missing = || ApiError::missing("operation");
    let id = OperationId(id.parse().map_err(|_| missing())?);
    let views = state.operations.watch(member, id).await?.ok_or_else(missing)?;
    Ok(views
        .map(|view| Change::Operation {
            operation: Box::new(view),
        })
        .boxed())
}

/// Resolves when the server stops, or when the session is over that a stream was opened with. A member's own token is
/// good for as long as the server runs.
async fn end(streams: StreamsEnd, sessions: Sessions, session: Option<SessionName>) {
    let signed_out = async {
        match session {
            Some(session) => sessions.over(session).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = streams.ended() => {}
        () = signed_out => {}
    }
}

/// All feeds as one, until the end: then it says so, that readers need not wonder.
fn until(
    feeds: Vec<BoxStream<'static, Event>>,
    end: impl Future<Output = ()> + Send,
) -> impl Stream<Item = Event> + Send {
    // A stream whose topics have all ended stays open: a browser would only connect again.
    let events = select_all(feeds).chain(pending());
    let bye = Event {
        topic: String::new(),
        change: Change::Bye {},
    };
    events.take_until(end).chain(futures::stream::iter([bye]))
}

fn numbered(
    events: impl Stream<Item = Event> + Send,
    ids: EventIds,
) -> impl Stream<Item = Result<sse::Event, Infallible>> + Send {
    events.filter_map(move |event| {
        let name = event.change.event_name();
        let written = sse::Event::default().id(ids.next()).event(name).json_data(&event);
        if let Err(error) = &written {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "an event cannot be written"
            );
        }
        std::future::ready(written.ok().map(Ok))
    })
}
