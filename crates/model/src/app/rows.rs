//! Where texts were typed that stand without a place of their own in what is planned.
//!
//! A label is a key of a map there. A cluster that refuses it quotes it, and that is how its row is found again.

use std::collections::BTreeMap;

use crate::Draft;
use crate::draft::{Probe, Row};

/// A text in a row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowText {
    /// The path of the list.
    pub list: String,
    /// The id of the row.
    pub row: u32,
    /// The leaf of the row.
    pub leaf: String,
    /// What was typed.
    pub text: String,
}

impl RowText {
    /// The path of the leaf.
    pub fn field(&self) -> String {
        format!("{}.{}.{}", self.list, self.row, self.leaf)
    }
}

/// Such texts, list by list, each in the order of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowTexts(BTreeMap<String, Vec<RowText>>);

impl RowTexts {
    /// Those in the list at a path.
    pub fn in_list(&self, list: &str) -> &[RowText] {
        self.0.get(list).map(Vec::as_slice).unwrap_or_default()
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &RowText> {
        self.0.values().flatten()
    }

    /// Those of a draft. Words of commands are none: no cluster judges them.
    pub fn of(draft: &Draft) -> Self {
        let mut texts = BTreeMap::new();
        let (basics, pod) = (&draft.basics, &draft.pod);
        add(&mut texts, "basics.labels", &basics.labels);
        add(&mut texts, "basics.annotations", &basics.annotations);
        add(&mut texts, "pod.labels", &pod.labels);
        add(&mut texts, "pod.annotations", &pod.annotations);
        add(&mut texts, "pod.node_selector", &pod.node_selector);
        add(&mut texts, "pod.pull_secrets", &pod.pull_secrets);
        for service in &draft.services {
            let at = format!("services.{}", service.id);
            add(&mut texts, &format!("{at}.labels"), &service.labels);
            add(&mut texts, &format!("{at}.annotations"), &service.annotations);
        }
        for ingress in &draft.ingresses {
            let at = format!("ingresses.{}", ingress.id);
            add(&mut texts, &format!("{at}.labels"), &ingress.labels);
            add(&mut texts, &format!("{at}.annotations"), &ingress.annotations);
        }
        for volume in &draft.volumes {
            add(&mut texts, &format!("volumes.{}.items", volume.id), &volume.items);
        }
        for container in &draft.containers {
            let at = format!("containers.{}", container.id);
            add(&mut texts, &format!("{at}.pull_secrets"), &container.pull_secrets);
            add(&mut texts, &format!("{at}.mounts"), &container.mounts);
            let probe = |texts: &mut _, name, probe: &Probe| {
                add(texts, &format!("{at}.{name}.headers"), &probe.headers);
            };
            probe(&mut texts, "liveness", &container.liveness);
            probe(&mut texts, "readiness", &container.readiness);
            probe(&mut texts, "startup", &container.startup);
        }
        Self(texts)
    }
}

fn add<R: Row>(texts: &mut BTreeMap<String, Vec<RowText>>, list: &str, rows: &[R]) {
    let mut found = Vec::new();
    for row in rows {
        let mut leaves = Vec::new();
        row.visit(String::new(), &mut leaves);
        let typed = leaves.into_iter().filter(|(_, leaf)| !leaf.is_blank());
        found.extend(typed.map(|(leaf, typed)| RowText {
            list: list.to_owned(),
            row: row.id(),
            leaf,
            text: typed.text().to_owned(),
        }));
    }
    if !found.is_empty() {
        texts.insert(list.to_owned(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::RowTexts;
    use crate::arbitrary::with_every_row;

    #[test]
    fn every_text_is_found_at_its_field() {
        let mut draft = with_every_row();
        let paths: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
        for path in &paths {
            draft.leaf_mut(path).unwrap().set(path.as_str());
        }

        let texts = RowTexts::of(&draft);

        for text in texts.all() {
            assert_eq!(text.field(), text.text);
        }
        let has = |end: &str| texts.all().any(|text| text.list.ends_with(end));
        for list in [
            "labels",
            "annotations",
            "node_selector",
            "items",
            "pull_secrets",
            "mounts",
            "startup.headers",
        ] {
            assert!(has(list), "{list}");
        }
    }
}
