//! A browser through the whole product, one file per goal of a user (`tests/journeys/`).
//!
//! Here is what they stand on: [`journey`] starts what a journey needs and ends it, [`Server`] is the real binary on a
//! real control plane, [`Browser`] a real Chromium, [`Page`] one tab of it, and [`pages`] the product's own pages in the
//! words of the people who use them.

mod axe;
mod browser;
mod journey;
mod page;
pub mod pages;
mod processes;
mod screenshot;
mod server;
mod typing;
mod wait;

pub use browser::Browser;
pub use journey::{Journey, Report, journey, visit};
pub use page::{BLANK, Language, Page, Theme};
pub use server::{Member, Server, Settings};
pub use wait::{LONG, SOON, until};
