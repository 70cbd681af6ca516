//! Sentences for issues: the code says what is wrong, this says it to people. One arm per code, so that a new code
//! does not compile before it can be told in every language.

mod around;
mod changing;
mod further;

use leptos_i18n::td_string;
use slipway_model::issue::ImagePart;
use slipway_model::{Issue, Problem};

use super::kind_text;
use crate::language::{self, Locale};

/// The sentence for an issue, in the language of now.
pub(crate) fn sentence(issue: &Issue) -> String {
    sentence_in(language::locale(), issue)
}

/// The sentence for an issue in a language. What is missing is said in the words of its field.
pub(crate) fn sentence_in(l: Locale, issue: &Issue) -> String {
    let leaf = issue.field.rsplit('.').next().unwrap_or_default();
    match (&issue.problem, leaf) {
        (Problem::Missing {}, "image") => td_string!(l, wizard.issue.missing_image).into(),
        (Problem::Missing {}, "namespace") => td_string!(l, wizard.issue.missing_namespace).into(),
        (Problem::Missing {}, "name") => td_string!(l, wizard.issue.missing_name).into(),
        (Problem::Missing {}, "reach") => td_string!(l, wizard.issue.missing_reach).into(),
        (Problem::Immutable { kind, name, message }, "size") => changing::size_in(l, kind, name, message),
        (problem, _) => problem_in(l, problem),
    }
}

