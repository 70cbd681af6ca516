//! Browsers that are signed in.

use std::time::Duration;

use super::store::{SessionRow, SessionStore};
use super::{Member, Members, Token, TokenHash};
use crate::clock::Clock;
use crate::db::{Db, DbError};

/// A session that was not used for so long is over.
pub const IDLE_LIFE: Duration = Duration::from_hours(24);
/// A session that began so long ago is over, used or not.
pub const ABSOLUTE_LIFE: Duration = Duration::from_hours(14 * 24);
/// How exactly the last use is known. Anything finer would write to the disk for every request.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// Starts, recognises and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    store: SessionStore,
    members: Members,
    clock: Clock,
}

impl Sessions {
    /// The sessions kept in a database.
    pub fn new(db: Db, members: Members, clock: Clock) -> Self {
        Self {
            store: SessionStore::new(db),
            members,
            clock,
        }
    }

    /// Starts a session and answers its token, which is not kept.
    pub async fn start(&self, member: &Member) -> Result<Token, DbError> {
        let now = self.clock.millis();
        self.store
            .remove_older(now - millis(ABSOLUTE_LIFE), now - millis(IDLE_LIFE))
            .await?;
        let token = Token::fresh();
        let person = self
            .members
            .single()
            .is_none()
            .then_some(member.person.name.as_str());
        self.store
            .add(&TokenHash::of(token.reveal()), person, now)
            .await?;
        Ok(token)
    }

    /// The member a session token stands for, if it still does.
    pub async fn member(&self, token: &str) -> Result<Option<Member>, DbError> {
        let hash = TokenHash::of(token);
        let now = self.clock.millis();
        let Some(row) = self.store.find(&hash).await?.filter(|row| is_alive(row, now)) else {
            return Ok(None);
        };
        if now - row.seen_at >= millis(SEEN_EVERY) {
            self.store.seen(&hash, now).await?;
        }
        // A session outlives neither the removal of its person nor a change of mode.
        Ok(match (&row.person, self.members.single()) {
            (None, Some(member)) => Some(member.clone()),
            (Some(person), None) => self.members.find_person(person),
            _ => None,
        })
    }

    /// Ends a session.
    pub async fn end(&self, token: &str) -> Result<(), DbError> {
        self.store.remove(&TokenHash::of(token)).await
    }
}

fn is_alive(row: &SessionRow, now: i64) -> bool {
    now - row.created_at < millis(ABSOLUTE_LIFE) && now - row.seen_at < millis(IDLE_LIFE)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
