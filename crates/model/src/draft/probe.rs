//! Step 2: health checks.

use super::form::form;
use super::text::Word;

form! {
    /// A health check of a container.
    Probe {
        leaves: [
            /// Whether it is on: `true` or `false`.
            enabled,
            /// How it asks: `http`, `tcp` or `exec`.
            kind,
            /// `HTTP` or `HTTPS`.
            scheme,
            /// The path it asks for; `/` when left empty.
            path,
            /// The port it asks, by number or name.
            port,
            /// Seconds before the first question. The guide's defaults: 3 by HTTP, 15 by TCP, 5 by command.
            initial_delay,
            /// Seconds between questions; 10 when left empty.
            period,
            /// Seconds until an answer is too late; 1 when left empty.
            timeout,
            /// Good answers in a row that count as healthy; 1 when left empty.
            healthy,
            /// Bad answers in a row that count as unhealthy; 3 when left empty.
            unhealthy,
        ]
        parts: []
        rows: [
            /// Headers it sends; a name may repeat.
            headers: Header,
            /// The command it runs.
            command: Word,
        ]
    }
}

form! {
    /// A header of an HTTP request.
    row Header {
        leaves: [
            /// Its name.
            name,
            /// Its value.
            value,
        ]
        parts: []
        rows: []
    }
}
