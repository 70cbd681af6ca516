//! The sentences of the browser app: complete in both languages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// Words that are the same in Chinese, since they are names; acronyms are too.
const NAMES: [&str; 1] = ["Slipway"];

/// Every sentence of a language by its path.
fn sentences(language: &str) -> BTreeMap<String, String> {
    let folder = super::root().join("frontend/locales").join(language);
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        gather(stem(&path), &json, &mut found);
    }
    found
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn gather(path: String, json: &Value, found: &mut BTreeMap<String, String>) {
    match json {
        Value::String(text) => {
            found.insert(path, text.clone());
        }
        Value::Object(parts) => parts
            .iter()
            .for_each(|(key, part)| gather(format!("{path}.{key}"), part, found)),
        other => panic!("{path} is neither a sentence nor a group: {other}"),
    }
}

/// The names between `{{` and `}}`.
fn values(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name.trim())
        .collect()
}

fn is_word(text: &str) -> bool {
    text.len() > 2 && text.chars().any(char::is_lowercase)
}

#[test]
fn both_languages_have_the_same_sentences_with_the_same_values() {
    let (english, chinese) = (sentences("en"), sentences("zh-CN"));

    assert_eq!(
        english.keys().collect::<Vec<_>>(),
        chinese.keys().collect::<Vec<_>>()
    );
    for (path, text) in &english {
        assert_eq!(values(text), values(&chinese[path]), "{path}");
    }
}

#[test]
fn nothing_is_left_in_english() {
    let (english, chinese) = (sentences("en"), sentences("zh-CN"));

    for (path, text) in &chinese {
        let same = *text == english[path];
        let speaks_chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let without_values: String = text
            .split("{{")
            .map(|part| part.split_once("}}").map_or(part, |p| p.1))
            .collect();
        let has_words = without_values
            .split(|c: char| !c.is_alphabetic())
            .any(|word| is_word(word) && !NAMES.contains(&word));
        assert!(
            speaks_chinese || !same || !has_words,
            "{path} is not translated: {text}"
        );
    }
}

#[test]
fn an_annotation_is_never_called_a_comment() {
    assert!(sentences("zh-CN").values().all(|text| !text.contains("注释")));
}
