//! YAML, and JSON with it, read into a tree.

use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use super::fault::{Fault, FileProblem, Place};
use super::tree::{Content, Entry, Tree};

/// How much a file may come to.
struct Limits {
    /// Texts, rows and fields.
    nodes: usize,
    /// Bytes of text, with what aliases stand for.
    bytes: usize,
    /// How deep they may lie in each other.
    depth: usize,
}

/// A draft with a thousand variables has about five thousand nodes, is seven deep and has at most one MiB.
const DRAFT: Limits = Limits {
    nodes: 100_000,
    bytes: 4 * 1024 * 1024,
    depth: 32,
};
/// Manifests of others may define kinds of their own, with schemas of any depth.
const MANIFEST: Limits = Limits {
    nodes: 2_000_000,
    bytes: 64 * 1024 * 1024,
    depth: 128,
};

/// Reads a file that holds one document.
pub(super) fn read(text: &str) -> Result<Tree, Stop> {
    let mut documents = Reader::new(text, DRAFT).documents(1)?;
    Ok(documents.pop().unwrap_or(Tree {
        place: Some(Place { line: 1, column: 1 }),
        content: Content::Fields(Vec::new()),
    }))
}

/// Reads a file that holds any number of documents.
pub(super) fn documents(text: &str) -> Result<Vec<Tree>, Stop> {
    Reader::new(text, MANIFEST).documents(usize::MAX)
}

/// Why reading stopped, and where.
pub(super) struct Stop(FileProblem, Place);

impl From<Stop> for Fault {
    fn from(Stop(problem, place): Stop) -> Self {
        Self::new(String::new(), problem, Some(place))
    }
}

/// An event with its place.
type Next<'t> = (Event<'t>, Place);

struct Reader<'t> {
    events: Box<dyn Iterator<Item = Result<(Event<'t>, Span), ScanError>> + 't>,
    anchors: BTreeMap<usize, Tree>,
    limits: Limits,
    nodes: usize,
    bytes: usize,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, limits: Limits) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            flow_nesting_limit: limits.depth,
            block_nesting_limit: limits.depth,
        };
        Self {
            events: Box::new(Parser::new_from_str_with_options(text, options)),
            anchors: BTreeMap::new(),
            limits,
            nodes: 0,
            bytes: 0,
        }
    }

    /// Reads all documents, of which there may be at most so many.
    fn documents(&mut self, most: usize) -> Result<Vec<Tree>, Stop> {
        let mut documents = Vec::new();
        loop {
            let (event, place) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(documents),
                Event::DocumentStart(..) if documents.len() == most => {
                    return Err(Stop(FileProblem::SeveralDocuments {}, place));
                }
                Event::StreamStart | Event::DocumentEnd | Event::DocumentStart(..) => {}
                event => documents.push(self.node((event, place))?),
            }
        }
    }

    fn next(&mut self) -> Result<Next<'t>, Stop> {
        match self.events.next() {
            Some(Ok((event, span))) => Ok((event, place(&span.start))),
            Some(Err(error)) => Err(unreadable(&error)),
            None => Ok((Event::StreamEnd, Place { line: 1, column: 1 })),
        }
    }

    fn node(&mut self, (event, place): Next<'t>) -> Result<Tree, Stop> {
        self.count((1, 0), place)?;
        let (content, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                plain_tag(tag.as_deref(), place)?;
                let plain = tag
                    .as_deref()
                    .map_or(style == ScalarStyle::Plain, |tag| !is_text(tag));
                let text = text.into_owned();
                self.count((0, text.len()), place)?;
                (Content::Text { text, plain }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                plain_tag(tag.as_deref(), place)?;
                (Content::Rows(self.rows()?), anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                plain_tag(tag.as_deref(), place)?;
                (Content::Fields(self.fields()?), anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, place),
            other => return Err(Stop(unexpected(format!("{other:?}")), place)),
        };
        let tree = Tree {
            place: Some(place),
            content,
        };
        if anchor != 0 {
            self.anchors.insert(anchor, tree.clone());
        }
        Ok(tree)
    }

    fn rows(&mut self) -> Result<Vec<Tree>, Stop> {
        let mut rows = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(rows),
                next => rows.push(self.node(next)?),
            }
        }
    }

    fn fields(&mut self) -> Result<Vec<Entry>, Stop> {
        let (mut fields, mut merged) = (Vec::new(), Vec::new());
        loop {
            let (key, place) = match self.next()? {
                (Event::MappingEnd, _) => break,
                (event, place) => (self.node((event, place))?, place),
            };
            let next = self.next()?;
            let value = self.node(next)?;
            match key.content {
                Content::Text { text, plain: true } if text == "<<" => merged.push(value),
                Content::Text { text: name, plain } => fields.push(Entry {
                    place: key.place,
                    name,
                    plain,
                    value,
                }),
                _ => {
                    return Err(Stop(unexpected("a name that is not text"), place));
                }
            }
        }
        let mut known = BTreeSet::new();
        if !merged.is_empty() {
            known.extend(fields.iter().map(|entry| entry.name.clone()));
        }
        for value in merged {
            merge(&mut fields, &mut known, value);
        }
        Ok(fields)
    }

    /// The value an alias stands for, at the place of the alias.
    fn alias(&mut self, anchor: usize, place: Place) -> Result<Tree, Stop> {
        let inside_itself = || Stop(unexpected("an alias inside of what it stands for"), place);
        let size = self.anchors.get(&anchor).ok_or_else(inside_itself)?.size();
        // Counted before it is copied.
        self.count(size, place)?;
        let tree = self.anchors.get(&anchor).cloned().ok_or_else(inside_itself)?;
        Ok(Tree {
            place: Some(place),
            ..tree
        })
    }

    fn count(&mut self, (nodes, bytes): (usize, usize), place: Place) -> Result<(), Stop> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > self.limits.nodes || self.bytes > self.limits.bytes {
            return Err(Stop(FileProblem::TooLarge {}, place));
        }
        Ok(())
    }
}

