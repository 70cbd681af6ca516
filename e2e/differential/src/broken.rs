//! A draft with one field broken: still good, or refused by both at the same field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};
use slipway_backend::preflight::FieldMap;
use slipway_model::arbitrary::{pattern, with_every_row};
use slipway_model::{Draft, Issue, validate};

use crate::accepted;
use crate::case::Case;
use crate::finding::Finding;
use crate::hostile;
use crate::place::{Place, values};
use crate::server::{Answer, Server};

/// What to break, and with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blow {
    /// Which field, counted through all there are; the next one in which the draft has something.
    pub field: usize,
    /// Which of the rows that have it.
    pub row: usize,
    /// Which text.
    pub text: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The field, without ids.
    pub field: String,
    /// Whether we accept the draft as it is now.
    pub ours: bool,
    /// What the server said when our rules were passed over, if it was asked.
    pub theirs: Option<bool>,
    /// What the two do not agree about.
    pub findings: Vec<Finding>,
}

/// Breaks one field of a case.
pub async fn check(server: &Server, case: &Case, blow: Blow) -> anyhow::Result<Outcome> {
    let Some((field, before)) = chosen(&case.draft, blow) else {
        return Ok(Outcome::default());
    };
    let text = hostile::text(blow.text);
    let mut draft = case.draft.clone();
    if let Some(leaf) = draft.leaf_mut(&field) {
        leaf.set(text.as_str());
    }
    let verdict = validate(&draft);
    let mut outcome = Outcome {
        field: pattern(&field),
        ours: verdict.app.is_some(),
        ..Outcome::default()
    };
    if let Some(broken) = Case::of(draft, case.target.clone()) {
        outcome.findings = changed(server, case, &broken).await?;
    } else {
        let errors: Vec<Issue> = verdict.issues.into_iter().filter(Issue::is_error).collect();
        outcome = passed_over(server, case, (&field, &before, text.trim()), &errors, outcome).await?;
    }
    for finding in &mut outcome.findings {
        finding.detail = format!("`{field}` was {before:?} and is {text:?}; {}", finding.detail);
    }
    Ok(outcome)
}

/// Every field there is, without ids.
static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let draft = with_every_row();
    let mut fields: Vec<String> = draft
        .leaves()
        .into_iter()
        .map(|(path, _)| pattern(&path))
        .collect();
    fields.sort();
    fields.dedup();
    fields
});

/// A field with its text. Every field has the same chance, however many rows have it.
fn chosen(draft: &Draft, blow: Blow) -> Option<(String, String)> {
    let mut filled: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for (path, leaf) in draft.leaves().into_iter().filter(|(_, leaf)| !leaf.is_blank()) {
        filled
            .entry(pattern(&path))
            .or_default()
            .push((path, leaf.text()));
    }
    let first = blow.field % FIELDS.len();
    let rows = FIELDS[first..]
        .iter()
        .chain(&FIELDS[..first])
        .find_map(|field| filled.get(field))?;
    let (path, text) = rows.get(blow.row % rows.len())?;
    Some((path.clone(), (*text).to_owned()))
}

/// Asks about the objects that are no longer as they were.
async fn changed(server: &Server, before: &Case, now: &Case) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for object in now.plan.made() {
        if !before.plan.objects.contains(object) {
            findings.extend(accepted::one(server, now, object).await?);
        }
    }
    Ok(findings)
}

/// Puts the text into the objects of the good draft, wherever the field's own text stands, as if we had no rules.
async fn passed_over(
    server: &Server,
    case: &Case,
    (field, before, text): (&str, &str, &str),
    errors: &[Issue],
    mut outcome: Outcome,
) -> anyhow::Result<Outcome> {
    for object in case.plan.made() {
        let map = FieldMap::of(&case.app, object);
        let mut body = object.first_body().into_value();
        let Some(place) = place_of(&map, &body, (field, before)) else {
            continue;
        };
        let put = if last(field) == "key" && is_pair(&place.path()) && place.key() == Some(before) {
            !text.is_empty() && place.call(&mut body, text)
        } else {
            replace(&mut body, &place, text)
        };
        if !put {
            continue;
        }
        match server.create(&object.key, &body).await? {
            Answer::Accepted { .. } => {
                outcome.theirs.get_or_insert(true);
            }
            Answer::Refused { message, causes } => {
                outcome.theirs = Some(false);
                outcome
                    .findings
                    .extend(disagreement(&map, errors, (&message, &causes)));
            }
        }
    }
    Ok(outcome)
}

/// The place in an object that shows a field's text as it was typed: a value, or the key of a label or annotation.
fn place_of(map: &FieldMap, body: &Value, (field, before): (&str, &str)) -> Option<Place> {
    let of_key = last(field) == "key";
    let shows = |place: &Place, value: &Value| {
        let path = place.path();
        let mapped = map.field(&path);
        // What belongs to the object as a whole is shown by its name only; the namespace stands in the address as well.
        let own = path == "metadata.name" || mapped != map.name() && path != "metadata.namespace";
        let text = match value {
            _ if of_key && is_pair(&path) && place.key() == Some(before) => true,
            Value::String(text) => text == before,
            Value::Number(number) => number.to_string() == before,
            _ => false,
        };
        text && own && is_around(mapped, field)
    };
    let found = values(body)
        .into_iter()
        .find(|(place, value)| shows(place, value));
    found.map(|(place, _)| place)
}

/// Whether a path leads into a map whose keys are typed.
fn is_pair(path: &str) -> bool {
    ["metadata.labels.", "metadata.annotations.", "nodeSelector."]
        .iter()
        .any(|map| path.contains(map))
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// Puts a text where another one stood, as a value of the same type; ports may be names as well. Answers whether that
/// can be done.
fn replace(body: &mut Value, place: &Place, text: &str) -> bool {
    let number = text.parse::<i64>().ok().map(|number| json!(number));
    let path = place.path();
    let is_port = last(&path) == "targetPort" || last(&path) == "port" && path.contains("Probe");
    let value = match place.value(body) {
        _ if text.is_empty() => None,
        Some(Value::String(_)) => Some(json!(text)),
        Some(Value::Number(_)) if is_port => number.or_else(|| Some(json!(text))),
        Some(Value::Number(_)) => number,
        _ => None,
    };
    let can = value.is_some();
    if let Some(value) = value {
        place.put(body, value);
    }
    can
}

/// Whether none of the server's reasons is at a field that we find wrong as well.
fn disagreement(
    map: &FieldMap,
    errors: &[Issue],
    (message, causes): (&str, &[(String, String)]),
) -> Option<Finding> {
    let theirs: Vec<&str> = if causes.is_empty() {
        vec![map.field("")]
    } else {
        causes
            .iter()
            .map(|(path, words)| map.of_cause(path, words))
            .collect()
    };
    let ours: Vec<&str> = errors.iter().map(|issue| issue.field.as_str()).collect();
    let agreed = theirs
        .iter()
        .any(|one| ours.iter().any(|other| is_same(one, other)));
    (!agreed).then(|| Finding {
        field: theirs.first().map(|field| pattern(field)).unwrap_or_default(),
        words: format!("elsewhere: {message}"),
        detail: format!("we blame {ours:?}, the server {theirs:?}: {causes:?}"),
    })
}

/// Whether two say the same field, or one of them the list or part around it.
fn is_same(one: &str, other: &str) -> bool {
    is_around(one, other) || is_around(other, one)
}

fn is_around(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