fn problem_in(l: Locale, problem: &Problem) -> String {
    match problem {
        Problem::Missing {} => td_string!(l, wizard.issue.missing).into(),
        Problem::TooLong { max } => td_string!(l, wizard.issue.too_long, max = *max).to_string(),
        Problem::NotPlain { suggestion } => {
            td_string!(l, wizard.issue.not_plain, text = suggestion.as_str()).to_string()
        }
        Problem::NameMalformed {} => td_string!(l, wizard.issue.name_malformed).into(),
        Problem::LabelMalformed {} => td_string!(l, wizard.issue.label_malformed).into(),
        Problem::SubdomainMalformed {} => td_string!(l, wizard.issue.subdomain_malformed).into(),
        Problem::NotANumber {} => td_string!(l, wizard.issue.not_a_number).into(),
        Problem::NumberOutOfRange { min, max } | Problem::PortOutOfRange { min, max } => {
            td_string!(l, wizard.issue.out_of_range, min = *min, max = *max).to_string()
        }
        Problem::PortNameMalformed {} => td_string!(l, wizard.issue.port_name_malformed).into(),
        Problem::QuantityMalformed {} => td_string!(l, wizard.issue.quantity_malformed).into(),
        Problem::QuantityNotPositive {} => td_string!(l, wizard.issue.quantity_not_positive).into(),
        Problem::QuantityTooLarge {} => td_string!(l, wizard.issue.quantity_too_large).into(),
        Problem::CpuTooFine {} => td_string!(l, wizard.issue.cpu_too_fine).into(),
        Problem::MemoryInBytes { suggestion } => {
            td_string!(l, wizard.issue.memory_in_bytes, text = suggestion.as_str()).to_string()
        }
        Problem::ImageMalformed { part } => image_part(l, *part),
        Problem::ImageNotPinned {} => td_string!(l, wizard.issue.image_not_pinned).into(),
        Problem::LabelKeyMalformed {} => td_string!(l, wizard.issue.label_key_malformed).into(),
        Problem::LabelValueMalformed {} => td_string!(l, wizard.issue.label_value_malformed).into(),
        Problem::LabelReserved {} => td_string!(l, wizard.issue.label_reserved).into(),
        Problem::Duplicate {} => td_string!(l, wizard.issue.duplicate).into(),
        Problem::UnknownChoice { choices } => {
            td_string!(l, wizard.issue.unknown_choice, choices = choices.join(", ")).to_string()
        }
        Problem::VariableNameMalformed {} => td_string!(l, wizard.issue.variable_name_malformed).into(),
        Problem::VariableNameUnusual {} => td_string!(l, wizard.issue.variable_name_unusual).into(),
        Problem::LooksLikeSecret {} => td_string!(l, wizard.issue.looks_like_secret).into(),
        Problem::NeedsRow {} => td_string!(l, wizard.issue.needs_row).into(),
        Problem::UnknownService {} => td_string!(l, wizard.issue.unknown_service).into(),
        Problem::UnknownPort {} => td_string!(l, wizard.issue.unknown_port).into(),
        Problem::PortNotServed {} => td_string!(l, wizard.issue.port_not_served).into(),
        Problem::NeedsService {} => td_string!(l, wizard.issue.needs_service).into(),
        Problem::PortNameNeeded {} => td_string!(l, wizard.issue.port_name_needed).into(),
        Problem::NodePortNotForType {} => td_string!(l, wizard.issue.node_port_not_for_type).into(),
        Problem::ReachUnsaid {} => td_string!(l, wizard.issue.reach_unsaid).into(),
        Problem::PublicAndBilled {} => td_string!(l, wizard.issue.public_and_billed).into(),
        Problem::HostMalformed {} => td_string!(l, wizard.issue.host_malformed).into(),
        Problem::HostIsAddress {} => td_string!(l, wizard.issue.host_is_address).into(),
        Problem::PathMalformed {} => td_string!(l, wizard.issue.path_malformed).into(),
        Problem::RequestNeeded { metric, container } => request_needed(l, metric, container),
        Problem::MinOverMax {} => td_string!(l, wizard.issue.min_over_max).into(),
        Problem::NotForType { .. }
        | Problem::NotForInitContainer {}
        | Problem::NeedsMainContainer {}
        | Problem::RequestOverLimit {}
        | Problem::LimitMissing { .. }
        | Problem::AnnotationKeyMalformed {}
        | Problem::AnnotationsTooLarge { .. }
        | Problem::AnnotationSetByField { .. }
        | Problem::AnnotationNeedsAnother { .. }
        | Problem::ClassConflict {}
        | Problem::DataKeyMalformed {}
        | Problem::HeaderNameMalformed {}
        | Problem::NotAbsolute {}
        | Problem::NotInside {}
        | Problem::PathGoesUp {}
        | Problem::PathHasColon {}
        | Problem::FieldPathUnknown { .. }
        | Problem::UnknownContainer {}
        | Problem::UnknownVolume {}
        | Problem::VolumeNotMounted {}
        | Problem::OnePodOnly {}
        | Problem::MountedOnce {}
        | Problem::NeedsSpareNode {}
        | Problem::GraceTooShort { .. }
        | Problem::DefinedLater { .. }
        | Problem::CpuOverAnyNode { .. }
        | Problem::EitherDay {}
        | Problem::SizeTooSmall { .. }
        | Problem::ModeMalformed {}
        | Problem::ServerMalformed {}
        | Problem::CloudIdMalformed { .. }
        | Problem::CapabilityMalformed {}
        | Problem::RestrictedForbids {}
        | Problem::CountOrPercentMalformed {}
        | Problem::NothingCouldMove {}
        | Problem::ScheduleParts { .. }
        | Problem::ScheduleNamesZone {}
        | Problem::ScheduleNeverRuns {}
        | Problem::ScheduleTooOften {}
        | Problem::ScheduleYearIgnored {}
        | Problem::TimeZoneMalformed {}
        | Problem::MayNeverStart { .. }
        | Problem::NeedsHeadless {}
        | Problem::LogStoreMalformed {}
        | Problem::LogPathMalformed {}
        | Problem::LogVolumeAdded { .. }
        | Problem::HostNotInRules {}
        | Problem::WeightsAllZero {}
        | Problem::SameService {}
        | Problem::CanaryWithoutRule {}
        | Problem::ListenersOverwritten {}
        | Problem::ListenerTaken {}
        | Problem::MovesBounds { .. }
        | Problem::TooManyRows { .. }
        | Problem::TooManyRowsInAll { .. }
        | Problem::MoreIssues { .. }
        | Problem::UnknownField { .. }
        | Problem::WrongType { .. }
        | Problem::ScheduleMalformed { .. } => further::sentence_in(l, problem),
        Problem::NameTaken { .. }
        | Problem::NamespaceMissing {}
        | Problem::NamespaceTerminating {}
        | Problem::Refused { .. }
        | Problem::ClusterWarning { .. }
        | Problem::Forbidden { .. }
        | Problem::CouldNotCheck { .. }
        | Problem::WouldStay { .. }
        | Problem::KindMissing { .. } => cluster_problem_in(l, problem),
        Problem::AppFixed {}
        | Problem::SelectorFixed { .. }
        | Problem::NotInForm {}
        | Problem::ObjectNotInForm { .. }
        | Problem::Immutable { .. }
        | Problem::KeptInTheWay { .. }
        | Problem::NotTaken { .. }
        | Problem::SetByOthers { .. }
        | Problem::ChangedMeanwhile { .. } => changing::sentence_in(l, problem),
        Problem::CanaryMissing {}
        | Problem::Absent { .. }
        | Problem::KeyAbsent { .. }
        | Problem::SecretTypeWrong { .. }
        | Problem::NoDefault { .. }
        | Problem::OverQuota { .. }
        | Problem::QuotaNeeds { .. }
        | Problem::BelowLimit { .. }
        | Problem::AboveLimit { .. }
        | Problem::LimitTooFar { .. }
        | Problem::PodSecurity { .. }
        | Problem::ClaimUnusable { .. }
        | Problem::OtherZone { .. }
        | Problem::HostTaken { .. }
        | Problem::ListenerInUse { .. }
        | Problem::BalancerOfKubernetes {}
        | Problem::ComponentMissing { .. }
        | Problem::NoNodeFits { .. }
        | Problem::NoRoom { .. }
        | Problem::AlsoSelected { .. } => around::sentence_in(l, problem),
    }
}

