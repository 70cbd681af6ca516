//! Beyond the guide: whom containers run as and what they may do.

use super::form::form;
use super::text::Word;

form! {
    /// What the processes of one container may do.
    ContainerSecurity {
        leaves: [
            /// The user's number.
            user,
            /// The group's number.
            group,
            /// Whether the image's files cannot be changed: `true` or `false`.
            read_only_root,
        ]
        parts: []
        rows: [
            /// Rights of the super-user it keeps, e.g. `NET_BIND_SERVICE`.
            capabilities: Word,
        ]
    }
}

form! {
    /// What the processes of all containers may do.
    PodSecurity {
        leaves: [
            /// Whether the pods pass the strictest Pod Security standard, `restricted`: `true` or `false`.
            restricted,
            /// The user's number.
            user,
            /// The group's number.
            group,
            /// The group that owns files on volumes.
            fs_group,
        ]
        parts: []
        rows: []
    }
}
