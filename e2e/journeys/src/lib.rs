//! A browser through the whole product, one file per goal of a user.
