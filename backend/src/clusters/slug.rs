//! Names of clusters in URLs.

use std::collections::HashSet;

/// The most characters of a slug that is made from a name.
const LONGEST: usize = 40;

/// Hands out slugs, each once.
#[derive(Debug, Default)]
pub(super) struct Slugs(HashSet<String>);

impl Slugs {
    /// Takes a chosen slug; false when it is taken or cannot stand in a URL.
    pub(super) fn take(&mut self, slug: &str) -> bool {
        is_slug(slug) && self.0.insert(slug.to_owned())
    }

    /// A slug that reads like a name, and takes it.
    pub(super) fn made_from(&mut self, name: &str) -> String {
        let base = slug(name);
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let free = std::iter::once(base.clone())
            .chain(numbered)
            .find(|slug| !self.0.contains(slug));
        let free = free.unwrap_or(base);
        self.0.insert(free.clone());
        free
    }
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(LONGEST);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "cluster".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_reads_like_the_context_it_is_made_from() {
        let mut slugs = Slugs::default();
        assert_eq!(slugs.made_from("prod"), "prod");
        assert_eq!(
            slugs.made_from("kubernetes-admin@Prod.Example"),
            "kubernetes-admin-prod-example"
        );
        assert_eq!(slugs.made_from("arn:aws:eks:eu-1:1/a"), "arn-aws-eks-eu-1-1-a");
        assert_eq!(slugs.made_from("生产"), "cluster");
    }

    #[test]
    fn two_contexts_of_like_names_get_two_slugs() {
        let mut slugs = Slugs::default();
        assert!(slugs.take("prod"));
        assert_eq!(slugs.made_from("Prod"), "prod-2");
        assert_eq!(slugs.made_from("prod!"), "prod-3");
    }

    #[test]
    fn a_chosen_slug_must_be_free_and_fit_a_url() {
        let mut slugs = Slugs::default();
        assert!(slugs.take("prod-1"));
        for bad in ["prod-1", "", "Prod", "a/b", "-a", "a-", "..", "生产"] {
            assert!(!slugs.take(bad), "{bad}");
        }
    }
}
