//! Kubernetes quantities: `500m`, `0.5`, `256Mi`, `1e3`.

use serde::Serialize;

use crate::Problem;

/// One, in the finest unit that is told apart.
const ONE: u128 = 1_000_000_000;
/// The most a quantity holds: 2^63-1.
const MOST: u128 = i64::MAX as u128;
/// Below this, a bare number of bytes was hardly meant as bytes.
const LEAST_SENSIBLE_BYTES: u128 = 1024 * 1024;

/// The amount a quantity of Kubernetes stands for, in billionths; none for text that is no quantity. One finer than
/// that is none either.
pub fn billionths(text: &str) -> Option<u128> {
    amount(text).ok()
}

/// No node has as many cores.
const CORES_OF_ANY_NODE: u128 = 1000;

/// An amount of CPU, more than zero and no finer than one thousandth of a core.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cpu(String);

impl Cpu {
    /// Reads an amount.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let amount = positive(text)?;
        if amount % (ONE / 1000) != 0 {
            return Err(Problem::CpuTooFine {});
        }
        Ok(Self(text.to_owned()))
    }

    /// The same of any text, for what runs already and was accepted by Kubernetes.
    pub(crate) fn unchecked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The quantity as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The quantity as Kubernetes writes it back: `0.5` is `500m`.
    pub fn canonical(&self) -> String {
        canonical(&self.0)
    }

    /// Whether it is more than another.
    pub fn exceeds(&self, other: &Self) -> bool {
        exceeds(&self.0, &other.0)
    }
}

impl Cpu {
    /// The same number in thousandths of a core, when so many cores can hardly be meant: `500M` for `500m`.
    pub fn probably_meant(&self) -> Option<String> {
        let many = amount(&self.0).is_ok_and(|amount| amount >= CORES_OF_ANY_NODE * ONE);
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        (many && end > 0).then(|| format!("{}m", &self.0[..end]))
    }
}

/// An amount of memory, more than zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Memory(String);

impl Memory {
    /// Reads an amount.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let amount = positive(text)?;
        if amount % ONE != 0 {
            return Err(Problem::QuantityMalformed {});
        }
        Ok(Self(text.to_owned()))
    }

    /// The same of any text, for what runs already and was accepted by Kubernetes.
    pub(crate) fn unchecked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The quantity as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The quantity as Kubernetes writes it back: `1024Mi` is `1Gi`.
    pub fn canonical(&self) -> String {
        canonical(&self.0)
    }

    /// Whether it is more than another.
    pub fn exceeds(&self, other: &Self) -> bool {
        exceeds(&self.0, &other.0)
    }

    /// Whether it is less than a number of GiB.
    pub fn is_below_gib(&self, gib: u32) -> bool {
        amount(&self.0).is_ok_and(|amount| amount < u128::from(gib) * (1 << 30) * ONE)
    }

    /// The same number in MiB, when so few bytes can hardly be meant.
    pub fn probably_meant(&self) -> Option<String> {
        let few = amount(&self.0).is_ok_and(|amount| amount < LEAST_SENSIBLE_BYTES * ONE);
        (few && self.0.bytes().all(|b| b.is_ascii_digit())).then(|| format!("{}Mi", self.0))
    }
}

fn exceeds(text: &str, other: &str) -> bool {
    amount(text)
        .ok()
        .zip(amount(other).ok())
        .is_some_and(|(amount, other)| amount > other)
}

/// The least number of the same kind of unit, binary or decimal, with the largest unit that leaves it whole.
fn canonical(text: &str) -> String {
    let Ok(amount) = amount(text) else {
        return text.to_owned();
    };
    if amount == 0 {
        return "0".to_owned();
    }
    if text.ends_with('i') && amount >= 1024 * ONE && amount % ONE == 0 {
        let (number, power) = reduced(amount / ONE, 1024, 6);
        return format!("{number}{}", ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]);
    }
    let (number, power) = reduced(amount, 1000, 9);
    let exponent = text.bytes().last().is_some_and(|b| b.is_ascii_digit()) && text.contains(['e', 'E']);
    let unit = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"][power];
    match power {
        3 => number.to_string(),
        _ if exponent => format!("{number}e{}", [-9, -6, -3, 0, 3, 6, 9, 12, 15, 18][power]),
        _ => format!("{number}{unit}"),
    }
}

/// A number divided by a base as often as it goes, and how often that was.
fn reduced(mut number: u128, base: u128, most: usize) -> (u128, usize) {
    let mut power = 0;
    while power < most && number > 0 && number.is_multiple_of(base) {
        number /= base;
        power += 1;
    }
    (number, power)
}

fn positive(text: &str) -> Result<u128, Problem> {
    match amount(text)? {
        0 => Err(Problem::QuantityNotPositive {}),
        amount => Ok(amount),
    }
}

/// The amount in billionths. Finer digits are refused.
fn amount(text: &str) -> Result<u128, Problem> {
    if text.is_empty() {
        return Err(Problem::Missing {});
    }
    let Some(positive) = text.strip_prefix('-') else {
        return magnitude(text.strip_prefix('+').unwrap_or(text));
    };
    // Less than nothing, if it is an amount at all.
    match magnitude(positive) {
        Ok(_) => Err(Problem::QuantityNotPositive {}),
        Err(_) => Err(Problem::QuantityMalformed {}),
    }
}

/// An amount without a sign.
fn magnitude(text: &str) -> Result<u128, Problem> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let scale = Scale::parse(suffix).ok_or(Problem::QuantityMalformed {})?;
    scale.of(number)
}

/// What the suffix multiplies by: `times × 10^ten`.
struct Scale {
    times: u128,
    ten: i32,
}

