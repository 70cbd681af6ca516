//! What the log service collects: the last variables of a container, in the order in which the plan writes them.

use serde_json::Value;
use slipway_model::draft::{Log, LogTag};
use slipway_model::value::{LogPath, LogStore};

/// How the names of these variables start.
const PREFIX: &str = "aliyun_logs_";
/// What may be said about a log beside its path, in the order of the plan.
const ITEMS: [&str; 5] = ["project", "logstore", "shard", "ttl", "machinegroup"];

/// The name and value of a variable with a plain value.
pub(super) type Plain = Option<(String, String)>;

/// The variables at the end of a container's that stand for logs.
#[derive(Default)]
pub(super) struct Tail {
    /// How many variables come before.
    pub(super) begins: usize,
    /// The logs.
    pub(super) logs: Vec<Log>,
    /// The tags on them.
    pub(super) tags: Vec<LogTag>,
}

/// Reads the name and value of a variable, if it has just these.
pub(super) fn plain(variable: &Value) -> Plain {
    let text = |key| Some(variable.get(key)?.as_str()?.to_owned());
    Some((text("name")?, text("value")?)).filter(|_| variable.get("valueFrom").is_none())
}

/// The longest end of the variables that the plan would write for logs.
pub(super) fn tail(variables: &[Plain]) -> Tail {
    (0..variables.len())
        .find_map(|begins| read(begins, &variables[begins..]))
        .unwrap_or(Tail {
            begins: variables.len(),
            ..Tail::default()
        })
}

fn read(begins: usize, variables: &[Plain]) -> Option<Tail> {
    let mut tail = Tail {
        begins,
        ..Tail::default()
    };
    let mut rest = variables.iter().peekable();
    while let Some(variable) = rest.next() {
        let (name, value) = variable.as_ref()?;
        let name = name.strip_prefix(PREFIX)?;
        if let Some(name) = name.strip_suffix("_tags") {
            tail.tags.push(tag(name, value)?);
            continue;
        }
        // Tags come last.
        if !tail.tags.is_empty() || LogStore::parse(name).is_err() || LogPath::parse(value).is_err() {
            return None;
        }
        let mut log = Log {
            store: name.into(),
            path: value.as_str().into(),
            ..Log::default()
        };
        for item in ITEMS {
            let expected = format!("{PREFIX}{name}_{item}");
            let found = rest.next_if(|next| next.as_ref().is_some_and(|(name, _)| *name == expected));
            if let Some((_, value)) = found.and_then(Option::as_ref) {
                *leaf(&mut log, item) = good(item, value)?.into();
            }
        }
        tail.logs.push(log);
    }
    Some(tail)
}

fn tag(name: &str, value: &str) -> Option<LogTag> {
    let (tag, value) = value.split_once('=')?;
    LogStore::parse(name).ok()?;
    (!tag.is_empty() && tag.trim() == tag).then(|| LogTag {
        name: name.into(),
        tag: tag.into(),
        value: value.into(),
        ..LogTag::default()
    })
}

fn leaf<'l>(log: &'l mut Log, item: &str) -> &'l mut slipway_model::Typed {
    match item {
        "project" => &mut log.project,
        "logstore" => &mut log.logstore,
        "shard" => &mut log.shards,
        "ttl" => &mut log.days,
        _ => &mut log.machine_group,
    }
}

/// A value as the form could have it.
fn good<'v>(item: &str, value: &'v str) -> Option<&'v str> {
    let number = |most: u32| {
        value
            .parse::<u32>()
            .is_ok_and(|number| (1..=most).contains(&number) && number.to_string() == value)
    };
    let good = match item {
        "project" => LogStore::parse(value).is_ok(),
        "shard" => number(10),
        "ttl" => number(3650),
        _ => !value.is_empty() && value.trim() == value,
    };
    good.then_some(value)
}
