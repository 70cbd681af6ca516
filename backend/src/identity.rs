//! Who acts, and for which team.
//!
//! Without configured members there is one user, who proves to own the machine by a link from the data folder
//! ([`SignInLinks`]). With members, each has a token of their own ([`Members`]). Either way a browser gets a session
//! ([`Sessions`]), and a request a [`Member`].

mod link;
mod member;
mod members;
mod name;
mod session;
mod store;
mod throttle;
mod token;

pub use link::SignInLinks;
pub use member::{Actor, Member, Person, Team, TeamId};
pub use members::{Members, MembersError};
pub use name::{LONGEST_NAME, NameFault, demand_actable, demand_sendable};
pub use session::{ABSOLUTE_LIFE, IDLE_LIFE, SessionName, Sessions};
pub use throttle::Throttle;
pub use token::Token;
use token::TokenHash;

#[cfg(test)]
mod tests;