/// What only the cluster knows.
fn cluster_problem_in(l: Locale, problem: &Problem) -> String {
    let called = |kind: &str| kind_text::called_in(l, kind);
    match problem {
        Problem::NameTaken { kind, name, owner } if owner.is_empty() => td_string!(
            l,
            wizard.issue.name_taken,
            kind = called(kind),
            name = name.as_str()
        )
        .to_string(),
        Problem::NameTaken { kind, name, owner } => td_string!(
            l,
            wizard.issue.name_taken_by,
            kind = called(kind),
            name = name.as_str(),
            owner = owner.as_str()
        )
        .to_string(),
        Problem::NamespaceMissing {} => td_string!(l, wizard.issue.namespace_missing).into(),
        Problem::NamespaceTerminating {} => td_string!(l, wizard.issue.namespace_terminating).into(),
        Problem::Refused { kind, name, message } => td_string!(
            l,
            wizard.issue.refused,
            kind = called(kind),
            name = name.as_str(),
            message = message.as_str()
        )
        .to_string(),
        Problem::ClusterWarning { kind, message } => td_string!(
            l,
            wizard.issue.cluster_warning,
            kind = called(kind),
            message = message.as_str()
        )
        .to_string(),
        Problem::Forbidden { verb, kind } => td_string!(
            l,
            wizard.issue.forbidden,
            verb = verb.as_str(),
            kind = called(kind)
        )
        .to_string(),
        Problem::CouldNotCheck { kind, reason } => td_string!(
            l,
            wizard.issue.could_not_check,
            kind = called(kind),
            reason = reason.as_str()
        )
        .to_string(),
        Problem::WouldStay { kind } => {
            td_string!(l, wizard.issue.would_stay, kind = called(kind)).to_string()
        }
        Problem::KindMissing { kind } => {
            td_string!(l, wizard.issue.kind_missing, kind = called(kind)).to_string()
        }
        // Listed by the caller, which is exhaustive.
        _ => String::new(),
    }
}

fn image_part(l: Locale, part: ImagePart) -> String {
    match part {
        ImagePart::Host => td_string!(l, wizard.issue.image_host),
        ImagePart::Repository => td_string!(l, wizard.issue.image_repository),
        ImagePart::Tag => td_string!(l, wizard.issue.image_tag),
        ImagePart::Digest => td_string!(l, wizard.issue.image_digest),
    }
    .into()
}

fn request_needed(l: Locale, metric: &str, container: &str) -> String {
    let metric = if metric == "memory" {
        td_string!(l, wizard.containers.memory)
    } else {
        td_string!(l, wizard.containers.cpu)
    };
    if container.is_empty() {
        td_string!(l, wizard.issue.request_needed, metric = metric).to_string()
    } else {
        td_string!(
            l,
            wizard.issue.request_needed_in,
            metric = metric,
            container = container
        )
        .to_string()
    }
}

#[cfg(test)]
mod tests;
