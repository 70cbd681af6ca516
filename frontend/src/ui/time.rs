//! Times, written out by the browser in the language and zone of the person.

use std::sync::OnceLock;
use std::time::Duration;

use js_sys::{Date, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{browser, language};

/// How long ago something was, kept up to date; the exact time with its zone is in the tooltip.
#[component]
pub fn Ago(
    /// When it was, in milliseconds since 1970.
    #[prop(into)]
    at: Signal<i64>,
) -> impl IntoView {
    view! {
        <time datetime=move || iso(at.get()) title=move || moment(at.get())>
            // The clock here goes in steps, and the server's may be a little ahead: nothing has happened in the future.
            {move || relative(at.get(), now().max(at.get()))}
        </time>
    }
}

/// A time, written out in full.
#[component]
pub fn Moment(
    /// When it was, in milliseconds since 1970.
    #[prop(into)]
    at: Signal<i64>,
) -> impl IntoView {
    view! { <time datetime=move || iso(at.get())>{move || moment(at.get())}</time> }
}

/// A time in words, with its zone.
pub fn moment(at: i64) -> String {
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "long")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let written = date(at).to_locale_string(language::tag(), &options);
    written.into()
}

fn iso(at: i64) -> String {
    date(at).to_iso_string().into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 are far below 2^53"
)]
fn date(at: i64) -> Date {
    Date::new(&JsValue::from_f64(at as f64))
}

fn relative(at: i64, now: i64) -> String {
    let (amount, unit) = distance(at, now);
    // Through the constructor by name: js-sys has types for the options, which cost more than they give.
    let options = Object::new();
    let _ = Reflect::set(&options, &"numeric".into(), &"auto".into());
    let _ = Reflect::set(&options, &"style".into(), &"short".into());
    let format = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"RelativeTimeFormat".into()))
        .and_then(wasm_bindgen::JsCast::dyn_into::<Function>)
        .and_then(|format| {
            Reflect::construct(&format, &js_sys::Array::of2(&language::tag().into(), &options))
        });
    let written = format.and_then(|format| {
        let write = Reflect::get(&format, &"format".into())?.dyn_into::<Function>()?;
        write.call2(&format, &JsValue::from_f64(amount), &unit.into())
    });
    written
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| iso(at))
}

/// How far away a time is, in the largest unit that is not less than one.
#[expect(clippy::cast_precision_loss, reason = "small whole numbers")]
fn distance(at: i64, now: i64) -> (f64, &'static str) {
    let seconds = (at - now) / 1000;
    let (size, unit) = match seconds.unsigned_abs() {
        0..60 => (1, "second"),
        60..3_600 => (60, "minute"),
        3_600..86_400 => (3_600, "hour"),
        86_400..2_592_000 => (86_400, "day"),
        2_592_000..31_536_000 => (2_592_000, "month"),
        _ => (31_536_000, "year"),
    };
    ((seconds / size) as f64, unit)
}

/// The time now in milliseconds since 1970. Whoever reads it reads it again every ten seconds.
pub fn now() -> i64 {
    ticking().get()
}

/// One clock for all pages.
fn ticking() -> &'static ArcRwSignal<i64> {
    static NOW: OnceLock<ArcRwSignal<i64>> = OnceLock::new();
    NOW.get_or_init(|| {
        set_interval(|| ticking().set(browser::now()), Duration::from_secs(10));
        ArcRwSignal::new(browser::now())
    })
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_distance_uses_the_largest_unit_that_fits() {
        assert_eq!(distance(0, 59_000), (-59.0, "second"));
        assert_eq!(distance(0, 60_000), (-1.0, "minute"));
        assert_eq!(distance(0, 7_200_000), (-2.0, "hour"));
        assert_eq!(distance(0, 86_400_000 * 40), (-1.0, "month"));
    }
}
