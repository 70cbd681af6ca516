//! Wishes about nodes and neighbours: required and preferred ones stand in lists of their own.

use slipway_model::App;
use slipway_model::app::{Affinity, AffinityKind};

use super::FieldMap;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

const TERM: &[(&str, &str)] = &[("", "key"), ("operator", "operator"), ("values", "values")];

impl FieldMap {
    pub(super) fn affinity(&mut self, path: &str, app: &App) {
        for (kind, name) in [
            (AffinityKind::Node, "nodeAffinity"),
            (AffinityKind::Near, "podAffinity"),
            (AffinityKind::Apart, "podAntiAffinity"),
        ] {
            let wishes = || app.pod.affinity.iter().filter(move |wish| wish.kind == kind);
            let path = format!("{path}.{name}");
            for (index, wish) in wishes().filter(|wish| wish.weight.is_none()).enumerate() {
                self.required(&path, index, wish);
            }
            for (index, wish) in wishes().filter(|wish| wish.weight.is_some()).enumerate() {
                self.preferred(&format!("{path}.{PREFERRED}[{index}]"), wish);
            }
        }
    }

    /// What is required of nodes is required at once: one term with all expressions.
    fn required(&mut self, path: &str, index: usize, wish: &Affinity) {
        let at = format!("pod.affinity.{}", wish.row);
        if wish.kind == AffinityKind::Node {
            let path = format!("{path}.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[{index}]");
            self.add_all(&path, &at, TERM);
        } else {
            let path = format!("{path}.{REQUIRED}[{index}]");
            self.add(path.as_str(), format!("{at}.kind"));
            self.neighbours(&path, &at);
        }
    }

    fn preferred(&mut self, path: &str, wish: &Affinity) {
        let at = format!("pod.affinity.{}", wish.row);
        self.add(path, format!("{at}.kind"));
        self.add(format!("{path}.weight"), format!("{at}.weight"));
        if wish.kind == AffinityKind::Node {
            self.add_all(&format!("{path}.preference.matchExpressions[0]"), &at, TERM);
        } else {
            self.neighbours(&format!("{path}.podAffinityTerm"), &at);
        }
    }

    fn neighbours(&mut self, path: &str, at: &str) {
        self.add_all(&format!("{path}.labelSelector.matchExpressions[0]"), at, TERM);
        self.add(format!("{path}.topologyKey"), format!("{at}.topology"));
    }
}
