//! When things happen: the schedules of a CronJob, and those of timed scaling, which start with seconds.

use super::checked_text;
use super::name::sized;
use crate::Problem;
use crate::issue::SchedulePart;

checked_text! {
    /// The schedule of a CronJob: minute, hour, day of month, month, day of week.
    CronSchedule
}

impl CronSchedule {
    /// Reads a schedule.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 256)?;
        if text.contains("TZ") {
            return Err(Problem::ScheduleNamesZone {});
        }
        match text.strip_prefix('@') {
            Some(shorthand) => descriptor(shorthand)?,
            None => parts(text, &PARTS[1..])?,
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether no year has such a day.
    pub fn never_runs(&self) -> bool {
        let words: Vec<&str> = self.0.split_whitespace().collect();
        let [_, _, day, month, weekday] = words.as_slice() else {
            return false;
        };
        let [.., days, months, _] = &PARTS;
        // A day of the week that is given is enough by itself.
        let any_weekday = is_any_day(weekday);
        let has_day = |month: u32| (1..=days_in(month)).any(|number| days.contains(day, number));
        any_weekday && !(1..=12).any(|number| months.contains(month, number) && has_day(number))
    }

    /// Whether it asks for more than a run a minute. The controller looks at full minutes only.
    pub fn is_too_often(&self) -> bool {
        let seconds = self.0.strip_prefix("@every ").and_then(duration);
        seconds.is_some_and(|seconds| seconds < 60)
    }

    /// Whether days of the month and days of the week are both given, so that either is enough.
    pub fn is_either_day(&self) -> bool {
        let words: Vec<&str> = self.0.split_whitespace().collect();
        matches!(words.as_slice(), [_, _, day, _, weekday] if !is_any_day(day) && !is_any_day(weekday))
    }
}

/// Whether the days of a schedule are left open. A step of two and more is a choice (robfig/cron 3.0.1, `getRange`).
fn is_any_day(word: &str) -> bool {
    word.split(',')
        .any(|range| matches!(range, "*" | "?" | "*/1" | "?/1"))
}

checked_text! {
    /// A time of timed scaling: second, minute, hour, day of month, month, day of week.
    TimedSchedule
}

impl TimedSchedule {
    /// Reads a time.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        sized(text, 256)?;
        if text.contains("TZ") {
            return Err(Problem::ScheduleNamesZone {});
        }
        match text.strip_prefix('@') {
            Some(shorthand) => match shorthand.strip_prefix("date ") {
                Some(date) => good_date(date)
                    .then_some(())
                    .ok_or(wrong(SchedulePart::Shorthand))?,
                None => descriptor(shorthand)?,
            },
            None => parts(text, &PARTS)?,
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether it names a day, of which the year is not looked at.
    pub fn names_a_year(&self) -> bool {
        self.0.starts_with("@date")
    }
}

/// One part of a schedule: its bounds, and the names that stand for numbers.
struct Part {
    which: SchedulePart,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const PARTS: [Part; 6] = [
    Part {
        which: SchedulePart::Second,
        min: 0,
        max: 59,
        names: &[],
    },
    Part {
        which: SchedulePart::Minute,
        min: 0,
        max: 59,
        names: &[],
    },
    Part {
        which: SchedulePart::Hour,
        min: 0,
        max: 23,
        names: &[],
    },
    Part {
        which: SchedulePart::DayOfMonth,
        min: 1,
        max: 31,
        names: &[],
    },
    Part {
        which: SchedulePart::Month,
        min: 1,
        max: 12,
        names: &MONTHS,
    },
    Part {
        which: SchedulePart::DayOfWeek,
        min: 0,
        max: 6,
        names: &DAYS,
    },
];

fn parts(text: &str, parts: &[Part]) -> Result<(), Problem> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() != parts.len() {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        return Err(Problem::ScheduleParts {
            expected: count(parts.len()),
            found: count(words.len()),
        });
    }
    for (word, part) in words.iter().zip(parts) {
        if !word.split(',').all(|range| part.allows(range)) {
            return Err(wrong(part.which));
        }
    }
    Ok(())
}

fn wrong(part: SchedulePart) -> Problem {
    Problem::ScheduleMalformed { part }
}

impl Part {
    /// `*`, `?`, a number, two numbers with `-`, each perhaps with `/` and a step.
    fn allows(&self, range: &str) -> bool {
        let (range, step) = range
            .split_once('/')
            .map_or((range, None), |(range, step)| (range, Some(step)));
        if step.is_some_and(|step| number(step).is_none_or(|step| step == 0)) {
            return false;
        }
        if range == "*" {
            return true;
        }
        if range == "?" {
            return matches!(self.which, SchedulePart::DayOfMonth | SchedulePart::DayOfWeek);
        }
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (self.value(first), self.value(last)) {
            (Some(first), Some(last)) => first <= last && first >= self.min && last <= self.max,
            _ => false,
        }
    }

