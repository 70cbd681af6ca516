//! Following an operation and an app.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use slipway_api::{AppDetail, AppKey, OperationView};

use crate::api;

/// How often is asked.
const EVERY: Duration = Duration::from_secs(1);

/// An operation, until nothing more happens to it.
pub(super) fn operation(id: &str) -> RwSignal<Option<OperationView>> {
    let operation = RwSignal::new(None::<OperationView>);
    let id = id.to_owned();
    let ask = move || {
        if operation.with_untracked(|operation| operation.as_ref().is_some_and(|operation| operation.state.is_final())) {
            return;
        }
        let id = id.clone();
        spawn_local(async move {
            if let Ok(view) = api::operation(&id).await {
                let _ = operation.try_set(Some(view));
            }
        });
    };
    ask();
    again(ask);
    operation
}

/// An app.
pub(super) fn app(key: AppKey) -> RwSignal<Option<AppDetail>> {
    let app = RwSignal::new(None);
    let ask = move || {
        let key = key.clone();
        spawn_local(async move {
            if let Ok(view) = api::app(&key).await {
                let _ = app.try_set(Some(view));
            }
        });
    };
    ask();
    again(ask);
    app
}

/// Asks again and again while somebody looks.
fn again(ask: impl Fn() + 'static) {
    if let Ok(timer) = set_interval_with_handle(ask, EVERY) {
        on_cleanup(move || timer.clear());
    }
}
