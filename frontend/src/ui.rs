//! The parts pages are made of: one PatternFly block each, its ARIA fixed in one place. Knows nothing of apps.
//!
//! Labels are `Signal<String>`, so `label=words!(frame.create)` and plain text both do.

mod alert;
mod badge;
mod breadcrumb;
mod button;
mod check;
mod clipboard;
mod code_block;
mod description_list;
mod dialog;
mod empty_state;
mod field;
mod icon;
mod pagination;
mod progress;
mod radio;
mod select;
mod side_panel;
mod skeleton;
mod switch;
mod table;
mod tabs;
mod text_field;
mod time;
mod toast;
mod toolbar;

pub use alert::{Alert, Tone};
pub use badge::{Badge, Colour};
pub use breadcrumb::{Breadcrumb, Crumb};
pub use button::{Button, Look};
pub use check::Check;
pub use clipboard::CopyText;
pub use code_block::CodeBlock;
pub use description_list::{DescriptionList, Fact};
pub use dialog::{Confirm, Dialog};
pub use empty_state::EmptyState;
pub use field::{FieldShell, Fix, Remark};
pub use icon::{Icon, Shape};
pub use pagination::Pagination;
pub use progress::{Progress, ProgressStep, StepLook};
pub use radio::Radio;
pub use select::{Choice, Select, SelectField};
pub use side_panel::SidePanel;
pub use skeleton::Skeleton;
pub use switch::Switch;
pub use table::{Column, SortHead, Table};
pub use tabs::{Tab, TabPanel, Tabs};
pub use text_field::{NumberField, TextField};
pub use time::{Ago, Moment, moment, now};
pub use toast::{Toasts, toast};
pub use toolbar::{SearchBox, Toolbar};
