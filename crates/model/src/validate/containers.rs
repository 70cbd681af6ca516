//! Step 2: the containers.

use super::check::{FirstOf, Noted, no_duplicates, optional};
use super::known::Known;
use super::part::Part;
use super::probes::Probes;
use super::{environment, logs, mounts, ports, probes, resources};
use crate::app::{Container, ContainerKind, ContainerSecurity, PullPolicy};
use crate::draft::{ObjectName, Word};
use crate::value::{Capability, DnsLabel, FilePath, ImageRef, Subdomain};
use crate::{Draft, Issues, Problem, Typed, draft};

/// The containers once valid.
pub(super) struct Valid {
    pub(super) main: Vec<Container>,
    pub(super) init: Vec<Container>,
}

pub(super) fn validate(known: &Known, issues: &mut Issues) -> Option<Valid> {
    let draft = known.draft();
    if draft.containers.is_empty() {
        issues.refuse("containers", Problem::NeedsRow {});
        return None;
    }
    let containers: Vec<_> = draft
        .containers
        .iter()
        .map(|row| container(known, row, issues))
        .collect();
    let names: Vec<_> = draft
        .containers
        .iter()
        .map(|row| (format!("containers.{}.name", row.id), name_of(draft, row)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    no_duplicates(issues, &names);
    if draft
        .containers
        .iter()
        .all(|row| matches!(row.kind.text(), "init" | "sidecar"))
    {
        issues.refuse("containers", Problem::NeedsMainContainer {});
    }
    let containers: Vec<Container> = containers.into_iter().collect::<Option<_>>()?;
    shared_ports(&containers, issues);
    let (main, init) = containers
        .into_iter()
        .partition(|container| container.kind == ContainerKind::Main);
    Some(Valid { main, init })
}

/// All containers of a pod have one network: two that listen on the same port at the same time get in each other's way.
fn shared_ports(containers: &[Container], issues: &mut Issues) {
    let mut ports = FirstOf::new();
    let first = containers
        .iter()
        .filter(|container| container.kind != ContainerKind::Main);
    let main = containers
        .iter()
        .filter(|container| container.kind == ContainerKind::Main);
    for container in first.chain(main) {
        for port in &container.ports {
            if ports.is_taken((port.number, port.protocol), container.row) {
                let field = format!("containers.{}.ports.{}.number", container.row, port.row);
                issues.warn(field, Problem::Duplicate {});
            }
        }
    }
}

/// The name a container will have.
pub(super) fn name_of<'d>(draft: &'d Draft, row: &'d draft::Container) -> &'d str {
    if row.name.is_blank() {
        draft.basics.name.text()
    } else {
        row.name.text()
    }
}

fn container(known: &Known, row: &draft::Container, issues: &mut Issues) -> Option<Container> {
    let draft = known.draft();
    let at = format!("containers.{}", row.id);
    let name = optional(issues, &format!("{at}.name"), &row.name, DnsLabel::parse);
    let part = &mut Part::new(&at, issues);
    let image = image(part, &row.image);
    let kind = part.choice("kind", &row.kind, ContainerKind::CHOICES);
    let pull_policy = part.chosen("pull_policy", &row.pull_policy, PullPolicy::CHOICES);
    let pull_secrets = pull_secrets(part, &row.pull_secrets);
    let (cpu_request, memory_request, resources) =
        resources::read(&row.resources, &mut part.inner("resources"));
    let stdin = part.switch("stdin", &row.stdin);
    let tty = part.switch("tty", &row.tty);
    let working_dir = part.optional("working_dir", &row.working_dir, FilePath::parse);
    let ports = ports::read(&at, &row.ports, part.issues());
    let environment = environment::read(known, &at, row, part.issues());
    let probes = if kind == Some(ContainerKind::Init) {
        no_life(part, row);
        Probes::default()
    } else {
        probes::read(row, part)
    };
    let mounts = mounts::read(known, row, part);
    let (logs, log_tags) = logs::read(row, part);
    let security = security(draft, row, &mut part.inner("security"));
    let name = given_name(draft, name, part);
    Some(Container {
        row: row.id,
        name: name?,
        kind: kind?,
        image: image?,
        pull_policy,
        pull_secrets,
        cpu_request,
        memory_request,
        resources,
        stdin,
        tty,
        working_dir,
        ports: ports?,
        env: environment.variables?,
        whole_objects: environment.whole,
        command: words(&row.command),
        args: words(&row.args),
        post_start: words(&row.post_start),
        pre_stop: words(&row.pre_stop),
        liveness: probes.liveness,
        readiness: probes.readiness,
        startup: probes.startup,
        mounts,
        logs,
        log_tags,
        security,
    })
}

/// The name typed, else the app's. Some apps that run have a name that no container can have.
fn given_name(draft: &Draft, typed: Result<Option<DnsLabel>, Noted>, part: &mut Part) -> Option<DnsLabel> {
    if let Some(name) = typed.ok()? {
        return Some(name);
    }
    match DnsLabel::parse(draft.basics.name.text()) {
        Ok(name) => Some(name),
        Err(problem) => {
            // A name that is wrong is blamed where it was typed, not here again.
            if part.issues().is_running("basics.name") {
                part.refuse("name", problem);
            }
            None
        }
    }
}

fn image(part: &mut Part, typed: &Typed) -> Option<ImageRef> {
    let image = part.needed("image", typed, ImageRef::parse)?;
    if !image.is_pinned() {
        part.warn("image", Problem::ImageNotPinned {});
    }
    Some(image)
}

pub(super) fn pull_secrets(part: &mut Part, rows: &[ObjectName]) -> Vec<Subdomain> {
    let mut secrets = Vec::new();
    for row in rows {
        let name =
            part.inner(format!("pull_secrets.{}", row.id))
                .optional("name", &row.name, Subdomain::parse);
        secrets.extend(name);
    }
    secrets
}

/// A container that runs before the others has neither health checks nor a lifecycle.
fn no_life(part: &mut Part, row: &draft::Container) {
    for (name, probe) in [
        ("liveness", &row.liveness),
        ("readiness", &row.readiness),
        ("startup", &row.startup),
    ] {
        if probe.enabled.is_on() {
            part.error(format!("{name}.enabled"), Problem::NotForInitContainer {});
        }
    }
    for (name, command) in [("post_start", &row.post_start), ("pre_stop", &row.pre_stop)] {
        if !words(command).is_empty() {
            part.error(name, Problem::NotForInitContainer {});
        }
    }
}

fn security(draft: &Draft, row: &draft::Container, part: &mut Part) -> ContainerSecurity {
    let typed = &row.security;
    let restricted = draft.pod.security.restricted.is_on();
    let user = part.count("user", &typed.user, 0, super::part::MOST);
    if restricted && user == Some(0) {
        part.error("user", Problem::RestrictedForbids {});
    }
    let group = part.count("group", &typed.group, 0, super::part::MOST);
    let read_only_root = part.switch("read_only_root", &typed.read_only_root);
    let mut capabilities = Vec::new();
    for row in &typed.capabilities {
        let mut part = part.inner(format!("capabilities.{}", row.id));
        let Some(capability) = part.optional("text", &row.text, Capability::parse) else {
            continue;
        };
        if restricted && capability.as_str() != Capability::RESTRICTED {
            part.error("text", Problem::RestrictedForbids {});
        }
        capabilities.push(capability);
    }
    ContainerSecurity {
        user,
        group,
        read_only_root,
        capabilities,
    }
}

/// The words of a command. A row with nothing in it counts as not there; `""` is an empty word.
pub(super) fn words(rows: &[Word]) -> Vec<String> {
    let typed = rows
        .iter()
        .map(|row| row.text.as_str())
        .filter(|text| !text.is_empty());
    typed
        .map(|text| {
            if text == "\"\"" {
                String::new()
            } else {
                text.to_owned()
            }
        })
        .collect()
}
