//! Which draft a URL means: one that is still to be made, or one on the server.

/// What the URL asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/c/{cluster}/create`: a draft to be made at the first input.
    Create {
        /// The cluster it is for.
        cluster: String,
    },
    /// `/drafts/{id}`.
    Draft {
        /// The draft's id.
        id: String,
    },
}

impl Place {
    /// Reads the path of a URL.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["c", cluster, "create"] => Some(Self::Create {
                cluster: (*cluster).to_owned(),
            }),
            ["drafts", id] => Some(Self::Draft { id: (*id).to_owned() }),
            _ => None,
        }
    }

    /// The path again.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Create { cluster } => format!("/c/{cluster}/create"),
            Self::Draft { id } => format!("/drafts/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn a_place_reads_back_from_its_path() {
        for path in ["/c/demo/create", "/drafts/0190-x"] {
            assert_eq!(Place::of(path).unwrap().path(), path);
        }
        for elsewhere in ["/", "/drafts", "/c/demo/apps", "/c/demo/create/x"] {
            assert_eq!(Place::of(elsewhere), None, "{elsewhere}");
        }
    }
}
