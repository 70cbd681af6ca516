//! Following signals.

use leptos::prelude::*;

/// Runs something soon, and again whenever something that it has read changes, until its owner is gone.
///
/// [`Effect::new`] brings a task of its own for every closure; here all share one.
pub fn whenever(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
