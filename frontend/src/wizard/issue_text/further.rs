//! Sentences for what can be wrong with the fields beyond the first launch.

use leptos_i18n::td_string;
use slipway_model::Problem;
use slipway_model::issue::{FormPart, SchedulePart};

use crate::language::Locale;

#[expect(clippy::too_many_lines, reason = "one line for each code")]
pub(super) fn sentence_in(l: Locale, problem: &Problem) -> String {
    match problem {
        Problem::NotForType { kind } => {
            td_string!(l, wizard.issue.not_for_type, kind = kind.as_str()).to_string()
        }
        Problem::TooManyRows { max } => td_string!(l, wizard.issue.too_many_rows, max = *max).to_string(),
        Problem::TooManyRowsInAll { max } => {
            td_string!(l, wizard.issue.too_many_rows_in_all, max = *max).to_string()
        }
        Problem::MoreIssues { max } => td_string!(l, wizard.issue.more_issues, max = *max).to_string(),
        Problem::NotForInitContainer {} => td_string!(l, wizard.issue.not_for_init_container).into(),
        Problem::NeedsMainContainer {} => td_string!(l, wizard.issue.needs_main_container).into(),
        Problem::RequestOverLimit {} => td_string!(l, wizard.issue.request_over_limit).into(),
        Problem::LimitMissing { resource } => {
            td_string!(l, wizard.issue.limit_missing, resource = resource.as_str()).to_string()
        }
        Problem::AnnotationKeyMalformed {} => td_string!(l, wizard.issue.annotation_key_malformed).into(),
        Problem::AnnotationsTooLarge { max } => {
            td_string!(l, wizard.issue.annotations_too_large, max = *max).to_string()
        }
        Problem::AnnotationSetByField { by } => {
            td_string!(l, wizard.issue.annotation_set_by_field, by = by.as_str()).to_string()
        }
        Problem::AnnotationNeedsAnother { other } => {
            td_string!(l, wizard.issue.annotation_needs_another, other = other.as_str()).to_string()
        }
        Problem::ClassConflict {} => td_string!(l, wizard.issue.class_conflict).into(),
        Problem::DataKeyMalformed {} => td_string!(l, wizard.issue.data_key_malformed).into(),
        Problem::HeaderNameMalformed {} => td_string!(l, wizard.issue.header_name_malformed).into(),
        Problem::NotAbsolute {} => td_string!(l, wizard.issue.not_absolute).into(),
        Problem::NotInside {} => td_string!(l, wizard.issue.not_inside).into(),
        Problem::PathGoesUp {} => td_string!(l, wizard.issue.path_goes_up).into(),
        Problem::PathHasColon {} => td_string!(l, wizard.issue.path_has_colon).into(),
        Problem::FieldPathUnknown { choices } => {
            td_string!(l, wizard.issue.field_path_unknown, choices = choices.join(", ")).to_string()
        }
        Problem::UnknownContainer {} => td_string!(l, wizard.issue.unknown_container).into(),
        Problem::UnknownVolume {} => td_string!(l, wizard.issue.unknown_volume).into(),
        Problem::VolumeNotMounted {} => td_string!(l, wizard.issue.volume_not_mounted).into(),
        Problem::OnePodOnly {} => td_string!(l, wizard.issue.one_pod_only).into(),
        Problem::MountedOnce {} => td_string!(l, wizard.issue.mounted_once).into(),
        Problem::NeedsSpareNode {} => td_string!(l, wizard.issue.needs_spare_node).into(),
        Problem::GraceTooShort { needed, grace } => {
            td_string!(l, wizard.issue.grace_too_short, needed = *needed, grace = *grace).to_string()
        }
        Problem::DefinedLater { name } => {
            td_string!(l, wizard.issue.defined_later, name = name.as_str()).to_string()
        }
        Problem::CpuOverAnyNode { suggestion } => td_string!(
            l,
            wizard.issue.cpu_over_any_node,
            suggestion = suggestion.as_str()
        )
        .to_string(),
        Problem::EitherDay {} => td_string!(l, wizard.issue.either_day).into(),
        Problem::SizeTooSmall { min } => {
            td_string!(l, wizard.issue.size_too_small, min = min.as_str()).to_string()
        }
        Problem::ModeMalformed {} => td_string!(l, wizard.issue.mode_malformed).into(),
        Problem::ServerMalformed {} => td_string!(l, wizard.issue.server_malformed).into(),
        Problem::CloudIdMalformed { prefix } => {
            td_string!(l, wizard.issue.cloud_id_malformed, prefix = prefix.as_str()).to_string()
        }
        Problem::CapabilityMalformed {} => td_string!(l, wizard.issue.capability_malformed).into(),
        Problem::RestrictedForbids {} => td_string!(l, wizard.issue.restricted_forbids).into(),
        Problem::CountOrPercentMalformed {} => td_string!(l, wizard.issue.count_or_percent_malformed).into(),
        Problem::NothingCouldMove {} => td_string!(l, wizard.issue.nothing_could_move).into(),
        Problem::ScheduleParts { expected, found } => td_string!(
            l,
            wizard.issue.schedule_parts,
            expected = *expected,
            found = *found
        )
        .to_string(),
        Problem::ScheduleNamesZone {} => td_string!(l, wizard.issue.schedule_names_zone).into(),
        Problem::ScheduleNeverRuns {} => td_string!(l, wizard.issue.schedule_never_runs).into(),
        Problem::ScheduleTooOften {} => td_string!(l, wizard.issue.schedule_too_often).into(),
        Problem::ScheduleYearIgnored {} => td_string!(l, wizard.issue.schedule_year_ignored).into(),
        Problem::TimeZoneMalformed {} => td_string!(l, wizard.issue.time_zone_malformed).into(),
        Problem::MayNeverStart { min } => td_string!(l, wizard.issue.may_never_start, min = *min).to_string(),
        Problem::NeedsHeadless {} => td_string!(l, wizard.issue.needs_headless).into(),
        Problem::LogStoreMalformed {} => td_string!(l, wizard.issue.log_store_malformed).into(),
        Problem::LogPathMalformed {} => td_string!(l, wizard.issue.log_path_malformed).into(),
        Problem::LogVolumeAdded { directory } => {
            td_string!(l, wizard.issue.log_volume_added, directory = directory.as_str()).to_string()
        }
        Problem::HostNotInRules {} => td_string!(l, wizard.issue.host_not_in_rules).into(),
        Problem::WeightsAllZero {} => td_string!(l, wizard.issue.weights_all_zero).into(),
        Problem::SameService {} => td_string!(l, wizard.issue.same_service).into(),
        Problem::CanaryWithoutRule {} => td_string!(l, wizard.issue.canary_without_rule).into(),
        Problem::ListenersOverwritten {} => td_string!(l, wizard.issue.listeners_overwritten).into(),
        Problem::ListenerTaken {} => td_string!(l, wizard.issue.listener_taken).into(),
        Problem::MovesBounds { min, max } => {
            td_string!(l, wizard.issue.moves_bounds, min = *min, max = *max).to_string()
        }
        Problem::ScheduleMalformed { part } => schedule_part(l, *part),
        Problem::UnknownField { nearest } if nearest.is_empty() => {
            td_string!(l, wizard.issue.unknown_field).into()
        }
        Problem::UnknownField { nearest } => {
            td_string!(l, wizard.issue.unknown_field_nearest, name = nearest.as_str()).to_string()
        }
        Problem::WrongType { expected } => wrong_type(l, *expected),
        // Listed by the caller, which is exhaustive.
        _ => String::new(),
    }
}

fn schedule_part(l: Locale, part: SchedulePart) -> String {
    match part {
        SchedulePart::Second => td_string!(l, wizard.issue.schedule_second),
        SchedulePart::Minute => td_string!(l, wizard.issue.schedule_minute),
        SchedulePart::Hour => td_string!(l, wizard.issue.schedule_hour),
        SchedulePart::DayOfMonth => td_string!(l, wizard.issue.schedule_day_of_month),
        SchedulePart::Month => td_string!(l, wizard.issue.schedule_month),
        SchedulePart::DayOfWeek => td_string!(l, wizard.issue.schedule_day_of_week),
        SchedulePart::Shorthand => td_string!(l, wizard.issue.schedule_shorthand),
    }
    .into()
}

fn wrong_type(l: Locale, expected: FormPart) -> String {
    match expected {
        FormPart::Text => td_string!(l, wizard.issue.wrong_type_text),
        FormPart::Number => td_string!(l, wizard.issue.wrong_type_number),
        FormPart::Fields => td_string!(l, wizard.issue.wrong_type_fields),
        FormPart::Rows => td_string!(l, wizard.issue.wrong_type_rows),
    }
    .into()
}
