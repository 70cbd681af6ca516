//! Numbers with a range.

use serde::Serialize;

use crate::Problem;

/// Reads a whole number between two bounds.
pub fn whole(text: &str, min: u64, max: u64) -> Result<u64, Problem> {
    if text.is_empty() {
        return Err(Problem::Missing {});
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::NotANumber {});
    }
    match text.parse::<u64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(Problem::NumberOutOfRange { min, max }),
    }
}

/// A port, 1–65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PortNumber(u16);

impl PortNumber {
    /// Reads a port.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        port(text, 1, u16::MAX).map(Self)
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// A port on every node, in the range that clusters use unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct NodePort(u16);

impl NodePort {
    /// Reads a node port.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        port(text, 30000, 32767).map(Self)
    }

    /// One outside that range, which a cluster has all the same.
    pub(crate) fn unchecked(text: &str) -> Option<Self> {
        port(text, 1, u16::MAX).map(Self).ok()
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

fn port(text: &str, min: u16, max: u16) -> Result<u16, Problem> {
    let number = whole(text, min.into(), max.into()).map_err(|problem| match problem {
        Problem::NumberOutOfRange { min, max } => Problem::PortOutOfRange { min, max },
        other => other,
    })?;
    u16::try_from(number).map_err(|_| Problem::PortOutOfRange {
        min: min.into(),
        max: max.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_whole_number_up_to_65535() {
        assert_eq!(PortNumber::parse("65535").unwrap().get(), 65535);
        for bad in ["0", "65536", "-1", "99999999999999999999999"] {
            assert_eq!(
                PortNumber::parse(bad),
                Err(Problem::PortOutOfRange { min: 1, max: 65535 }),
                "{bad}"
            );
        }
        for bad in ["http", "8 0", "80.5", "0x50", "+", "-"] {
            assert_eq!(PortNumber::parse(bad), Err(Problem::NotANumber {}), "{bad}");
        }
        assert_eq!(PortNumber::parse(""), Err(Problem::Missing {}));
    }
}
