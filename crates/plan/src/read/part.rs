//! One part of an object while it is read. What is understood is taken out of it; what is left at the end is kept.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use slipway_model::Typed;
use slipway_model::draft::{Annotation, Label, Word};

use super::asked::Asked;

/// A place in one of the objects: which one, and the JSON pointer in it.
pub(crate) type Place = (usize, String);

/// What holds for all parts: the ids of rows, where each came from, and what the form is not to be asked for.
#[derive(Default)]
pub(crate) struct Rows {
    last: Cell<u32>,
    places: RefCell<BTreeMap<String, Place>>,
    refused: BTreeSet<Place>,
}

impl Rows {
    /// Rows without those that come from these places.
    pub(crate) fn without(refused: &BTreeSet<Place>) -> Self {
        Self {
            refused: refused.clone(),
            ..Self::default()
        }
    }

    /// Whether a place is to be kept as it is.
    pub(crate) fn refuses(&self, place: &Place) -> bool {
        self.refused.contains(place)
    }

    /// The rows of each object, by the pointers of the elements they stand for. Where several rows come from one place, or
    /// from inside it, it is the first of them.
    pub(crate) fn elements(&self) -> BTreeMap<usize, BTreeMap<String, u32>> {
        let places = self.places.borrow();
        let mut by_object: BTreeMap<usize, Vec<(u32, &str)>> = BTreeMap::new();
        for (field, (object, pointer)) in places.iter() {
            if let Ok(row) = field.parse() {
                by_object.entry(*object).or_default().push((row, pointer));
            }
        }
        let objects = by_object.into_iter();
        objects.map(|(object, rows)| (object, elements(rows))).collect()
    }

    /// The place that the innermost row or part of a field came from.
    pub(crate) fn place(&self, field: &str) -> Option<Place> {
        let places = self.places.borrow();
        let mut path = field;
        loop {
            let last = path.rsplit('.').next().unwrap_or_default();
            let found = places
                .get(path)
                .or_else(|| places.get(last).filter(|_| last.parse::<u32>().is_ok()));
            if found.is_some() {
                return found.cloned();
            }
            path = &path[..path.rfind('.')?];
        }
    }
}

/// Rows of one object, each with the pointer that it comes from, by the elements they stand for.
fn elements(mut rows: Vec<(u32, &str)>) -> BTreeMap<String, u32> {
    rows.sort_unstable();
    let mut elements = BTreeMap::new();
    for (row, pointer) in &rows {
        elements.entry((*pointer).to_owned()).or_insert(*row);
    }
    for (row, pointer) in rows {
        let mut around = pointer;
        while let Some(end) = around.rfind('/') {
            if around[end + 1..].parse::<usize>().is_ok() {
                elements.entry(around.to_owned()).or_insert(row);
            }
            around = &around[..end];
        }
    }
    elements
}

/// One part of an object.
pub(crate) struct Part<'p> {
    place: Place,
    value: Option<&'p mut Value>,
    applied: Asked<'p>,
    anyone: Asked<'p>,
    rows: &'p Rows,
}

impl<'p> Part<'p> {
    /// A whole object.
    pub(crate) fn of(
        number: usize,
        object: &'p mut Value,
        claims: (Asked<'p>, Asked<'p>),
        rows: &'p Rows,
    ) -> Self {
        let place = (number, String::new());
        Self {
            value: Some(object).filter(|_| !rows.refuses(&place)),
            place,
            applied: claims.0,
            anyone: claims.1,
            rows,
        }
    }

    /// Which of the objects it is a part of.
    pub(crate) fn object(&self) -> usize {
        self.place.0
    }

    /// Whether it is there, and has anything left.
    pub(crate) fn is_there(&self) -> bool {
        self.value.as_ref().is_some_and(|value| !is_nothing(value))
    }

