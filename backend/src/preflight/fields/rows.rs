//! Lists whose rows are found by what was typed in them: the server quotes a label, and does not say where it stands.

use std::collections::HashSet;

use slipway_model::App;
use slipway_model::app::RowText;

use super::{FieldMap, covers};

/// A text that is longer is never quoted whole.
const LONGEST: usize = 400;

impl FieldMap {
    /// Adds the rows of every list that is known as a whole: each by its texts, by its key where it has one, and by its
    /// position.
    pub(super) fn rows(&mut self, app: &App) {
        let lists: Vec<(String, &[RowText])> = self
            .0
            .iter()
            .map(|(path, list)| (path.clone(), app.rows.in_list(list)))
            .filter(|(_, texts)| !texts.is_empty())
            .collect();
        if lists.is_empty() {
            return;
        }
        let mut known: HashSet<String> = self.0.iter().map(|(path, _)| path.clone()).collect();
        for (path, texts) in lists {
            let (mut rows, mut last) = (0, None);
            for text in texts.iter().filter(|text| text.text.len() <= LONGEST) {
                self.add_new(&mut known, said(&path, &text.text), text.field(), true);
                if last != Some(text.row) {
                    last = Some(text.row);
                    rows += 1;
                    self.row(&mut known, &path, rows - 1, text);
                }
                let leaf = format!("{path}[{}].{}", rows - 1, text.leaf);
                self.add_new(&mut known, leaf, text.field(), true);
            }
        }
    }

    /// One row, by the first text in it: in a map it is the key, and in a list it stands for the whole row.
    fn row(&mut self, known: &mut HashSet<String>, path: &str, position: usize, first: &RowText) {
        let is_pair = first.leaf == "key" && first.list.rsplit('.').next() != Some("items");
        let value = if is_pair {
            format!("{}.{}.value", first.list, first.row)
        } else {
            first.field()
        };
        for path in [format!("{path}[{}]", first.text), format!("{path}[{position}]")] {
            self.add_new(known, path, value.clone(), false);
        }
    }

    /// Adds a path, unless it is known already; `again` adds it even then.
    fn add_new(&mut self, known: &mut HashSet<String>, path: String, field: String, again: bool) {
        if known.insert(path.clone()) || again {
            self.add(path, field);
        }
    }

    /// The field of the row that a refusal at this path quotes.
    pub(super) fn quoted_row(&self, path: &str, words: &str) -> Option<&str> {
        let text = quoted(words)?;
        let of_row = |known: &str| {
            let list = known.strip_suffix(text.as_str())?.strip_suffix('=')?;
            covers(list, path).then_some(list.len())
        };
        let rows = self
            .0
            .iter()
            .filter_map(|(known, field)| Some((of_row(known)?, field)));
        let mut rows: Vec<_> = rows.collect();
        let nearest = rows.iter().map(|(length, _)| *length).max()?;
        rows.retain(|(length, _)| *length == nearest);
        // What stands twice is wrong at the second place.
        let found = if words.starts_with("Duplicate value") {
            rows.last()
        } else {
            rows.first()
        };
        found.map(|(_, field)| field.as_str())
    }
}

/// How a text in a list is remembered. No path of the server looks like that.
fn said(path: &str, text: &str) -> String {
    format!("{path}={text}")
}

/// What the server quotes: `Invalid value: "a b": …`, with the escapes of Go.
pub(super) fn quoted(words: &str) -> Option<String> {
    let mut rest = words[words.find('"')? + 1..].chars();
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => text.push(escaped(&mut rest)?),
            plain => text.push(plain),
        }
    }
}

fn escaped(rest: &mut std::str::Chars) -> Option<char> {
    let digits = match rest.next()? {
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        'f' => return Some('\u{c}'),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'v' => return Some('\u{b}'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        itself => return Some(itself),
    };
    let (number, after) = rest.as_str().split_at_checked(digits)?;
    *rest = after.chars();
    char::from_u32(u32::from_str_radix(number, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_quoted_text_is_read_as_go_writes_it() {
        for (words, text) in [
            (r#"Invalid value: "a b": name part"#, Some("a b")),
            (
                r#"Invalid value: "a\x7fb\"\\\n\u200b\U000e0001": no"#,
                Some("a\u{7f}b\"\\\n\u{200b}\u{e0001}"),
            ),
            (r#"Invalid value: "你好": no"#, Some("你好")),
            (r#"Invalid value: "": no"#, Some("")),
            (r#"Invalid value: "never ends"#, None),
            (r#"Invalid value: "\x7"#, None),
            ("Invalid value: 7: no", None),
        ] {
            assert_eq!(quoted(words).as_deref(), text, "{words}");
        }
    }
}
