//! Rows that are one word, or one name.

use super::form::form;

form! {
    /// One word of a command, exactly as typed. A row with nothing in it counts as not there; `""` is an empty word.
    row Word {
        leaves: [
            /// The word.
            text,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// The name of an object in the cluster.
    row ObjectName {
        leaves: [
            /// The name.
            name,
        ]
        parts: []
        rows: []
    }
}

form! {
    /// One annotation.
    row Annotation {
        leaves: [
            /// Its key.
            key,
            /// Its value, exactly as typed.
            value,
        ]
        parts: []
        rows: []
    }
}
