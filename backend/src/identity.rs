//! Who acts, and for which team.

mod member;

pub use member::{Actor, Member, Person, Team, TeamId};
