//! What can be wrong: codes with parameters, public API.

use serde::Serialize;
use serde_json::{Map, Value};

use super::declare::problems;
use super::part::{FormPart, ImagePart, PodRule, SchedulePart};

problems! {
    /// Nothing was given where something is needed.
    Missing {}
    /// Longer than Kubernetes allows.
    TooLong {
        /** The most characters allowed. */ max: u32,
    }
    /// Holds full-width characters, blanks or invisible characters; `suggestion` is the same without them.
    NotPlain {
        /** The text with plain characters. */ suggestion: String,
    }
    /// Not a name: lower-case letters, digits and `-`, starting with a letter.
    NameMalformed {}
    /// Not a DNS label: lower-case letters, digits and `-`, starting and ending with a letter or digit.
    LabelMalformed {}
    /// Not a DNS subdomain: DNS labels joined by dots.
    SubdomainMalformed {}
    /// Not a whole number.
    NotANumber {}
    /// A number outside its range.
    NumberOutOfRange {
        /** The least allowed. */ min: u64,
        /** The most allowed. */ max: u64,
    }
    /// A port outside 1–65535.
    PortOutOfRange {
        /** The least allowed. */ min: u64,
        /** The most allowed. */ max: u64,
    }
    /// Not a port name: at most 15 lower-case letters, digits and single `-`, with at least one letter.
    PortNameMalformed {}
    /// Not a quantity such as `500m` or `256Mi`.
    QuantityMalformed {}
    /// A quantity that must be more than zero.
    QuantityNotPositive {}
    /// A quantity larger than Kubernetes can hold.
    QuantityTooLarge {}
    /// CPU finer than one thousandth of a core.
    CpuTooFine {}
    /// Memory given as a bare number means bytes; `suggestion` is probably meant.
    MemoryInBytes {
        /** The same number in MiB. */ suggestion: String,
    }
    /// Not an image reference.
    ImageMalformed {
        /** The part that is wrong. */ part: ImagePart,
    }
    /// An image without a fixed version: what runs can change at any restart.
    ImageNotPinned {}
    /// Not a label key.
    LabelKeyMalformed {}
    /// Not a label value.
    LabelValueMalformed {}
    /// A label that Slipway sets itself.
    LabelReserved {}
    /// The same value stands in another row.
    Duplicate {}
    /// Not one of the choices.
    UnknownChoice {
        /** The choices. */ choices: Vec<String>,
    }
    /// Not a name for an environment variable.
    VariableNameMalformed {}
    /// A variable name that older clusters refuse.
    VariableNameUnusual {}
    /// Looks like a password or key, which belongs in a Secret.
    LooksLikeSecret {}
    /// There must be at least one row.
    NeedsRow {}
    /// No Service of the draft has this name.
    UnknownService {}
    /// The Service has no such port.
    UnknownPort {}
    /// No container lists this port, so nothing may answer there.
    PortNotServed {}
    /// An Ingress needs a Service to send requests to.
    NeedsService {}
    /// Several ports need a name each.
    PortNameNeeded {}
    /// A node port makes sense for types `NodePort` and `LoadBalancer` only.
    NodePortNotForType {}
    /// Reachable from the whole internet, and billed.
    PublicAndBilled {}
    /// Nothing says who can reach a load balancer that runs: it stays as it is.
    ReachUnsaid {}
    /// Not a host name.
    HostMalformed {}
    /// An IP address where a name is needed.
    HostIsAddress {}
    /// Not an absolute path without `//`, `/./` and `/../`.
    PathMalformed {}
    /// Scaling by this metric needs a request for it in every container.
    RequestNeeded {
        /** The metric, `cpu` or `memory`. */ metric: String,
        /** The container without the request. */ container: String,
    }
    /// The least is more than the most.
    MinOverMax {}
    /// Not for this kind of thing; what was typed stays, and does nothing.
    NotForType {
        /** The kind it is not for. */ kind: String,
    }
    /// A container that runs before the others has no health checks and no lifecycle.
    NotForInitContainer {}
    /// At least one container must keep running.
    NeedsMainContainer {}
    /// More is reserved than the limit allows.
    RequestOverLimit {}
    /// The limit is missing, so the node's own size is what the program would see.
    LimitMissing {
        /** The resource without a limit. */ resource: String,
    }
    /// Not an annotation key.
    AnnotationKeyMalformed {}
    /// The annotations together are larger than Kubernetes can hold.
    AnnotationsTooLarge {
        /** The most bytes allowed, keys and values together. */ max: u32,
    }
    /// This annotation is written from a field of the form.
    AnnotationSetByField {
        /** The field's path, for the one who looks for it. */ by: String,
    }
    /// This annotation does nothing without another one.
    AnnotationNeedsAnother {
        /** The other one, as `key: value`. */ other: String,
    }
    /// The old annotation for the class says something else than the class.
    ClassConflict {}
    /// Not a key of a ConfigMap or Secret.
    DataKeyMalformed {}
    /// Not the name of an HTTP header.
    HeaderNameMalformed {}
    /// Not a path from the root.
    NotAbsolute {}
    /// A path from the root, or one with `..`, where one inside the volume is needed.
    NotInside {}
    /// A path with `..`.
    PathGoesUp {}
    /// A path with a colon, which container runtimes take apart.
    PathHasColon {}
    /// Not a field of the pod that a variable can show.
    FieldPathUnknown {
        /** Those there are. */ choices: Vec<String>,
    }
    /// No container has this name.
    UnknownContainer {}
    /// No volume has this name.
    UnknownVolume {}
    /// No container mounts this volume.
    VolumeNotMounted {}
    /// Only one node at a time can mount it, so pods on other nodes would wait for ever.
    OnePodOnly {}
    /// A rolling update runs the new pod beside the old one, and only one node at a time can mount this volume.
    MountedOnce {}
    /// No two of these pods may be on one node, and a rolling update that stops none first needs one node more than pods.
    NeedsSpareNode {}
    /// The command that runs before a container is stopped takes longer than its pod is given.
    GraceTooShort {
        /** The seconds it takes. */ needed: u64,
        /** The seconds the pod is given. */ grace: u32,
    }
    /// A variable that this value refers to is defined after it, so the reference stays as it is typed.
    DefinedLater {
        /** The variable. */ name: String,
    }
    /// More CPU than a node has; thousandths of a core were probably meant.
    CpuOverAnyNode {
        /** The same number in thousandths. */ suggestion: String,
    }
    /// Smaller than the cloud sells.
    SizeTooSmall {
        /** The least allowed. */ min: String,
    }
    /// Not file permissions in octal.
    ModeMalformed {}
    /// Not a host name or address of a file server.
    ServerMalformed {}
    /// Not an id of the cloud.
    CloudIdMalformed {
        /** How such an id starts. */ prefix: String,
    }
    /// Not the name of a right of the super-user.
    CapabilityMalformed {}
    /// The standard `restricted` does not allow this.
    RestrictedForbids {}
    /// Not a number and not a percentage.
    CountOrPercentMalformed {}
    /// With neither more nor fewer pods for a while nothing could be replaced.
    NothingCouldMove {}
    /// A part of a schedule is wrong.
    ScheduleMalformed {
        /** The part. */ part: SchedulePart,
    }
    /// A schedule with too many or too few parts.
    ScheduleParts {
        /** How many there must be. */ expected: u32,
        /** How many there are. */ found: u32,
    }
    /// A schedule that names a time zone, which has a field of its own.
    ScheduleNamesZone {}
    /// No year has such a day, so that nothing ever runs.
    ScheduleNeverRuns {}
    /// A CronJob starts one run a minute at most.
    ScheduleTooOften {}
    /// Days of the month and days of the week are both given: it runs on the ones and on the others.
    EitherDay {}
    /// The year of this schedule is not looked at.
    ScheduleYearIgnored {}
    /// Not the name of a time zone.
    TimeZoneMalformed {}
    /// So short that a run may never start.
    MayNeverStart {
        /** The least seconds that work. */ min: u64,
    }
    /// Pods get names of their own only with a headless Service.
    NeedsHeadless {}
    /// Not a name for a Logstore here: lower-case letters, digits and `-`.
    LogStoreMalformed {}
    /// Not a path to log files.
    LogPathMalformed {}
    /// A volume is mounted there to collect the logs; it hides what the image has at that place.
    LogVolumeAdded {
        /** The folder. */ directory: String,
    }
    /// Not among the hosts of the rules.
    HostNotInRules {}
    /// The weights are all zero.
    WeightsAllZero {}
    /// Both names lead to the same Service.
    SameService {}
    /// Nothing says which requests go to the other version.
    CanaryWithoutRule {}
    /// A listener that is there on the same port is overwritten.
    ListenersOverwritten {}
    /// Another Service of this draft uses the same port of the same load balancer.
    ListenerTaken {}
    /// Changes the least or the most of the autoscaler for good.
    MovesBounds {
        /** The least of the autoscaler. */ min: u32,
        /** The most of the autoscaler. */ max: u32,
    }
    /// More rows than one list may have.
    TooManyRows {
        /** The most. */ max: u32,
    }
    /// More rows than all lists of a draft may have together.
    TooManyRowsInAll {
        /** The most. */ max: u32,
    }
    /// There are more issues than are listed; this is the field of the first one that is not.
    MoreIssues {
        /** How many are listed. */ max: u32,
    }
    /// No draft has a field of this name here.
    UnknownField {
        /** The name that was perhaps meant; empty when there is none like it. */ nearest: String,
    }
    /// Not the kind of value that belongs here.
    WrongType {
        /** The kind that does. */ expected: FormPart,
    }
    /// The name belongs to an object in the cluster.
    NameTaken {
        /** Its kind. */ kind: String,
        /** Its name. */ name: String,
        /** Who made it, as far as its marks say; empty when unknown or not to be told. */ owner: String,
    }
    /// The namespace does not exist.
    NamespaceMissing {}
    /// The namespace is being deleted.
    NamespaceTerminating {}
    /// The cluster refused an object; the words are its own.
    Refused {
        /** The object's kind. */ kind: String,
        /** The object's name. */ name: String,
        /** The cluster's words. */ message: String,
    }
    /// The cluster would accept it, and says something about it.
    ClusterWarning {
        /** The object's kind. */ kind: String,
        /** The cluster's words. */ message: String,
    }
    /// A right is missing.
    Forbidden {
        /** The verb that is not allowed. */ verb: String,
        /** The kind it is not allowed for. */ kind: String,
    }
    /// Something could not be checked beforehand.
    CouldNotCheck {
        /** What could not be checked. */ kind: String,
        /** Why, in the cluster's words. */ reason: String,
    }
    /// What would stay behind if creating failed half-way, since the person may not delete it.
    WouldStay {
        /** The kind that may not be deleted. */ kind: String,
    }
    /// The cluster lacks the kind, so the object is planned but not made.
    KindMissing {
        /** The kind. */ kind: String,
    }
    /// Namespace, name and type of a running app cannot change: another address is another app.
    AppFixed {}
    /// The workload finds its pods by this label, for ever.
    SelectorFixed {
        /** The label. */ label: String,
    }
    /// The running app cannot be described in the form without an error at this field, so its changes cannot be told.
    NotInForm {}
    /// An object is there that says more than the form knows.
    ObjectNotInForm {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
    }
    /// The cluster does not let this change in an object that is there. It can be taken away and made anew.
    Immutable {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
        /** The cluster's words. */ message: String,
    }
    /// Something that the form does not show, and that the cluster does not accept together with a change. It can be
    /// removed.
    KeptInTheWay {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
        /** The path in the object. */ path: String,
        /** The cluster's words. */ message: String,
    }
    /// The cluster has accepted an object and made something else of it than what was asked for.
    NotTaken {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
        /** The path in the object. */ path: String,
        /** What was asked for; empty for what should be gone. */ wanted: String,
        /** What it is; empty for what is not there. */ found: String,
    }
    /// Somebody else has set this, to something else.
    SetByOthers {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
        /** The path in the object. */ path: String,
        /** Who has set it. */ manager: String,
    }
    /// The object is not the one that was to be changed, or is no longer what it was.
    ChangedMeanwhile {
        /** The kind. */ kind: String,
        /** The name. */ name: String,
    }
    /// Nothing in the cluster sends a share of requests elsewhere, so the canary is planned but not made.
    CanaryMissing {}
    /// An object that is referred to is not there.
    Absent {
        /** Its kind. */ kind: String,
        /** Its name. */ name: String,
    }
    /// An object that is referred to is there and lacks a key.
    KeyAbsent {
        /** Its kind. */ kind: String,
        /** Its name. */ name: String,
        /** The key. */ key: String,
    }
    /// A Secret of another type than the one that is needed.
    SecretTypeWrong {
        /** Its name. */ name: String,
        /** Its type. */ found: String,
        /** The type that is needed. */ expected: String,
    }
    /// None is named, and the cluster has no default.
    NoDefault {
        /** The kind of which none is the default. */ kind: String,
    }
    /// More than a quota of the namespace leaves.
    OverQuota {
        /** The quota. */ quota: String,
        /** What it counts. */ resource: String,
        /** How much is asked for. */ asked: String,
        /** How much is left. */ left: String,
    }
    /// A quota of the namespace counts this, so that every container must say how much it needs.
    QuotaNeeds {
        /** The quota. */ quota: String,
        /** What it counts. */ resource: String,
    }
    /// Less than the least that the namespace allows.
    BelowLimit {
        /** What is limited. */ resource: String,
        /** The least. */ min: String,
        /** What the limit holds for: `Container`, `Pod` or `PersistentVolumeClaim`. */ scope: String,
    }
    /// More than the most that the namespace allows.
    AboveLimit {
        /** What is limited. */ resource: String,
        /** The most. */ max: String,
        /** What the limit holds for: `Container`, `Pod` or `PersistentVolumeClaim`. */ scope: String,
    }
    /// The limit is more times what is reserved than the namespace allows.
    LimitTooFar {
        /** What is limited. */ resource: String,
        /** The most times. */ max: String,
    }
    /// The Pod Security level of the namespace does not allow this.
    PodSecurity {
        /** The level. */ level: String,
        /** The rule that is broken. */ rule: PodRule,
    }
    /// A claim that is lost or on its way out.
    ClaimUnusable {
        /** Its name. */ name: String,
    }
    /// The volume is in another zone than the pods.
    OtherZone {
        /** The zone of the volume. */ zone: String,
    }
    /// Host and path are served already.
    HostTaken {
        /** The host; empty for all. */ host: String,
        /** The path. */ path: String,
        /** Where, as namespace and name; empty when it is not to be told. */ owner: String,
    }
    /// A Service in the cluster uses the same port of the same load balancer.
    ListenerInUse {
        /** The port. */ port: u64,
        /** Which Service, as namespace and name; empty when it is not to be told. */ owner: String,
    }
    /// A load balancer that Kubernetes has made cannot be used again.
    BalancerOfKubernetes {}
    /// The cluster lacks a component, so that this does nothing.
    ComponentMissing {
        /** The component. */ component: String,
    }
    /// No node can take such a pod.
    NoNodeFits {
        /** How many nodes there are. */ nodes: u64,
        /** How many of them lack a label that is asked for. */ labels: u64,
        /** How many of the others keep such pods away, or take none now. */ closed: u64,
        /** How many of the others are too small. */ small: u64,
    }
    /// The nodes have no room for all pods now.
    NoRoom {
        /** For how many they have. */ pods: u64,
        /** How many there may be. */ most: u64,
    }
    /// Something else selects the same pods.
    AlsoSelected {
        /** Its kind. */ kind: String,
        /** Its name. */ name: String,
    }
}
