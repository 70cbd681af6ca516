//! Stage 4: makes a plan real, one object at a time, and remembers how far it came.
//!
//! An [`Operation`] is stored together with its steps before anything is sent. The [`Runner`] claims it by a lease, works
//! through its steps and can be killed at any instant; the next one goes on from what is stored. Creating is all or
//! nothing: what a refusal leaves behind is taken back, in reverse order, and never what somebody else has touched.

mod address;
mod codes;
pub mod crash;
mod deletion;
mod handover;
pub mod installation;
mod lines;
mod make;
mod marks;
mod operation;
mod promise;
mod refusal;
mod restore;
mod rows;
mod runner;
mod send;
mod start;
mod state;
mod step;
mod steps;
mod store;
mod take_back;
mod told;
mod watch;

pub use operation::{AppAddress, Operation, OperationId};
pub(crate) use rows::kind_of;
pub use runner::{Runner, Timing};
pub use start::{AppAct, Ask, Operations, StartError, Started, Submit};
pub use state::{Failure, OperationState};
pub use step::{Agreed, Step, StepState, Undone};
pub use store::OperationStore;
