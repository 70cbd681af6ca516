//! Walking a draft by path: one mechanism for form fields, issues, comparisons and tests.

use crate::Typed;

/// A part of a draft that can be walked by path segments: field names, and ids for rows.
pub trait Node {
    /// The leaf the remaining segments lead to.
    fn leaf_at(&self, path: &mut dyn Iterator<Item = &str>) -> Option<&Typed>;
    /// The same, to change it.
    fn leaf_mut_at(&mut self, path: &mut dyn Iterator<Item = &str>) -> Option<&mut Typed>;
    /// The list the remaining segments lead to.
    fn rows_at(&self, path: &mut dyn Iterator<Item = &str>) -> Option<&dyn Rows>;
    /// The same, to change it.
    fn rows_mut_at(&mut self, path: &mut dyn Iterator<Item = &str>) -> Option<&mut dyn Rows>;
    /// Adds every leaf below, with its path.
    fn visit<'s>(&'s self, at: String, leaves: &mut Vec<(String, &'s Typed)>);
    /// Calls `see` with the path of every list below, and the list.
    fn visit_lists(&self, at: &str, see: &mut dyn FnMut(&str, &dyn Rows));
    /// Calls `see` with the id of every row below, in order.
    fn visit_ids(&mut self, see: &mut dyn FnMut(&mut u32));
    /// What it is made of.
    #[cfg(any(test, feature = "files"))]
    fn shape(&self) -> super::shape::Shape;
}

/// A row of a list.
pub trait Row: Node + Default {
    /// Its id, unique in the draft.
    fn id(&self) -> u32;
    /// The same, to give it one.
    fn id_mut(&mut self) -> &mut u32;
}

/// A list of rows, whatever their type.
pub trait Rows {
    /// The ids, in order.
    fn ids(&self) -> Vec<u32>;
    /// Adds an empty row.
    fn add(&mut self, id: u32);
    /// Removes a row. Answers whether it was there.
    fn remove(&mut self, id: u32) -> bool;
    /// What a new row is made of.
    #[cfg(any(test, feature = "files"))]
    fn row_shape(&self) -> super::shape::Shape;
}

impl<R: Row> Rows for Vec<R> {
    fn ids(&self) -> Vec<u32> {
        self.iter().map(Row::id).collect()
    }

    fn add(&mut self, id: u32) {
        let mut row = R::default();
        *row.id_mut() = id;
        self.push(row);
    }

    fn remove(&mut self, id: u32) -> bool {
        let before = self.len();
        self.retain(|row| row.id() != id);
        self.len() < before
    }

    #[cfg(any(test, feature = "files"))]
    fn row_shape(&self) -> super::shape::Shape {
        R::default().shape()
    }
}

/// The row a path segment names.
pub(super) fn row<'r, R: Row>(rows: &'r [R], segment: Option<&str>) -> Option<&'r R> {
    let id: u32 = segment?.parse().ok()?;
    rows.iter().find(|row| row.id() == id)
}

/// The same, to change it.
pub(super) fn row_mut<'r, R: Row>(rows: &'r mut [R], segment: Option<&str>) -> Option<&'r mut R> {
    let id: u32 = segment?.parse().ok()?;
    rows.iter_mut().find(|row| row.id() == id)
}

/// `at.name`, or `name` at the top.
pub(crate) fn join(at: &str, name: impl std::fmt::Display) -> String {
    if at.is_empty() {
        name.to_string()
    } else {
        format!("{at}.{name}")
    }
}

