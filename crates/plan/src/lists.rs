//! How the API server tells the elements of a list apart when somebody applies an object.

use serde_json::Value;

/// Lists whose elements are told apart by these fields (`x-kubernetes-list-map-keys`), of the kinds that are planned here.
/// Every other list is one value, which an apply replaces as a whole.
pub const KEYED: [(&str, &[&str]); 16] = [
    ("claims", &["name"]),
    ("containers", &["name"]),
    ("env", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("hostAliases", &["ip"]),
    ("imagePullSecrets", &["name"]),
    ("initContainers", &["name"]),
    ("ownerReferences", &["uid"]),
    ("ports", &["containerPort", "protocol"]),
    ("ports", &["port", "protocol"]),
    ("resourceClaims", &["name"]),
    ("schedulingGates", &["name"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeMounts", &["mountPath"]),
    ("volumes", &["name"]),
];

/// The fields that tell the elements of a list apart; none where the list is one value.
pub fn keys(list: &str, elements: &[Value]) -> Option<&'static [&'static str]> {
    let fits = |(known, keys): &&(&str, &'static [&'static str])| {
        *known == list && elements.iter().all(|element| element.get(keys[0]).is_some())
    };
    KEYED.iter().find(fits).map(|(_, keys)| *keys)
}

/// What one of these fields says in an element. `protocol` is the only one that has a default.
pub fn key_value(element: &Value, key: &str) -> Value {
    match element.get(key) {
        Some(value) => value.clone(),
        None if key == "protocol" => "TCP".into(),
        None => Value::Null,
    }
}
