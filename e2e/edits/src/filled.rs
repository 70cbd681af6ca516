//! What a person types besides: what an edit leaves open, and what is known by a name that changes.

use slipway_model::{Draft, Issue, arbitrary, validate};

/// How often what an edit breaks in its own row is mended.
const ROUNDS: usize = 6;

/// Where something is known by its name, the form sees to it that it is found under the new one.
pub(crate) fn follow(before: &Draft, draft: &mut Draft, path: &str, text: &str) {
    let Some(old) = before.leaf(path).filter(|old| !old.is_blank()) else {
        return;
    };
    let ends: &[&str] = match arbitrary::pattern(path).as_str() {
        "volumes.*.name" => &["containers.*.mounts.*.volume"],
        "containers.*.ports.*.name" => &[
            "services.*.ports.*.target",
            "containers.*.liveness.port",
            "containers.*.readiness.port",
            "containers.*.startup.port",
        ],
        "services.*.name" => &[
            "ingresses.*.service",
            "ingresses.*.canary.service",
            "workload.stateful.service",
        ],
        "services.*.ports.*.name" | "services.*.ports.*.port" => &["ingresses.*.rules.*.port"],
        "containers.*.name" => &["containers.*.env.*.container"],
        _ => &[],
    };
    let leaves = before.leaves().into_iter();
    let same = leaves.filter(|(at, typed)| *typed == old && ends.contains(&arbitrary::pattern(at).as_str()));
    for (at, _) in same {
        if let Some(leaf) = draft.leaf_mut(&at) {
            leaf.set(text);
        }
    }
}

/// What an edit leaves to be filled in, in its own row, is filled in as a person would; none where more is wrong.
pub(crate) fn mended(mut draft: Draft, around: &str) -> Option<Draft> {
    for round in 0..ROUNDS {
        let issues = validate(&draft).issues;
        let errors: Vec<Issue> = issues.into_iter().filter(Issue::is_error).collect();
        if errors.is_empty() {
            return Some(draft);
        }
        for error in errors {
            error.field.starts_with(around).then_some(())?;
            if draft.rows(&error.field).is_some() {
                draft.row_ids(&error.field).is_empty().then_some(())?;
                draft.add_row(&error.field)?;
                continue;
            }
            let choices = arbitrary::choices(&arbitrary::pattern(&error.field))?;
            let text = of_row(choices.get(round % choices.len().max(1))?, &error.field);
            draft.leaf_mut(&error.field)?.set(text);
        }
    }
    None
}

/// A row in which the first field is filled in that makes it one.
pub(crate) fn filled(draft: &Draft, row: &str, is_one: impl Fn(&Draft) -> bool) -> Option<Draft> {
    let leaves = draft.leaves().into_iter().map(|(path, _)| path);
    let mut own = leaves.filter(|path| path.strip_prefix(row).is_some_and(|rest| rest.starts_with('.')));
    let typed = |path: String| {
        let choice = arbitrary::choices(&arbitrary::pattern(&path))?.first()?;
        let mut draft = draft.clone();
        draft.leaf_mut(&path)?.set(of_row(choice, &path));
        mended(draft, row).filter(|draft| is_one(draft))
    };
    own.find_map(typed)
}

/// A choice for a field; names are those of its row.
pub(crate) fn of_row(choice: &str, path: &str) -> String {
    let own = path.split('.').rfind(|segment| segment.parse::<u32>().is_ok());
    choice.replace('#', own.unwrap_or("0"))
}

/// The path of the row that a field is in; of one in none, that of the part.
pub(crate) fn row_around(path: &str) -> &str {
    let mut around = path;
    while let Some((outer, last)) = around.rsplit_once('.') {
        if last.parse::<u32>().is_ok() {
            return around;
        }
        around = outer;
    }
    path.rsplit_once('.').map_or("", |(part, _)| part)
}
