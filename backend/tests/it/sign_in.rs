//! Wrong tokens are slowed down; right ones are good whoever else has failed.

use std::time::Duration;

use serde_json::json;
use slipway_api::paths;

use crate::support::{Answer, Client, TestApp, token_of};

/// How long somebody has to wait who has failed too often.
const WINDOW: Duration = Duration::from_mins(1);

async fn guess(client: &Client) -> Answer {
    client.post(paths::SESSION, &json!({ "token": "a guess" })).await
}

/// As many guesses as are free.
async fn fail(client: &Client) {
    for _ in 0..10 {
        assert_eq!(guess(client).await.problem(401).code, "unknown_token");
    }
}

#[tokio::test]
async fn whoever_tries_many_wrong_tokens_has_to_wait() {
    let app = TestApp::with(|config, _| config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    let guesser = app.nobody().with_header("x-forwarded-for", "198.51.100.1");
    let other = app.nobody().with_header("x-forwarded-for", "198.51.100.2");
    fail(&guesser).await;

    let answer = guess(&guesser).await;

    assert_eq!(answer.problem(429).code, "too_many_attempts");
    assert_eq!(answer.header("retry-after"), "60");
    guess(&other).await.problem(401);
    app.clock.pass(WINDOW);
    guess(&guesser).await.problem(401);
}

#[tokio::test]
async fn a_right_token_is_good_behind_an_address_from_which_others_fail() {
    let app = TestApp::offline().await;
    let bearer = |token: &str| {
        app.nobody()
            .with_header("authorization", &format!("Bearer {token}"))
    };
    fail(&app.nobody()).await;
    guess(&app.nobody()).await.problem(429);
    bearer("a guess").get(paths::SESSION).await.problem(429);

    bearer(&token_of("shop")).get(paths::SESSION).await.demand(200);
    let browser = app.nobody().signed_in(&token_of("bank")).await;
    browser.get(paths::SESSION).await.demand(200);
}

#[tokio::test]
async fn the_link_is_good_behind_an_address_from_which_others_fail() {
    let app = TestApp::single_user().await;
    fail(&app.nobody()).await;
    guess(&app.nobody()).await.problem(429);

    let owner = app.owner().await;

    owner.get(paths::SESSION).await.demand(200);
    guess(&app.nobody()).await.problem(429);
}

#[tokio::test]
async fn neither_a_restart_nor_a_clock_that_is_set_changes_how_long_is_left() {
    let app = TestApp::offline().await;
    fail(&app.nobody()).await;
    app.clock.pass(Duration::from_secs(20));

    let app = app.restarted().await;
    app.clock.set(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(guess(&app.nobody()).await.demand(429).header("retry-after"), "40");
    app.clock
        .set(jiff::Timestamp::from_second(4_000_000_000).unwrap());
    assert_eq!(guess(&app.nobody()).await.demand(429).header("retry-after"), "40");

    app.clock.pass(Duration::from_secs(40));
    guess(&app.nobody()).await.problem(401);
}