    /// A part of this part; an empty one where it is absent.
    pub(crate) fn inner(&mut self, key: &str) -> Part<'_> {
        let place = (self.place.0, format!("{}/{}", self.place.1, escaped(key)));
        let refused = self.rows.refuses(&place);
        Part {
            value: self
                .value
                .as_deref_mut()
                .filter(|_| !refused)
                .and_then(|value| value.get_mut(key)),
            place,
            applied: self.applied.field(key),
            anyone: self.anyone.field(key),
            rows: self.rows,
        }
    }

    /// The elements of a list, without those to be kept as they are.
    pub(crate) fn rows(&mut self, key: &str) -> Vec<Part<'_>> {
        let at = format!("{}/{}", self.place.1, escaped(key));
        let (applied, anyone) = (self.applied.field(key), self.anyone.field(key));
        let elements = self
            .value
            .as_deref_mut()
            .and_then(|value| value.get_mut(key)?.as_array_mut());
        let parts = elements
            .into_iter()
            .flatten()
            .enumerate()
            .map(|(number, element)| Part {
                place: (self.place.0, format!("{at}/{number}")),
                applied: applied.element(element),
                anyone: anyone.element(element),
                value: Some(element),
                rows: self.rows,
            });
        parts.filter(|part| !self.rows.refuses(&part.place)).collect()
    }

    /// A new id for the row that this part becomes.
    pub(crate) fn id(&self) -> u32 {
        self.rows.last.set(self.rows.last.get() + 1);
        let id = self.rows.last.get();
        self.note(id.to_string());
        id
    }

    /// Remembers that a field came from here.
    pub(crate) fn note(&self, field: String) {
        self.rows.places.borrow_mut().insert(field, self.place.clone());
    }

    /// What is there, left there.
    pub(crate) fn peek(&self, key: &str) -> Option<&Value> {
        self.value.as_ref()?.get(key).filter(|value| !value.is_null())
    }

    /// All of it, left there.
    pub(crate) fn whole(&self) -> Option<&Value> {
        self.value.as_deref()
    }

    /// Whether a field has just this value.
    pub(crate) fn is(&self, key: &str, value: &str) -> bool {
        self.peek(key).is_some_and(|found| found == value)
    }

    /// Takes what is there.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value> {
        let value = self.value.as_mut()?.get_mut(key)?.take();
        (!value.is_null()).then_some(value)
    }

    /// Takes a field that has just this value. Answers whether it had.
    pub(crate) fn take_if(&mut self, key: &str, value: impl Into<Value>) -> bool {
        self.peek(key) == Some(&value.into()) && self.take(key).is_some()
    }

    /// Takes text, a number or a boolean, exactly as it is.
    pub(crate) fn exact(&mut self, key: &str) -> Option<String> {
        let text = as_text(self.peek(key)?)?;
        self.take(key);
        Some(text)
    }

    /// Takes what a leaf can hold: text without blanks around it, a number that is not below nought, or a boolean. An empty
    /// text is left: a blank leaf would be no text at all.
    pub(crate) fn text(&mut self, key: &str) -> Typed {
        let number = self.peek(key).and_then(Value::as_i64);
        let good = self
            .peek(key)
            .and_then(as_text)
            .is_some_and(|text| is_leaf(&text) && number.is_none_or(|number| number >= 0));
        let text = if good { self.exact(key) } else { None };
        text.unwrap_or_default().into()
    }

    /// Takes a port by number or name, blank where there is none. A number as text would be a name, and is left: the answer
    /// is none.
    pub(crate) fn port(&mut self, key: &str) -> Option<Typed> {
        (!self.has_number_as_text(key)).then(|| self.text(key))
    }

    fn has_number_as_text(&self, key: &str) -> bool {
        let text = self.peek(key).and_then(Value::as_str);
        text.is_some_and(|text| text.parse::<u64>().is_ok())
    }

    /// Takes a number that is not below nought; what is none is left.
    pub(crate) fn number(&mut self, key: &str) -> Option<u64> {
        let number = self.peek(key)?.as_u64()?;
        self.take(key);
        Some(number)
    }

    /// Takes text exactly as it is. A number or a boolean is none, and is left.
    pub(crate) fn string(&mut self, key: &str) -> Option<String> {
        self.peek(key)?.as_str()?;
        self.exact(key)
    }

    /// The same; blank where it is what the server fills in and nobody asked for it.
    pub(crate) fn unless(&mut self, key: &str, default: impl Into<Value>) -> Typed {
        if self.applied.field(key).is_asked() || !self.take_if(key, default) {
            return self.text(key);
        }
        Typed::default()
    }

    /// The same for a number or a percentage. A number as text is neither, and is left.
    pub(crate) fn share(&mut self, key: &str, default: &str) -> Typed {
        if self.has_number_as_text(key) {
            return Typed::default();
        }
        self.unless(key, default)
    }

    /// The same for what the server chooses by itself: blank where nobody wrote it.
    pub(crate) fn chosen(&mut self, key: &str) -> Typed {
        let text = self.text(key);
        if self.anyone.field(key).is_asked() {
            text
        } else {
            Typed::default()
        }
    }

    /// Takes what the server chose by itself; what somebody wrote is left.
    pub(crate) fn leave_if_written(&mut self, key: &str) {
        if !self.anyone.field(key).is_asked() {
            self.take(key);
        }
    }

    /// Takes one of a few words; what is another word is left.
    pub(crate) fn word(&mut self, key: &str, words: &[&str]) -> Option<String> {
        let known = self.peek(key)?.as_str().is_some_and(|word| words.contains(&word));
        if known { self.exact(key) } else { None }
    }

    /// Takes a switch: `true`, or blank for what is the same as nothing.
    pub(crate) fn switch(&mut self, key: &str) -> Typed {
        if self.take_if(key, true) {
            return "true".into();
        }
        self.take_if(key, false);
        Typed::default()
    }

    /// Takes what the server fills in where the form has no field for it.
    pub(crate) fn forget(&mut self, key: &str, default: impl Into<Value>) {
        self.take_if(key, default);
    }

    /// Takes what the server fills in, unless somebody asked for it.
    pub(crate) fn forget_unasked(&mut self, key: &str, default: impl Into<Value>) {
        if !self.applied.field(key).is_asked() {
            self.take_if(key, default);
        }
    }

    /// Takes the words of a command. One that the form would read as something else is left.
    pub(crate) fn words(&mut self, key: &str) -> Vec<Word> {
        let words = self.peek(key).and_then(Value::as_array);
        let good = words.is_some_and(|words| {
            words
                .iter()
                .all(|word| word.as_str().is_some_and(|word| word != "\"\""))
        });
        let Some(Value::Array(words)) = (if good { self.take(key) } else { None }) else {
            return Vec::new();
        };
        let shown = |word: &str| {
            if word.is_empty() {
                "\"\"".to_owned()
            } else {
                word.to_owned()
            }
        };
        let words = words.iter().filter_map(Value::as_str).map(|word| Word {
            id: self.id(),
            text: shown(word).into(),
        });
        words.collect()
    }

    /// Takes texts. A list of anything else is left.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<String> {
        let all = self.peek(key).and_then(Value::as_array);
        let texts: Option<Vec<String>> =
            all.and_then(|all| all.iter().map(|text| Some(text.as_str()?.to_owned())).collect());
        if texts.is_some() {
            self.take(key);
        }
        texts.unwrap_or_default()
    }

    /// Takes texts that become one leaf, with a comma between them. Where one of them is none by itself all are left.
    pub(crate) fn joined(&mut self, key: &str) -> String {
        let all = self.peek(key).and_then(Value::as_array);
        let is_one = |text: &Value| {
            text.as_str()
                .is_some_and(|text| is_leaf(text) && !text.contains(','))
        };
        if all.is_some_and(|all| all.iter().all(is_one)) {
            return self.texts(key).join(",");
        }
        String::new()
    }

    /// Takes pairs of texts whose keys the form may have.
    pub(crate) fn pairs(&mut self, may: impl Fn(&str, &str) -> bool) -> Vec<(String, String)> {
        let Some(Value::Object(fields)) = self.value.as_deref_mut() else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (key, value) in fields.iter_mut() {
            if let Some(text) = value.as_str().filter(|text| may(key, text)) {
                pairs.push((key.clone(), text.to_owned()));
                *value = Value::Null;
            }
        }
        pairs
    }

    /// Takes labels.
    pub(crate) fn labels(&mut self, may: impl Fn(&str, &str) -> bool) -> Vec<Label> {
        let pairs = self
            .pairs(|key, value| value.trim() == value && may(key, value))
            .into_iter();
        pairs
            .map(|(key, value)| Label {
                id: self.id(),
                key: key.into(),
                value: value.into(),
            })
            .collect()
    }

    /// Takes annotations.
    pub(crate) fn annotations(&mut self, may: impl Fn(&str, &str) -> bool) -> Vec<Annotation> {
        let pairs = self.pairs(may).into_iter();
        pairs
            .map(|(key, value)| Annotation {
                id: self.id(),
                key: key.into(),
                value: value.into(),
            })
            .collect()
    }

    /// Reads; where the answer is nothing, leaves all as it was.
    pub(crate) fn attempt<T>(&mut self, read: impl FnOnce(&mut Part) -> Option<T>) -> Option<T> {
        let before = self.value.as_deref().cloned()?;
        let answer = read(self);
        if answer.is_none() {
            self.restore(before);
        }
        answer
    }

    /// Reads; where anything is not understood, leaves all as it was.
    pub(crate) fn wholly<T>(&mut self, read: impl FnOnce(&mut Part) -> Option<T>) -> Option<T> {
        let before = self.value.as_deref().cloned()?;
        let answer = read(self);
        if answer.is_some() && !self.is_there() {
            return answer;
        }
        self.restore(before);
        None
    }

    fn restore(&mut self, before: Value) {
        if let Some(value) = self.value.as_deref_mut() {
            *value = before;
        }
    }
}

/// Whether a leaf of the form can hold a text as it is: one that is not empty, without blanks around it.
pub(crate) fn is_leaf(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

/// Text, a number or a boolean as text.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether nothing is left of it.
pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::Array(elements) => elements.iter().all(is_nothing),
        _ => false,
    }
}

/// A key as it stands in a JSON pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
