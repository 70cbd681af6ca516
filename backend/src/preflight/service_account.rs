//! The service account: without it the API server refuses every pod.

use slipway_api::CheckCode;
use slipway_model::Problem;

use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const KIND: &str = "ServiceAccount";

pub(super) async fn check(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let spec = subject.pod.spec.as_ref();
    let Some(name) = spec.and_then(|spec| spec.service_account_name.clone()) else {
        return Ok(Vec::new());
    };
    let found: Option<serde::de::IgnoredAny> = witness.person.find(&subject.key("v1", KIND, &name)).await?;
    let finding = Finding::named(CheckCode::ServiceAccount, KIND, &name);
    if found.is_some() {
        return Ok(vec![finding]);
    }
    let kind = KIND.to_owned();
    let field = subject.fields.field("spec.serviceAccountName");
    Ok(vec![finding.failed(field, Problem::Absent { kind, name })])
}
