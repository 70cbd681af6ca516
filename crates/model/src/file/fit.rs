//! Lays a tree against the shape of a draft: what fits becomes the draft, everything else a fault.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fault::{Fault, FileProblem, Flaw, Place};
use super::nearest;
use super::tree::{Content, Entry, Tree};
use crate::Draft;
use crate::draft::shape::{Field, Kind, Shape};
use crate::draft::{FORMAT, Origin, join};
use crate::issue::{FormPart, MOST_ISSUES, Problem};

/// The draft that a tree is, and what in the tree is none.
pub(super) struct Fit {
    pub(super) draft: Draft,
    pub(super) faults: Vec<Fault>,
}

/// Lays a tree against a shape. Rows that do not fit are taken out of the tree.
pub(super) fn fit(tree: &mut Tree, shape: &Shape) -> Fit {
    let mut found = Vec::new();
    let mut value = Fitter { found: &mut found }
        .part(tree, shape, &[])
        .unwrap_or_default();
    let origin = value
        .get("origin")
        .is_some_and(|origin| serde_json::from_value::<Origin>(origin.clone()).is_err());
    if origin {
        value.remove("origin");
        found.push((
            vec![Step::Name("origin".to_owned())],
            Problem::Missing {}.into(),
            tree.place,
        ));
    }
    // Only what fits is left, so that this cannot fail.
    let mut draft: Draft = serde_json::from_value(Value::Object(value)).unwrap_or_default();
    draft.give_ids();
    let faults = found
        .into_iter()
        .map(|(path, flaw, place)| Fault::new(field(&draft, &path), flaw, place))
        .collect();
    Fit { draft, faults }
}

/// A step on the way to a field: a name, or a position in a list, for rows have no ids yet.
#[derive(Clone)]
enum Step {
    Name(String),
    Row(usize),
}

/// The path as issues have it, with the ids of rows.
fn field(draft: &Draft, steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        path = match step {
            Step::Name(name) => join(&path, name),
            Step::Row(position) => match draft.row_ids(&path).get(*position) {
                Some(id) => join(&path, id),
                None => path,
            },
        };
    }
    path
}

struct Fitter<'f> {
    found: &'f mut Vec<(Vec<Step>, Flaw, Option<Place>)>,
}

impl Fitter<'_> {
    /// Notes a fault. Of very many the first are listed, and that there are more.
    fn blame(&mut self, at: &[Step], flaw: impl Into<Flaw>, place: Option<Place>) {
        let flaw: Flaw = match self.found.len() {
            ..MOST_ISSUES => flaw.into(),
            MOST_ISSUES => Problem::MoreIssues {
                max: u32::try_from(MOST_ISSUES).unwrap_or(u32::MAX),
            }
            .into(),
            _ => return,
        };
        self.found.push((at.to_vec(), flaw, place));
    }

    fn is_full(&self) -> bool {
        self.found.len() > MOST_ISSUES
    }

    fn part(&mut self, tree: &mut Tree, shape: &Shape, at: &[Step]) -> Option<Map<String, Value>> {
        let place = tree.place;
        let Content::Fields(entries) = &mut tree.content else {
            let expected = FormPart::Fields;
            self.blame(at, Problem::WrongType { expected }, place);
            return None;
        };
        let mut values = Map::new();
        let mut seen: BTreeMap<String, Option<Place>> = BTreeMap::new();
        for entry in entries {
            if self.is_full() {
                break;
            }
            let at = [at, &[Step::Name(entry.name.clone())]].concat();
            if let Some(first) = seen.get(&entry.name) {
                let first_line = first.map_or(0, |place| place.line);
                self.blame(&at, FileProblem::DuplicateField { first_line }, entry.place);
                continue;
            }
            seen.insert(entry.name.clone(), entry.place);
            if let Some(field) = shape.field(&entry.name) {
                let value = self.value(entry, field, &at);
                values.extend(value.map(|value| (entry.name.clone(), value)));
            } else {
                let nearest = nearest(&entry.name, shape.fields.iter().map(|field| field.name));
                let nearest = nearest.unwrap_or_default().to_owned();
                self.blame(&at, Problem::UnknownField { nearest }, entry.place);
            }
        }
        Some(values)
    }

    fn value(&mut self, entry: &mut Entry, field: &Field, at: &[Step]) -> Option<Value> {
        let tree = &mut entry.value;
        match &field.kind {
            _ if tree.is_nothing() => matches!(field.kind, Kind::Leaf(_)).then(|| "".into()),
            Kind::Leaf(_) | Kind::Text => self.text(tree, FormPart::Text, at).map(Value::from),
            Kind::Number => self.number(tree, field, at),
            Kind::Part(shape) => self.part(tree, shape, at).map(Value::Object),
            Kind::Rows(shape) => self.rows(tree, shape, at).map(Value::Array),
        }
    }

    fn text(&mut self, tree: &Tree, expected: FormPart, at: &[Step]) -> Option<String> {
        if let Content::Text { text, .. } = &tree.content {
            return Some(text.clone());
        }
        self.blame(at, Problem::WrongType { expected }, tree.place);
        None
    }

    fn number(&mut self, tree: &Tree, field: &Field, at: &[Step]) -> Option<Value> {
        let text = self.text(tree, FormPart::Number, at)?;
        match text.parse::<u32>() {
            Ok(number) if field.name == "format" && number != FORMAT => {
                self.blame(at, FileProblem::UnknownFormat { known: FORMAT }, tree.place);
                None
            }
            Ok(number) => Some(number.into()),
            Err(_) => {
                let expected = FormPart::Number;
                self.blame(at, Problem::WrongType { expected }, tree.place);
                None
            }
        }
    }

    fn rows(&mut self, tree: &mut Tree, shape: &Shape, at: &[Step]) -> Option<Vec<Value>> {
        let place = tree.place;
        let Content::Rows(rows) = &mut tree.content else {
            let expected = FormPart::Rows;
            self.blame(at, Problem::WrongType { expected }, place);
            return None;
        };
        let mut values = Vec::new();
        rows.retain_mut(|row| {
            // What is no row has no id, so the list is to blame.
            let inside = [at, &[Step::Row(values.len())]].concat();
            if self.is_full() {
                return true;
            }
            let fits = matches!(row.content, Content::Fields(_));
            let value = self.part(row, shape, if fits { &inside } else { at });
            values.extend(value.map(Value::Object));
            fits
        });
        Some(values)
    }
}
