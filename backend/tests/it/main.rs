//! Requests through the router.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail like tests"
)]
#![expect(unreachable_pub, reason = "nothing outside this binary could reach them")]

mod api_server;
mod app_ends;
mod app_operations;
mod bounds;
mod change_faults;
mod change_refusals;
mod changes;
mod checks;
mod clusters;
mod command;
mod database;
mod drafts;
mod edge;
mod exact;
mod fixture;
mod full_disk;
mod isolation;
mod jobs;
mod kept;
mod kill;
mod kill_changes;
mod leaving;
mod live;
mod locks;
mod marks;
mod narrow;
mod odd_names;
mod operations;
mod others_apps;
mod patience;
mod preflight;
mod process;
mod put_back;
mod random_kills;
mod reading;
mod refusals;
mod second_cluster;
mod secrets;
mod security;
mod server_rights;
mod session;
mod shares;
mod sign_in;
mod silence;
mod slow;
mod slow_webhook;
mod stage;
mod stream;
mod submits;
mod support;
mod ways_in;
mod worlds;
mod worlds_of_marks;
