//! Components of the cluster that an app counts on. Without them it is made all the same, so each is a warning.

use slipway_api::CheckCode;
use slipway_model::{App, Problem};
use slipway_plan::SkipReason;

use super::FieldMap;
use super::report::Finding;
use super::subject::Subject;
use super::witness::Witness;
use crate::cluster::ClusterError;

const METRICS: &str = "metrics.k8s.io/v1beta1";
const METRICS_SERVER: &str = "metrics-server";

/// What is planned and cannot be made here: timed scaling without its controller, a canary that nobody carries out.
pub(super) fn planned(app: &App, subject: &Subject) -> Vec<Finding> {
    let relevant = |kind: &str| kind == "CronHorizontalPodAutoscaler";
    let objects = subject.plan.objects.iter();
    let told = objects.filter(|object| object.skipped.is_some() || relevant(&object.key.kind));
    let finding = |object: &slipway_plan::PlannedObject| {
        let finding = Finding::about(CheckCode::Components, &object.key);
        let fields = FieldMap::of(app, object);
        match object.skipped {
            None => finding,
            Some(SkipReason::KindMissing) => {
                let kind = object.key.kind.clone();
                finding.warned(fields.field(""), Problem::KindMissing { kind })
            }
            Some(SkipReason::CanaryMissing) => {
                finding.warned(fields.field("metadata.annotations"), Problem::CanaryMissing {})
            }
        }
    };
    told.map(finding).collect()
}

/// The figures that an autoscaler needs. Requests for them are a rule of the form.
pub(super) async fn metrics(witness: &Witness, subject: &Subject<'_>) -> Result<Vec<Finding>, ClusterError> {
    let mut scalers = subject
        .parts
        .iter()
        .filter(|part| part.object.key.kind == "HorizontalPodAutoscaler");
    let Some(part) = scalers.next() else {
        return Ok(Vec::new());
    };
    let answers = witness.person.serves(METRICS).await?;
    let finding = Finding::about(CheckCode::Metrics, &part.object.key);
    Ok(vec![if answers {
        finding
    } else {
        let component = METRICS_SERVER.to_owned();
        finding.warned(part.fields.field(""), Problem::ComponentMissing { component })
    }])
}
