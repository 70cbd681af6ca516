//! Tries many generated inputs at once, and makes those that fail smaller.

use std::collections::BTreeMap;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::broken::Blow;
use crate::case::Tape;
use crate::exceptions;
use crate::finding::Finding;

/// Requests are mostly waited for, so several inputs are tried at once.
const AT_ONCE: usize = 12;
/// How many attempts are made to find a smaller input for one kind of finding.
const SMALLER: usize = 150;
/// Kinds of findings that are made smaller.
const KINDS: usize = 40;

/// How much to try.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many inputs.
    pub cases: usize,
    /// Where to begin: the same seed gives the same inputs.
    pub seed: u64,
}

impl Effort {
    /// The first inputs of a strategy from here on.
    pub fn some<S: Strategy>(self, strategy: &S, most: usize) -> Vec<S::Value> {
        let mut runner = self.runner();
        let inputs = (0..most).filter_map(|_| strategy.new_tree(&mut runner).ok());
        inputs.map(|tree| tree.current()).collect()
    }

    fn runner(self) -> TestRunner {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        TestRunner::new_with_rng(Config::default(), rng)
    }

    /// As the environment wants it: `SLIPWAYDEV_CASES` and `SLIPWAYDEV_SEED`; else 2,000, and a tenth of it when in a hurry.
    pub fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
        let usual = if std::env::var_os("SLIPWAYDEV_QUICK").is_some() {
            200
        } else {
            2_000
        };
        Self {
            cases: number("SLIPWAYDEV_CASES")
                .and_then(|cases| cases.try_into().ok())
                .unwrap_or(usual),
            seed: number("SLIPWAYDEV_SEED").unwrap_or(1),
        }
    }
}

/// An input that is read from a tape.
pub trait Input: Clone {
    /// The numbers of the tape.
    fn numbers(&mut self) -> &mut Vec<u16>;
}

impl Input for Tape {
    fn numbers(&mut self) -> &mut Vec<u16> {
        &mut self.numbers
    }
}

impl Input for (Tape, Blow) {
    fn numbers(&mut self) -> &mut Vec<u16> {
        &mut self.0.numbers
    }
}

/// What a check finds; nothing for an input that says nothing.
type Answer = anyhow::Result<Option<Vec<Finding>>>;

/// Tries inputs, and answers one finding of each kind that is no exception, made as small as possible, with its number.
///
/// `check` answers none for an input that says nothing; such inputs do not count.
pub async fn search<S, C>(effort: Effort, strategy: S, check: C) -> anyhow::Result<Vec<(usize, Finding)>>
where
    S: Strategy<Value: Input>,
    C: AsyncFn(S::Value) -> Answer,
{
    let mut runner = effort.runner();
    let mut kinds: BTreeMap<String, (usize, Finding, S::Value)> = BTreeMap::new();
    let mut under_way = FuturesUnordered::new();
    let mut tried = 0;
    while tried < effort.cases {
        while under_way.len() < AT_ONCE {
            let tree = strategy
                .new_tree(&mut runner)
                .map_err(|reason| anyhow::anyhow!("nothing can be generated: {reason}"))?;
            let (input, check) = (tree.current(), &check);
            under_way.push(async move { (input.clone(), check(input).await) });
        }
        let Some((input, answer)) = under_way.next().await else {
            break;
        };
        let Some(findings) = answer? else { continue };
        tried += 1;
        let found = faults(findings).into_iter().next();
        if let Some(finding) = found {
            let signature = finding.signature();
            kinds
                .entry(signature)
                .and_modify(|(count, _, _)| *count += 1)
                .or_insert((1, finding, input));
        }
    }
    drop(under_way);
    let mut smallest = Vec::new();
    for (signature, (count, finding, input)) in kinds.into_iter().take(KINDS) {
        smallest.push((count, smaller(input, finding, &signature, &check).await?));
    }
    Ok(smallest)
}

/// The smallest input found that shows the same kind of finding: with zeros, which leave fields as they are, for as many
/// numbers as can be.
async fn smaller<I, C>(
    mut input: I,
    mut finding: Finding,
    signature: &str,
    check: &C,
) -> anyhow::Result<Finding>
where
    I: Input,
    C: AsyncFn(I) -> Answer,
{
    let length = input.numbers().len();
    let mut attempts = 0;
    let mut size = length;
    while size > 0 && attempts < SMALLER {
        for start in (0..length).step_by(size) {
            let end = length.min(start + size);
            let mut other = input.clone();
            let part = &mut other.numbers()[start..end];
            if part.iter().all(|number| *number == 0) {
                continue;
            }
            part.fill(0);
            attempts += 1;
            let findings = faults(check(other.clone()).await?.unwrap_or_default());
            let same = findings
                .into_iter()
                .find(|finding| finding.signature() == signature);
            if let Some(same) = same {
                (input, finding) = (other, same);
            }
        }
        size /= 2;
    }
    Ok(finding)
}

fn faults(findings: Vec<Finding>) -> Vec<Finding> {
    findings
        .into_iter()
        .filter(|finding| exceptions::of(finding).is_none())
        .collect()
}
