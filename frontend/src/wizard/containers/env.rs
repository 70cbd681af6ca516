//! The environment variables of a container 环境变量.

use leptos::prelude::*;

use crate::ui::Choice;
use crate::wizard::fields::{Pick, Text};
use crate::wizard::rows::{Rows, Shown};
use crate::wizard::section::{Note, Section};
use crate::{say, words};

/// Kind, name and value of each variable.
#[component]
pub(super) fn Variables(
    /// The path of the container.
    at: String,
) -> impl IntoView {
    let kinds = Signal::derive(|| vec![Choice::new("value", say!(wizard.containers.env_custom))]);
    view! {
        <Section title=words!(wizard.containers.env)>
            <Note text=words!(wizard.containers.env_help) />
            <Rows
                list=format!("{at}.env")
                shown=Shown { class: "wizard-row wizard-row--variable", first: "name" }
                add=words!(wizard.containers.add_env)
                one=words!(wizard.field.variable)
                row=move |row: String| view! {
                    <Pick path=format!("{row}.kind") label=words!(wizard.field.kind) choices=kinds />
                    <Text path=format!("{row}.name") label=words!(wizard.containers.env_name) placeholder="LOG_LEVEL" />
                    <Text path=format!("{row}.value") label=words!(wizard.containers.env_value) placeholder="info" />
                }.into_any()
            />
        </Section>
    }
}
