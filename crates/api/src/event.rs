//! What the event stream sends.
//!
//! `GET /api/v1/stream?topics=apps:{cluster},operation:{id}`. Each event has an `id` of the form `<boot>-<seq>`. After a
//! reconnect with an unknown boot or an old sequence, each topic begins with a `snapshot` again. The names of the
//! events are the variants of [`Change`] in snake case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{AppDetail, AppKey, AppRow, OperationView};

/// What can be listened to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// `apps:{cluster}`: the apps of a cluster that the member may see.
    Apps {
        /// The cluster's slug.
        cluster: String,
    },
    /// `app:{cluster}/{namespace}/{kind}/{name}`: one app, whole.
    App(AppKey),
    /// `operation:{id}`: one operation.
    Operation {
        /// Its id.
        id: String,
    },
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apps { cluster } => write!(f, "apps:{cluster}"),
            Self::App(AppKey {
                cluster,
                namespace,
                kind,
                name,
            }) => {
                write!(f, "app:{cluster}/{namespace}/{kind}/{name}")
            }
            Self::Operation { id } => write!(f, "operation:{id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, rest) = text.split_once(':').ok_or(())?;
        match kind {
            "apps" if !rest.is_empty() => Ok(Self::Apps {
                cluster: rest.to_owned(),
            }),
            "operation" if !rest.is_empty() => Ok(Self::Operation { id: rest.to_owned() }),
            "app" => {
                let parts: Vec<_> = rest.split('/').map(ToOwned::to_owned).collect();
                let [cluster, namespace, kind, name] = <[String; 4]>::try_from(parts).map_err(|_| ())?;
                Ok(Self::App(AppKey {
                    cluster,
                    namespace,
                    kind,
                    name,
                }))
            }
            _ => Err(()),
        }
    }
}

/// One message of the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The topic it belongs to, as it was asked for.
    pub topic: String,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
}

/// What an event says before it is read: which topic it belongs to, and the name of its change.
#[derive(Debug, Deserialize)]
pub struct EventHead {
    /// The topic it belongs to, as it was asked for.
    pub topic: String,
    /// The name of the [`Change`].
    pub change: String,
}

impl EventHead {
    /// Reads the head of an event as it is sent.
    pub fn from_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The list as a whole may be different: ask for the page again.
    AppsSnapshot {
        /// How many apps the member may see.
        total: u32,
    },
    /// Rows that changed, and apps that are gone.
    AppsDelta {
        /// Apps as they are now.
        rows: Vec<AppRow>,
        /// Apps that are gone.
        gone: Vec<AppKey>,
    },
    /// The app as it is now; nothing when it is not there (yet, or any more).
    App {
        /// The app.
        app: Option<Box<AppDetail>>,
    },
    /// The operation as it is now.
    Operation {
        /// The operation.
        operation: Box<OperationView>,
    },
    /// How much the topic can be trusted.
    State {
        /// The state.
        state: StreamState,
        /// Since when, for `stale`.
        since: Option<i64>,
    },
    /// The stream is over, because the server stops or the reader is signed out; connect again.
    Bye {},
}

/// Reading a change as it is sent, by the name in its [`EventHead`]: one function for each kind of topic.
///
/// Deserializing an [`Event`] does the same, but through a copy of everything, with code for every type within. The
/// browser downloads that code; this way a page brings only what its own topic needs.
impl Change {
    /// Reads a change of [`Topic::Apps`].
    pub fn of_apps(name: &str, text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Total {
            total: u32,
        }
        #[derive(Deserialize)]
        struct Delta {
            rows: Vec<AppRow>,
            gone: Vec<AppKey>,
        }
        Ok(match name {
            "apps_snapshot" => {
                let Total { total } = serde_json::from_str(text)?;
                Self::AppsSnapshot { total }
            }
            "apps_delta" => {
                let Delta { rows, gone } = serde_json::from_str(text)?;
                Self::AppsDelta { rows, gone }
            }
            other => return Self::of_any(other, text),
        })
    }

