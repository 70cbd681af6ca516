//! The ports of a container 端口设置.

use leptos::prelude::*;
use slipway_model::validate::PROTOCOLS;

use crate::ui::Choice;
use crate::wizard::fields::{Pick, Text};
use crate::wizard::rows::{Rows, Shown};
use crate::wizard::section::{Note, Section};
use crate::words;

/// The protocols to choose from.
pub(crate) fn protocols() -> Signal<Vec<Choice>> {
    Signal::derive(|| PROTOCOLS.iter().map(|name| Choice::plain(name)).collect())
}

/// Name, number and protocol of each port.
#[component]
pub(super) fn Ports(
    /// The path of the container.
    at: String,
) -> impl IntoView {
    view! {
        <Section title=words!(wizard.containers.ports)>
            <Note text=words!(wizard.containers.ports_help) />
            <Rows
                list=format!("{at}.ports")
                shown=Shown { class: "wizard-row wizard-row--port", first: "number" }
                add=words!(wizard.containers.add_port)
                one=words!(wizard.field.port)
                row=|row: String| view! {
                    <Text path=format!("{row}.name") label=words!(wizard.containers.port_name) placeholder="http" />
                    <Text path=format!("{row}.number") label=words!(wizard.containers.port_number) placeholder="80" inputmode="numeric" />
                    <Pick path=format!("{row}.protocol") label=words!(wizard.field.protocol) choices=protocols() />
                }.into_any()
            />
        </Section>
    }
}
