//! Text for machines, with a button to copy it.

use leptos::prelude::*;

use super::CopyText;

/// A block of code.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: Signal<String>,
    /// What it is, when read out.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="pf-v6-c-code-block">
            <div class="pf-v6-c-code-block__header">
                <div class="pf-v6-c-code-block__actions">
                    <div class="pf-v6-c-code-block__actions-item"><CopyText text=code /></div>
                </div>
            </div>
            // Can be scrolled, so the keyboard must reach it.
            <div class="pf-v6-c-code-block__content" tabindex="0" role="region" aria-label=name>
                <pre class="pf-v6-c-code-block__pre"><code class="pf-v6-c-code-block__code">{code}</code></pre>
            </div>
        </div>
    }
}