    /// Reads a change of [`Topic::App`].
    pub fn of_app(name: &str, text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct App {
            app: Option<Box<AppDetail>>,
        }
        if name != "app" {
            return Self::of_any(name, text);
        }
        let App { app } = serde_json::from_str(text)?;
        Ok(Self::App { app })
    }

    /// Reads a change of [`Topic::Operation`].
    pub fn of_operation(name: &str, text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Operation {
            operation: Box<OperationView>,
        }
        if name != "operation" {
            return Self::of_any(name, text);
        }
        let Operation { operation } = serde_json::from_str(text)?;
        Ok(Self::Operation { operation })
    }

    /// Reads a change that every topic has.
    fn of_any(name: &str, text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct State {
            state: StreamState,
            since: Option<i64>,
        }
        match name {
            "state" => {
                let State { state, since } = serde_json::from_str(text)?;
                Ok(Self::State { state, since })
            }
            "bye" => Ok(Self::Bye {}),
            _ => Err(serde::de::Error::custom("no such change")),
        }
    }

    /// The name of the event: `snapshot`, `delta`, `state` or `bye`.
    pub fn event_name(&self) -> &'static str {
        match self {
            Self::AppsSnapshot { .. } => "snapshot",
            Self::AppsDelta { .. } | Self::App { .. } | Self::Operation { .. } => "delta",
            Self::State { .. } => "state",
            Self::Bye {} => "bye",
        }
    }
}

/// How much a topic can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamState {
    /// What is shown is what the cluster says.
    Synced,
    /// The cluster has not been heard for a while.
    Stale,
    /// The member may not see it.
    Forbidden,
}

#[cfg(test)]
mod tests {
    use super::{Change, Event, EventHead, StreamState, Topic};
    use crate::AppKey;

    type Read = fn(&str, &str) -> serde_json::Result<Change>;

    #[test]
    fn an_event_is_read_as_it_is_written() {
        let key = AppKey {
            cluster: "c".into(),
            namespace: "n".into(),
            kind: "deployment".into(),
            name: "a".into(),
        };
        let changes: [(Read, Change); 6] = [
            (Change::of_apps, Change::AppsSnapshot { total: 3 }),
            (
                Change::of_apps,
                Change::AppsDelta {
                    rows: Vec::new(),
                    gone: vec![key],
                },
            ),
            (Change::of_app, Change::App { app: None }),
            (
                Change::of_operation,
                Change::State {
                    state: StreamState::Stale,
                    since: Some(7),
                },
            ),
            (
                Change::of_app,
                Change::State {
                    state: StreamState::Synced,
                    since: None,
                },
            ),
            (Change::of_apps, Change::Bye {}),
        ];
        for (read, change) in changes {
            let topic = "apps:c".to_owned();
            let event = Event { topic, change };
            let text = serde_json::to_string(&event).unwrap();
            let head = EventHead::from_json(&text).unwrap();

            assert_eq!(head.topic, event.topic);
            assert_eq!(read(&head.change, &text).unwrap(), event.change, "{text}");
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        }
    }

    #[test]
    fn a_change_of_another_topic_is_not_read() {
        let text = r#"{"topic":"app:c/n/k/a","change":"app","app":null}"#;

        assert!(Change::of_app("app", text).is_ok());
        assert!(Change::of_apps("app", text).is_err());
        assert!(Change::of_operation("app", text).is_err());
    }

    #[test]
    fn a_topic_reads_back_as_written() {
        for text in ["apps:prod", "app:prod/default/deployment/nginx", "operation:0190"] {
            assert_eq!(text.parse::<Topic>().unwrap().to_string(), text);
        }
        for bad in ["", "apps", "apps:", "app:a/b/c", "nodes:x"] {
            assert!(bad.parse::<Topic>().is_err(), "{bad}");
        }
    }
}
