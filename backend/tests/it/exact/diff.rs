//! A unified diff carried out on the text it was made from.

/// The text after a diff. An error where the diff was made from another text.
pub(super) fn patched(text: &str, diff: &str) -> Result<String, String> {
    let old: Vec<&str> = text.lines().collect();
    let (mut new, mut at) = (Vec::new(), 0);
    for line in diff.lines() {
        if let Some(hunk) = line.strip_prefix("@@ -") {
            let begin = begin(hunk).ok_or_else(|| format!("no hunk: {line}"))?;
            let between = old
                .get(at..begin)
                .ok_or_else(|| format!("out of order: {line}"))?;
            new.extend_from_slice(between);
            at = begin;
        } else if let Some(added) = line.strip_prefix('+') {
            new.push(added);
        } else if let Some(known) = line.strip_prefix(['-', ' ']) {
            if old.get(at) != Some(&known) {
                return Err(format!("line {} is {:?}, not {known:?}", at + 1, old.get(at)));
            }
            if line.starts_with(' ') {
                new.push(known);
            }
            at += 1;
        }
    }
    new.extend_from_slice(old.get(at..).unwrap_or_default());
    Ok(new.join("\n"))
}

/// The place of the first line of a hunk. One that takes nothing away stands after the line it names.
fn begin(hunk: &str) -> Option<usize> {
    let (range, _) = hunk.split_once(' ')?;
    let (first, length) = range.split_once(',').unwrap_or((range, "1"));
    let first: usize = first.parse().ok()?;
    if length == "0" {
        Some(first)
    } else {
        first.checked_sub(1)
    }
}

#[test]
fn a_diff_leads_from_one_text_to_the_other() {
    let lines: Vec<String> = (0..40).map(|line| format!("line {line}\n")).collect();
    let before = lines.concat();
    for (gone, new) in [
        ("line 7\n", "other\nlines\n"),
        ("line 0\n", ""),
        ("line 39\n", "last\n"),
    ] {
        let after = before.replacen(gone, new, 1);
        let diff = similar::TextDiff::from_lines(&before, &after)
            .unified_diff()
            .to_string();
        assert_eq!(patched(&before, &diff).unwrap(), after.trim_end());
        assert!(patched("", &diff).is_err());
    }
    let made = similar::TextDiff::from_lines("", &before)
        .unified_diff()
        .to_string();
    assert_eq!(patched("", &made).unwrap(), before.trim_end());
}
