//! The marks an operation puts on the objects it makes. Not part of the plan: the same plan has them each time anew.

use serde_json::Value;
use slipway_plan::{Manifest, PlannedObject, as_found};

use super::operation::OperationId;
use crate::cluster::{MARK_APP_ID, MARK_INSTALLATION, MARK_OPERATION, MARK_PLAN_HASH, MARK_REVISION};

/// What the objects of one operation have in common.
pub(super) struct Marks<'a> {
    pub(super) operation: OperationId,
    pub(super) installation: &'a str,
    pub(super) app_id: uuid::Uuid,
    pub(super) revision: i64,
    pub(super) plan_hash: &'a str,
}

impl Marks<'_> {
    /// What is sent to make an object.
    pub(super) fn body(&self, object: &PlannedObject) -> Value {
        self.on(&object.first_body())
    }

    /// What is sent to make an object that is there what it shall be.
    pub(super) fn applied(&self, object: &PlannedObject) -> Value {
        self.on(&object.body)
    }

    /// What is sent to make an object again what it is now, where it is not what was applied.
    pub(super) fn found(&self, object: &PlannedObject, live: &Value) -> Value {
        self.on(&as_found(&object.body, live))
    }

    fn on(&self, body: &Manifest) -> Value {
        let (operation, app_id) = (self.operation.to_string(), self.app_id.to_string());
        let annotations = [
            (MARK_OPERATION, operation.as_str()),
            (MARK_INSTALLATION, self.installation),
            (MARK_APP_ID, app_id.as_str()),
            (MARK_REVISION, &self.revision.to_string()),
            (MARK_PLAN_HASH, self.plan_hash),
        ];
        body.annotated(&annotations).into_value()
    }
}
