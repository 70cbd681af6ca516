use kube::core::response::StatusDetails;

use super::*;

#[test]
fn each_status_leads_to_what_a_caller_can_do() {
    let of = |code| {
        ClusterError::of_status(
            Status {
                code,
                ..Status::default()
            },
            None,
        )
    };
    assert!(matches!(of(401), ClusterError::Unauthenticated { .. }));
    assert!(matches!(of(403), ClusterError::Forbidden { .. }));
    assert!(matches!(of(404), ClusterError::Missing { .. }));
    assert!(matches!(of(409), ClusterError::Conflict { .. }));
    assert!(matches!(of(422), ClusterError::Refused { status: 422, .. }));
    assert!(matches!(of(400), ClusterError::Refused { status: 400, .. }));
    assert!(matches!(of(429), ClusterError::Busy { .. }));
    assert!(matches!(of(503), ClusterError::Busy { .. }));
    assert!(matches!(of(500), ClusterError::Failed { .. }));
    assert!(
        matches!(of(504), ClusterError::Unreachable(_)),
        "the write may still be carried out"
    );
}

/// A status about an object, as an API server words it.
fn about(kind: &str, code: u16, reason: &str, message: &str) -> ClusterError {
    let details = StatusDetails {
        name: String::new(),
        group: String::new(),
        kind: kind.to_owned(),
        uid: String::new(),
        causes: Vec::new(),
        retry_after_seconds: 0,
    };
    let status = Status {
        code,
        reason: reason.to_owned(),
        message: message.to_owned(),
        details: Some(details),
        ..Status::default()
    };
    ClusterError::of_status(status, None)
}

#[test]
fn a_right_is_missing_when_the_authoriser_says_so() {
    for (kind, message) in [
        (
            "pods",
            r#"pods is forbidden: User "ann" cannot create resource "pods" in API group "" in the namespace "shop""#,
        ),
        (
            "deployments",
            r#"deployments.apps "web" is forbidden: User "ann" cannot patch resource "deployments" in API group "apps""#,
        ),
        (
            "users",
            r#"users "ann" is forbidden: User "slipway" cannot impersonate resource "users" in API group """#,
        ),
        ("", r#"forbidden: User "ann" cannot get path "/readyz""#),
        ("", "Access denied by the gateway"),
    ] {
        let error = about(kind, 403, "Forbidden", message);
        assert!(matches!(error, ClusterError::Forbidden { .. }), "{message}");
    }
}

#[test]
fn what_admission_refuses_is_about_the_object_whatever_its_status_and_words() {
    for (code, reason, message) in [
        (
            403,
            "Forbidden",
            r#"services "web" is forbidden: exceeded quota: few, requested: services=1"#,
        ),
        (
            403,
            "Forbidden",
            r#"pods "web" is forbidden: violates PodSecurity "restricted:latest""#,
        ),
        (
            403,
            "Forbidden",
            r#"services "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: forbidden: User "ann" cannot create resource "services""#,
        ),
        (401, "Unauthorized", r#"services "web" is forbidden: not by you"#),
        (
            403,
            "Forbidden",
            r#"admission webhook "a.example" denied the request: forbidden: User "ann" cannot do this"#,
        ),
        (500, "", r#"admission webhook "a.example" denied the request: no"#),
    ] {
        let error = about("services", code, reason, message);
        assert!(
            matches!(error, ClusterError::Refused { status, .. } if status == code),
            "{message}: {error:?}"
        );
    }
}

#[test]
fn a_webhook_that_cannot_be_called_has_refused_nothing() {
    let message = r#"Internal error occurred: failed calling webhook "a.example": connection refused"#;

    let error = about("", 500, "InternalError", message);

    assert!(matches!(error, ClusterError::Failed { .. }));
    assert!(error.is_of_a_webhook());
    let other = about("", 500, "InternalError", "Internal error occurred: no leader");
    assert!(!other.is_of_a_webhook());
}
