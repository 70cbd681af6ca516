//! The Secrets of an Ingress: is each there, and of the type that certificates have. Another one is taken by the cluster
//! and then served by nobody, so it is a warning.

use k8s_openapi::api::networking::v1::Ingress;
use slipway_api::CheckCode;
use slipway_model::Problem;

use super::references::SECRET;
use super::report::Finding;
use super::subject::{Part, Subject};
use super::witness::Witness;
use crate::cluster::{ClusterError, Keys, few_at_once};

const OF_CERTIFICATES: &str = "kubernetes.io/tls";

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let ingresses = subject.of_kind::<Ingress>("Ingress");
    let named = ingresses.flat_map(|(ingress, part)| {
        let entries = ingress.spec.and_then(|spec| spec.tls).unwrap_or_default();
        let entries = entries.into_iter().enumerate();
        entries.filter_map(move |(index, entry)| Some((entry.secret_name?, index, part)))
    });
    let asked = named.map(|(name, index, part)| async move {
        let found = witness.person.keys(&subject.key("v1", SECRET, &name)).await;
        judge(found, &name, index, part)
    });
    Ok(few_at_once(asked).await)
}

fn judge(found: Result<Option<Keys>, ClusterError>, name: &str, index: usize, part: &Part) -> Finding {
    let finding = Finding::named(CheckCode::Tls, SECRET, name);
    let field = part.fields.field(&format!("spec.tls[{index}]"));
    match found {
        Err(error) => finding.could_not(Some(error.to_string())),
        Ok(None) => {
            let (kind, name) = (SECRET.to_owned(), name.to_owned());
            finding.warned(field, Problem::Absent { kind, name })
        }
        Ok(Some(found)) if found.of_type != OF_CERTIFICATES => {
            let problem = Problem::SecretTypeWrong {
                name: name.to_owned(),
                found: found.of_type,
                expected: OF_CERTIFICATES.to_owned(),
            };
            finding.warned(field, problem)
        }
        Ok(Some(_)) => finding,
    }
}
