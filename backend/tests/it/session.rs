//! Signing in and out.

use std::time::Duration;

use axum::body::Bytes;
use http::Method;
use serde_json::json;
use slipway_api::{SessionView, SignInLink, paths};
use slipway_backend::identity::{ABSOLUTE_LIFE, IDLE_LIFE};

use crate::support::{DAWN_MILLIS, TestApp, token_of};

/// A second less than a session may go unused.
const ALMOST_IDLE: Duration = Duration::from_secs(IDLE_LIFE.as_secs() - 1);

#[tokio::test]
async fn the_link_signs_its_reader_in() {
    let app = TestApp::single_user().await;

    let owner = app.owner().await;

    let session: SessionView = owner.get(paths::SESSION).await.json(200);
    assert_eq!(session.person, None);
    assert!(session.can_sign_in_others);
    assert_eq!(session.teams.len(), 1);
}

#[tokio::test]
async fn a_link_works_once_and_leaves_a_fresh_one_behind() {
    let app = TestApp::single_user().await;
    let used = app.link_token();
    app.owner().await;

    let again = app.nobody().post(paths::SESSION, &json!({ "token": used })).await;

    assert_eq!(again.problem(401).code, "unknown_token");
    assert_ne!(app.link_token(), used);
    app.owner().await;
}

#[tokio::test]
async fn another_browser_is_signed_in_by_a_link_from_the_first() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let before = app.link_token();

    let SignInLink { link } = owner.post_empty(paths::SIGN_IN_LINK).await.json(200);

    let token = link.split_once("/sign-in#").unwrap().1;
    app.nobody()
        .signed_in(token)
        .await
        .get(paths::SESSION)
        .await
        .demand(200);
    owner.get(paths::SESSION).await.demand(200);
    app.nobody()
        .post(paths::SESSION, &json!({ "token": before }))
        .await
        .problem(401);
}

#[tokio::test]
async fn a_restart_makes_the_link_void_and_keeps_the_session() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let old_link = app.link_token();

    let app = app.restarted().await;

    app.nobody()
        .post(paths::SESSION, &json!({ "token": old_link }))
        .await
        .problem(401);
    owner.get(paths::SESSION).await.demand(200);
}

#[tokio::test]
async fn a_stopped_server_leaves_no_link_behind() {
    let mut app = TestApp::single_user().await;
    assert!(app.data_dir().join("sign-in").exists());

    app.stop().await;

    assert!(!app.data_dir().join("sign-in").exists());
}

#[tokio::test]
async fn signing_out_ends_the_session_wherever_its_cookie_is() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;

    let answer = owner.delete(paths::SESSION).await;

    assert!(answer.demand(204).header("set-cookie").contains("Max-Age=0"));
    assert_eq!(owner.get(paths::SESSION).await.problem(401).code, "signed_out");
}

#[tokio::test]
async fn a_session_that_is_not_used_ends() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;

    app.clock.pass(ALMOST_IDLE);
    owner.get(paths::SESSION).await.demand(200);
    app.clock.pass(ALMOST_IDLE);
    owner.get(paths::SESSION).await.demand(200);
    app.clock.pass(IDLE_LIFE);

    owner.get(paths::SESSION).await.problem(401);
}

#[tokio::test]
async fn a_session_ends_however_much_it_is_used() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let mut used = Duration::ZERO;
    while used + ALMOST_IDLE < ABSOLUTE_LIFE {
        app.clock.pass(ALMOST_IDLE);
        used += ALMOST_IDLE;
        owner.get(paths::SESSION).await.demand(200);
    }

    app.clock.pass(ABSOLUTE_LIFE.checked_sub(used).unwrap());

    owner.get(paths::SESSION).await.problem(401);
}

