//! Choosing two revisions to compare.

/// What is chosen after one more is ticked or not any more. Of three the one chosen first is let go.
pub(super) fn tick(mut chosen: Vec<u64>, number: u64, on: bool) -> Vec<u64> {
    chosen.retain(|other| *other != number);
    if on {
        chosen.push(number);
    }
    if chosen.len() > 2 {
        chosen.remove(0);
    }
    chosen
}

/// The two chosen, the older first.
pub(super) fn pair(chosen: &[u64]) -> Option<(u64, u64)> {
    match *chosen {
        [one, other] => Some((one.min(other), one.max(other))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_compared_the_older_first() {
        let chosen = tick(tick(Vec::new(), 5, true), 2, true);

        assert_eq!(pair(&chosen), Some((2, 5)));
        assert_eq!(pair(&tick(chosen, 5, false)), None);
    }

    #[test]
    fn a_third_takes_the_place_of_the_first() {
        let chosen = [1, 2, 3]
            .into_iter()
            .fold(Vec::new(), |chosen, n| tick(chosen, n, true));

        assert_eq!(pair(&chosen), Some((2, 3)));
    }
}