/// Implements [`Node`] (and, with `row`, [`Row`]) for a draft struct from the list of its fields. With `row` or `part` it
/// can be read as well.
macro_rules! node {
    (row $type:ident { leaves: [$($leaf:ident),*], parts: [$($part:ident),*], rows: [$($rows:ident),*] }) => {
        $crate::draft::node::node! { $type { leaves: [$($leaf),*], parts: [$($part),*], rows: [$($rows),*] } own: id }
        impl $crate::draft::node::Row for $type {
            fn id(&self) -> u32 { self.id }
            fn id_mut(&mut self) -> &mut u32 { &mut self.id }
        }
        $crate::draft::read::read! { $type from Self::default(), fields: [id, $($leaf,)* $($part,)* $($rows),*] }
    };
    (part $type:ident { leaves: [$($leaf:ident),*], parts: [$($part:ident),*], rows: [$($rows:ident),*] }) => {
        $crate::draft::node::node! { $type { leaves: [$($leaf),*], parts: [$($part),*], rows: [$($rows),*] } }
        $crate::draft::read::read! { $type from Self::default(), fields: [$($leaf,)* $($part,)* $($rows),*] }
    };
    ($type:ident { leaves: [$($leaf:ident),*], parts: [$($part:ident),*], rows: [$($rows:ident),*] } $(own: $id:ident)?) => {
        impl $crate::draft::node::Node for $type {
            fn leaf_at(&self, path: &mut dyn Iterator<Item = &str>) -> Option<&$crate::Typed> {
                match path.next()? {
                    $(stringify!($leaf) => path.next().is_none().then_some(&self.$leaf),)*
                    $(stringify!($part) => self.$part.leaf_at(path),)*
                    $(stringify!($rows) => $crate::draft::node::row(&self.$rows, path.next())?.leaf_at(path),)*
                    _ => None,
                }
            }
            fn leaf_mut_at(&mut self, path: &mut dyn Iterator<Item = &str>) -> Option<&mut $crate::Typed> {
                match path.next()? {
                    $(stringify!($leaf) => path.next().is_none().then_some(&mut self.$leaf),)*
                    $(stringify!($part) => self.$part.leaf_mut_at(path),)*
                    $(stringify!($rows) => $crate::draft::node::row_mut(&mut self.$rows, path.next())?.leaf_mut_at(path),)*
                    _ => None,
                }
            }
            fn rows_at(&self, path: &mut dyn Iterator<Item = &str>) -> Option<&dyn $crate::draft::node::Rows> {
                match path.next()? {
                    $(stringify!($part) => self.$part.rows_at(path),)*
                    $(stringify!($rows) => match path.next() {
                        None => Some(&self.$rows),
                        segment => $crate::draft::node::row(&self.$rows, segment)?.rows_at(path),
                    },)*
                    _ => None,
                }
            }
            fn rows_mut_at(&mut self, path: &mut dyn Iterator<Item = &str>) -> Option<&mut dyn $crate::draft::node::Rows> {
                match path.next()? {
                    $(stringify!($part) => self.$part.rows_mut_at(path),)*
                    $(stringify!($rows) => match path.next() {
                        None => Some(&mut self.$rows),
                        segment => $crate::draft::node::row_mut(&mut self.$rows, segment)?.rows_mut_at(path),
                    },)*
                    _ => None,
                }
            }
            fn visit<'s>(&'s self, at: String, leaves: &mut Vec<(String, &'s $crate::Typed)>) {
                $(leaves.push(($crate::draft::node::join(&at, stringify!($leaf)), &self.$leaf));)*
                $(self.$part.visit($crate::draft::node::join(&at, stringify!($part)), leaves);)*
                $(for row in &self.$rows {
                    let list = $crate::draft::node::join(&at, stringify!($rows));
                    row.visit($crate::draft::node::join(&list, row.id), leaves);
                })*
                let _ = (&at, leaves);
            }
            fn visit_lists(&self, at: &str, see: &mut dyn FnMut(&str, &dyn $crate::draft::node::Rows)) {
                $(self.$part.visit_lists(&$crate::draft::node::join(at, stringify!($part)), see);)*
                $(if !self.$rows.is_empty() {
                    let list = $crate::draft::node::join(at, stringify!($rows));
                    see(&list, &self.$rows);
                    for row in &self.$rows {
                        row.visit_lists(&$crate::draft::node::join(&list, row.id), see);
                    }
                })*
                let _ = (at, see);
            }
            fn visit_ids(&mut self, see: &mut dyn FnMut(&mut u32)) {
                $(see(&mut self.$id);)?
                $(self.$part.visit_ids(see);)*
                $(for row in &mut self.$rows { row.visit_ids(see); })*
                let _ = see;
            }
            #[cfg(any(test, feature = "files"))]
            fn shape(&self) -> $crate::draft::shape::Shape {
                use $crate::draft::shape::Kind;
                $crate::draft::shape::Shape::of::<Self>([
                    $((stringify!($id), Kind::Number),)?
                    $((stringify!($leaf), Kind::Leaf(self.$leaf.to_string())),)*
                    $((stringify!($part), Kind::Part(self.$part.shape())),)*
                    $((stringify!($rows), Kind::Rows($crate::draft::node::Rows::row_shape(&self.$rows))),)*
                ])
            }
        }
    };
}
pub(super) use node;
