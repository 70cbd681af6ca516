//! How requests from outside reach an app: Ingresses or routes, and the share of them for another version.

use slipway_model::App;
use slipway_model::app::Ingress;

use crate::{AccessMechanism, Ownership, PlannedObject, Target, canary, http_route, ingress};

/// The objects behind one Ingress of the app, in the way the target does it.
pub(crate) fn planned(
    app: &App,
    typed: &Ingress,
    ownership: &Ownership,
    target: &Target,
) -> Vec<PlannedObject> {
    match &target.access {
        AccessMechanism::HttpRoute { namespace, gateway } => {
            http_route::planned(app, typed, ownership, (namespace, gateway))
        }
        AccessMechanism::Ingress => {
            let main = ingress::planned(app, typed, ownership, target.canary);
            let further = typed
                .canary
                .iter()
                .flat_map(|other| canary::planned(app, typed, other, ownership, target.canary));
            std::iter::once(main).chain(further).collect()
        }
    }
}
