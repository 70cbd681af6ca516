//! One check of what the cluster says beforehand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use slipway_model::Issue;

/// One check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckView {
    /// What was checked.
    pub code: CheckCode,
    /// The object it was about, if one.
    pub object: Option<String>,
    /// How it went.
    pub state: CheckState,
    /// The cluster's words, if it had any.
    pub evidence: Option<String>,
    /// What was seen, as codes with parameters.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// What it found, each with the field to fix.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub issues: Vec<Issue>,
}

/// Declares the checks, and the list of them.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$code_doc:meta])* $code:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$code_doc])* $code,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];
        }
    };
}

codes! {
    /// What can be checked, in the order of the page.
    CheckCode {
        /// The namespace is there and stays.
        Namespace,
        /// Names are free.
        Names,
        /// The person may create, and take back.
        Rights,
        /// Quotas of the namespace have room for the most pods.
        Quota,
        /// Amounts are within the limits of the namespace.
        Limits,
        /// The Pod Security level of the namespace allows the pods.
        PodSecurity,
        /// A ConfigMap or Secret that is referred to is there, with its keys.
        References,
        /// The service account is there.
        ServiceAccount,
        /// A claim is there and can be mounted by so many pods.
        Claims,
        /// The storage class is there.
        StorageClasses,
        /// Nobody else serves the same hosts and paths.
        Hosts,
        /// Somebody carries the Ingress out.
        IngressClass,
        /// The Secret of an Ingress is there and of the right type.
        Tls,
        /// An existing load balancer may be used again.
        LoadBalancer,
        /// The figures that scaling needs are there.
        Metrics,
        /// The cluster has every kind that is planned.
        Components,
        /// Nodes can take the pods.
        Nodes,
        /// Nothing else selects the pods.
        Selectors,
        /// The cluster would accept the object.
        DryRun,
        /// The cluster would accept the pods.
        PodDryRun,
    }
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CheckState {
    /// Nothing stands in the way.
    Passed,
    /// It could not be found out; evidence or facts say why.
    CouldNotCheck,
    /// The cluster would accept it, and it would not do what is wanted.
    Warning,
    /// The cluster would refuse it.
    Failed,
}

/// Something that was seen, as a code with parameters: the sentence is the browser's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// What.
    pub code: FactCode,
    /// Its parameters.
    pub params: BTreeMap<String, String>,
}

codes! {
    /// What can be seen.
    FactCode {
        /// The namespace enforces this `level`.
        Enforced,
        /// A `quota` has used `used` of `hard` of a `resource`; `asked` would be added.
        QuotaUse,
        /// `nodes` of `all` nodes can take such pods.
        NodesFit,
        /// There is room for at least `pods` pods.
        RoomFor,
        /// Nodes without a size of their own take what comes; that is not checked.
        Elastic,
        /// There was no answer in time.
        Late,
        /// There is more to look at than is looked at: `most`.
        TooMany,
        /// Whoever asks may not create the app in this namespace, so nothing was looked at.
        NoRight,
        /// The account of the server lacks the right to `verb` a `resource`.
        ServerMayNot,
    }
}

impl Fact {
    /// A fact with its parameters.
    pub fn new<const N: usize>(code: FactCode, params: [(&str, String); N]) -> Self {
        Self {
            code,
            params: params.map(|(name, value)| (name.to_owned(), value)).into(),
        }
    }

    /// One parameter.
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}
