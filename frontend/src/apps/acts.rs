//! What can be done with an app, beside its name.

use leptos::prelude::*;
use slipway_api::AppKey;

use super::opening::{First, Opening};
use crate::address::app_href;
use crate::ui::{Button, Look, Shape};
use crate::words;

/// The buttons; none while the app is not there.
#[component]
pub fn Acts(
    /// The app.
    app: AppKey,
    /// Whether it is there.
    there: Memo<bool>,
) -> impl IntoView {
    let opening = Opening::of(&app);
    let delete = StoredValue::new(format!("{}?act=delete", app_href(&app)));
    move || {
        there.get().then(|| {
            view! {
                <Button
                    id="open-in-wizard"
                    label=words!(change.act.open)
                    look=Look::Primary
                    icon=Shape::Edit
                    busy=opening.busy
                    on_click=move |()| opening.open(First::Nothing)
                />
                <a href=delete.get_value() id="delete-app" class="pf-v6-c-button pf-m-secondary pf-m-danger">
                    <span class="pf-v6-c-button__text">{words!(change.act.delete)}</span>
                </a>
            }
        })
    }
}
