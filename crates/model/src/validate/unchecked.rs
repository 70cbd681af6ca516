//! Values that run already and that a rule refuses: Kubernetes has accepted them, so they are planned as they are.

use crate::app::TargetPort;
use crate::value::{
    AnnotationKey, AppName, Capability, CloudId, CountOrPercent, Cpu, CronSchedule, DataKey, Divisor,
    DnsLabel, FieldPath, FileMode, FilePath, HeaderName, HostName, ImageRef, InsidePath, LabelKey,
    LabelValue, LogPath, LogStore, Memory, MountPath, NodePort, PortName, PortNumber, ProbePath,
    ResourceField, ServerName, ServiceName, Subdomain, TimeZone, TimedSchedule, UrlPath, VariableName,
};

/// A value that can be made of a text without asking its rule.
pub(super) trait Unchecked: Sized {
    /// The value; none where nothing could be planned of the text.
    fn as_is(text: &str) -> Option<Self>;
}

/// Text that Kubernetes takes whatever it is, or by another rule than ours.
macro_rules! any_text {
    ($($kind:ty),* $(,)?) => {
        $(impl Unchecked for $kind {
            fn as_is(text: &str) -> Option<Self> {
                Some(Self::unchecked(text))
            }
        })*
    };
}
any_text!(
    AnnotationKey,
    Capability,
    CloudId,
    Cpu,
    CronSchedule,
    DataKey,
    Divisor,
    FieldPath,
    FilePath,
    HeaderName,
    HostName,
    ImageRef,
    InsidePath,
    LabelKey,
    LabelValue,
    LogPath,
    LogStore,
    Memory,
    MountPath,
    ProbePath,
    ResourceField,
    ServerName,
    ServiceName,
    Subdomain,
    TimeZone,
    TimedSchedule,
    UrlPath,
    VariableName,
);

/// Values of which Kubernetes refuses just what we refuse, so that none of them can run.
macro_rules! never {
    ($($kind:ty),* $(,)?) => {
        $(impl Unchecked for $kind {
            fn as_is(_: &str) -> Option<Self> {
                None
            }
        })*
    };
}
never!(DnsLabel, FileMode, PortName, PortNumber, TargetPort);

/// An app is looked for by its name, which therefore is one that an object can have.
impl Unchecked for AppName {
    fn as_is(text: &str) -> Option<Self> {
        Subdomain::parse(text).is_ok().then(|| Self::unchecked(text))
    }
}

impl Unchecked for NodePort {
    fn as_is(text: &str) -> Option<Self> {
        Self::unchecked(text)
    }
}

impl Unchecked for CountOrPercent {
    fn as_is(text: &str) -> Option<Self> {
        Self::unchecked(text)
    }
}

impl Unchecked for String {
    fn as_is(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Unchecked for u64 {
    fn as_is(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}
