//! Browsers that are signed in.

use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::store::{Begun, Over, SessionRow, SessionStore};
use super::{Member, Members, Token, TokenHash};
use crate::clock::{Clock, SteadyTime};
use crate::db::{Db, DbError};

/// A session that was not used for so long is over.
pub const IDLE_LIFE: Duration = Duration::from_hours(24);
/// A session that began so long ago is over, used or not.
pub const ABSOLUTE_LIFE: Duration = Duration::from_hours(14 * 24);
/// A person who signs in oftener ends the session that was not used for longest.
const MOST_OF_ONE: i64 = 50;
/// How exactly the last use is known. Anything finer would write to the disk for every request.
const SEEN_EVERY: Duration = Duration::from_mins(1);
/// Endings that are kept for a listener that is slow. One that misses some asks the database.
const ENDINGS: usize = 64;
/// How often it is looked whether a session that is listened with has run out.
const LOOK_PERIOD: Duration = Duration::from_secs(4);

/// Starts, recognises and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    store: SessionStore,
    members: Members,
    time: SteadyTime,
    /// The sessions that are ended, for those who listen with them.
    endings: broadcast::Sender<TokenHash>,
}

/// Names a session without opening anything: to notice when it is over.
#[derive(Clone, Copy)]
pub struct SessionName(TokenHash);

impl SessionName {
    /// The session with this token, if there is one.
    pub fn of(token: &str) -> Self {
        Self(TokenHash::of(token))
    }
}

impl Sessions {
    /// The sessions kept in a database. Their age is measured by a time that goes on from the latest one stored there, so
    /// that a clock that is set back makes none live longer.
    pub async fn open(db: Db, members: Members, clock: Clock) -> Result<Self, DbError> {
        let store = SessionStore::new(db.clone());
        let known = store.latest_time().await?.unwrap_or_default();
        Ok(Self {
            db,
            store,
            members,
            time: SteadyTime::after(clock, known),
            endings: broadcast::Sender::new(ENDINGS),
        })
    }

    /// Stores the time, from which it goes on after a restart.
    pub async fn keep_time(&self) -> Result<(), DbError> {
        self.store.keep_time(self.time.millis()).await
    }

    /// Starts a session and answers its token, which is not kept. The session that the browser had before is over with it.
    pub async fn start(&self, member: &Member, before: Option<&str>) -> Result<Token, DbError> {
        let now = self.time.millis();
        let over = Over {
            created_before: now - millis(ABSOLUTE_LIFE),
            seen_before: now - millis(IDLE_LIFE),
            most: MOST_OF_ONE,
        };
        let token = Token::fresh();
        let person = self
            .members
            .single()
            .is_none()
            .then_some(member.person.name.as_str());
        let before = before.map(TokenHash::of);
        let credential = person.and_then(|person| self.members.credential(person));
        let begun = Begun {
            person,
            credential: credential.as_ref(),
            now,
        };
        self.store
            .add(&TokenHash::of(token.reveal()), begun, before.as_ref(), over)
            .await?;
        if let Some(before) = before {
            self.announce_end(before);
        }
        Ok(token)
    }

    /// The member a session token stands for, if it still does.
    pub async fn member(&self, token: &str) -> Result<Option<Member>, DbError> {
        let hash = TokenHash::of(token);
        let now = self.time.millis();
        let Some(row) = self.store.find(&hash).await?.filter(|row| is_alive(row, now)) else {
            return Ok(None);
        };
        if now - row.seen_at >= millis(SEEN_EVERY) {
            // Where nothing can be written people still have to be let in, to make room.
            if let Err(error) = self.store.seen(&hash, now).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the use of a session cannot be noted"
                );
            }
        }
        Ok(self.whose(&row))
    }

    /// A session outlives neither the removal of its person, nor another token of theirs, nor a change of mode.
    fn whose(&self, row: &SessionRow) -> Option<Member> {
        match (&row.person, self.members.single()) {
            (None, Some(member)) => Some(member.clone()),
            (Some(person), None) => self
                .members
                .find_person(person)
                .filter(|_| self.is_of_todays_token(person, row.credential.as_deref())),
            _ => None,
        }
    }

    fn is_of_todays_token(&self, person: &str, begun_with: Option<&[u8]>) -> bool {
        let today = self.members.credential(person);
        begun_with.is_none_or(|begun_with| today.is_some_and(|today| today.bytes() == begun_with))
    }

    /// Ends a session.
    pub async fn end(&self, token: &str) -> Result<(), DbError> {
        let hash = TokenHash::of(token);
        let removed = match self.store.remove(&hash).await {
            // Signing out must not wait for somebody to make room.
            Err(error) if error.is_full() => self.db.in_reserve(self.store.remove(&hash)).await?,
            removed => removed?,
        };
        if removed {
            self.announce_end(hash);
        }
        Ok(())
    }

    fn announce_end(&self, session: TokenHash) {
        // Refused only when nobody listens.
        let _ = self.endings.send(session);
    }

    /// Resolves when a session is over: at once when it is ended, within seconds when it has run out. Waiting for that
    /// is no use of the session.
    pub async fn over(&self, session: SessionName) {
        // Listened to before it is looked at, so that no ending falls between.
        let mut endings = self.endings.subscribe();
        while self.lives(session).await {
            tokio::select! {
                () = ended(&mut endings, session.0) => {}
                () = tokio::time::sleep(LOOK_PERIOD) => {}
            }
        }
    }

    /// Whether a session still stands for somebody. One that cannot be looked up does not.
    async fn lives(&self, SessionName(hash): SessionName) -> bool {
        let now = self.time.millis();
        match self.store.find(&hash).await {
            Ok(row) => row.is_some_and(|row| is_alive(&row, now) && self.whose(&row).is_some()),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a session cannot be looked up"
                );
                false
            }
        }
    }
}

/// Resolves when a session may have ended. Those of others are passed over without asking the database, since hundreds of
/// streams may listen.
async fn ended(endings: &mut broadcast::Receiver<TokenHash>, session: TokenHash) {
    loop {
        match endings.recv().await {
            Ok(other) if !other.is(&session) => {}
            // Some were missed: it may be among them.
            Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
        }
    }
}

fn is_alive(row: &SessionRow, now: i64) -> bool {
    now - row.created_at < millis(ABSOLUTE_LIFE) && now - row.seen_at < millis(IDLE_LIFE)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_end_of_a_session_wakes_those_who_listen_with_it_and_no_others() {
        let [mine, other] = ["mine", "other"].map(TokenHash::of);
        let sender = broadcast::Sender::new(2);
        let mut endings = sender.subscribe();

        assert!(sender.send(other).is_ok());
        assert_eq!(ended(&mut endings, mine).now_or_never(), None);
        assert!(sender.send(mine).is_ok());
        assert_eq!(ended(&mut endings, mine).now_or_never(), Some(()));

        // Three do not fit in two: the first of them may have been ours.
        for _ in 0..3 {
            assert!(sender.send(other).is_ok());
        }
        assert_eq!(ended(&mut endings, mine).now_or_never(), Some(()));
    }
}
