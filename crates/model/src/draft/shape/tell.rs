//! The description as values.

use crate::Draft;
use crate::draft::{AsIs, Node, Origin};

/// What the comments say about a struct and its fields.
pub trait Told {
    /// The struct's name.
    const NAME: &'static str;
    /// What it is.
    const ABOUT: &'static str;
    /// Its fields, each with what it is.
    const FIELDS: &'static [(&'static str, &'static str)];
}

/// What one part of a draft is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The name of its type.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its fields, in the order they are declared.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Text as typed; what stands there when nothing was typed.
    Leaf(String),
    /// Fields of its own.
    Part(Shape),
    /// A list of rows.
    Rows(Shape),
    /// A whole number that is not typed by anybody.
    Number,
    /// Text that is not typed by anybody.
    Text,
}

impl Shape {
    /// The shape of a struct with these kinds of fields.
    pub(in crate::draft) fn of<T: Told>(kinds: impl IntoIterator<Item = (&'static str, Kind)>) -> Self {
        let mut kinds: Vec<(&str, Kind)> = kinds.into_iter().collect();
        let fields = T::FIELDS.iter().filter_map(|(name, about)| {
            let found = kinds.iter().position(|(known, _)| known == name)?;
            let kind = kinds.swap_remove(found).1;
            Some(Field {
                name,
                about: about.trim(),
                kind,
            })
        });
        Self {
            name: T::NAME,
            about: T::ABOUT.trim(),
            fields: fields.collect(),
        }
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The shape of a whole draft.
pub fn of_draft() -> Shape {
    let mut shape = Draft::default().shape();
    let origin = Origin::FIELDS.iter().map(|(name, _)| {
        let kind = match *name {
            "revision" => Kind::Number,
            "as_is" => {
                let fields = AsIs::FIELDS.iter().map(|(name, _)| (*name, Kind::Text));
                Kind::Rows(Shape::of::<AsIs>(fields))
            }
            _ => Kind::Text,
        };
        (*name, kind)
    });
    let kinds = shape
        .fields
        .drain(..)
        .map(|field| (field.name, field.kind))
        .chain([
            ("format", Kind::Number),
            ("origin", Kind::Part(Shape::of::<Origin>(origin))),
        ]);
    Shape::of::<Draft>(kinds.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shape, of_draft};

    fn every(shape: &Shape, see: &mut impl FnMut(&Shape)) {
        see(shape);
        for field in &shape.fields {
            if let Kind::Part(inner) | Kind::Rows(inner) = &field.kind {
                every(inner, see);
            }
        }
    }

    #[test]
    fn every_field_of_every_part_has_a_kind_and_a_sentence() {
        let draft = serde_json::to_value(crate::arbitrary::with_every_row()).unwrap();
        let shape = of_draft();

        every(&shape, &mut |shape| {
            assert!(shape.about.ends_with('.'), "{}: {}", shape.name, shape.about);
            for field in &shape.fields {
                assert!(
                    field.about.ends_with('.'),
                    "{}.{}: {}",
                    shape.name,
                    field.name,
                    field.about
                );
            }
        });
        for field in draft.as_object().unwrap().keys() {
            assert!(shape.field(field).is_some(), "{field}");
        }
        let container = shape.field("containers").map(|field| &field.kind);
        let Some(Kind::Rows(container)) = container else {
            panic!("{container:?}")
        };
        let names: Vec<&str> = container.fields.iter().map(|field| field.name).collect();
        for field in draft["containers"][0].as_object().unwrap().keys() {
            assert!(names.contains(&field.as_str()), "{field}");
        }
    }

    #[test]
    fn what_stands_in_a_new_row_is_known() {
        let shape = of_draft();
        let Some(Kind::Rows(service)) = shape.field("services").map(|field| &field.kind) else {
            panic!("services are rows")
        };

        assert_eq!(
            service.field("kind").unwrap().kind,
            Kind::Leaf("ClusterIP".into())
        );
        assert_eq!(service.field("id").unwrap().kind, Kind::Number);
    }
}
