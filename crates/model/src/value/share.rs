//! A number of pods, or a percentage of them.

use serde::Serialize;

use crate::Problem;

/// A number of pods, or a percentage of the wanted number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum CountOrPercent {
    /// So many pods.
    Count(u32),
    /// So many in a hundred.
    Percent(u32),
}

impl CountOrPercent {
    /// Reads `1` or `25%`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::Missing {});
        }
        match Self::unchecked(text) {
            Some(share @ (Self::Percent(..=1000) | Self::Count(..=10_000))) => Ok(share),
            _ => Err(Problem::CountOrPercentMalformed {}),
        }
    }

    /// The same without bounds, for what runs already.
    pub(crate) fn unchecked(text: &str) -> Option<Self> {
        let (number, share): (_, fn(u32) -> Self) = match text.strip_suffix('%') {
            Some(number) => (number, Self::Percent),
            None => (text, Self::Count),
        };
        let is_number = number.bytes().all(|b| b.is_ascii_digit());
        number.parse().ok().filter(|_| is_number).map(share)
    }

    /// Whether it is none at all.
    pub fn is_zero(self) -> bool {
        matches!(self, Self::Count(0) | Self::Percent(0))
    }

    /// How many of so many pods it is. A share of them is rounded up or down.
    pub fn of(self, pods: u32, up: bool) -> u32 {
        let share = match self {
            Self::Count(count) => return count,
            Self::Percent(percent) => u64::from(percent) * u64::from(pods),
        };
        let whole = if up { share.div_ceil(100) } else { share / 100 };
        u32::try_from(whole).unwrap_or(u32::MAX)
    }

    /// Whether it is a percentage above a hundred.
    pub fn is_over_all(self) -> bool {
        matches!(self, Self::Percent(101..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_percentage() {
        assert_eq!(CountOrPercent::parse("1"), Ok(CountOrPercent::Count(1)));
        assert_eq!(CountOrPercent::parse("25%"), Ok(CountOrPercent::Percent(25)));
        assert!(CountOrPercent::parse("0%").unwrap().is_zero());
        assert_eq!(CountOrPercent::Percent(25).of(3, true), 1);
        assert_eq!(CountOrPercent::Percent(25).of(3, false), 0);
        assert_eq!(CountOrPercent::Percent(100).of(3, false), 3);
        assert_eq!(CountOrPercent::Count(2).of(1, false), 2);
        for bad in ["%", "a", "-1", "1.5", "25 %", "25%%"] {
            assert_eq!(
                CountOrPercent::parse(bad),
                Err(Problem::CountOrPercentMalformed {}),
                "{bad}"
            );
        }
    }
}
