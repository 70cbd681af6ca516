//! Step 2: the containers 容器配置, one tab each.

mod env;
pub(crate) mod ports;
mod tabs;

use leptos::prelude::*;

use super::fields::Text;
use super::form::use_form;
use super::rows::ListRemark;
use super::section::{Note, Section};
use crate::{say, words};
use env::Variables;
use ports::Ports;
use tabs::ContainerTabs;

/// The containers.
#[component]
pub(crate) fn Containers() -> impl IntoView {
    let form = use_form();
    let ids = form.rows("containers");
    let shown = Memo::new(move |_| {
        let wanted = form.container.get();
        ids.with(|ids| {
            if ids.contains(&wanted) {
                Some(wanted)
            } else {
                ids.first().copied()
            }
        })
    });
    view! {
        <ContainerTabs ids shown />
        <ListRemark path="containers" />
        {move || shown.get().map(|id| view! { <Container id /> })}
    }
}

/// One container.
#[component]
fn Container(id: u32) -> impl IntoView {
    let form = use_form();
    let at = format!("containers.{id}");
    let [image, named, cpu, memory] = [
        "image",
        "name",
        "resources.cpu_request",
        "resources.memory_request",
    ]
    .map(|leaf| format!("{at}.{leaf}"));
    let app = form.typed("basics.name");
    let name_help = Signal::derive(move || {
        let app = app.get();
        if app.trim().is_empty() {
            say!(wizard.containers.name_help).to_owned()
        } else {
            say!(wizard.containers.name_help_app, name = app.trim().to_owned()).to_string()
        }
    });
    view! {
        <div id=format!("container-{id}-panel") role="tabpanel" aria-labelledby=format!("container-{id}") class="wizard-panel">
            <Section title=words!(wizard.containers.basic)>
                <Text
                    path=image
                    label=words!(wizard.containers.image)
                    help=words!(wizard.containers.image_help)
                    placeholder="nginx:1.27"
                    inputmode="url"
                    required=true
                />
                <Text path=named label=words!(wizard.containers.name) help=name_help />
            </Section>
            <Section title=words!(wizard.containers.resources)>
                <Note text=words!(wizard.containers.resources_help) />
                <div class="wizard-columns">
                    <Text
                        path=cpu
                        label=words!(wizard.containers.cpu)
                        help=words!(wizard.containers.cpu_help)
                        placeholder="250m"
                    />
                    <Text
                        path=memory
                        label=words!(wizard.containers.memory)
                        help=words!(wizard.containers.memory_help)
                        placeholder="256Mi"
                    />
                </div>
            </Section>
            <Ports at=at.clone() />
            <Variables at />
        </div>
    }
}
