//! Step 3: how the app is reached 访问设置 and how it scales 伸缩配置.

mod card;
mod ingress;
mod scaling;
mod service;

use leptos::prelude::*;

use ingress::Ingresses;
use scaling::Scaling;
use service::Services;

/// Access and scaling.
#[component]
pub(crate) fn Advanced() -> impl IntoView {
    view! {
        <Services />
        <Ingresses />
        <Scaling />
    }
}
