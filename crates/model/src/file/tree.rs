//! A file as a tree of texts, rows and fields, each with its place.

use serde_json::Value;

use super::fault::Place;

/// A node with its place.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) place: Option<Place>,
    pub(super) content: Content,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// Text as it stands there.
    Text {
        text: String,
        /// Without quotes, so that it may mean nothing at all.
        plain: bool,
    },
    /// A list.
    Rows(Vec<Tree>),
    /// Names with values. A name may stand there twice.
    Fields(Vec<Entry>),
}

/// A name with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) place: Option<Place>,
    pub(super) name: String,
    /// Whether the name is without quotes.
    pub(super) plain: bool,
    pub(super) value: Tree,
}

impl Tree {
    /// The tree of a JSON value, which has no places.
    pub(super) fn of(value: &Value) -> Self {
        let text = |text: String, plain| Content::Text { text, plain };
        let content = match value {
            Value::Null => text(String::new(), true),
            Value::Bool(on) => text(on.to_string(), true),
            Value::Number(number) => text(number.to_string(), true),
            Value::String(typed) => text(typed.clone(), false),
            Value::Array(rows) => Content::Rows(rows.iter().map(Self::of).collect()),
            Value::Object(fields) => Content::Fields(
                fields
                    .iter()
                    .map(|(name, value)| Entry {
                        place: None,
                        name: name.clone(),
                        plain: false,
                        value: Self::of(value),
                    })
                    .collect(),
            ),
        };
        Self { place: None, content }
    }

    /// Whether there is nothing: no text at all, or the word for it.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.content, Content::Text { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// How many texts, rows and fields it is, and how many bytes of text and names.
    pub(super) fn size(&self) -> (usize, usize) {
        let sum = |(nodes, bytes): (usize, usize), more: (usize, usize)| (nodes + more.0, bytes + more.1);
        match &self.content {
            Content::Text { text, .. } => (1, text.len()),
            Content::Rows(rows) => rows.iter().map(Self::size).fold((1, 0), sum),
            Content::Fields(fields) => fields.iter().fold((1, 0), |all, entry| {
                sum(sum(all, entry.value.size()), (0, entry.name.len()))
            }),
        }
    }
}
