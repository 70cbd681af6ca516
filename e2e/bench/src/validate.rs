//! How long judging a large draft takes: it happens at every keystroke.

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use slipway_api::SaveDraft;
use slipway_model::arbitrary::worst::{self, Rows};
use slipway_model::draft::bounds::MOST_ROWS_IN_ALL;
use slipway_model::file::too_many_rows;
use slipway_model::{Draft, out_of_bounds, validate};

use crate::figure::Report;

/// How many containers, and variables in all of them.
const CONTAINERS: usize = 10;
const VARIABLES: usize = 200;
/// How often it is judged.
const ROUNDS: usize = 1000;

/// The most bytes of a draft.
const LARGEST: usize = 1024 * 1024;
/// How often each of the worst drafts is read and judged; the quickest counts, so that what else runs does not.
const WORST_ROUNDS: usize = 3;

pub(crate) fn measure(report: &mut Report) {
    worst_of_all(report);
    let draft = large();
    let judged = || {
        let begun = Instant::now();
        black_box(validate(black_box(&draft)));
        begun.elapsed()
    };
    let times: Vec<_> = (0..ROUNDS).map(|_| judged()).collect();
    let name = format!("judge {CONTAINERS} containers, {VARIABLES} variables");
    report.micros(&name, &times, "≤ 1000");
}

/// The longest that saving any draft keeps a processor busy: counting its rows, reading and judging it.
fn worst_of_all(report: &mut Report) {
    let mut times = Vec::new();
    for kind in Rows::ALL {
        let drafts = worst::worst(MOST_ROWS_IN_ALL - 400, kind);
        let many = drafts.map(|(list, draft)| (format!("{list}, {kind:?}"), fitting(list, kind, &draft)));
        times.extend(many.map(|(name, body)| (saving(&body), name)));
    }
    times.push((
        saving(&body(&worst::entangled(MOST_ROWS_IN_ALL))),
        "by name".to_owned(),
    ));
    let text = "-".repeat(3_000);
    times.push((
        saving(&body(&worst::with_every_leaf(&text))),
        "long texts".to_owned(),
    ));
    times.sort();
    for (time, name) in times.iter().rev().take(3) {
        report.times(
            &format!("save the worst draft: {name}"),
            &[*time],
            None,
            Some("≤ 50"),
        );
    }
}

/// The body of a draft, with fewer rows where it would be larger than one may be.
fn fitting(list: &str, kind: Rows, draft: &Draft) -> String {
    let text = body(draft);
    if text.len() <= LARGEST {
        return text;
    }
    let rows = (MOST_ROWS_IN_ALL - 400) * LARGEST / text.len() * 9 / 10;
    let fewer = worst::worst(rows, kind).find(|(other, _)| *other == list);
    fewer.map_or(text, |(_, draft)| body(&draft))
}

fn body(draft: &Draft) -> String {
    json!({ "content": draft }).to_string()
}

/// What a save does before anything is stored.
fn saving(body: &str) -> Duration {
    let once = || {
        let begun = Instant::now();
        let refused = too_many_rows(body.as_bytes(), "content");
        let save: Option<SaveDraft> = serde_json::from_str(body).ok();
        if let Some(SaveDraft { mut content }) = save.filter(|_| refused.is_none()) {
            content.give_ids();
            black_box(out_of_bounds(&content));
            black_box(serde_json::to_string(&content).ok());
            black_box(validate(&content));
        }
        begun.elapsed()
    };
    (0..WORST_ROUNDS).map(|_| once()).min().unwrap_or_default()
}

/// A draft with all steps in use, and not one error.
fn large() -> Draft {
    let variable = |n: usize| match n % 4 {
        0 => {
            json!({ "kind": "config_map", "name": format!("V{n}"), "object": "settings", "key": format!("k{n}") })
        }
        1 => json!({ "kind": "field", "name": format!("V{n}"), "field": "metadata.name" }),
        _ => json!({ "name": format!("V{n}"), "value": "some text, not too long" }),
    };
    let container = |n: usize| {
        let env: Vec<_> = (0..VARIABLES / CONTAINERS).map(variable).collect();
        json!({
            "name": format!("c{n}"), "image": "registry.example.com/team/server:1.27",
            "resources": { "cpu_request": "100m", "memory_request": "128Mi", "memory_limit": "256Mi" },
            "ports": [{ "name": format!("p{n}"), "number": 8000 + n }],
            "env": env,
            "liveness": { "enabled": true, "path": "/healthz", "port": 8000 + n },
            "mounts": [{ "volume": "data", "path": "/data" }],
        })
    };
    let draft = json!({
        "basics": { "namespace": "default", "name": "large", "replicas": 2 },
        "containers": (0..CONTAINERS).map(container).collect::<Vec<_>>(),
        "volumes": [{ "name": "data", "kind": "empty_dir" }],
        "services": [{ "name": "large", "ports": [{ "port": 80, "target": "p0" }] }],
        "ingresses": [{ "name": "large", "rules": [{ "host": "large.example.com" }] }],
        "scaling": { "metric": { "enabled": true, "min": 2, "max": 9, "metrics": [{ "utilization": 60 }] } },
    });
    let mut draft: Draft = serde_json::from_value(draft).unwrap_or_default();
    draft.give_ids();
    draft
}

#[cfg(test)]
mod tests {
    use slipway_model::validate;

    use super::{CONTAINERS, VARIABLES, large};

    #[test]
    fn the_large_draft_is_as_large_as_it_says_and_an_app() {
        let app = validate(&large()).app.unwrap();

        assert_eq!(app.containers.len(), CONTAINERS);
        let variables: usize = app.containers.iter().map(|container| container.env.len()).sum();
        assert_eq!(variables, VARIABLES);
    }
}
