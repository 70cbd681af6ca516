//! The pod template.

use slipway_model::App;
use slipway_model::app::{Volume, VolumeSource};

use super::FieldMap;

const POD: &[(&str, &str)] = &[
    ("metadata.labels", "labels"),
    ("metadata.annotations", "annotations"),
    // The server leaves the metadata of a template out of its paths.
    ("labels", "labels"),
    ("annotations", "annotations"),
    ("spec.serviceAccountName", "service_account"),
    ("spec.terminationGracePeriodSeconds", "grace"),
    ("spec.nodeSelector", "node_selector"),
    ("spec.affinity", "affinity"),
    ("spec.tolerations", "tolerations"),
    ("spec.topologySpreadConstraints", "spread"),
    ("spec.securityContext", "security.restricted"),
    ("spec.securityContext.runAsUser", "security.user"),
    ("spec.securityContext.runAsGroup", "security.group"),
    ("spec.securityContext.fsGroup", "security.fs_group"),
];

const TOLERATION: &[(&str, &str)] = &[
    ("", "key"),
    // The server says so of a value that does not fit, too; the operator itself is never wrong.
    ("operator", "value"),
    ("value", "value"),
    ("effect", "effect"),
    ("tolerationSeconds", "seconds"),
];

const SPREAD: &[(&str, &str)] = &[
    ("", "topology"),
    ("maxSkew", "max_skew"),
    ("whenUnsatisfiable", "when"),
];

const VOLUME: &[(&str, &str)] = &[
    ("", "kind"),
    ("name", "name"),
    ("emptyDir.medium", "medium"),
    ("emptyDir.sizeLimit", "size"),
    ("hostPath.path", "path"),
    ("hostPath.type", "host_kind"),
    ("configMap.name", "object"),
    ("configMap.items", "items"),
    ("configMap.defaultMode", "mode"),
    ("configMap.optional", "optional"),
    ("secret.secretName", "object"),
    ("secret.items", "items"),
    ("secret.defaultMode", "mode"),
    ("secret.optional", "optional"),
    ("persistentVolumeClaim.readOnly", "read_only"),
    ("nfs.server", "server"),
    ("nfs.path", "path"),
    ("nfs.readOnly", "read_only"),
    ("flexVolume.fsType", "fs_kind"),
    ("flexVolume.options.server", "server"),
    ("flexVolume.options.path", "path"),
    ("flexVolume.options.vers", "version"),
    ("flexVolume.options.options", "options"),
    ("flexVolume.options.volumeId", "disk"),
];

impl FieldMap {
    /// The template at a path.
    pub(super) fn pod(&mut self, template: &str, app: &App) {
        self.add(template, "containers");
        self.add_all(template, "pod", POD);
        let spec = format!("{template}.spec");
        self.containers(&spec, app);
        let in_pod = app
            .volumes
            .iter()
            .filter(|volume| !matches!(volume.source, VolumeSource::ClaimTemplate(_)));
        self.add(format!("{spec}.volumes"), "volumes");
        for (index, volume) in in_pod.enumerate() {
            self.pod_volume(&format!("{spec}.volumes[{index}]"), volume);
        }
        self.affinity(&format!("{spec}.affinity"), app);
        for (index, toleration) in app.pod.tolerations.iter().enumerate() {
            let at = format!("pod.tolerations.{}", toleration.row);
            self.add_all(&format!("{spec}.tolerations[{index}]"), &at, TOLERATION);
        }
        for (index, rule) in app.pod.spread.iter().enumerate() {
            let path = format!("{spec}.topologySpreadConstraints[{index}]");
            self.add_all(&path, &format!("pod.spread.{}", rule.row), SPREAD);
        }
    }

    fn pod_volume(&mut self, path: &str, volume: &Volume) {
        let at = format!("volumes.{}", volume.row);
        self.add_all(path, &at, VOLUME);
        let claim = super::storage::claim_leaf(volume);
        self.add(
            format!("{path}.persistentVolumeClaim.claimName"),
            format!("{at}.{claim}"),
        );
    }
}
