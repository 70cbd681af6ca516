//! Pages that are not about one app.

mod clusters;
mod drafts;
mod home;
mod lost;
mod operation;
mod operations;
mod settings;
mod sign_in;
mod sign_out;

pub use clusters::Clusters;
pub use drafts::Drafts;
pub use home::Home;
pub use lost::Lost;
pub use operation::OperationPage;
pub use operations::Operations;
pub use settings::Settings;
pub use sign_in::{OtherLink, SignInPage, link};
pub use sign_out::SignOutPage;
