//! One file per goal of a user.

mod mounts_under_the_strict_policy;
