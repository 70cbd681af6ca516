//! Objects and what becomes of each, with the difference folded away.

use leptos::prelude::*;
use slipway_api::{ObjectChange, ObjectVerb};

use super::{Diff, called, verb};
use crate::ui::{Badge, Colour, Shape};
use crate::{say, words};

/// One line for each object that does not stay as it is.
#[component]
pub fn ObjectChanges(
    /// The objects.
    objects: Vec<ObjectChange>,
) -> impl IntoView {
    if objects.is_empty() {
        return view! { <p class="app-quiet">{words!(change.objects.none)}</p> }.into_any();
    }
    let lines = objects
        .into_iter()
        .map(|object| view! { <Line object /> })
        .collect_view();
    view! { <ol class="app-objects" role="list">{lines}</ol> }.into_any()
}

#[component]
fn Line(object: ObjectChange) -> impl IntoView {
    let ObjectChange {
        object,
        verb: what,
        diff,
    } = object;
    let (colour, icon) = look(what);
    let title = Signal::derive(move || called(&object));
    let name = Signal::derive(move || say!(change.objects.diff_of, object = title.get()));
    view! {
        <li>
            <details>
                <summary>
                    <span class="app-objects__name">{title}</span>
                    " "
                    <Badge label=Signal::derive(move || verb(what).to_owned()) colour icon />
                </summary>
                <Diff text=diff name />
            </details>
        </li>
    }
}

fn look(verb: ObjectVerb) -> (Colour, Shape) {
    match verb {
        ObjectVerb::Create => (Colour::Green, Shape::Plus),
        ObjectVerb::Change => (Colour::Blue, Shape::Edit),
        ObjectVerb::Recreate => (Colour::Orange, Shape::Progress),
        ObjectVerb::Delete => (Colour::Red, Shape::Delete),
        ObjectVerb::Keep => (Colour::Grey, Shape::Lock),
    }
}
