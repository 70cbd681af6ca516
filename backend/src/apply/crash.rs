//! Instants between two effects of the engine at which a test kills the process.
//!
//! `SLIPWAYTEST_CRASH_AT=<point>`, e.g. `sent:1`, makes a runner that comes to this point say `parked at sent:1` on standard
//! error and wait for ever, so that the process can be killed exactly there. Not compiled into release builds.

use slipway_api::StepVerb;

/// An instant between two effects. Those of a step carry its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// The operation is stored, nobody works on it, and nobody has answered the request for it.
    Stored,
    /// A runner holds it.
    Claimed,
    /// `sent` is stored, the request has not left.
    Sent(usize),
    /// What was posted counts as applied, nothing else was written.
    Converted(usize),
    /// The number of pods has another manager, nothing else was written.
    HandedOver(usize),
    /// Ports that somebody has given other numbers have ours again, nothing else was written.
    Renumbered(usize),
    /// The cluster has answered, nothing of it is stored.
    Answered(usize),
    /// The answer is stored.
    Recorded(usize),
    /// That taking back is sent is stored, the request has not left.
    UndoSent(usize),
    /// The cluster has answered to that, nothing of it is stored.
    UndoAnswered(usize),
    /// That the object is gone is stored.
    UndoRecorded(usize),
    /// All steps have ended, the operation has not.
    Ending,
    /// The operation has ended.
    Ended,
}

impl CrashPoint {
    /// Every point of an operation with these steps.
    pub fn all(steps: &[StepVerb]) -> Vec<Self> {
        let mut points = vec![Self::Stored, Self::Claimed];
        for (step, verb) in steps.iter().enumerate() {
            points.push(Self::Sent(step));
            if *verb == StepVerb::Apply {
                points.extend([
                    Self::Converted(step),
                    Self::HandedOver(step),
                    Self::Renumbered(step),
                ]);
            }
            points.extend([Self::Answered(step), Self::Recorded(step)]);
        }
        points.extend((0..steps.len()).flat_map(Self::of_undo));
        points.extend([Self::Ending, Self::Ended]);
        points
    }

    /// Every point of taking back one step.
    pub fn of_undo(step: usize) -> [Self; 3] {
        [
            Self::UndoSent(step),
            Self::UndoAnswered(step),
            Self::UndoRecorded(step),
        ]
    }

    /// Whether it lies on the way of taking back.
    pub fn is_undo(self) -> bool {
        matches!(
            self,
            Self::UndoSent(_) | Self::UndoAnswered(_) | Self::UndoRecorded(_)
        )
    }
}

impl std::fmt::Display for CrashPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stored => f.write_str("stored"),
            Self::Claimed => f.write_str("claimed"),
            Self::Sent(step) => write!(f, "sent:{step}"),
            Self::Converted(step) => write!(f, "converted:{step}"),
            Self::HandedOver(step) => write!(f, "handed_over:{step}"),
            Self::Renumbered(step) => write!(f, "renumbered:{step}"),
            Self::Answered(step) => write!(f, "answered:{step}"),
            Self::Recorded(step) => write!(f, "recorded:{step}"),
            Self::UndoSent(step) => write!(f, "undo_sent:{step}"),
            Self::UndoAnswered(step) => write!(f, "undo_answered:{step}"),
            Self::UndoRecorded(step) => write!(f, "undo_recorded:{step}"),
            Self::Ending => f.write_str("ending"),
            Self::Ended => f.write_str("ended"),
        }
    }
}

/// Parks here for ever if a test asked for it.
pub(super) async fn reached(point: CrashPoint) {
    #[cfg(debug_assertions)]
    if std::env::var("SLIPWAYTEST_CRASH_AT").is_ok_and(|wanted| wanted == point.to_string()) {
        #[expect(clippy::print_stderr, reason = "read by the test that kills this process")]
        {
            eprintln!("parked at {point}");
        }
        std::future::pending::<()>().await;
    }
    #[cfg(not(debug_assertions))]
    let _ = point;
}
