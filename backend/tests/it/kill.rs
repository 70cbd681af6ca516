//! Killing the real server.
