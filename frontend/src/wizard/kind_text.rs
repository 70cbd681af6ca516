//! What kinds of objects are called: the word people use, with the kind as Kubernetes writes it.

use leptos_i18n::td_string;

use crate::language::{self, Locale};

/// What a kind is called, in the language of now.
pub(crate) fn called(kind: &str) -> String {
    called_in(language::locale(), kind)
}

/// What a kind is called in a language. A kind without a word of its own keeps its name.
pub(crate) fn called_in(l: Locale, kind: &str) -> String {
    match kind {
        "Deployment" => td_string!(l, wizard.kind.deployment).into(),
        "Service" => td_string!(l, wizard.kind.service).into(),
        "Ingress" => td_string!(l, wizard.kind.ingress).into(),
        "HorizontalPodAutoscaler" => td_string!(l, wizard.kind.autoscaler).into(),
        "Pod" => td_string!(l, wizard.kind.pod).into(),
        "Secret" => td_string!(l, wizard.kind.secret).into(),
        "ConfigMap" => td_string!(l, wizard.kind.config_map).into(),
        "Namespace" => td_string!(l, wizard.kind.namespace).into(),
        "StatefulSet" => td_string!(l, wizard.kind.stateful_set).into(),
        "Job" => td_string!(l, wizard.kind.job).into(),
        "CronJob" => td_string!(l, wizard.kind.cron_job).into(),
        "PersistentVolumeClaim" => td_string!(l, wizard.kind.claim).into(),
        "PersistentVolume" => td_string!(l, wizard.kind.volume).into(),
        "CronHorizontalPodAutoscaler" => td_string!(l, wizard.kind.timed_scaler).into(),
        "StorageClass" => td_string!(l, wizard.kind.storage_class).into(),
        "IngressClass" => td_string!(l, wizard.kind.ingress_class).into(),
        "ServiceAccount" => td_string!(l, wizard.kind.service_account).into(),
        "DaemonSet" => td_string!(l, wizard.kind.daemon_set).into(),
        "HTTPRoute" => td_string!(l, wizard.kind.route).into(),
        other => other.to_owned(),
    }
}

/// What an object is called: its kind in words, and its name.
pub(crate) fn named(kind: &str, name: &str) -> String {
    named_in(language::locale(), kind, name)
}

/// The same in a language.
pub(crate) fn named_in(l: Locale, kind: &str, name: &str) -> String {
    let kind = called_in(l, kind);
    if kind.ends_with('）') {
        // The bracket is as wide as a character and stands apart by itself.
        return format!("{kind}{name}");
    }
    td_string!(l, change.object, kind = kind, name = name)
}

/// What a type of Service is called.
pub(crate) fn service_type(kind: &str) -> String {
    let l = language::locale();
    match kind {
        "NodePort" => td_string!(l, wizard.service.node_port),
        "LoadBalancer" => td_string!(l, wizard.service.load_balancer),
        _ => td_string!(l, wizard.service.cluster_ip),
    }
    .into()
}
