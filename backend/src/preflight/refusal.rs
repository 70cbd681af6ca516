//! From a refusal of the cluster to issues at the fields to blame.

use slipway_model::{Issue, Problem};
use slipway_plan::ObjectKey;

use super::FieldMap;
use crate::cluster::ClusterError;

/// What a refused object means for the draft it came from.
pub fn refusal_issues(error: &ClusterError, verb: &str, key: &ObjectKey, fields: &FieldMap) -> Vec<Issue> {
    let kind = || key.kind.clone();
    let refused = |message: &str| Problem::Refused {
        kind: kind(),
        name: key.name.clone(),
        message: message.to_owned(),
    };
    match error {
        ClusterError::Refused { causes, .. } if !causes.is_empty() => {
            let issue = |(path, message): &(String, String)| {
                Issue::error(fields.of_cause(path, message), refused(message))
            };
            causes.iter().map(issue).collect()
        }
        ClusterError::Forbidden { .. } => {
            vec![Issue::error(
                fields.name(),
                Problem::Forbidden {
                    verb: verb.to_owned(),
                    kind: kind(),
                },
            )]
        }
        ClusterError::Missing { message } if message.contains("namespaces ") => {
            vec![Issue::error("basics.namespace", Problem::NamespaceMissing {})]
        }
        ClusterError::Missing { .. } => {
            vec![Issue::error(fields.name(), Problem::KindMissing { kind: kind() })]
        }
        ClusterError::Refused { message, .. } if message.contains("is being terminated") => {
            vec![Issue::error("basics.namespace", Problem::NamespaceTerminating {})]
        }
        ClusterError::Refused { message, .. } => vec![Issue::error(fields.field(""), refused(message))],
        other => vec![Issue::error(fields.field(""), refused(&other.to_string()))],
    }
}
