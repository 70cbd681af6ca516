//! A draft with one field broken: still good, or refused by both at the same field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};
use slipway_backend::cluster::ClusterError;
use slipway_backend::preflight::{FieldMap, refusal_issues};
use slipway_model::app::RowTexts;
use slipway_model::arbitrary::{pattern, with_every_row};
use slipway_model::{App, Draft, Issue, validate};
use slipway_plan::{ObjectKey, PlannedObject};

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
    let Some(broken) = Broken::by(case, blow) else {
        return Ok(Outcome::default());
    };
    match Case::of(broken.draft.clone(), case.target.clone()) {
        None => broken.refused(server, case).await,
        Some(now) => {
            let findings = changed(server, case, &now).await?;
            Ok(broken.outcome(true, None, findings))
        }
    }
}

/// Breaks one field of a case, and answers what the server says if that is refused by us.
pub async fn check_refused(server: &Server, case: &Case, blow: Blow) -> anyhow::Result<Outcome> {
    match Broken::by(case, blow) {
        Some(broken) if validate(&broken.draft).app.is_none() => broken.refused(server, case).await,
        _ => Ok(Outcome::default()),
    }
}

/// Whether the text of the field, or of another one that has text when this has none, stands in an object.
pub fn shows(case: &Case, blow: Blow) -> bool {
    let stands = |broken: Broken| {
        let mut objects = case.plan.made();
        objects.any(|object| broken.put(&FieldMap::of(&case.app, object), object).is_some())
    };
    Broken::by(case, blow).is_some_and(stands)
}

/// A draft with one field broken.
struct Broken {
    draft: Draft,
    field: String,
    before: String,
    text: String,
}

impl Broken {
    fn by(case: &Case, blow: Blow) -> Option<Self> {
        let (field, before) = chosen(&case.draft, blow)?;
        let text = hostile::text(blow.text);
        let mut draft = case.draft.clone();
        draft.leaf_mut(&field)?.set(text.as_str());
        Some(Self {
            draft,
            field,
            before,
            text,
        })
    }

    fn outcome(&self, ours: bool, theirs: Option<bool>, mut findings: Vec<Finding>) -> Outcome {
        for finding in &mut findings {
            finding.detail = format!(
                "`{}` was {:?} and is {:?}; {}",
                self.field, self.before, self.text, finding.detail
            );
        }
        Outcome {
            field: pattern(&self.field),
            ours,
            theirs,
            findings,
        }
    }

    /// Puts the text into the objects of the good draft, wherever the field's own text stands, as if we had no rules.
    async fn refused(&self, server: &Server, case: &Case) -> anyhow::Result<Outcome> {
        let issues = validate(&self.draft).issues;
        let errors: Vec<Issue> = issues.into_iter().filter(Issue::is_error).collect();
        // The rows as they are now: what is quoted is the broken text.
        let app = App {
            rows: RowTexts::of(&self.draft),
            ..case.app.clone()
        };
        let (mut theirs, mut findings) = (None, Vec::new());
        for object in case.plan.made() {
            let map = FieldMap::of(&app, object);
            let Some((key, body)) = self.put(&map, object) else {
                continue;
            };
            match server.create(&key, &body).await? {
                Answer::Accepted { .. } => {
                    theirs.get_or_insert(true);
                }
                Answer::Refused(error) => {
                    theirs = Some(false);
                    findings.extend(disagreement(&error, &key, &map, &errors));
                }
            }
        }
        Ok(self.outcome(false, theirs, findings))
    }

    /// One object with the text in it, and its address. None where the field's own text does not stand.
    fn put(&self, map: &FieldMap, object: &PlannedObject) -> Option<(ObjectKey, Value)> {
        let (mut key, mut body) = (object.key.clone(), object.first_body().into_value());
        let text = self.text.trim();
        if self.field == "basics.namespace" {
            let speakable = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let can = key.namespace.is_some() && !text.is_empty() && text.chars().all(speakable);
            body["metadata"]["namespace"] = json!(text);
            key.namespace = Some(text.to_owned());
            return can.then_some((key, body));
        }
        let place = place_of(map, &body, (&self.field, &self.before))?;
        let is_key = is_pair(&place.path()) && place.key() == Some(&self.before);
        let put = if last(&self.field) == "key" && is_key {
            !text.is_empty() && place.call(&mut body, text)
        } else {
            replace(&mut body, &place, text)
        };
        put.then_some((key, body))
    }
}

/// How many texts a field can be broken with.
pub fn texts() -> usize {
    hostile::count()
}

/// Every field there is, without ids. The position of a field is its number.
pub fn fields() -> &'static [String] {
    &FIELDS
}

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
fn disagreement(error: &ClusterError, key: &ObjectKey, map: &FieldMap, errors: &[Issue]) -> Option<Finding> {
    let theirs = refusal_issues(error, "create", key, map);
    let theirs: Vec<&str> = theirs.iter().map(|issue| issue.field.as_str()).collect();
    let ours: Vec<&str> = errors.iter().map(|issue| issue.field.as_str()).collect();
    let agreed = theirs
        .iter()
        .any(|one| ours.iter().any(|other| is_same(one, other)));
    (!agreed).then(|| Finding {
        field: theirs.first().map(|field| pattern(field)).unwrap_or_default(),
        words: format!("elsewhere: {error}"),
        detail: format!("we blame {ours:?}, the server {theirs:?}"),
    })
}

/// Whether the server means the field that we blame, or one inside of it.
fn is_same(theirs: &str, ours: &str) -> bool {
    is_around(ours, theirs)
}

fn is_around(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