/// Adds the fields of `<<: value` that are not there yet.
fn merge(fields: &mut Vec<Entry>, known: &mut BTreeSet<String>, value: Tree) {
    match value.content {
        Content::Fields(more) => {
            for entry in more {
                if known.insert(entry.name.clone()) {
                    fields.push(entry);
                }
            }
        }
        Content::Rows(rows) => rows.into_iter().for_each(|row| merge(fields, known, row)),
        // Blamed like any other field with this name.
        Content::Text { .. } => fields.push(Entry {
            place: value.place,
            name: "<<".to_owned(),
            plain: true,
            value,
        }),
    }
}

fn plain_tag(tag: Option<&Tag>, place: Place) -> Result<(), Stop> {
    match tag.filter(|tag| tag.is_custom()) {
        Some(tag) => {
            let (handle, suffix) = tag.parts();
            let tag = format!("{handle}{suffix}");
            Err(Stop(FileProblem::TagNotRead { tag }, place))
        }
        None => Ok(()),
    }
}

/// Whether a tag says that this is text, whatever it looks like. Every other one that is read says that it is a value, also
/// in quotes.
fn is_text(tag: &Tag) -> bool {
    tag.is_yaml_core_schema_tag("str") || tag.original() == "!"
}

fn place(mark: &Marker) -> Place {
    Place {
        line: mark.line(),
        column: mark.col() + 1,
    }
}

fn unexpected(message: impl Into<String>) -> FileProblem {
    FileProblem::Unreadable {
        message: message.into(),
    }
}

fn unreadable(error: &ScanError) -> Stop {
    let problem = match error.kind() {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => FileProblem::TabForBlanks {},
        ErrorKind::RecursionLimitExceeded => FileProblem::TooLarge {},
        kind => unexpected(kind.to_string()),
    };
    Stop(problem, place(error.marker()))
}
