use slipway_model::issue::{FormPart, ImagePart, PodRule, SchedulePart};
use slipway_model::{Issue, Problem};

use super::{Locale, sentence_in};

/// One of each code, with every parameter recognisable.
fn every_problem() -> Vec<Problem> {
    let text = || "TEXT".to_owned();
    let mut problems = vec![
        Problem::Missing {},
        Problem::TooLong { max: 52 },
        Problem::UnknownField { nearest: text() },
        Problem::UnknownField {
            nearest: String::new(),
        },
        Problem::NotPlain { suggestion: text() },
        Problem::NameMalformed {},
        Problem::LabelMalformed {},
        Problem::SubdomainMalformed {},
        Problem::NotANumber {},
        Problem::NumberOutOfRange { min: 1, max: 9 },
        Problem::PortOutOfRange { min: 1, max: 65535 },
        Problem::PortNameMalformed {},
        Problem::QuantityMalformed {},
        Problem::QuantityNotPositive {},
        Problem::QuantityTooLarge {},
        Problem::CpuTooFine {},
        Problem::MemoryInBytes { suggestion: text() },
        Problem::ImageNotPinned {},
        Problem::LabelKeyMalformed {},
        Problem::LabelValueMalformed {},
        Problem::LabelReserved {},
        Problem::Duplicate {},
        Problem::UnknownChoice {
            choices: vec![text()],
        },
        Problem::VariableNameMalformed {},
        Problem::VariableNameUnusual {},
        Problem::LooksLikeSecret {},
        Problem::NeedsRow {},
        Problem::UnknownService {},
        Problem::UnknownPort {},
        Problem::PortNotServed {},
        Problem::NeedsService {},
        Problem::PortNameNeeded {},
        Problem::NodePortNotForType {},
        Problem::PublicAndBilled {},
        Problem::ReachUnsaid {},
        Problem::HostMalformed {},
        Problem::HostIsAddress {},
        Problem::PathMalformed {},
        Problem::RequestNeeded {
            metric: "cpu".into(),
            container: text(),
        },
        Problem::RequestNeeded {
            metric: "memory".into(),
            container: String::new(),
        },
        Problem::MinOverMax {},
        Problem::NotForType { kind: text() },
        Problem::NotForInitContainer {},
        Problem::NeedsMainContainer {},
        Problem::RequestOverLimit {},
        Problem::LimitMissing { resource: text() },
        Problem::AnnotationKeyMalformed {},
        Problem::AnnotationsTooLarge { max: 1 },
        Problem::AnnotationSetByField { by: text() },
        Problem::AnnotationNeedsAnother { other: text() },
        Problem::ClassConflict {},
        Problem::DataKeyMalformed {},
        Problem::HeaderNameMalformed {},
        Problem::NotAbsolute {},
        Problem::NotInside {},
        Problem::PathGoesUp {},
        Problem::PathHasColon {},
        Problem::FieldPathUnknown {
            choices: vec![text()],
        },
        Problem::UnknownContainer {},
        Problem::UnknownVolume {},
        Problem::VolumeNotMounted {},
        Problem::OnePodOnly {},
        Problem::MountedOnce {},
        Problem::NeedsSpareNode {},
        Problem::GraceTooShort { needed: 1, grace: 1 },
        Problem::DefinedLater { name: text() },
        Problem::CpuOverAnyNode { suggestion: text() },
        Problem::EitherDay {},
        Problem::SizeTooSmall { min: text() },
        Problem::ModeMalformed {},
        Problem::ServerMalformed {},
        Problem::CloudIdMalformed { prefix: text() },
        Problem::CapabilityMalformed {},
        Problem::RestrictedForbids {},
        Problem::CountOrPercentMalformed {},
        Problem::NothingCouldMove {},
        Problem::ScheduleParts {
            expected: 1,
            found: 1,
        },
        Problem::ScheduleNamesZone {},
        Problem::ScheduleNeverRuns {},
        Problem::ScheduleTooOften {},
        Problem::ScheduleYearIgnored {},
        Problem::TimeZoneMalformed {},
        Problem::MayNeverStart { min: 1 },
        Problem::NeedsHeadless {},
        Problem::LogStoreMalformed {},
        Problem::LogPathMalformed {},
        Problem::LogVolumeAdded { directory: text() },
        Problem::HostNotInRules {},
        Problem::WeightsAllZero {},
        Problem::SameService {},
        Problem::CanaryWithoutRule {},
        Problem::ListenersOverwritten {},
        Problem::ListenerTaken {},
        Problem::MovesBounds { min: 1, max: 1 },
        Problem::NameTaken {
            kind: "Service".into(),
            name: text(),
            owner: String::new(),
        },
        Problem::NameTaken {
            kind: "Ingress".into(),
            name: text(),
            owner: "OWNER".into(),
        },
        Problem::NamespaceMissing {},
        Problem::NamespaceTerminating {},
        Problem::Refused {
            kind: "Deployment".into(),
            name: text(),
            message: "MESSAGE".into(),
        },
        Problem::ClusterWarning {
            kind: "Deployment".into(),
            message: "MESSAGE".into(),
        },
        Problem::Forbidden {
            verb: "create".into(),
            kind: "Ingress".into(),
        },
        Problem::CouldNotCheck {
            kind: "Pod".into(),
            reason: "REASON".into(),
        },
        Problem::WouldStay {
            kind: "Service".into(),
        },
        Problem::KindMissing {
            kind: "HorizontalPodAutoscaler".into(),
        },
        Problem::AppFixed {},
        Problem::SelectorFixed { label: text() },
        Problem::NotInForm {},
        Problem::ObjectNotInForm {
            kind: "Service".into(),
            name: text(),
        },
        Problem::Immutable {
            kind: "Service".into(),
            name: text(),
            message: "MESSAGE".into(),
        },
        Problem::KeptInTheWay {
            kind: "Service".into(),
            name: text(),
            path: "PATH".into(),
            message: "MESSAGE".into(),
        },
        Problem::NotTaken {
            kind: "Service".into(),
            name: text(),
            path: "PATH".into(),
            wanted: "WANTED".into(),
            found: "FOUND".into(),
        },
        Problem::SetByOthers {
            kind: "Deployment".into(),
            name: text(),
            path: "PATH".into(),
            manager: "MANAGER".into(),
        },
        Problem::ChangedMeanwhile {
            kind: "Service".into(),
            name: text(),
        },
    ];
    problems.extend(around());
    let parts = [
        ImagePart::Host,
        ImagePart::Repository,
        ImagePart::Tag,
        ImagePart::Digest,
    ];
    problems.extend(parts.map(|part| Problem::ImageMalformed { part }));
    let parts = [FormPart::Text, FormPart::Number, FormPart::Fields, FormPart::Rows];
    problems.extend(parts.map(|expected| Problem::WrongType { expected }));
    let parts = [
        SchedulePart::Second,
        SchedulePart::Minute,
        SchedulePart::Hour,
        SchedulePart::DayOfMonth,
        SchedulePart::Month,
        SchedulePart::DayOfWeek,
        SchedulePart::Shorthand,
    ];
    problems.extend(parts.map(|part| Problem::ScheduleMalformed { part }));
    problems
}

