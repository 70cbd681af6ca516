use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn address(number: u32) -> IpAddr {
    std::net::Ipv4Addr::from(number).into()
}

async fn opened(folder: &std::path::Path, clock: &Clock) -> Throttle {
    let db = Db::open(folder).await.unwrap();
    Throttle::open(db, clock.clone()).await.unwrap()
}

/// As many failures as are free.
fn fail(throttle: &Throttle, from: IpAddr) {
    for _ in 0..FREE_FAILURES {
        assert_eq!(throttle.failed(from), None);
    }
}

/// Stores and closes, as a server does that is stopped.
async fn stopped(throttle: Throttle) {
    let db = throttle.store.clone();
    let stopping = CancellationToken::new();
    stopping.cancel();
    throttle.keep(stopping).await;
    db.close().await;
}

#[tokio::test]
async fn only_a_network_that_failed_too_often_has_to_wait_and_only_for_a_while() {
    let (folder, clock) = (
        tempfile::tempdir().unwrap(),
        Clock::standing(Timestamp::UNIX_EPOCH),
    );
    let throttle = opened(folder.path(), &clock).await;
    fail(&throttle, address(1));

    clock.pass(Duration::from_secs(20));

    assert_eq!(throttle.failed(address(1)), Some(Duration::from_secs(40)));
    assert_eq!(throttle.failed(address(2)), None);
    clock.pass(Duration::from_secs(40));
    assert_eq!(throttle.failed(address(1)), None);
}

#[tokio::test]
async fn a_restart_neither_clears_nor_prolongs_what_is_left() {
    let (folder, clock) = (
        tempfile::tempdir().unwrap(),
        Clock::standing(Timestamp::UNIX_EPOCH),
    );
    let throttle = opened(folder.path(), &clock).await;
    fail(&throttle, address(1));
    clock.pass(Duration::from_secs(20));

    stopped(throttle).await;
    // A process that starts has a monotonic clock of its own, and days may have passed.
    let later = Clock::standing(Timestamp::from_second(1_000_000).unwrap());
    let throttle = opened(folder.path(), &later).await;

    assert_eq!(throttle.failed(address(1)), Some(Duration::from_secs(40)));
    later.pass(Duration::from_secs(40));
    assert_eq!(throttle.failed(address(1)), None);
}

#[tokio::test]
async fn a_clock_that_is_set_neither_shortens_nor_prolongs_what_is_left() {
    let (folder, clock) = (
        tempfile::tempdir().unwrap(),
        Clock::standing(Timestamp::UNIX_EPOCH),
    );
    let throttle = opened(folder.path(), &clock).await;
    fail(&throttle, address(1));

    for second in [1_000_000, -1_000_000] {
        clock.set(Timestamp::from_second(second).unwrap());
        assert_eq!(throttle.failed(address(1)), Some(WINDOW));
    }
}

#[tokio::test]
async fn what_is_over_is_not_stored() {
    let (folder, clock) = (
        tempfile::tempdir().unwrap(),
        Clock::standing(Timestamp::UNIX_EPOCH),
    );
    let throttle = opened(folder.path(), &clock).await;
    fail(&throttle, address(1));
    throttle.store(false).await;
    assert_eq!(throttle.store.read().await.unwrap().len(), 1);

    clock.pass(WINDOW);

    assert!(throttle.store(false).await);
    assert_eq!(throttle.store.read().await.unwrap(), []);
}

#[tokio::test]
async fn a_flood_of_networks_takes_bounded_room_and_lets_nobody_off() {
    let (folder, clock) = (
        tempfile::tempdir().unwrap(),
        Clock::standing(Timestamp::UNIX_EPOCH),
    );
    let throttle = opened(folder.path(), &clock).await;
    fail(&throttle, address(0));

    for number in 1..=u32::try_from(MOST_NETWORKS).unwrap() * 2 {
        throttle.failed(address(number));
    }

    assert_eq!(throttle.failed(address(0)), Some(WINDOW));
    throttle.store(false).await;
    assert_eq!(throttle.store.read().await.unwrap().len(), MOST_NETWORKS);
}

proptest! {
    #[test]
    fn nobody_waits_longer_than_the_window_nor_tries_more_often_than_is_free(
        acts in proptest::collection::vec((0..3_u32, 0..90_u64), 1..200),
    ) {
        let mut failures = Failures::default();
        let mut now = Duration::ZERO;
        let mut free: Vec<(u32, Duration)> = Vec::new();

        for (network, pause) in acts {
            now += Duration::from_secs(pause / 8);
            match failures.add(Network::of(address(network)), now) {
                Counted::TooMany { left } => prop_assert!(left > Duration::ZERO && left <= WINDOW),
                Counted::Free | Counted::Last => free.push((network, now)),
            }
        }

        for (network, begin) in &free {
            // From one failure on, no more than twice as many as are free: those of two windows that touch.
            let within = free.iter().filter(|(other, at)| other == network && at >= begin && *at < *begin + WINDOW);
            prop_assert!(within.count() <= 2 * FREE_FAILURES as usize);
        }
    }
}
