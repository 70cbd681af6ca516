//! The administrator: puts worlds into the cluster, takes them away, and asks on behalf of people what they may see.

use http::{Method, Request};
use kube::Client as Kube;
use serde_json::{Value, json};

use super::generate::{Person, Right, Subject};
use super::silence::unbroken;

/// Kinds that a world has, as plurals below the path of their group.
pub(super) const KINDS: [(&str, &str, &str); 7] = [
    ("apis/apps/v1", "deployments", "Deployment"),
    ("api/v1", "services", "Service"),
    ("apis/networking.k8s.io/v1", "ingresses", "Ingress"),
    (
        "apis/autoscaling/v2",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
    ),
    ("api/v1", "configmaps", "ConfigMap"),
    ("api/v1", "secrets", "Secret"),
    ("api/v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
];
const RBAC: &str = "apis/rbac.authorization.k8s.io/v1";
const REVIEWS: &str = "/apis/authorization.k8s.io/v1";
const RBAC_GROUP: &str = "rbac.authorization.k8s.io";

/// An administrator's client. Cheap to clone.
#[derive(Clone)]
pub(super) struct Admin(pub(super) Kube);

/// Where the objects of a kind are.
pub(super) fn collection(namespace: &str, kind: &str) -> String {
    let known = KINDS.iter().find(|(_, _, known)| *known == kind);
    let (root, plural, _) = known.expect("a kind of the worlds");
    format!("/{root}/namespaces/{namespace}/{plural}")
}

impl Admin {
    /// One request, as an administrator or as a person. Nothing if it is refused for want of rights, or there is no such thing.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        who: Option<&Person>,
    ) -> Option<Value> {
        let request = request(&method, path, body, who);
        let sent = async || self.0.request::<Value>(request.clone()).await;
        let may_be_asked_twice = matches!(method, Method::GET | Method::DELETE) || path.starts_with(REVIEWS);
        let answer = if may_be_asked_twice {
            unbroken(sent).await
        } else {
            sent().await
        };
        match answer {
            Ok(answer) => Some(answer),
            Err(kube::Error::Api(status)) if matches!(status.code, 403 | 404) => None,
            Err(error) => panic!("{method} {path}: {error}"),
        }
    }

    /// Creates something and answers it as it was stored.
    pub(super) async fn create(&self, path: &str, object: &Value) -> Value {
        let made = self.ask(Method::POST, path, object, None).await;
        made.unwrap_or_else(|| panic!("{path}: {object}"))
    }

    /// An object or a list, as a person sees it.
    pub(super) async fn get_as(&self, person: &Person, path: &str) -> Option<Value> {
        self.ask(Method::GET, path, &Value::Null, Some(person)).await
    }

    /// Whether a person may do something, by the word of the API server.
    pub(super) async fn may(
        &self,
        person: &Person,
        verb: &str,
        (group, resource): (&str, &str),
        at: (&str, &str),
    ) -> bool {
        let (namespace, name) = at;
        let asked = json!({ "verb": verb, "group": group, "resource": resource, "namespace": namespace, "name": name });
        let review = json!({ "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                             "spec": { "resourceAttributes": asked } });
        let path = format!("{REVIEWS}/selfsubjectaccessreviews");
        let answer = self.ask(Method::POST, &path, &review, Some(person)).await;
        answer.expect("an answer")["status"]["allowed"] == true
    }

    /// Gives a right in a namespace.
    pub(super) async fn grant(&self, namespace: &str, name: &str, (right, subject): &(Right, Subject)) {
        let role = match right {
            Right::BuiltIn(role) => reference("ClusterRole", role),
            Right::Rules(rules) => {
                let role = json!({ "apiVersion": format!("{RBAC_GROUP}/v1"), "kind": "Role",
                                   "metadata": { "name": name }, "rules": rules });
                self.create(&format!("/{RBAC}/namespaces/{namespace}/roles"), &role)
                    .await;
                reference("Role", name)
            }
            Right::Aggregated(rules) => {
                self.aggregate(name, rules).await;
                reference("ClusterRole", name)
            }
        };
        let binding = binding("RoleBinding", name, &role, subject);
        self.create(&format!("/{RBAC}/namespaces/{namespace}/rolebindings"), &binding)
            .await;
    }

    /// Gives a right in the whole cluster.
    pub(super) async fn grant_everywhere(&self, name: &str, (right, subject): &(Right, Subject)) {
        let role = match right {
            Right::BuiltIn(role) => reference("ClusterRole", role),
            Right::Rules(rules) | Right::Aggregated(rules) => {
                let role = cluster_role(name, &json!({ "rules": rules }));
                self.create(&format!("/{RBAC}/clusterroles"), &role).await;
                reference("ClusterRole", name)
            }
        };
        let binding = binding("ClusterRoleBinding", name, &role, subject);
        self.create(&format!("/{RBAC}/clusterrolebindings"), &binding)
            .await;
    }

    /// Lets somebody see all apps.
    pub(super) async fn oversee(&self, user: &str) {
        let right = (Right::BuiltIn("view"), Subject::User(user.to_owned()));
        self.grant_everywhere(user, &right).await;
    }

    /// A cluster role whose rules a controller takes from another.
    async fn aggregate(&self, name: &str, rules: &[Value]) {
        let collection = format!("/{RBAC}/clusterroles");
        let labels = json!({ "worlds.example/into": name });
        let mut part = cluster_role(&format!("{name}-part"), &json!({ "rules": rules }));
        part["metadata"]["labels"] = labels.clone();
        self.create(&collection, &part).await;
        let rule = json!({ "clusterRoleSelectors": [{ "matchLabels": labels }] });
        let whole = cluster_role(name, &json!({ "aggregationRule": rule, "rules": [] }));
        self.create(&collection, &whole).await;
        crate::support::eventually("the role is put together", async || {
            let made = self
                .ask(Method::GET, &format!("{collection}/{name}"), &Value::Null, None)
                .await?;
            made["rules"]
                .as_array()
                .is_some_and(|rules| !rules.is_empty())
                .then_some(())
        })
        .await;
    }

    /// Takes everything out of a namespace but what the cluster itself keeps in it.
    pub(super) async fn empty(&self, namespace: &str) {
        let keep = "fieldSelector=metadata.name%21%3Dkube-root-ca.crt&propagationPolicy=Background";
        let kinds = KINDS.iter().map(|(_, _, kind)| collection(namespace, kind));
        let rights =
            ["rolebindings", "roles"].map(|plural| format!("/{RBAC}/namespaces/{namespace}/{plural}"));
        for path in kinds.chain(rights) {
            self.ask(Method::DELETE, &format!("{path}?{keep}"), &Value::Null, None)
                .await;
        }
    }

    /// Takes away what a world has in the whole cluster: names that were given to [`grant`](Self::grant).
    pub(super) async fn forget(&self, name: &str) {
        for path in [
            format!("/{RBAC}/clusterrolebindings/{name}"),
            format!("/{RBAC}/clusterroles/{name}"),
            format!("/{RBAC}/clusterroles/{name}-part"),
        ] {
            self.ask(Method::DELETE, &path, &Value::Null, None).await;
        }
    }
}

fn request(method: &Method, path: &str, body: &Value, who: Option<&Person>) -> Request<Vec<u8>> {
    let mut request = Request::builder().method(method.clone()).uri(path);
    if let Some(person) = who {
        request = request.header("Impersonate-User", &person.user);
        for group in &person.groups {
            request = request.header("Impersonate-Group", group);
        }
    }
    let body = if body.is_null() {
        Vec::new()
    } else {
        serde_json::to_vec(body).expect("JSON")
    };
    let request = request.header("Content-Type", content_type(method));
    request.body(body).expect("a request")
}

fn content_type(method: &Method) -> &'static str {
    if *method == Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    }
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "apiGroup": RBAC_GROUP, "kind": kind, "name": name })
}

fn cluster_role(name: &str, rest: &Value) -> Value {
    let mut role = json!({ "apiVersion": format!("{RBAC_GROUP}/v1"), "kind": "ClusterRole", "metadata": { "name": name } });
    for (key, value) in rest.as_object().into_iter().flatten() {
        role[key] = value.clone();
    }
    role
}

fn binding(kind: &str, name: &str, role: &Value, subject: &Subject) -> Value {
    let (subject_kind, subject_name) = match subject {
        Subject::User(name) => ("User", name),
        Subject::Group(name) => ("Group", name),
    };
    json!({
        "apiVersion": format!("{RBAC_GROUP}/v1"), "kind": kind, "metadata": { "name": name }, "roleRef": role,
        "subjects": [{ "apiGroup": RBAC_GROUP, "kind": subject_kind, "name": subject_name }],
    })
}
