//! JSON Patches as an API server compares them.

use serde_json::Value;

/// Characters that a server writes escaped wherever they stand in a text, and how.
const ESCAPED: [(char, &str); 5] = [
    ('&', "\\u0026"),
    ('<', "\\u003c"),
    ('>', "\\u003e"),
    ('\u{2028}', "\\u2028"),
    ('\u{2029}', "\\u2029"),
];

/// A patch as it is sent. What it tests a server compares byte by byte with the object as it writes it itself, so that the same
/// text in another spelling counts as another text.
pub(super) fn sent(patch: &Value) -> Vec<u8> {
    // In JSON these characters stand in texts only.
    ESCAPED
        .iter()
        .fold(patch.to_string(), |text, (character, escape)| {
            text.replace(*character, escape)
        })
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_spelled_as_a_server_spells_it_and_stays_the_same() {
        let patch =
            json!([{ "op": "test", "path": "/a", "value": "a && b <c >d \u{2028}\u{2029} \\u0026 é \"\n" }]);

        let sent = sent(&patch);

        let text = std::str::from_utf8(&sent).unwrap();
        assert!(
            text.contains(r#""a \u0026\u0026 b \u003cc \u003ed \u2028\u2029 \\u0026 é \"\n""#),
            "{text}"
        );
        assert_eq!(serde_json::from_slice::<Value>(&sent).unwrap(), patch);
    }
}
