//! How each process of the control plane is called.

use std::path::{Path, PathBuf};

use crate::build::Programs;
use crate::certificates::Certificates;
use crate::guard::Process;
use crate::identities::Identities;
use crate::ports::Ports;
use crate::{Audit, Load, Options};

/// Controllers without which roles, deletions and namespaces do not come to an end.
const STORED_ONLY: [&str; 6] = [
    "clusterrole-aggregation-controller",
    "garbage-collector-controller",
    "namespace-controller",
    "persistentvolumeclaim-protection-controller",
    "root-ca-certificate-publisher-controller",
    "serviceaccount-controller",
];

/// What the command lines are made from.
pub(crate) struct Layout<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) programs: &'a Programs,
    pub(crate) ports: &'a Ports,
    pub(crate) certificates: &'a Certificates,
    pub(crate) identities: &'a Identities,
    pub(crate) options: &'a Options,
}

impl Layout<'_> {
    pub(crate) fn etcd(&self) -> Process {
        let clients = format!("http://127.0.0.1:{}", self.ports.etcd);
        let peers = format!("http://127.0.0.1:{}", self.ports.etcd_peers);
        let mut args = Args::default();
        args.path("data-dir", &self.folder.join("etcd"));
        args.set("listen-client-urls", &clients);
        args.set("advertise-client-urls", &clients);
        args.set("listen-peer-urls", &peers);
        args.set("initial-advertise-peer-urls", &peers);
        args.set("initial-cluster", &format!("default={peers}"));
        // A kill loses nothing that was written; only a power cut could, and this data is not worth waiting for disks.
        args.flag("unsafe-no-fsync");
        // It is elected by nobody but itself: the usual second would be a quarter of the whole start.
        args.set("heartbeat-interval", "20");
        args.set("election-timeout", "100");
        self.process("etcd", args)
    }

    pub(crate) fn api_server(&self) -> Process {
        let mut args = Args::default();
        args.set("etcd-servers", &format!("http://127.0.0.1:{}", self.ports.etcd));
        args.set("secure-port", &self.ports.api_server.to_string());
        args.set("bind-address", "127.0.0.1");
        // A loopback address is refused as an endpoint, and without real pods nobody needs one.
        args.set("advertise-address", "127.0.0.1");
        args.set("endpoint-reconciler-type", "none");
        args.set("service-cluster-ip-range", self.service_range());
        args.set("authorization-mode", "Node,RBAC");
        args.set("enable-admission-plugins", "NodeRestriction");
        args.set("allow-privileged", "true");
        args.set("profiling", "false");
        args.path("cert-dir", &self.folder.join("run"));
        self.serving_keys(&mut args);
        self.client_keys(&mut args);
        self.audit(&mut args);
        if self.options.load.is_heavy() {
            // Nobody competes for it, and to weigh each request against others is work for each.
            args.set("enable-priority-and-fairness", "false");
        }
        self.process("kube-apiserver", args)
    }

    fn serving_keys(&self, args: &mut Args) {
        let key = |file: &str| self.certificates.path(file);
        args.path("tls-cert-file", &key("apiserver.crt"));
        args.path("tls-private-key-file", &key("apiserver.key"));
        args.path("client-ca-file", &key("ca.crt"));
        args.path("token-auth-file", &self.identities.tokens());
        args.set("service-account-issuer", "https://kubernetes.default.svc");
        args.path("service-account-key-file", &key("sa.pub"));
        args.path("service-account-signing-key-file", &key("sa.key"));
        args.path("requestheader-client-ca-file", &key("front-proxy-ca.crt"));
        args.set("requestheader-allowed-names", "front-proxy-client");
        args.set("requestheader-username-headers", "X-Remote-User");
        args.set("requestheader-group-headers", "X-Remote-Group");
        args.set("requestheader-extra-headers-prefix", "X-Remote-Extra-");
    }

    fn client_keys(&self, args: &mut Args) {
        let key = |file: &str| self.certificates.path(file);
        args.path("kubelet-client-certificate", &key("apiserver-kubelet-client.crt"));
        args.path("kubelet-client-key", &key("apiserver-kubelet-client.key"));
        args.path("kubelet-certificate-authority", &key("ca.crt"));
        args.set("kubelet-preferred-address-types", "InternalIP,Hostname");
        args.path("proxy-client-cert-file", &key("front-proxy-client.crt"));
        args.path("proxy-client-key-file", &key("front-proxy-client.key"));
    }

    fn audit(&self, args: &mut Args) {
        if self.options.audit != Audit::Off {
            args.path("audit-policy-file", &self.folder.join("run/audit-policy.yaml"));
            args.path("audit-log-path", &audit_log(self.folder));
        }
    }

    pub(crate) fn controller_manager(&self) -> Process {
        let mut args = self.kubernetes_client("controller-manager");
        args.path(
            "service-account-private-key-file",
            &self.certificates.path("sa.key"),
        );
        args.path("root-ca-file", &self.certificates.path("ca.crt"));
        args.flag("use-service-account-credentials");
        args.set("horizontal-pod-autoscaler-sync-period", "5s");
        args.set("horizontal-pod-autoscaler-cpu-initialization-period", "10s");
        args.set("horizontal-pod-autoscaler-initial-readiness-delay", "5s");
        match self.options.load {
            Load::Usual => {}
            // Addresses of pods that there are none of: three writes and as many deletions for each Service.
            Load::Heavy => args.set(
                "controllers",
                "*,-endpoints-controller,-endpointslice-controller,-endpointslice-mirroring-controller",
            ),
            Load::StoredOnly => args.set("controllers", &STORED_ONLY.join(",")),
        }
        self.process("kube-controller-manager", args)
    }

    pub(crate) fn scheduler(&self) -> Process {
        self.process("kube-scheduler", self.kubernetes_client("scheduler"))
    }

    /// What controllers and scheduler have in common. There is one of each, so none waits to be elected, and nobody asks
    /// for their own pages, so they need no port.
    fn kubernetes_client(&self, user: &str) -> Args {
        let mut args = Args::default();
        self.delegated(&mut args, user);
        args.set("secure-port", "0");
        args.set("leader-elect", "false");
        args.set("kube-api-qps", &self.options.controller_qps.to_string());
        args.set("kube-api-burst", &(self.options.controller_qps * 2).to_string());
        args
    }

    fn delegated(&self, args: &mut Args, user: &str) {
        let kubeconfig = self.identities.kubeconfig(user);
        for name in [
            "kubeconfig",
            "authentication-kubeconfig",
            "authorization-kubeconfig",
        ] {
            args.path(name, &kubeconfig);
        }
    }

    pub(crate) fn kwok(&self, config: &Path) -> Process {
        let mut args = Args::default();
        args.path("kubeconfig", &self.identities.kubeconfig("kwok"));
        args.path("config", config);
        args.set("manage-nodes-with-annotation-selector", "kwok.x-k8s.io/node=fake");
        args.set("cidr", "10.244.0.0/16");
        args.set("node-ip", "127.0.0.1");
        args.set("node-port", &self.ports.kubelet.to_string());
        args.set("server-address", &format!("127.0.0.1:{}", self.ports.kubelet));
        args.set("node-lease-duration-seconds", "40");
        args.path("tls-cert-file", &self.certificates.path("kubelet.crt"));
        args.path("tls-private-key-file", &self.certificates.path("kubelet.key"));
        self.process("kwok", args)
    }

    pub(crate) fn metrics_server(&self) -> Process {
        let mut args = Args::default();
        self.delegated(&mut args, "metrics-server");
        args.set("bind-address", "127.0.0.1");
        args.set("secure-port", &self.ports.metrics.to_string());
        args.path("tls-cert-file", &self.certificates.path("metrics-server.crt"));
        args.path(
            "tls-private-key-file",
            &self.certificates.path("metrics-server.key"),
        );
        args.path("kubelet-certificate-authority", &self.certificates.path("ca.crt"));
        args.set("kubelet-preferred-address-types", "InternalIP");
        args.flag("kubelet-use-node-status-port");
        // The shortest it takes; it must be longer than the timeout.
        args.set("metric-resolution", "10s");
        args.set("kubelet-request-timeout", "5s");
        self.process("metrics-server", args)
    }

    /// As many Services as load balancer addresses can differ for, unless more are wanted.
    fn service_range(&self) -> &'static str {
        if self.options.many_services {
            "10.96.0.0/16"
        } else {
            "10.96.0.0/23"
        }
    }

    fn process(&self, name: &str, args: Args) -> Process {
        // Nothing of the caller's: a proxy or a KUBECONFIG set there must not lead these processes elsewhere.
        let mut env = vec![
            format!("HOME={}", self.folder.display()),
            "PATH=/usr/bin:/bin".to_owned(),
        ];
        if self.options.load.is_heavy() {
            // Memory is looked through for what is unused a quarter as often.
            env.push("GOGC=400".to_owned());
        }
        Process {
            name: name.to_owned(),
            program: self.programs.path(name),
            args: args.0,
            env,
            log: log(self.folder, name),
        }
    }
}

/// The log of a process.
pub(crate) fn log(folder: &Path, name: &str) -> PathBuf {
    folder.join("log").join(format!("{name}.log"))
}

/// The audit log.
pub(crate) fn audit_log(folder: &Path) -> PathBuf {
    folder.join("log/audit.jsonl")
}

/// Command-line arguments as Go programs take them.
#[derive(Default)]
struct Args(Vec<String>);

impl Args {
    fn set(&mut self, name: &str, value: &str) {
        self.0.push(format!("--{name}={value}"));
    }

    fn path(&mut self, name: &str, value: &Path) {
        self.set(name, &value.to_string_lossy());
    }

    fn flag(&mut self, name: &str) {
        self.0.push(format!("--{name}"));
    }
}
