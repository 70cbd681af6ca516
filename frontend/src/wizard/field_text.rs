//! Where a field stands, in words: "Containers › nginx › Port 2 › Number".

mod words;

use slipway_model::Draft;

use crate::language::{self, Locale};

/// Parts that only gather fields, and are not called anything.
const UNNAMED: [&str; 5] = ["metric", "resources", "stateful", "job", "cron"];

/// Where a field stands, in the language of now.
pub(crate) fn place(draft: &Draft, field: &str) -> String {
    place_in(language::locale(), draft, field)
}

/// Where a field stands, in a language.
pub(crate) fn place_in(l: Locale, draft: &Draft, field: &str) -> String {
    place_among(l, std::slice::from_ref(draft), field)
}

/// Where a field stands, by the first draft that has its rows. A row that none of them has is called after its list.
pub(crate) fn place_among(l: Locale, drafts: &[Draft], field: &str) -> String {
    let draft = drafts.iter().find(|draft| has_rows(draft, field));
    let mut at = String::new();
    let (mut around, mut list) = ("", "");
    let mut words: Vec<String> = Vec::new();
    for segment in segments(field) {
        if let Ok(id) = segment.parse::<u32>() {
            let called = draft.and_then(|draft| name_or_position(draft, &at, id));
            // A row stands for its list.
            words.pop();
            let row = words::row(l, list);
            words.push(called.map_or_else(|| row.clone(), |called| format!("{row} {called}")));
            around = list;
        } else {
            if !UNNAMED.contains(&segment) {
                words.push(words::field(l, around, segment));
            }
            (around, list) = (if segment == "metric" { segment } else { around }, segment);
        }
        extend(&mut at, segment);
    }
    words.join(" › ")
}

fn segments(field: &str) -> impl Iterator<Item = &str> {
    field.split('.').filter(|segment| !segment.is_empty())
}

fn extend(path: &mut String, segment: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(segment);
}

/// Whether a draft has every row that a path leads through.
fn has_rows(draft: &Draft, field: &str) -> bool {
    let mut at = String::new();
    segments(field).all(|segment| {
        let there = segment
            .parse::<u32>()
            .map_or(true, |id| draft.row_ids(&at).contains(&id));
        extend(&mut at, segment);
        there
    })
}

/// The name somebody gave a row, else its place in the list.
fn name_or_position(draft: &Draft, list: &str, id: u32) -> Option<String> {
    let name = ["name", "key", "host"]
        .iter()
        .filter_map(|leaf| draft.leaf(&format!("{list}.{id}.{leaf}")))
        .find(|leaf| !leaf.is_blank())
        .map(|leaf| leaf.text().to_owned());
    let position = || draft.row_ids(list).iter().position(|other| *other == id);
    name.or_else(|| Some((position()? + 1).to_string()))
}

#[cfg(test)]
mod tests {
    use slipway_model::arbitrary::with_every_row;

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
        assert_eq!(
            place_in(Locale::en, &draft, "workload.job.completions"),
            "Application basics › Completions"
        );
    }

    #[test]
    fn a_row_is_named_by_the_draft_that_has_it_and_by_none_if_none_has() {
        let (mut before, mut after) = (Draft::default(), Draft::default());
        let id = after.add_row("services").unwrap();
        after
            .leaf_mut(&format!("services.{id}.name"))
            .unwrap()
            .set("shop");
        let field = format!("services.{id}.headless");
        let drafts = [before.clone(), after];

        assert_eq!(
            place_among(Locale::en, &drafts, &field),
            "Service shop › Headless"
        );
        before.basics.name.set("shop");
        assert_eq!(place_among(Locale::en, &[before], &field), "Service › Headless");
        assert_eq!(
            place_among(Locale::en, &[], "basics.name"),
            "Application basics › Name"
        );
    }

    #[test]
    fn what_has_the_same_name_in_two_places_is_called_after_its_place() {
        let draft = with_every_row();
        let volume = format!("volumes.{}.class", draft.volumes[0].id);
        let probe = format!("containers.{}.liveness.enabled", draft.containers[0].id);

        assert!(place_in(Locale::en, &draft, &volume).ends_with("› Storage class"));
        assert!(place_in(Locale::en, &draft, &probe).ends_with("› Liveness check › Enabled"));
        assert!(
            place_in(Locale::en, &draft, "scaling.metric.enabled")
                != place_in(Locale::en, &draft, "scaling.timed.enabled")
        );
    }

    /// Every list and every leaf, in both languages. A word that is missing shows as the field's own name.
    #[test]
    fn every_field_has_a_word_in_both_languages() {
        let draft = with_every_row();
        let mut fields: Vec<String> = draft.leaves().into_iter().map(|(path, _)| path).collect();
        let lists: Vec<String> = fields
            .iter()
            .filter_map(|path| {
                let (list, _) = path.rsplit_once('.')?.0.rsplit_once('.')?;
                draft.rows(list).map(|_| list.to_owned())
            })
            .collect();
        fields.extend(lists);
        assert!(fields.len() > 150);
        for path in fields {
            let last = path.rsplit('.').next().unwrap();
            let english = place_in(Locale::en, &draft, &path);
            let chinese = place_in(Locale::zh_CN, &draft, &path);

            assert!(
                !english.contains('_') && !chinese.contains('_'),
                "{path}: {english} {chinese}"
            );
            for words in [&english, &chinese] {
                assert!(!words.ends_with(&format!("› {last}")), "{path}: {words}");
            }
            assert_ne!(english, chinese, "{path}");
        }
    }
}
