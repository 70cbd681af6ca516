//! What goes over the wire: paths, requests, views, the problem body and the events.
//!
//! Both sides compile these types, so a changed field breaks both builds at once. A view is made for a page, not for a
//! table. Times are milliseconds since 1970; the browser writes them out. Text is data, never a sentence: codes are
//! worded by the browser.

mod app;
mod change;
mod check;
mod cluster;
mod draft;
mod event;
mod operation;
pub mod paths;
mod plan;
mod problem;
mod revision;
mod session;

pub use app::{
    Access, AppDetail, AppKey, AppQuery, AppRow, AppSort, AutoscalerView, Endpoint, EndpointKind, Health,
    HealthReason, IngressRuleView, IngressView, Page, PodView, ServicePortView, ServiceView,
};
pub use change::{
    ChangesView, Consent, Consequence, FieldChange, FieldConflict, FieldMerge, KeptField, MergeDraft,
    MergeView, ObjectChange, ObjectRef, ObjectVerb, Side, TakeOver,
};
pub use check::{CheckCode, CheckState, CheckView, Fact, FactCode};
pub use cluster::{ClusterState, ClusterView, Feature, FeatureView, NamespaceList, Provider};
pub use draft::{CreateDraft, DraftLine, DraftView, SaveDraft};
pub use event::{Change, Event, EventHead, StreamState, Topic};
pub use operation::{
    OperationKind, OperationLine, OperationPage, OperationQuery, OperationState, OperationView, Receipt,
    StepState, StepVerb, StepView,
};
pub use plan::{ChecksView, ObjectView, PlanView};
pub use problem::Problem;
pub use revision::{
    CompareView, DeletionChoice, DeletionView, DriftView, FieldDrift, ObjectDrift, RevisionLine,
    RevisionView, StartAppOperation, TakeOverApp,
};
pub use session::{MEMBER_HEADER, SessionView, SignIn, SignInLink, TeamView};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