#[tokio::test]
async fn without_tls_the_cookie_carries_the_port() {
    let app = TestApp::single_user().await;

    let answer = app
        .nobody()
        .post(paths::SESSION, &json!({ "token": app.link_token() }))
        .await;

    let cookie = answer.demand(200).header("set-cookie");
    assert!(
        cookie.starts_with(&format!("slipway-{}=", app.address.port())),
        "{cookie}"
    );
    assert!(
        cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict") && cookie.contains("; Path=/")
    );
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn with_tls_the_cookie_is_bound_to_the_host() {
    let app =
        TestApp::with(|config, _| config.public_urls = vec!["https://slipway.test".parse().unwrap()]).await;
    let browser = app
        .nobody()
        .with_header("host", "slipway.test")
        .with_header("origin", "https://slipway.test");

    let answer = browser
        .post(paths::SESSION, &json!({ "token": app.link_token() }))
        .await;

    let cookie = answer.demand(200).header("set-cookie");
    assert!(
        cookie.starts_with("__Host-slipway=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(!answer.header("strict-transport-security").is_empty());
}

#[tokio::test]
async fn a_member_signs_in_with_their_own_token() {
    let app = TestApp::offline().await;

    let browser = app.nobody().signed_in(&token_of("shop")).await;

    let session: SessionView = browser.get(paths::SESSION).await.json(200);
    assert_eq!(session.person.as_deref(), Some("shop-dev"));
    assert_eq!(session.teams[0].id, "shop");
    assert!(!session.can_sign_in_others);
    assert_eq!(
        browser.post_empty(paths::SIGN_IN_LINK).await.problem(403).code,
        "members_have_tokens"
    );
    assert!(!app.data_dir().join("sign-in").exists());
}

#[tokio::test]
async fn the_link_is_no_token_for_programs() {
    let app = TestApp::single_user().await;
    let bearer = format!("Bearer {}", app.link_token());

    let answer = app
        .nobody()
        .with_header("authorization", &bearer)
        .get(paths::SESSION)
        .await;

    answer.problem(401);
    app.owner().await;
}

#[tokio::test]
async fn a_wrong_token_is_not_saved_by_a_good_cookie() {
    let app = TestApp::offline().await;
    let browser = app.nobody().signed_in(&token_of("shop")).await;

    browser
        .with_header("authorization", "Bearer nobody-has-this-token")
        .get(paths::SESSION)
        .await
        .problem(401);
}

#[tokio::test]
async fn the_database_holds_no_token() {
    let mut app = TestApp::single_user().await;
    let answer = app
        .nobody()
        .post(paths::SESSION, &json!({ "token": app.link_token() }))
        .await;
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();

    app.stop().await;

    let file = std::fs::read(app.data_dir().join("slipway.db")).unwrap();
    assert!(file.windows(7).any(|bytes| bytes == b"session"));
    assert!(!file.windows(cookie.len()).any(|bytes| bytes == cookie.as_bytes()));
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_session_live_longer() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let back = |app: &TestApp| {
        let dawn = jiff::Timestamp::from_millisecond(DAWN_MILLIS).unwrap();
        app.clock.set(dawn);
    };

    app.clock.pass(ALMOST_IDLE);
    back(&app);
    owner.get(paths::SESSION).await.demand(200);
    app.clock.pass(ALMOST_IDLE);
    back(&app);
    let app = app.restarted().await;
    app.clock.pass(Duration::from_secs(1));

    owner.get(paths::SESSION).await.problem(401);
}

#[tokio::test]
async fn a_session_has_an_end_however_often_the_clock_is_set_back() {
    let app = TestApp::single_user().await;
    let owner = app.owner().await;
    let mut used = Duration::ZERO;
    while used + ALMOST_IDLE < ABSOLUTE_LIFE {
        app.clock.pass(ALMOST_IDLE);
        used += ALMOST_IDLE;
        app.clock
            .set(jiff::Timestamp::from_millisecond(DAWN_MILLIS).unwrap());
        owner.get(paths::SESSION).await.demand(200);
    }

    app.clock.pass(ABSOLUTE_LIFE.checked_sub(used).unwrap());

    owner.get(paths::SESSION).await.problem(401);
}

#[tokio::test]
async fn a_token_may_be_sent_with_the_scheme_in_any_case() {
    let app = TestApp::offline().await;

    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR  "] {
        let bearer = format!("{scheme} {}", token_of("shop"));
        let program = app.nobody().with_header("authorization", &bearer);
        program.get(paths::SESSION).await.demand(200);
    }
    for other in ["Basic", "Bearer:", ""] {
        let header = format!("{other} {}", token_of("shop"));
        let program = app.nobody().with_header("authorization", &header);
        program.get(paths::SESSION).await.problem(401);
    }
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    let app = TestApp::offline().await;
    let shop = app.nobody().signed_in(&token_of("shop")).await;
    let mut events = shop.listen("apps:test").await;

    let bank = shop.clone().signed_in(&token_of("bank")).await;

    assert_eq!(shop.get(paths::SESSION).await.problem(401).code, "signed_out");
    events.over().await;
    let session: SessionView = bank.get(paths::SESSION).await.json(200);
    assert_eq!(session.person.as_deref(), Some("bank-dev"));
}

#[tokio::test]
async fn a_token_that_is_refused_leaves_the_session_as_it_is() {
    let app = TestApp::offline().await;
    let shop = app.nobody().signed_in(&token_of("shop")).await;

    shop.post(paths::SESSION, &json!({ "token": "not-a-token-of-anybody" }))
        .await
        .problem(401);

    shop.get(paths::SESSION).await.demand(200);
}

/// Session fixation: a cookie that somebody else has put into the browser never becomes a session.
#[tokio::test]
async fn a_cookie_that_was_there_before_signing_in_signs_nobody_in() {
    let app = TestApp::offline().await;
    let planted = format!("slipway-{}=planted-before", app.address.port());
    let victim = app.nobody().with_header("cookie", &planted);

    let signed_in = victim.clone().signed_in(&token_of("shop")).await;

    assert_ne!(signed_in.cookie(), "planted-before");
    victim.get(paths::SESSION).await.problem(401);
    signed_in.get(paths::SESSION).await.demand(200);
}

#[tokio::test]
async fn a_member_has_the_same_id_in_every_session_and_nobody_else_has_it() {
    let app = TestApp::offline().await;
    let id = async |team: &str| {
        let browser = app.nobody().signed_in(&token_of(team)).await;
        let session: SessionView = browser.get(paths::SESSION).await.json(200);
        session.member
    };

    let shop = id("shop").await;

    assert_eq!(shop, id("shop").await);
    assert_ne!(shop, id("bank").await);
    let single = TestApp::single_user().await;
    let owner: SessionView = single.owner().await.get(paths::SESSION).await.json(200);
    assert_ne!(owner.member, shop);
}

/// What a page still sends for the member before is not done for the member who is signed in now.
#[tokio::test]
async fn a_page_of_another_member_reads_and_changes_nothing() {
    let app = TestApp::offline().await;
    let shop = app.nobody().signed_in(&token_of("shop")).await;
    let SessionView { member, .. } = shop.get(paths::SESSION).await.json(200);
    let page = shop.clone().with_header("x-slipway-member", &member);
    page.get(paths::DRAFTS).await.demand(200);
    let stream = format!("{}?topics=apps:test&member={member}", paths::STREAM);
    drop(page.open(Method::GET, &stream, Bytes::new()).await);

    let bank = shop.signed_in(&token_of("bank")).await;
    let old_page = bank.clone().with_header("x-slipway-member", &member);

    let draft = json!({ "cluster": "test" });
    for refused in [
        old_page.get(paths::DRAFTS).await,
        old_page.post(paths::DRAFTS, &draft).await,
        old_page.delete(paths::SESSION).await,
        bank.get(&stream).await,
    ] {
        assert_eq!(refused.problem(401).code, "member_changed");
    }
    let drafts: Vec<slipway_api::DraftLine> = bank.get(paths::DRAFTS).await.json(200);
    assert!(drafts.is_empty(), "nothing was saved into the other team");
}
