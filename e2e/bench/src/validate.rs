//! How long judging a large draft takes: it happens at every keystroke.

use std::hint::black_box;
use std::time::Instant;

use serde_json::json;
use slipway_model::{Draft, validate};

use crate::figure::Report;

/// How many containers, and variables in all of them.
const CONTAINERS: usize = 10;
const VARIABLES: usize = 200;
/// How often it is judged.
const ROUNDS: usize = 1000;

pub(crate) fn measure(report: &mut Report) {
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
