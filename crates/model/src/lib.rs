//! What the user wants: drafts, their rules, and the app they describe. No I/O.
