//! Warnings about a change of version: what the new pods need while the old ones are there, and how those end.

use crate::app::{AffinityKind, Pod, Replicas, TimedScaling, Volume, Workload};
use crate::{Draft, Issues, Problem};

use super::containers::words;
use super::pod::HOST;

/// Seconds that a pod is given to end unless told otherwise (`terminationGracePeriodSeconds`).
const GRACE: u32 = 30;

/// What decides how versions change, as far as it could be read.
pub(super) struct Rollout<'a> {
    pub(super) workload: Option<&'a Workload>,
    pub(super) replicas: Option<&'a Replicas>,
    pub(super) timed: Option<&'a TimedScaling>,
    pub(super) volumes: &'a [Volume],
    pub(super) pod: Option<&'a Pod>,
}

impl Rollout<'_> {
    pub(super) fn validate(&self, draft: &Draft, issues: &mut Issues) {
        self.warn_of_single_node(issues);
        self.warn_of_spare_node(issues);
        self.warn_of_grace(draft, issues);
    }

    /// The most pods there may be, without those of a rolling update.
    fn most(&self) -> Option<u32> {
        let timed = self.timed.into_iter().flat_map(|timed| &timed.jobs);
        let timed = timed.map(|job| job.replicas);
        timed.chain(self.replicas.map(Replicas::most)).max()
    }

    /// How many pods more, and how many fewer, a rolling update of a Deployment has.
    fn surge_and_missing(&self) -> Option<(u32, u32)> {
        match self.workload? {
            Workload::Deployment(deployment) => deployment.surge_and_missing(self.most()?),
            _ => None,
        }
    }

    /// What only one node can mount keeps pods on other nodes waiting; one pod alone has another beside it while it is
    /// replaced.
    fn warn_of_single_node(&self, issues: &mut Issues) {
        let replaced = self.surge_and_missing().is_some_and(|(surge, _)| surge > 0);
        let problem: fn() -> Problem = match self.most() {
            Some(2..) => || Problem::OnePodOnly {},
            Some(1) if replaced => || Problem::MountedOnce {},
            _ => return,
        };
        for volume in self
            .volumes
            .iter()
            .filter(|volume| volume.source.is_for_one_node())
        {
            issues.warn(format!("volumes.{}.kind", volume.row), problem());
        }
    }

    /// Pods that must be apart, of which none goes before another comes.
    fn warn_of_spare_node(&self, issues: &mut Issues) {
        if !matches!(self.surge_and_missing(), Some((1.., 0))) {
            return;
        }
        let rules = self.pod.into_iter().flat_map(|pod| &pod.affinity);
        let apart = rules.filter(|rule| {
            rule.kind == AffinityKind::Apart
                && rule.weight.is_none()
                && rule.term.is_none()
                && rule.topology.as_str() == HOST
        });
        for rule in apart {
            issues.warn(
                format!("pod.affinity.{}.strength", rule.row),
                Problem::NeedsSpareNode {},
            );
        }
    }

    /// A pod is killed when its time is over, whatever still runs before the container is told to stop.
    fn warn_of_grace(&self, draft: &Draft, issues: &mut Issues) {
        let Some(pod) = self.pod else { return };
        let grace = pod.grace.unwrap_or(GRACE);
        for container in &draft.containers {
            let needed = seconds_slept(&words(&container.pre_stop));
            if needed >= u64::from(grace) && needed > 0 {
                issues.warn(
                    format!("containers.{}.pre_stop", container.id),
                    Problem::GraceTooShort { needed, grace },
                );
            }
        }
    }
}

/// How long a command sleeps, as far as its words say.
fn seconds_slept(command: &[String]) -> u64 {
    let text = command.join(" ");
    let mut words = text
        .split([' ', ';', '&', '|', '\n', '"', '\''])
        .filter(|word| !word.is_empty());
    let mut slept = 0_u64;
    while let Some(word) = words.next() {
        if word == "sleep" || word.ends_with("/sleep") {
            slept = slept.saturating_add(words.next().and_then(seconds).unwrap_or(0));
        }
    }
    slept
}

/// Whole seconds, minutes or hours as `sleep` takes them: `90`, `90s`, `2m`, `1h`.
fn seconds(text: &str) -> Option<u64> {
    let (number, times) = match text.as_bytes().last()? {
        b's' => (&text[..text.len() - 1], 1),
        b'm' => (&text[..text.len() - 1], 60),
        b'h' => (&text[..text.len() - 1], 3600),
        _ => (text, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_sleeps_is_seen_in_its_words() {
        let slept = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            seconds_slept(&words)
        };

        assert_eq!(slept(&["sleep", "60"]), 60);
        assert_eq!(
            slept(&["/bin/sh", "-c", "sleep 15; nginx -s quit && /bin/sleep 1m"]),
            75
        );
        assert_eq!(slept(&["sh", "-c", "sleep $SECONDS"]), 0);
        assert_eq!(slept(&["nosleep", "60"]), 0);
        assert_eq!(slept(&["sleep", "99999999999999999999"]), 0);
    }
}
