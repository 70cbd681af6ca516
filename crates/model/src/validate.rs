//! Stage 2: judges a draft. Gathers everything that is wrong instead of stopping at the first.

mod basics;
mod check;
mod containers;
mod ingresses;
mod scaling;
mod services;

use crate::app::App;
use crate::{Draft, Issue, Issues};

pub use check::{PATH_KINDS, PROTOCOLS, REACHES, SERVICE_KINDS, WORKLOAD_KINDS};

/// What a draft is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The app, exactly when no issue is an error.
    pub app: Option<App>,
    /// Everything wrong or doubtful, in the order of the form.
    pub issues: Vec<Issue>,
}

/// Judges a draft: everything that is wrong or doubtful, and the app if nothing is wrong.
pub fn validate(draft: &Draft) -> Verdict {
    let mut issues = Issues::default();
    let basics = basics::validate(&draft.basics, &mut issues);
    let containers = containers::validate(draft, &mut issues);
    let services = services::validate(draft, &mut issues);
    let ingresses = ingresses::validate(draft, &mut issues);
    let replicas = scaling::validate(draft, &mut issues);
    let app = (!issues.has_errors()).then(|| {
        let basics = basics?;
        Some(App {
            namespace: basics.namespace,
            name: basics.name,
            kind: basics.kind,
            replicas: replicas?,
            labels: basics.labels,
            containers: containers?,
            services: services?,
            ingresses: ingresses?,
        })
    });
    Verdict {
        app: app.flatten(),
        issues: issues.into_vec(),
    }
}

#[cfg(test)]
mod tests;
