//! Environment variables, those of the log service among them.

use slipway_model::app::Container;

use super::FieldMap;

const VARIABLE: &[(&str, &str)] = &[
    ("", "name"),
    ("value", "value"),
    ("valueFrom", "kind"),
    ("valueFrom.configMapKeyRef.name", "object"),
    ("valueFrom.configMapKeyRef.key", "key"),
    ("valueFrom.configMapKeyRef.optional", "optional"),
    ("valueFrom.secretKeyRef.name", "object"),
    ("valueFrom.secretKeyRef.key", "key"),
    ("valueFrom.secretKeyRef.optional", "optional"),
    ("valueFrom.fieldRef", "field"),
    ("valueFrom.resourceFieldRef", "resource"),
    ("valueFrom.resourceFieldRef.divisor", "divisor"),
    ("valueFrom.resourceFieldRef.containerName", "container"),
];

const WHOLE: &[(&str, &str)] = &[
    ("", "object"),
    ("prefix", "prefix"),
    ("configMapRef.optional", "optional"),
    ("secretRef.optional", "optional"),
];

impl FieldMap {
    /// The variables of a container, in the order in which they are planned.
    pub(super) fn environment(&mut self, path: &str, at: &str, container: &Container) {
        let mut next = 0;
        let mut position = || {
            next += 1;
            format!("{path}.env[{}]", next - 1)
        };
        for variable in &container.env {
            self.add_all(&position(), &format!("{at}.env.{}", variable.row), VARIABLE);
        }
        for log in &container.logs {
            for leaf in log.leaves() {
                let (path, at) = (position(), format!("{at}.logs.{}", log.row));
                self.add(path.as_str(), format!("{at}.store"));
                self.add(format!("{path}.value"), format!("{at}.{leaf}"));
            }
        }
        for tag in &container.log_tags {
            let (path, at) = (position(), format!("{at}.log_tags.{}", tag.row));
            self.add(path.as_str(), format!("{at}.tag"));
            self.add(format!("{path}.value"), format!("{at}.value"));
        }
        for (index, whole) in container.whole_objects.iter().enumerate() {
            let field = format!("{at}.env.{}", whole.row);
            self.add_all(&format!("{path}.envFrom[{index}]"), &field, WHOLE);
        }
    }
}
