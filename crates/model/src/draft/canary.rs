//! Step 3: a share of requests for another version.

use super::form::form;

form! {
    /// Which requests go to another Service.
    Canary {
        leaves: [
            /// Whether it is on: `true` or `false`.
            enabled,
            /// The other Service.
            service,
            /// Its port; the same as that of the rule when left empty.
            port,
            /// Its weight, beside that of the Ingress.
            weight,
            /// A header whose value decides: `always` goes to the other Service, `never` does not.
            header,
            /// The value of the header that goes to the other Service, instead of `always`.
            header_value,
            /// A cookie whose value decides: `always` goes to the other Service, `never` does not.
            cookie,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// A certificate for hosts of the rules.
    row Tls {
        leaves: [
            /// The host; every host of the rules when left empty.
            host,
            /// The name of the Secret with the certificate.
            secret,
        ]
        parts: []
        rows: []
    }
}
