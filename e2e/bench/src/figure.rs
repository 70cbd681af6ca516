//! Figures and how they are printed.

use std::time::Duration;

use serde::Serialize;

/// All figures of one run.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    figures: Vec<Figure>,
}

/// One thing measured, with what a bare client needed in the same run.
#[derive(Serialize)]
struct Figure {
    name: String,
    unit: &'static str,
    samples: usize,
    min: f64,
    median: f64,
    p99: f64,
    bare_median: Option<f64>,
    bare_p99: Option<f64>,
    /// Median beside median.
    ratio: Option<f64>,
    aim: Option<String>,
}

impl Report {
    /// A single number.
    pub(crate) fn number(&mut self, name: &str, unit: &'static str, value: f64, aim: Option<&str>) {
        self.add(name, unit, &[value], None, aim);
    }

    /// Times, beside those of a bare client where there is one.
    pub(crate) fn times(
        &mut self,
        name: &str,
        times: &[Duration],
        bare: Option<&[Duration]>,
        aim: Option<&str>,
    ) {
        let millis = |times: &[Duration]| times.iter().map(|t| t.as_secs_f64() * 1000.0).collect::<Vec<_>>();
        self.add(name, "ms", &millis(times), bare.map(millis).as_deref(), aim);
    }

    /// Times too short for milliseconds.
    pub(crate) fn micros(&mut self, name: &str, times: &[Duration], aim: &str) {
        let times: Vec<f64> = times.iter().map(|t| t.as_secs_f64() * 1_000_000.0).collect();
        self.add(name, "µs", &times, None, Some(aim));
    }

    fn add(
        &mut self,
        name: &str,
        unit: &'static str,
        values: &[f64],
        bare: Option<&[f64]>,
        aim: Option<&str>,
    ) {
        let (min, median, p99) = quantiles(values);
        let bare = bare.map(quantiles);
        self.figures.push(Figure {
            name: name.to_owned(),
            unit,
            samples: values.len(),
            min,
            median,
            p99,
            bare_median: bare.map(|(_, median, _)| median),
            bare_p99: bare.map(|(_, _, p99)| p99),
            ratio: bare.map(|(_, bare, _)| median / bare),
            aim: aim.map(ToOwned::to_owned),
        });
    }

    /// Prints a table, or JSON.
    pub(crate) fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        println!(
            "{:<56} {:>5} {:>9} {:>9} {:>9} {:>9} {:>9} {:>6}  aim",
            "", "n", "min", "median", "p99", "bare", "bare p99", "ratio"
        );
        let bare = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.1}"));
        for figure in &self.figures {
            println!(
                "{:<56} {:>5} {:>9.2} {:>9.2} {:>9.2} {:>9} {:>9} {:>6}  {}",
                format!("{} ({})", figure.name, figure.unit),
                figure.samples,
                figure.min,
                figure.median,
                figure.p99,
                bare(figure.bare_median),
                bare(figure.bare_p99),
                figure
                    .ratio
                    .map_or_else(String::new, |ratio| format!("{ratio:.2}")),
                figure.aim.as_deref().unwrap_or_default(),
            );
        }
        Ok(())
    }
}

/// Least, median and 99th percentile.
fn quantiles(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: usize| {
        sorted
            .get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1)))
            .copied()
    };
    (
        at(0).unwrap_or_default(),
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::quantiles;

    #[test]
    fn quantiles_of_a_hundred_and_of_nothing() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();

        assert_eq!(quantiles(&values), (1.0, 51.0, 100.0));
        assert_eq!(quantiles(&[7.0]), (7.0, 7.0, 7.0));
        assert_eq!(quantiles(&[]), (0.0, 0.0, 0.0));
    }
}
