//! Everybody who may use this server.

use std::path::PathBuf;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::name::{NameFault, demand_actable, demand_sendable};
use super::{Actor, Member, Person, Team, TeamId, TokenHash};
use crate::config::{Config, MemberConfig};

/// Shorter tokens could be guessed.
const SHORTEST_TOKEN: usize = 20;

/// The members: those of the configuration, or the one user of single-user mode.
#[derive(Clone)]
pub struct Members(Arc<Inner>);

enum Inner {
    Single(Member),
    Configured(Vec<Entry>),
}

struct Entry {
    member: Member,
    token: TokenHash,
}

impl Members {
    /// Reads the members of a configuration, and their tokens from their files.
    pub fn read(config: &Config) -> Result<Self, MembersError> {
        if config.members.is_empty() {
            return Ok(Self(Arc::new(Inner::Single(the_one_user()))));
        }
        for team in &config.teams {
            demand_sendable(&team.id).map_err(|fault| MembersError::TeamId {
                id: team.id.clone(),
                fault,
            })?;
        }
        let mut entries: Vec<Entry> = Vec::new();
        for configured in &config.members {
            let entry = read_entry(config, configured)?;
            if entries
                .iter()
                .any(|other| other.member.person.name == entry.member.person.name)
            {
                return Err(MembersError::Twice {
                    name: configured.name.clone(),
                });
            }
            if entries.iter().any(|other| other.token.is(&entry.token)) {
                return Err(MembersError::SharedToken {
                    name: configured.name.clone(),
                });
            }
            entries.push(entry);
        }
        Ok(Self(Arc::new(Inner::Configured(entries))))
    }

    /// The one user, in single-user mode.
    pub fn single(&self) -> Option<&Member> {
        match &*self.0 {
            Inner::Single(member) => Some(member),
            Inner::Configured(_) => None,
        }
    }

    /// The member a static token belongs to. Looks at every token, so that the time tells nothing.
    pub fn by_token(&self, token: &str) -> Option<Member> {
        let hash = TokenHash::of(token);
        let mut found = None;
        for entry in self.entries() {
            if entry.token.is(&hash) {
                found = Some(&entry.member);
            }
        }
        found.cloned()
    }

    /// The member of this name, as configured now: for work that goes on after their request.
    pub fn find_person(&self, name: &str) -> Option<Member> {
        match &*self.0 {
            Inner::Single(member) => Some(member).filter(|member| member.person.name == name).cloned(),
            Inner::Configured(entries) => entries
                .iter()
                .map(|entry| &entry.member)
                .find(|member| member.person.name == name)
                .cloned(),
        }
    }

    /// What a session of a person is begun with: a mark of their token, which tells nothing of it.
    pub(super) fn credential(&self, name: &str) -> Option<TokenHash> {
        let mut entries = self.entries().iter();
        let entry = entries.find(|entry| entry.member.person.name == name)?;
        Some(TokenHash::of(&HEXLOWER.encode(entry.token.bytes())))
    }

    fn entries(&self) -> &[Entry] {
        match &*self.0 {
            Inner::Single(_) => &[],
            Inner::Configured(entries) => entries,
        }
    }
}

/// Who uses a server without configured members: whoever owns the machine.
fn the_one_user() -> Member {
    let team = Team {
        id: TeamId::new("local"),
        name: "Local".to_owned(),
    };
    Member {
        person: Person {
            name: "local".to_owned(),
            groups: Vec::new(),
        },
        teams: vec![team.clone()],
        team,
        actor: Actor::Own,
    }
}

fn read_entry(config: &Config, configured: &MemberConfig) -> Result<Entry, MembersError> {
    let name = configured.name.clone();
    for acted_as in std::iter::once(&configured.name).chain(&configured.groups) {
        demand_actable(acted_as).map_err(|fault| MembersError::Name {
            name: acted_as.clone(),
            fault,
        })?;
    }
    let mut teams = Vec::new();
    for id in &configured.teams {
        let team = config.teams.iter().find(|team| team.id == *id);
        let team = team.ok_or_else(|| MembersError::Team {
            name: name.clone(),
            team: id.clone(),
        })?;
        teams.push(Team {
            id: TeamId::new(id),
            name: team.name.clone().unwrap_or_else(|| id.clone()),
        });
    }
    let team = teams
        .first()
        .cloned()
        .ok_or_else(|| MembersError::NoTeam { name: name.clone() })?;
    let token = read_token(configured)?;
    let person = Person {
        name,
        groups: configured.groups.clone(),
    };
    Ok(Entry {
        member: Member {
            person,
            teams,
            team,
            actor: Actor::Impersonated,
        },
        token,
    })
}

fn read_token(configured: &MemberConfig) -> Result<TokenHash, MembersError> {
    let file = configured.token_file.clone();
    let text = std::fs::read_to_string(&file).map_err(|source| MembersError::TokenFile {
        name: configured.name.clone(),
        file,
        source,
    })?;
    let token = text.trim();
    if token.len() < SHORTEST_TOKEN {
        return Err(MembersError::ShortToken {
            name: configured.name.clone(),
        });
    }
    Ok(TokenHash::of(token))
}

/// Why the configured members cannot be used. Says which, never a token.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// A name that must not be impersonated.
    #[error("members: {name:?} cannot be the name of a member or group: {fault}")]
    Name {
        /// The name.
        name: String,
        /// Why not.
        fault: NameFault,
    },
    /// The id of a team that could be taken for another.
    #[error("teams: {id:?} cannot be the id of a team: {fault}")]
    TeamId {
        /// The id.
        id: String,
        /// Why not.
        fault: NameFault,
    },
    /// The same person twice.
    #[error("members: {name:?} is there twice")]
    Twice {
        /// The person.
        name: String,
    },
    /// A team that is not configured.
    #[error("members: {name:?} is in team {team:?}, which is not in `teams`")]
    Team {
        /// The person.
        name: String,
        /// The team.
        team: String,
    },
    /// Nothing they make would belong to anybody.
    #[error("members: {name:?} is in no team")]
    NoTeam {
        /// The person.
        name: String,
    },
    /// The token cannot be read.
    #[error("members: the token_file of {name:?}, {}, cannot be read", file.display())]
    TokenFile {
        /// The person.
        name: String,
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The token could be guessed.
    #[error("members: the token of {name:?} is shorter than {SHORTEST_TOKEN} characters")]
    ShortToken {
        /// The person.
        name: String,
    },
    /// Two people with one token.
    #[error("members: the token of {name:?} is another member's too")]
    SharedToken {
        /// The person.
        name: String,
    },
}
