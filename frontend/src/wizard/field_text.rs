//! Where a field stands, in words: "Containers › nginx › Port 2 › Number".

use leptos_i18n::td_string;
use slipway_model::Draft;

use crate::language::{self, Locale};

/// Where a field stands, in the language of now.
pub(crate) fn place(draft: &Draft, field: &str) -> String {
    place_in(language::locale(), draft, field)
}

/// Where a field stands, in a language.
pub(crate) fn place_in(l: Locale, draft: &Draft, field: &str) -> String {
    let mut at = String::new();
    let mut words: Vec<String> = Vec::new();
    for segment in field.split('.') {
        if let Ok(id) = segment.parse::<u32>() {
            let position = draft
                .row_ids(&at)
                .iter()
                .position(|other| *other == id)
                .unwrap_or_default()
                + 1;
            let name = row_name(draft, &format!("{at}.{id}"));
            if let Some(list) = words.last_mut() {
                *list = match name {
                    Some(name) => format!("{} {name}", row_word(l, list)),
                    None => format!("{} {position}", row_word(l, list)),
                };
            }
        } else if !matches!(segment, "metric" | "resources" | "") {
            words.push(segment.to_owned());
        }
        at = if at.is_empty() {
            segment.to_owned()
        } else {
            format!("{at}.{segment}")
        };
    }
    let last = words.len().saturating_sub(1);
    let told: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(place, word)| {
            if place == last || place == 0 {
                segment_word(l, word)
            } else {
                word.clone()
            }
        })
        .collect();
    told.join(" › ")
}

/// The name somebody gave a row.
fn row_name(draft: &Draft, row: &str) -> Option<String> {
    ["name", "key", "host"]
        .iter()
        .filter_map(|leaf| draft.leaf(&format!("{row}.{leaf}")))
        .find(|leaf| !leaf.is_blank())
        .map(|leaf| leaf.text().to_owned())
}

/// What one row of a list is called.
fn row_word(l: Locale, list: &str) -> String {
    match list {
        "containers" => td_string!(l, wizard.field.container),
        "ports" => td_string!(l, wizard.field.port),
        "env" => td_string!(l, wizard.field.variable),
        "labels" => td_string!(l, wizard.field.label),
        "services" => td_string!(l, wizard.field.service),
        "ingresses" => td_string!(l, wizard.field.ingress),
        "rules" => td_string!(l, wizard.field.rule),
        "metrics" => td_string!(l, wizard.field.metric),
        other => return other.to_owned(),
    }
    .into()
}

/// What a field or part is called.
fn segment_word(l: Locale, segment: &str) -> String {
    match segment {
        "basics" => td_string!(l, wizard.step.basics),
        "scaling" => td_string!(l, wizard.scaling.title),
        "namespace" => td_string!(l, wizard.head.namespace),
        "name" => td_string!(l, wizard.field.name),
        "kind" => td_string!(l, wizard.field.kind),
        "replicas" => td_string!(l, wizard.basics.replicas),
        "labels" => td_string!(l, wizard.basics.labels),
        "key" => td_string!(l, wizard.field.key),
        "value" => td_string!(l, wizard.field.value),
        "image" => td_string!(l, wizard.containers.image),
        "cpu_request" => td_string!(l, wizard.containers.cpu),
        "memory_request" => td_string!(l, wizard.containers.memory),
        "number" | "port" | "ports" => td_string!(l, wizard.field.port),
        "protocol" => td_string!(l, wizard.field.protocol),
        "reach" => td_string!(l, wizard.service.reach),
        "target" => td_string!(l, wizard.service.target),
        "node_port" => td_string!(l, wizard.service.node_port_number),
        "class" => td_string!(l, wizard.ingress.class),
        "service" => td_string!(l, wizard.field.service),
        "host" => td_string!(l, wizard.ingress.host),
        "path" => td_string!(l, wizard.ingress.path),
        "path_kind" => td_string!(l, wizard.ingress.path_kind),
        "rules" => td_string!(l, wizard.ingress.rules),
        "min" => td_string!(l, wizard.scaling.min),
        "max" => td_string!(l, wizard.scaling.max),
        "utilization" => td_string!(l, wizard.scaling.trigger),
        "enabled" => td_string!(l, wizard.scaling.metric),
        "containers" => td_string!(l, wizard.step.containers),
        other => return other.to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let mut draft = Draft::default();
        draft.containers[0].name.set("web");
        let ports = format!("containers.{}.ports", draft.containers[0].id);
        draft.add_row(&ports);
        draft.add_row(&ports);
        draft
    }

    #[test]
    fn a_field_is_placed_by_name_or_position_of_its_rows() {
        let draft = draft();
        let container = &draft.containers[0];
        let port = format!(
            "containers.{}.ports.{}.number",
            container.id, container.ports[1].id
        );

        assert_eq!(
            place_in(Locale::en, &draft, &port),
            "Container web › Port 2 › Port"
        );
        assert_eq!(
            place_in(Locale::zh_CN, &draft, "basics.name"),
            "应用基本信息 › 名称"
        );
    }

    #[test]
    fn every_field_of_the_form_has_a_word_of_its_own_in_chinese() {
        let mut draft = draft();
        for list in ["services", "ingresses", "basics.labels", "scaling.metric.metrics"] {
            draft.add_row(list);
        }
        let env = format!("containers.{}.env", draft.containers[0].id);
        draft.add_row(&env);

        for (path, _) in draft.leaves() {
            let words = place_in(Locale::zh_CN, &draft, &path);
            assert!(!words.contains('_'), "{path}: {words}");
        }
    }
}