    /// Whether a list of good ranges has a number.
    fn contains(&self, ranges: &str, number: u32) -> bool {
        ranges.split(',').any(|range| {
            let (range, step) = range
                .split_once('/')
                .map_or((range, None), |(range, step)| (range, Some(step)));
            let (first, last) = match range.split_once('-') {
                _ if matches!(range, "*" | "?") => (Some(self.min), Some(self.max)),
                Some((first, last)) => (self.value(first), self.value(last)),
                None if step.is_some() => (self.value(range), Some(self.max)),
                None => (self.value(range), self.value(range)),
            };
            let step = step.and_then(self::number).unwrap_or(1);
            let Some((first, last)) = first.zip(last) else {
                return false;
            };
            (first..=last).contains(&number) && (number - first).is_multiple_of(step)
        })
    }

    fn value(&self, text: &str) -> Option<u32> {
        let named = self.names.iter().position(|name| text.eq_ignore_ascii_case(name));
        match named {
            Some(position) => u32::try_from(position).ok().map(|position| position + self.min),
            None => number(text),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// What may follow `@`.
fn descriptor(text: &str) -> Result<(), Problem> {
    let known = [
        "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly",
    ]
    .contains(&text);
    if known || text.strip_prefix("every ").and_then(duration).is_some() {
        Ok(())
    } else {
        Err(wrong(SchedulePart::Shorthand))
    }
}

/// The seconds of numbers with units, such as `1h30m`; one at least, and ten years at most.
fn duration(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut seconds = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().ok()?;
        let after = &rest[digits..];
        let (unit, length) = if after.starts_with("ms") {
            (0, 2)
        } else if after.starts_with('s') {
            (1, 1)
        } else if after.starts_with('m') {
            (60, 1)
        } else if after.starts_with('h') {
            (3600, 1)
        } else {
            return None;
        };
        seconds = seconds.saturating_add(number.saturating_mul(unit));
        rest = &after[length..];
    }
    (1..=10 * 366 * 24 * 3600).contains(&seconds).then_some(seconds)
}

/// `2027-01-31 08:00:00`.
fn good_date(text: &str) -> bool {
    let Some((day, time)) = text.split_once(' ') else {
        return false;
    };
    let numbers = |text: &str, sign: char, widths: [usize; 3]| -> Option<[u32; 3]> {
        let words: Vec<&str> = text.split(sign).collect();
        let fits = words.len() == 3 && words.iter().zip(widths).all(|(word, width)| word.len() == width);
        fits.then_some(())?;
        Some([number(words[0])?, number(words[1])?, number(words[2])?])
    };
    let day = numbers(day, '-', [4, 2, 2]);
    let time = numbers(time, ':', [2, 2, 2]);
    day.is_some_and(|[_, month, day]| (1..=12).contains(&month) && (1..=days_in(month)).contains(&day))
        && time.is_some_and(|[hour, minute, second]| hour < 24 && minute < 60 && second < 60)
}

fn days_in(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cron_job_has_five_parts() {
        for good in [
            "0 3 * * *",
            "*/15 0-6,22 1 JAN-mar MON",
            "0 0 ? * ?",
            "5/10 * * * 0",
            "*/61 * * * *",
            "@daily",
            "@every 1h30m",
        ] {
            assert!(CronSchedule::parse(good).is_ok(), "{good}");
        }
        let parts = |found| Problem::ScheduleParts { expected: 5, found };
        assert_eq!(CronSchedule::parse("0 0 3 * * *"), Err(parts(6)));
        assert_eq!(CronSchedule::parse("0 3 * *"), Err(parts(4)));
        assert_eq!(
            CronSchedule::parse("TZ=UTC 0 3 * * *"),
            Err(Problem::ScheduleNamesZone {})
        );
    }

    /// kube-apiserver 1.37.2 takes them all; its CronJob controller tells of the first ones by the event `InvalidSchedule`,
    /// or says nothing, and starts what asks for more than that once a minute.
    #[test]
    fn a_day_that_no_year_has_and_a_run_within_a_minute_are_told() {
        let schedule = |text: &str| CronSchedule::parse(text).unwrap();
        for never in [
            "0 0 30 2 *",
            "0 0 31 4,6,9,11 *",
            "0 0 31 feb ?",
            "0 0 30/1 2 */1",
        ] {
            assert!(schedule(never).never_runs(), "{never}");
        }
        for runs in [
            "0 0 29 2 *",
            "0 0 30 2 mon",
            "0 0 31 4-5 *",
            "0 0 30 2 */2",
            "0 0 */30 2 *",
            "0 0 31 1/3 *",
            "@daily",
        ] {
            assert!(!schedule(runs).never_runs(), "{runs}");
        }
        for (text, often) in [
            ("@every 20s", true),
            ("@every 59s", true),
            ("@every 1m", false),
            ("@hourly", false),
        ] {
            assert_eq!(schedule(text).is_too_often(), often, "{text}");
        }
    }

    #[test]
    fn days_of_both_kinds_are_a_choice() {
        for (text, either) in [
            ("0 18 1-7 * TUE", true),
            ("0 18 */2 * 1", true),
            ("0 18 1-7 * *", false),
            ("0 18 ? * TUE", false),
            ("0 18 1,* * TUE", false),
            ("0 18 */1 * TUE", false),
            ("@weekly", false),
        ] {
            assert_eq!(
                CronSchedule::parse(text).unwrap().is_either_day(),
                either,
                "{text}"
            );
        }
    }

    #[test]
    fn the_wrong_part_is_named() {
        for (text, part) in [
            ("60 * * * *", SchedulePart::Minute),
            ("*/0 * * * *", SchedulePart::Minute),
            ("0 24 * * *", SchedulePart::Hour),
            ("0 5-3 * * *", SchedulePart::Hour),
            ("0 0 0 * *", SchedulePart::DayOfMonth),
            ("0 0 L * *", SchedulePart::DayOfMonth),
            ("0 0 * 13 *", SchedulePart::Month),
            ("0 0 * * 7", SchedulePart::DayOfWeek),
            ("? 0 * * *", SchedulePart::Minute),
            ("@sometimes", SchedulePart::Shorthand),
            ("@every 5", SchedulePart::Shorthand),
            ("@every 10ms", SchedulePart::Shorthand),
        ] {
            assert_eq!(CronSchedule::parse(text), Err(wrong(part)), "{text}");
        }
    }

    #[test]
    fn timed_scaling_starts_with_seconds() {
        for good in [
            "0 0 8 * * 1-5",
            "@date 2027-01-31 08:00:00",
            "@hourly",
            "* * * 15 11 *",
        ] {
            assert!(TimedSchedule::parse(good).is_ok(), "{good}");
        }
        assert_eq!(
            TimedSchedule::parse("0 8 * * 1-5"),
            Err(Problem::ScheduleParts {
                expected: 6,
                found: 5
            }),
            "an ordinary crontab line would run at other times"
        );
        assert_eq!(
            TimedSchedule::parse("60 0 8 * * *"),
            Err(wrong(SchedulePart::Second))
        );
        for bad in [
            "@date 2027-02-30 08:00:00",
            "@date 2027-01-31",
            "@date 2027-1-31 08:00:00",
        ] {
            assert_eq!(
                TimedSchedule::parse(bad),
                Err(wrong(SchedulePart::Shorthand)),
                "{bad}"
            );
        }
    }
}
