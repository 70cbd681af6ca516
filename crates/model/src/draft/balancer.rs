//! Step 3: the cloud load balancer of a Service.

use super::form::form;

form! {
    /// The load balancer of a Service of that type.
    Balancer {
        leaves: [
            /// `new`, or `existing` to use one that is there.
            kind,
            /// The id of the existing one.
            instance,
            /// The specification of a new one, e.g. `slb.s1.small`.
            specification,
            /// Bandwidth in Mbit/s, for a new public one paid by bandwidth.
            bandwidth,
        ]
        parts: []
        rows: []
    }
}
