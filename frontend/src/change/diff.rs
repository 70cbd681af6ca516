//! A difference of two texts: added and removed lines, told apart by sign and word, not by colour alone.

use leptos::prelude::*;

use crate::words;

/// What a line of a unified difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Added,
    Removed,
    Place,
    Same,
}

/// The lines of a unified difference. The names of the two files say nothing here and are left out.
fn lines(diff: &str) -> Vec<(Sort, &str)> {
    let sort = |line: &str| match line.chars().next() {
        Some('+') => Sort::Added,
        Some('-') => Sort::Removed,
        Some('@') => Sort::Place,
        _ => Sort::Same,
    };
    let mut inside = !diff.lines().any(|line| line.starts_with("@@"));
    diff.lines()
        .filter(|line| {
            inside |= line.starts_with("@@");
            inside && !line.starts_with("\\ ")
        })
        .map(|line| (sort(line), line))
        .collect()
}

/// A difference.
#[component]
pub fn Diff(
    /// As unified text.
    text: String,
    /// What it is of, when read out.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    if text.trim().is_empty() {
        return view! { <p class="app-quiet">{words!(change.objects.no_diff)}</p> }.into_any();
    }
    let lines = lines(&text)
        .into_iter()
        .map(|(sort, line)| line_view(sort, line.to_owned()))
        .collect_view();
    view! {
        // Can be scrolled, so the keyboard must reach it.
        <div class="app-diff" tabindex="0" role="region" aria-label=name><pre>{lines}</pre></div>
    }
    .into_any()
}

fn line_view(sort: Sort, line: String) -> AnyView {
    let line = format!("{line}\n");
    match sort {
        Sort::Added => view! {
            <ins><span class="pf-v6-screen-reader">{words!(change.objects.added)} " "</span>{line}</ins>
        }
        .into_any(),
        Sort::Removed => view! {
            <del><span class="pf-v6-screen-reader">{words!(change.objects.removed)} " "</span>{line}</del>
        }
        .into_any(),
        Sort::Place => view! { <span class="app-quiet">{line}</span> }.into_any(),
        Sort::Same => view! { <span>{line}</span> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_signs_and_the_names_of_files_go() {
        let diff = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n kind: Service\n-  port: 80\n+  port: 8080\n\\ No newline at end of file\n";

        let told = lines(diff);

        assert_eq!(
            told,
            [
                (Sort::Place, "@@ -1,2 +1,2 @@"),
                (Sort::Same, " kind: Service"),
                (Sort::Removed, "-  port: 80"),
                (Sort::Added, "+  port: 8080"),
            ]
        );
    }

    #[test]
    fn a_removed_line_that_itself_begins_with_dashes_is_not_taken_for_a_name() {
        let told = lines("@@ -1 +1 @@\n---- a: b\n");

        assert_eq!(told[1], (Sort::Removed, "---- a: b"));
    }

    #[test]
    fn a_whole_object_without_places_is_shown_whole() {
        assert_eq!(lines("+kind: Service\n+spec: {}\n").len(), 2);
    }
}
