//! The addresses of the pages.

use leptos::prelude::*;
use slipway_api::AppKey;

use crate::router;

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/`.
    Home,
    /// `/sign-in`.
    SignIn,
    /// `/sign-out`: what somebody would lose by it.
    SignOut,
    /// No address of its own: a sign-in link was opened where somebody is signed in.
    OtherLink,
    /// `/clusters`.
    Clusters,
    /// `/drafts`.
    Drafts,
    /// `/operations`.
    Operations,
    /// `/operations/{id}`.
    Operation(String),
    /// `/settings`.
    Settings,
    /// `/c/{cluster}/apps`.
    Apps(String),
    /// `/c/{cluster}/apps/{namespace}/{kind}/{name}`.
    App(AppKey),
    /// `/c/{cluster}/create`, `/drafts/{id}`: one page under two addresses, since a draft gets its own while somebody types.
    Wizard,
    /// Anything else.
    Lost,
}

impl Address {
    /// Reads the path of a URL.
    pub fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["sign-out"] => Self::SignOut,
            ["clusters"] => Self::Clusters,
            ["drafts"] => Self::Drafts,
            ["operations"] => Self::Operations,
            ["operations", id] => Self::Operation((*id).to_owned()),
            ["settings"] => Self::Settings,
            ["c", cluster, "apps"] => Self::Apps((*cluster).to_owned()),
            ["c", cluster, "apps", namespace, kind, name] => Self::App(AppKey {
                cluster: (*cluster).to_owned(),
                namespace: (*namespace).to_owned(),
                kind: (*kind).to_owned(),
                name: (*name).to_owned(),
            }),
            ["c", _, "create"] | ["drafts", _] => Self::Wizard,
            _ => Self::Lost,
        }
    }

    /// Whether two addresses lead to the same page, perhaps about different things.
    pub fn same_page(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The page of an app.
pub fn app_href(key: &AppKey) -> String {
    let AppKey {
        cluster,
        namespace,
        kind,
        name,
    } = key;
    format!("/c/{cluster}/apps/{namespace}/{kind}/{name}")
}

/// What the page is about, as the address says. While the person is already on the way to another page it stays as it was.
pub fn subject<T: Clone + Default + PartialEq + Send + Sync + 'static>(
    of: fn(Address) -> Option<T>,
) -> Memo<T> {
    let path = router::path();
    Memo::new(move |before: Option<&T>| {
        of(Address::of(&path.get()))
            .or_else(|| before.cloned())
            .unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_leads_to_its_page() {
        assert_eq!(Address::of("/"), Address::Home);
        assert_eq!(Address::of("/c/prod/apps/"), Address::Apps("prod".into()));
        assert_eq!(Address::of("/operations/0190"), Address::Operation("0190".into()));
        assert_eq!(Address::of("/drafts/0190"), Address::Wizard);
        assert!(
            matches!(Address::of("/c/prod/apps/default/deployment/nginx"), Address::App(key) if key.name == "nginx")
        );
        for lost in ["/c/prod", "/c/prod/apps/default", "/nothing", "/settings/x"] {
            assert_eq!(Address::of(lost), Address::Lost, "{lost}");
        }
    }

    #[test]
    fn two_drafts_are_one_page() {
        assert!(Address::of("/c/prod/create").same_page(&Address::of("/drafts/1")));
        assert!(Address::of("/operations/1").same_page(&Address::of("/operations/2")));
        assert!(!Address::of("/operations").same_page(&Address::of("/operations/2")));
    }
}
