//! Manifests of others: YAML with the values that kubectl and the API server read in it.
//!
//! Both read YAML 1.1 with go-yaml (go.yaml.in/yaml/v2 2.4.4, `resolve.go`): `0400` is 256, `yes` is true and `1_000` is a
//! thousand. A field that stands twice is refused here; kubectl takes the last one without a word.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::fault::{Fault, FileProblem, Place};
use super::tree::{Content, Entry, Tree};
use super::yaml;

/// One document of a manifest.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its value, as kubectl reads it.
    pub value: Value,
    tree: Tree,
}

/// Reads all documents of a manifest, JSON included. Documents without a value count as not there.
pub fn documents(text: &str) -> Result<Vec<Document>, Box<Fault>> {
    let mut documents = Vec::new();
    for tree in yaml::documents(text).map_err(|stop| Box::new(Fault::from(stop)))? {
        let value = value(&tree)?;
        if !value.is_null() {
            documents.push(Document { value, tree });
        }
    }
    Ok(documents)
}

impl Document {
    /// Where the innermost value on the way of a JSON pointer stands in the file.
    pub fn place(&self, pointer: &str) -> Option<Place> {
        let mut node = &self.tree;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let inner = match &node.content {
                Content::Text { .. } => None,
                Content::Fields(fields) => fields
                    .iter()
                    .find(|entry| name(entry).as_deref() == Some(&step))
                    .map(|entry| &entry.value),
                Content::Rows(rows) => step.parse().ok().and_then(|number: usize| rows.get(number)),
            };
            let Some(inner) = inner else { break };
            node = inner;
        }
        node.place
    }
}

fn value(tree: &Tree) -> Result<Value, Box<Fault>> {
    match &tree.content {
        Content::Text { text, plain: false } => Ok(Value::String(text.clone())),
        Content::Text { text, plain: true } => {
            resolved(text).ok_or_else(|| unreadable(format!("{text} is no number of JSON"), tree.place))
        }
        Content::Rows(rows) => rows.iter().map(value).collect(),
        Content::Fields(fields) => {
            let mut known: BTreeMap<String, Option<Place>> = BTreeMap::new();
            let mut values = Map::new();
            for entry in fields {
                let name = name(entry)
                    .ok_or_else(|| unreadable("a field without a name".to_owned(), entry.place))?;
                if let Some(first) = known.insert(name.clone(), entry.place) {
                    let first_line = first.map_or(0, |place| place.line);
                    let twice = FileProblem::DuplicateField { first_line };
                    return Err(Box::new(Fault::new(name, twice, entry.place)));
                }
                values.insert(name, value(&entry.value)?);
            }
            Ok(Value::Object(values))
        }
    }
}

fn unreadable(message: String, place: Option<Place>) -> Box<Fault> {
    Box::new(Fault::new(
        String::new(),
        FileProblem::Unreadable { message },
        place,
    ))
}

/// The name of a field: what is a number or a switch without quotes is named by its value.
fn name(entry: &Entry) -> Option<String> {
    if !entry.plain {
        return Some(entry.name.clone());
    }
    match resolved(&entry.name)? {
        Value::Null => None,
        Value::String(name) => Some(name),
        Value::Number(_) if integer(&entry.name.replace('_', "")).is_none() => float_name(&entry.name),
        value => Some(value.to_string()),
    }
}

/// The name that a number with a point, or one of more than 64 bits, gives a field: `YAMLToJSON` of sigs.k8s.io/yaml 1.6.0
/// writes it with the digits of a float of 32 bits, as Go's `%g` does.
fn float_name(text: &str) -> Option<String> {
    let float: f32 = text.replace('_', "").parse().ok()?;
    if float.is_infinite() {
        return Some(if float > 0.0 { ".inf" } else { "-.inf" }.to_owned());
    }
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..6).contains(&exponent) {
        return Some(float.to_string());
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{digits}e{sign}{:02}", exponent.abs()))
}

/// What text without quotes means; nothing for a number that JSON does not have.
fn resolved(text: &str) -> Option<Value> {
    let switched = match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    };
    if let Some(is_on) = switched {
        return Some(is_on.into());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf"
        | "-.Inf" | "-.INF" => return None,
        _ => {}
    }
    let plain = match text.as_bytes().first() {
        Some(b'.') => text.to_owned(),
        Some(b'+' | b'-' | b'0'..=b'9') => text.replace('_', ""),
        _ => return Some(text.into()),
    };
    if let Some(number) = integer(&plain) {
        return Some(Value::Number(number));
    }
    if !is_decimal(&plain) {
        return Some(text.into());
    }
    // A whole number is written without a point, as Go writes it into JSON.
    let float: f64 = plain.parse().ok()?;
    if float.is_infinite() {
        return Some(text.into());
    }
    if float.fract() == 0.0 && float.abs() < 9e18 {
        return format!("{float:.0}").parse::<i64>().ok().map(Value::from);
    }
    Number::from_f64(float).map(Value::Number)
}

