//! How the work grows with what is worked on. The tests of `crates/plan` measure with this file as well.

use std::time::Duration;

/// How long this thread has had a processor, which other threads do not change.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split(' ').next().unwrap().parse().unwrap())
}

fn work(what: &impl Fn()) -> Duration {
    let once = || {
        let before = on_cpu();
        what();
        on_cpu().saturating_sub(before)
    };
    // What else runs on the machine costs caches: the least of some runs is the work itself.
    (0..4).map(|_| once()).min().unwrap()
}

/// What is out of proportion. Four times as much may cost eight times the work: what is quadratic costs sixteen times.
pub(crate) fn excess(name: &str, small: impl Fn(), large: impl Fn()) -> Option<String> {
    let (one, four) = (work(&small), work(&large));
    let least = Duration::from_millis(2);
    (four >= 8 * one.max(least)).then(|| format!("{name}: {one:?}, and {four:?} for four times as much"))
}