/// What the checks find around an app.
fn around() -> Vec<Problem> {
    let text = || "TEXT".to_owned();
    let other = || "MESSAGE".to_owned();
    let owners = || [String::new(), "OWNER".to_owned()].into_iter();
    let kind = || "ServiceAccount".to_owned();
    let mut problems = vec![
        Problem::CanaryMissing {},
        Problem::Absent {
            kind: kind(),
            name: text(),
        },
        Problem::KeyAbsent {
            kind: kind(),
            name: text(),
            key: other(),
        },
        Problem::SecretTypeWrong {
            name: text(),
            found: other(),
            expected: "REASON".into(),
        },
        Problem::NoDefault { kind: kind() },
        Problem::OverQuota {
            quota: text(),
            resource: other(),
            asked: "REASON".into(),
            left: "65535".into(),
        },
        Problem::QuotaNeeds {
            quota: text(),
            resource: other(),
        },
        Problem::BelowLimit {
            resource: text(),
            min: other(),
            scope: "Pod".into(),
        },
        Problem::AboveLimit {
            resource: text(),
            max: other(),
            scope: "Pod".into(),
        },
        Problem::LimitTooFar {
            resource: text(),
            max: other(),
        },
        Problem::ClaimUnusable { name: text() },
        Problem::OtherZone { zone: text() },
        Problem::BalancerOfKubernetes {},
        Problem::ComponentMissing { component: text() },
        Problem::NoNodeFits {
            nodes: 65535,
            labels: 52,
            closed: 3,
            small: 4,
        },
        Problem::NoRoom {
            pods: 52,
            most: 65535,
        },
        Problem::AlsoSelected {
            kind: kind(),
            name: text(),
        },
    ];
    problems.extend(owners().map(|owner| Problem::HostTaken {
        host: text(),
        path: "/MESSAGE".into(),
        owner,
    }));
    problems.extend(owners().map(|owner| Problem::ListenerInUse { port: 65535, owner }));
    let rules = [
        PodRule::HostPath,
        PodRule::Capabilities,
        PodRule::VolumeKinds,
        PodRule::Escalation,
        PodRule::DropAll,
        PodRule::NonRoot,
        PodRule::Seccomp,
    ];
    problems.extend(rules.map(|rule| Problem::PodSecurity { level: text(), rule }));
    problems
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    for problem in every_problem() {
        let issue = Issue::error("basics.name", problem);
        let (english, chinese) = (
            sentence_in(Locale::en, &issue),
            sentence_in(Locale::zh_CN, &issue),
        );

        assert!(
            english.len() > 8 && !is_chinese(&english.replace("TEXT", "")),
            "{issue:?}: {english}"
        );
        assert!(is_chinese(&chinese), "{issue:?}: {chinese}");
        for sentence in [&english, &chinese] {
            assert!(!sentence.contains("{{"), "{issue:?}: {sentence}");
        }
    }
}

#[test]
fn a_sentence_tells_its_parameters() {
    for locale in [Locale::en, Locale::zh_CN] {
        for problem in every_problem() {
            let json = serde_json::to_string(&problem).unwrap();
            let sentence = sentence_in(locale, &Issue::error("x", problem));
            for parameter in ["TEXT", "OWNER", "MESSAGE", "REASON", "65535", "52"] {
                assert!(
                    !json.contains(parameter) || sentence.contains(parameter),
                    "{json}: {sentence}"
                );
            }
        }
    }
}

#[test]
fn what_is_missing_is_said_in_the_words_of_its_field() {
    let said = |field: &str| sentence_in(Locale::en, &Issue::error(field, Problem::Missing {}));

    assert_ne!(said("containers.1.image"), said("services.2.reach"));
    assert_eq!(said("scaling.metric.min"), said("scaling.metric.max"));
}
