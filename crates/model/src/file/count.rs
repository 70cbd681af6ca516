//! Counting the rows of a draft in JSON before it is read, so that a list far too long never becomes rows.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::draft::bounds::{MOST_PARTS, MOST_ROWS, MOST_ROWS_IN_ALL};
use crate::{Issue, Problem};

/// The list that makes a draft larger than any may be. The draft is the field `within` of a JSON object.
///
/// What is no JSON, or no draft, is not judged here.
pub fn too_many_rows(json: &[u8], within: &str) -> Option<Issue> {
    let mut count = Count::default();
    let whole = Whole {
        within,
        count: &mut count,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    // An error is either the refusal, which is noted, or one that reading the draft finds again.
    let _ = whole.deserialize(&mut deserializer);
    count.refusal
}

#[derive(Default)]
struct Count {
    path: Vec<Step>,
    rows: usize,
    longest: (usize, String),
    refusal: Option<Issue>,
}

enum Step {
    Name(String),
    /// A row, with its id if that was read before what is in the row.
    Row(Option<u64>),
}

impl Count {
    /// The path as issues have it. What is within a row without an id is blamed on the list.
    fn field(&self) -> String {
        let mut field = String::new();
        for step in &self.path {
            field = match step {
                Step::Name(name) => crate::draft::join(&field, name),
                Step::Row(Some(id)) => crate::draft::join(&field, id),
                Step::Row(None) => break,
            };
        }
        field
    }

    /// Notes one more row of the list that is being read, of which there are `rows` now.
    fn row<E: Error>(&mut self, rows: usize) -> Result<(), E> {
        self.rows += 1;
        // A path has one step for each name and each row: that of a list of its own is one name.
        let most = if self.path.len() > 1 {
            MOST_ROWS
        } else {
            MOST_PARTS
        };
        let number = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        if rows > most {
            let max = number(most);
            self.refusal = Some(Issue::error(self.field(), Problem::TooManyRows { max }));
        } else if self.rows > MOST_ROWS_IN_ALL {
            let max = number(MOST_ROWS_IN_ALL);
            let (longest, list) = std::mem::take(&mut self.longest);
            let list = if rows > longest { self.field() } else { list };
            self.refusal = Some(Issue::error(list, Problem::TooManyRowsInAll { max }));
        }
        match self.refusal {
            Some(_) => Err(E::custom("too many rows")),
            None => Ok(()),
        }
    }
}

/// The object with the draft in it.
struct Whole<'c> {
    within: &'c str,
    count: &'c mut Count,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == self.within {
                map.next_value_seed(Part(self.count))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Any value in the draft. Answers the number that it is, if it is one.
struct Part<'c>(&'c mut Count);

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Option<u64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u64>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Option<u64>, M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let is_id = name == "id";
            self.0.path.push(Step::Name(name));
            let number = map.next_value_seed(Part(self.0))?;
            self.0.path.pop();
            if let (true, Some(Step::Row(id))) = (is_id, self.0.path.last_mut()) {
                *id = number;
            }
        }
        Ok(None)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut rows: S) -> Result<Option<u64>, S::Error> {
        let mut number = 0;
        self.0.path.push(Step::Row(None));
        while rows.next_element_seed(Part(self.0))?.is_some() {
            number += 1;
            self.0.path.pop();
            self.0.row(number)?;
            self.0.path.push(Step::Row(None));
        }
        self.0.path.pop();
        if number > self.0.longest.0 {
            self.0.longest = (number, self.0.field());
        }
        Ok(None)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<u64>, E> {
        Ok(Some(number))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(content: &str) -> Option<(String, &'static str)> {
        let issue = too_many_rows(
            format!(r#"{{"other":[[1],2],"content":{content}}}"#).as_bytes(),
            "content",
        )?;
        let code = match issue.problem {
            Problem::TooManyRows { .. } => "rows",
            Problem::TooManyRowsInAll { .. } => "in all",
            _ => "another",
        };
        Some((issue.field, code))
    }

    fn rows(row: &str, number: usize) -> String {
        format!("[{}]", vec![row; number].join(","))
    }

    #[test]
    fn the_list_that_is_too_long_is_named_by_the_ids_of_its_rows() {
        let env = |number| {
            format!(
                r#"{{"containers":[{{"id":1}},{{"id":7,"env":{}}}]}}"#,
                rows("{}", number)
            )
        };

        assert_eq!(refused(&env(MOST_ROWS)), None);
        assert_eq!(
            refused(&env(MOST_ROWS + 1)),
            Some(("containers.7.env".into(), "rows"))
        );
        let unnamed = format!(r#"{{"containers":[{{"env":{}}}]}}"#, rows("0", 75_000));
        assert_eq!(refused(&unnamed), Some(("containers".into(), "rows")));
        let services = format!(r#"{{"services":{}}}"#, rows("{}", MOST_PARTS + 1));
        assert_eq!(refused(&services), Some(("services".into(), "rows")));
        assert_eq!(
            refused(r#"{"containers":[{"env":[}"#),
            None,
            "no JSON is told elsewhere"
        );
    }

    #[test]
    fn all_lists_together_are_counted_and_the_longest_is_to_blame() {
        let container = |id: usize, number| format!(r#"{{"id":{id},"env":{}}}"#, rows("{}", number));
        let containers: Vec<String> = (1..=6)
            .map(|id| container(id, if id == 3 { 1_990 } else { 1_700 }))
            .collect();

        let told = refused(&format!(r#"{{"containers":[{}]}}"#, containers.join(",")));

        assert_eq!(told, Some(("containers.3.env".into(), "in all")));
    }
}