/// A whole number: decimal, `0x…`, `0b…`, `0o…`, or octal after a nought.
fn integer(text: &str) -> Option<Number> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let radix = |start: &str| match start.to_ascii_lowercase().as_str() {
        "0x" => Some(16),
        "0b" => Some(2),
        "0o" => Some(8),
        _ => None,
    };
    let (digits, radix) = match digits.get(..2).and_then(radix) {
        Some(radix) => (&digits[2..], radix),
        None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8),
        None => (digits, 10),
    };
    // A second sign would be read by the conversion.
    if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) {
        return None;
    }
    let number = i128::from_str_radix(digits, radix).ok()?;
    let number = if is_negative { -number } else { number };
    i64::try_from(number)
        .map(Number::from)
        .or_else(|_| u64::try_from(number).map(Number::from))
        .ok()
}

/// Whether this is a decimal number, with a point or an exponent or neither.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (number, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Value {
        documents(&format!("value: {text}\n")).unwrap()[0].value["value"].clone()
    }

    /// Each of these was given to `YAMLToJSON` of sigs.k8s.io/yaml 1.6.0, see `findings/yaml_keys_become_numbers.sh`.
    #[test]
    fn names_without_quotes_are_those_that_kubectl_makes_of_them() {
        for (text, wanted) in [
            ("on", "true"),
            ("08", "8"),
            ("0400", "256"),
            ("1_000", "1000"),
            ("1.10", "1.1"),
            ("1.5e3", "1500"),
            (".5", "0.5"),
            ("1_0.5", "10.5"),
            ("-0.5", "-0.5"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("123456.5", "123456.5"),
            ("1e6", "1e+06"),
            ("1234567.0", "1.234567e+06"),
            ("12345678.5", "1.2345678e+07"),
            ("16777217.0", "1.6777216e+07"),
            ("3.14159265358979", "3.1415927"),
            ("100000000100000000000", "1e+20"),
            ("-1e20", "-1e+20"),
            ("1e40", ".inf"),
            ("1e400", "1e400"),
        ] {
            let document = &documents(&format!("{text}: x\n\"y\": z\n")).unwrap()[0];

            assert_eq!(document.value, json!({ wanted: "x", "y": "z" }), "{text}");
        }
    }

    /// Each of these was given to `YAMLToJSON` of sigs.k8s.io/yaml 1.6.0, which kubectl and the API server 1.37.2 use.
    #[test]
    fn values_without_quotes_are_what_kubectl_reads() {
        for (text, wanted) in [
            ("0400", json!(256)),
            ("-0400", json!(-256)),
            ("0o17", json!(15)),
            ("0x1F", json!(31)),
            ("0b11", json!(3)),
            ("-0b11", json!(-3)),
            ("08", json!(8)),
            ("0800", json!(800)),
            ("1_000", json!(1000)),
            ("0_7", json!(7)),
            ("+5", json!(5)),
            ("1e3", json!(1000)),
            ("1.0", json!(1)),
            ("1.5", json!(1.5)),
            ("1.", json!(1)),
            (".5", json!(0.5)),
            ("1E-2", json!(0.01)),
            ("18446744073709551615", json!(u64::MAX)),
            ("9223372036854775808", json!(9_223_372_036_854_775_808_u64)),
            ("yes", json!(true)),
            ("On", json!(true)),
            ("n", json!(false)),
            ("OFF", json!(false)),
            ("yEs", json!("yEs")),
            ("~", Value::Null),
            ("", Value::Null),
            ("Null", Value::Null),
            ("12:30", json!("12:30")),
            ("2001-01-01", json!("2001-01-01")),
            ("1.2.3", json!("1.2.3")),
            ("1e400", json!("1e400")),
            ("1e", json!("1e")),
            ("0x", json!("0x")),
            ("0b12", json!("0b12")),
            ("+-1", json!("+-1")),
            ("250m", json!("250m")),
            ("._", json!("._")),
            ("_1", json!("_1")),
            ("'0400'", json!("0400")),
            ("\"yes\"", json!("yes")),
            ("!!str 0400", json!("0400")),
            ("!!int \"0400\"", json!(256)),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }

    #[test]
    fn names_of_fields_are_values_too() {
        let read = documents("on: 1\n010: 2\n1.5: 3\n'on': 4\n").unwrap();

        assert_eq!(read[0].value, json!({ "true": 1, "8": 2, "1.5": 3, "on": 4 }));
    }

    #[test]
    fn what_stands_twice_is_refused_with_both_lines() {
        let fault = documents("a: 1\nb:\n  c: 1\n  c: 2\n").unwrap_err();

        assert_eq!((fault.field.as_str(), fault.place.unwrap().line), ("c", 4));
        assert_eq!(fault.flaw, FileProblem::DuplicateField { first_line: 3 }.into());
        assert!(documents("true: 1\nyes: 2\n").is_err(), "both are named true");
    }

    #[test]
    fn each_value_has_its_place_and_anchors_are_what_they_stand_for() {
        let text = "a: 1\n---\nspec: &spec\n  ports:\n  - port: 080\nother:\n  <<: *spec\n---\n# nothing\n";
        let read = documents(text).unwrap();

        assert_eq!(read.len(), 2);
        assert_eq!(read[1].value["other"], json!({ "ports": [{ "port": 80 }] }));
        let line = |pointer: &str| read[1].place(pointer).unwrap().line;
        assert_eq!(
            (line("/spec/ports/0/port"), line("/spec/ports/0/name"), line("/x")),
            (5, 5, 3)
        );
        for unreadable in [".inf", "!secret x", "[", "{{ .Values.name }}"] {
            assert!(
                documents(&format!("value: {unreadable}\n")).is_err(),
                "{unreadable}"
            );
        }
    }
}