impl Scale {
    fn parse(suffix: &str) -> Option<Self> {
        let ten = |ten| Some(Self { times: 1, ten });
        let binary = |power: u32| {
            Some(Self {
                times: 1 << (10 * power),
                ten: 0,
            })
        };
        match suffix {
            "n" => ten(-9),
            "u" => ten(-6),
            "m" => ten(-3),
            "" => ten(0),
            "k" => ten(3),
            "M" => ten(6),
            "G" => ten(9),
            "T" => ten(12),
            "P" => ten(15),
            "E" => ten(18),
            "Ki" => binary(1),
            "Mi" => binary(2),
            "Gi" => binary(3),
            "Ti" => binary(4),
            "Pi" => binary(5),
            "Ei" => binary(6),
            exponent => {
                let digits = exponent.strip_prefix(['e', 'E'])?;
                let magnitude = digits.strip_prefix(['-', '+']).unwrap_or(digits);
                let whole = !magnitude.is_empty() && magnitude.bytes().all(|b| b.is_ascii_digit());
                // An exponent beyond i32 is beyond every bound as well.
                whole.then(|| Self {
                    times: 1,
                    ten: digits
                        .parse()
                        .unwrap_or(if digits.starts_with('-') { -1000 } else { 1000 }),
                })
            }
        }
    }

    fn of(&self, number: &str) -> Result<u128, Problem> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Problem::QuantityMalformed {});
        }
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(0);
        }
        let too_large = Problem::QuantityTooLarge {};
        let value: u128 = digits.parse().map_err(|_| too_large.clone())?;
        let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
        let power = self.ten.saturating_add(9).saturating_sub(places);
        let value = value.checked_mul(self.times).ok_or_else(|| too_large.clone())?;
        let amount = if power >= 0 {
            10_u128
                .checked_pow(power.unsigned_abs())
                .and_then(|ten| value.checked_mul(ten))
        } else {
            let ten = 10_u128
                .checked_pow(power.unsigned_abs())
                .ok_or(Problem::QuantityMalformed {})?;
            if value % ten != 0 {
                return Err(Problem::QuantityMalformed {});
            }
            Some(value / ten)
        };
        amount.filter(|amount| amount / ONE <= MOST).ok_or(too_large)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_is_more_than_zero_and_no_finer_than_a_thousandth() {
        for good in ["500m", "0.5", ".5", "1", "2.", "1e3", "1E3", "100e-3", "4k", "+1"] {
            assert!(Cpu::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Cpu::parse("0.1m"), Err(Problem::CpuTooFine {}));
        assert_eq!(Cpu::parse("0.0005"), Err(Problem::CpuTooFine {}));
        for bad in ["0", "-1", "0m", "-500m"] {
            assert_eq!(Cpu::parse(bad), Err(Problem::QuantityNotPositive {}), "{bad}");
        }
        for bad in [
            "1 core", "m", ".", "1.2.3", "1mm", "1e", "1eX", "0,5", "--1", "1Q", "1-2",
        ] {
            assert_eq!(Cpu::parse(bad), Err(Problem::QuantityMalformed {}), "{bad}");
        }
        for bad in [
            "1e999",
            "1e99999999999",
            "9999999999999999999999999999999999999999999",
        ] {
            assert_eq!(Cpu::parse(bad), Err(Problem::QuantityTooLarge {}), "{bad}");
        }
    }

    #[test]
    fn case_decides_between_milli_and_mega() {
        assert_eq!(amount("1m").unwrap(), ONE / 1000);
        assert_eq!(amount("1M").unwrap(), ONE * 1_000_000);
        assert_eq!(amount("1Mi").unwrap(), ONE * 1_048_576);
        assert_eq!(amount("1.5Ki").unwrap(), ONE * 1536);
    }

    #[test]
    fn amounts_are_compared_whatever_their_unit() {
        let cpu = |text| Cpu::parse(text).unwrap();
        let memory = |text| Memory::parse(text).unwrap();
        assert!(cpu("1").exceeds(&cpu("999m")));
        assert!(!cpu("0.5").exceeds(&cpu("500m")));
        assert!(memory("1Gi").exceeds(&memory("1G")));
        assert!(memory("19Gi").is_below_gib(20) && !memory("20Gi").is_below_gib(20));
    }

    #[test]
    fn an_amount_has_one_way_to_be_written() {
        for (typed, written) in [
            ("0.5", "500m"),
            ("1000m", "1"),
            ("2.", "2"),
            ("1e3", "1e3"),
            ("1.5e3", "1500"),
            ("100e-3", "100e-3"),
            ("4000", "4k"),
            ("+1", "1"),
        ] {
            assert_eq!(Cpu::parse(typed).unwrap().canonical(), written, "{typed}");
        }
        for nothing in ["0", "0m", "0Ki", "0e3"] {
            assert_eq!(Memory::unchecked(nothing).canonical(), "0", "{nothing}");
        }
        for (typed, written) in [
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("256Mi", "256Mi"),
            ("1000M", "1G"),
            ("1048576", "1048576"),
            ("2048Ei", "2048Ei"),
        ] {
            let read = Memory::parse(typed);
            assert_eq!(
                read.map_or(typed.to_owned(), |read| read.canonical()),
                written,
                "{typed}"
            );
        }
    }

    #[test]
    fn a_bare_small_number_of_bytes_was_probably_meant_as_mib() {
        assert_eq!(
            Memory::parse("256").unwrap().probably_meant(),
            Some("256Mi".into())
        );
        assert_eq!(Memory::parse("256Mi").unwrap().probably_meant(), None);
        assert_eq!(Memory::parse("134217728").unwrap().probably_meant(), None);
        assert_eq!(
            Memory::parse("100m"),
            Err(Problem::QuantityMalformed {}),
            "a tenth of a byte"
        );
    }
}
