use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::{Actor, LONGEST_NAME, Members, MembersError, Sessions, SignInLinks, Token};
use crate::clock::Clock;
use crate::config::{Config, MemberConfig, TeamConfig};
use crate::db::Db;

const TOKEN: &str = "a-token-of-many-characters";

fn a_member(folder: &Path, name: &str, token: &str) -> MemberConfig {
    let token_file = folder.join(format!(
        "{}.token",
        data_encoding::HEXLOWER.encode(&name.as_bytes()[..name.len().min(100)])
    ));
    std::fs::write(&token_file, format!("{token}\n")).unwrap();
    MemberConfig {
        name: name.to_owned(),
        groups: Vec::new(),
        teams: vec!["shop".to_owned()],
        token_file,
    }
}

fn with(members: Vec<MemberConfig>) -> Config {
    let teams = vec![TeamConfig {
        id: "shop".to_owned(),
        name: Some("The shop".to_owned()),
    }];
    Config {
        members,
        teams,
        ..Config::default()
    }
}

#[test]
fn a_member_is_known_by_token_and_by_name() {
    let folder = tempfile::tempdir().unwrap();

    let members = Members::read(&with(vec![a_member(folder.path(), "ada", TOKEN)])).unwrap();

    let ada = members.by_token(TOKEN).unwrap();
    assert_eq!(
        (ada.person.name.as_str(), ada.team.name.as_str(), ada.actor),
        ("ada", "The shop", Actor::Impersonated)
    );
    assert_eq!(members.find_person("ada"), Some(ada));
    assert_eq!(members.find_person("bob"), None);
    assert!(members.by_token("another-token-of-many-characters").is_none());
    assert!(members.single().is_none());
}

#[test]
fn without_members_there_is_one_user_who_acts_as_the_server() {
    let members = Members::read(&Config::default()).unwrap();

    let user = members.single().unwrap();
    assert_eq!(user.actor, Actor::Own);
    assert_eq!(members.find_person(&user.person.name).as_ref(), Some(user));
    assert!(members.by_token(TOKEN).is_none());
}

#[test]
fn names_that_must_not_be_impersonated_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for bad in [
        "system:admin",
        "system:serviceaccount:kube-system:default",
        "",
        "  ",
        "a\nb",
        " system:masters",
        "system:masters\t",
        "System:masters",
        "\u{200b}system:masters",
        "ada ",
        &"a".repeat(LONGEST_NAME + 1),
    ] {
        let as_person = with(vec![a_member(folder.path(), bad, TOKEN)]);
        let mut as_group = with(vec![a_member(folder.path(), "ada", TOKEN)]);
        as_group.members[0].groups = vec![bad.to_owned()];

        for config in [as_person, as_group] {
            assert!(
                matches!(Members::read(&config).err(), Some(MembersError::Name { name, .. }) if name == bad),
                "{bad:?}"
            );
        }
    }
}

#[test]
fn a_team_whose_id_could_be_taken_for_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for bad in ["", "shop ", "sh\u{200b}op", "sh\nop"] {
        let mut config = with(vec![a_member(folder.path(), "ada", TOKEN)]);
        bad.clone_into(&mut config.teams[0].id);

        assert!(
            matches!(Members::read(&config).err(), Some(MembersError::TeamId { id, .. }) if id == bad),
            "{bad:?}"
        );
    }
}

#[test]
fn members_that_make_no_sense_are_refused_and_no_token_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let ada = || a_member(folder.path(), "ada", TOKEN);
    let teamless = MemberConfig {
        teams: Vec::new(),
        ..ada()
    };
    let elsewhere = MemberConfig {
        teams: vec!["bank".to_owned()],
        ..ada()
    };
    let tokenless = MemberConfig {
        token_file: folder.path().join("none"),
        ..ada()
    };
    let cases = [
        (vec![ada(), ada()], "twice"),
        (
            vec![ada(), a_member(folder.path(), "grace", TOKEN)],
            "another member's too",
        ),
        (vec![a_member(folder.path(), "short", "short")], "shorter than 20"),
        (vec![teamless], "in no team"),
        (vec![elsewhere], "not in `teams`"),
        (vec![tokenless], "cannot be read"),
    ];

    for (members, words) in cases {
        let refused = Members::read(&with(members)).err().unwrap();
        assert!(refused.to_string().contains(words), "{refused}");
        assert!(!format!("{refused:?}").contains(TOKEN), "{refused:?}");
    }
}

#[test]
fn a_link_is_for_its_owner_only_and_good_for_one_use() {
    let folder = tempfile::tempdir().unwrap();
    let links = SignInLinks::new(folder.path(), "http://127.0.0.1:8780/");

    let link = links.fresh().unwrap();

    let file = SignInLinks::file(folder.path());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), link);
    let token = link.strip_prefix("http://127.0.0.1:8780/sign-in#").unwrap();
    assert!(!links.redeem("another"));
    assert!(links.redeem(token));
    assert!(!links.redeem(token));
}

#[test]
fn a_fresh_link_makes_the_one_before_it_void() {
    let folder = tempfile::tempdir().unwrap();
    let links = SignInLinks::new(folder.path(), "http://127.0.0.1:8780");
    let token = |link: String| link.split_once('#').unwrap().1.to_owned();
    let first = token(links.fresh().unwrap());
    let second = token(links.fresh().unwrap());

    assert!(!links.redeem(&first));
    assert!(links.redeem(&second));
}

#[test]
fn a_token_has_256_bits_and_is_not_shown_by_accident() {
    let (one, other) = (Token::fresh(), Token::fresh());

    assert_eq!(one.reveal().len(), 43);
    assert_ne!(one.reveal(), other.reveal());
    assert_eq!(format!("{one:?}"), "Token(…)");
}

/// Sessions of a server with one user, on a clock that stands.
async fn sessions_in(folder: &std::path::Path) -> (Db, Members, Clock, Sessions) {
    let db = Db::open(folder).await.unwrap();
    let members = Members::read(&Config::default()).unwrap();
    let clock = Clock::standing(jiff::Timestamp::UNIX_EPOCH);
    let sessions = Sessions::open(db.clone(), members.clone(), clock.clone())
        .await
        .unwrap();
    (db, members, clock, sessions)
}

#[tokio::test]
async fn a_session_is_good_where_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let (db, members, clock, sessions) = sessions_in(folder.path()).await;
    let token = sessions.start(members.single().unwrap(), None).await.unwrap();
    let mut tx = db.write().await.unwrap();
    sqlx::query("pragma query_only = on")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    clock.pass(Duration::from_mins(5));

    assert!(sessions.member(token.reveal()).await.unwrap().is_some());
}

#[tokio::test]
async fn whoever_signs_in_again_and_again_keeps_the_sessions_that_were_used_last() {
    let folder = tempfile::tempdir().unwrap();
    let (_, members, clock, sessions) = sessions_in(folder.path()).await;
    let mut tokens = Vec::new();
    for _ in 0..60 {
        clock.pass(Duration::from_secs(1));
        tokens.push(sessions.start(members.single().unwrap(), None).await.unwrap());
    }

    let mut alive = Vec::new();
    for token in &tokens {
        alive.push(sessions.member(token.reveal()).await.unwrap().is_some());
    }

    assert_eq!(alive.iter().filter(|alive| **alive).count(), 50);
    assert!(alive[10..].iter().all(|alive| *alive), "{alive:?}");
}
