//! The member behind a request.

use std::fmt;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A signed-in person acting for a team. Having one is the proof that the request was authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: Person,
    /// Every team the person belongs to.
    pub teams: Vec<Team>,
    /// The team they act for: drafts and operations belong to it.
    pub team: Team,
    /// Whose rights their requests to a cluster have.
    pub actor: Actor,
}

impl Member {
    /// Names the member to browsers. A hash, so that a browser that several people use keeps nobody's name.
    pub fn id(&self) -> String {
        let actor = match self.actor {
            Actor::Own => "own",
            Actor::Impersonated => "impersonated",
        };
        let mut hash = Sha256::new();
        for part in [actor, &self.person.name, self.team.id.as_str()] {
            // The length first: two parts can be cut in one way only.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        HEXLOWER.encode(&hash.finalize()[..16])
    }

    /// The ids of the member's teams as JSON, which queries read.
    pub fn team_ids(&self) -> String {
        let ids: Vec<&str> = self.teams.iter().map(|team| team.id.as_str()).collect();
        serde_json::to_string(&ids).unwrap_or_default()
    }
}

/// A person, as the cluster knows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    /// The user name that is impersonated; never one that starts with `system:`.
    pub name: String,
    /// The groups that are impersonated with it.
    pub groups: Vec<String>,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name for people.
    pub name: String,
}

/// The id of a team.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId(String);

impl TeamId {
    /// The team with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text of the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose rights a request to a cluster has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Those of the kubeconfig (single-user mode).
    Own,
    /// The person's own, by impersonation.
    Impersonated,
}
