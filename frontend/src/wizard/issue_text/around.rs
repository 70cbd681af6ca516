//! Sentences for what the checks find around an app: in its namespace, on the nodes, at other apps.

use leptos_i18n::td_string;
use slipway_model::Problem;
use slipway_model::issue::PodRule;

use crate::language::Locale;
use crate::wizard::kind_text;

#[expect(clippy::too_many_lines, reason = "a few lines for each code")]
pub(super) fn sentence_in(l: Locale, problem: &Problem) -> String {
    let called = |kind: &str| kind_text::called_in(l, kind);
    match problem {
        Problem::CanaryMissing {} => td_string!(l, wizard.issue.canary_missing).into(),
        Problem::Absent { kind, name } => {
            td_string!(l, wizard.issue.absent, kind = called(kind), name = name.as_str()).to_string()
        }
        Problem::KeyAbsent { kind, name, key } => td_string!(
            l,
            wizard.issue.key_absent,
            kind = called(kind),
            name = name.as_str(),
            key = key.as_str()
        )
        .to_string(),
        Problem::SecretTypeWrong {
            name,
            found,
            expected,
        } => td_string!(
            l,
            wizard.issue.secret_type_wrong,
            name = name.as_str(),
            found = found.as_str(),
            expected = expected.as_str()
        )
        .to_string(),
        Problem::NoDefault { kind } => {
            td_string!(l, wizard.issue.no_default, kind = called(kind)).to_string()
        }
        Problem::OverQuota {
            quota,
            resource,
            asked,
            left,
        } => td_string!(
            l,
            wizard.issue.over_quota,
            quota = quota.as_str(),
            resource = resource.as_str(),
            asked = asked.as_str(),
            left = left.as_str()
        )
        .to_string(),
        Problem::QuotaNeeds { quota, resource } => td_string!(
            l,
            wizard.issue.quota_needs,
            quota = quota.as_str(),
            resource = resource.as_str()
        )
        .to_string(),
        Problem::BelowLimit { resource, min, scope } => td_string!(
            l,
            wizard.issue.below_limit,
            resource = resource.as_str(),
            min = min.as_str(),
            scope = called(scope)
        )
        .to_string(),
        Problem::AboveLimit { resource, max, scope } => td_string!(
            l,
            wizard.issue.above_limit,
            resource = resource.as_str(),
            max = max.as_str(),
            scope = called(scope)
        )
        .to_string(),
        Problem::LimitTooFar { resource, max } => td_string!(
            l,
            wizard.issue.limit_too_far,
            resource = resource.as_str(),
            max = max.as_str()
        )
        .to_string(),
        Problem::PodSecurity { level, rule } => td_string!(
            l,
            wizard.issue.pod_security,
            level = level.as_str(),
            rule = pod_rule(l, *rule)
        )
        .to_string(),
        Problem::ClaimUnusable { name } => {
            td_string!(l, wizard.issue.claim_unusable, name = name.as_str()).to_string()
        }
        Problem::OtherZone { zone } => {
            td_string!(l, wizard.issue.other_zone, zone = zone.as_str()).to_string()
        }
        Problem::HostTaken { host, path, owner } => host_taken(l, host, path, owner),
        Problem::ListenerInUse { port, owner } if owner.is_empty() => {
            td_string!(l, wizard.issue.listener_in_use, port = *port).to_string()
        }
        Problem::ListenerInUse { port, owner } => td_string!(
            l,
            wizard.issue.listener_in_use_by,
            port = *port,
            owner = owner.as_str()
        )
        .to_string(),
        Problem::BalancerOfKubernetes {} => td_string!(l, wizard.issue.balancer_of_kubernetes).into(),
        Problem::ComponentMissing { component } => {
            td_string!(l, wizard.issue.component_missing, component = component.as_str()).to_string()
        }
        Problem::NoNodeFits {
            nodes,
            labels,
            closed,
            small,
        } => td_string!(
            l,
            wizard.issue.no_node_fits,
            nodes = *nodes,
            labels = *labels,
            closed = *closed,
            small = *small
        )
        .to_string(),
        Problem::NoRoom { pods, most } => {
            td_string!(l, wizard.issue.no_room, pods = *pods, most = *most).to_string()
        }
        Problem::AlsoSelected { kind, name } => td_string!(
            l,
            wizard.issue.also_selected,
            kind = called(kind),
            name = name.as_str()
        )
        .to_string(),
        // Listed by the caller, which is exhaustive.
        _ => String::new(),
    }
}

/// Without a host every host is meant.
fn host_taken(l: Locale, host: &str, path: &str, owner: &str) -> String {
    let host = if host.is_empty() { "*" } else { host };
    if owner.is_empty() {
        td_string!(l, wizard.issue.host_taken, host = host, path = path).to_string()
    } else {
        td_string!(
            l,
            wizard.issue.host_taken_by,
            host = host,
            path = path,
            owner = owner
        )
        .to_string()
    }
}

fn pod_rule(l: Locale, rule: PodRule) -> &'static str {
    match rule {
        PodRule::HostPath => td_string!(l, wizard.issue.pod_rule_host_path),
        PodRule::Capabilities => td_string!(l, wizard.issue.pod_rule_capabilities),
        PodRule::VolumeKinds => td_string!(l, wizard.issue.pod_rule_volume_kinds),
        PodRule::Escalation => td_string!(l, wizard.issue.pod_rule_escalation),
        PodRule::DropAll => td_string!(l, wizard.issue.pod_rule_drop_all),
        PodRule::NonRoot => td_string!(l, wizard.issue.pod_rule_non_root),
        PodRule::Seccomp => td_string!(l, wizard.issue.pod_rule_seccomp),
    }
}
