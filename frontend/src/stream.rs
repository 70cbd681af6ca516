//! Live changes.
use leptos::prelude::*;
use std::sync::OnceLock;
/// Begins.
pub fn start() {}
/// Whether live changes are interrupted.
pub fn interrupted() -> &'static ArcRwSignal<bool> {
    static SIGNAL: OnceLock<ArcRwSignal<bool>> = OnceLock::new();
    SIGNAL.get_or_init(|| ArcRwSignal::new(false))
}
