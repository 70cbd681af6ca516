//! Resources of a container that a variable can show.

use super::checked_text;
use crate::Problem;

checked_text! {
    /// A resource of a container, e.g. `limits.cpu`.
    ResourceField
}

impl ResourceField {
    /// Those there are beside huge pages.
    pub const CHOICES: [&str; 6] = [
        "requests.cpu",
        "requests.memory",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
    ];

    /// Reads a resource.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let pages = text
            .strip_prefix("requests.hugepages-")
            .or_else(|| text.strip_prefix("limits.hugepages-"));
        match text {
            "" => Err(Problem::Missing {}),
            _ if Self::CHOICES.contains(&text) || pages.is_some_and(|size| !size.is_empty()) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(unknown(&Self::CHOICES)),
        }
    }

    /// Whether it counts cores; else bytes.
    pub fn is_cpu(&self) -> bool {
        self.0.strip_suffix(".cpu").is_some()
    }
}

checked_text! {
    /// The unit a resource is counted in.
    Divisor
}

impl Divisor {
    /// Units of CPU.
    pub const OF_CPU: [&str; 2] = ["1", "1m"];
    /// Units of memory and disk.
    pub const OF_BYTES: [&str; 13] = [
        "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
    ];

    /// Reads a unit for a resource.
    pub fn parse(text: &str, of: &ResourceField) -> Result<Self, Problem> {
        let choices: &[&str] = if of.is_cpu() {
            &Self::OF_CPU
        } else {
            &Self::OF_BYTES
        };
        if choices.contains(&text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(unknown(choices))
        }
    }
}

fn unknown(choices: &[&str]) -> Problem {
    Problem::UnknownChoice {
        choices: choices.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_belongs_to_its_resource() {
        let cpu = ResourceField::parse("limits.cpu").unwrap();
        let memory = ResourceField::parse("requests.memory").unwrap();
        assert!(Divisor::parse("1m", &cpu).is_ok() && Divisor::parse("1Mi", &memory).is_ok());
        assert!(Divisor::parse("1Mi", &cpu).is_err() && Divisor::parse("1m", &memory).is_err());
        assert!(ResourceField::parse("limits.hugepages-2Mi").is_ok());
        assert!(ResourceField::parse("limits.gpu").is_err());
    }
}
