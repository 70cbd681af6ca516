//! Annotations of load balancers beside what the form writes.

use serde_json::json;

use super::agreement::{balanced, problems};
use super::guide::{errors, warnings};
use crate::Problem;

#[test]
fn an_annotation_with_its_other_half_is_fine() {
    let half = |key: &str, value: &str| json!({ "key": format!("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-{key}"), "value": value });
    for (one, other, value) in [
        ("bandwidth", "charge-type", "paybybandwidth"),
        ("spec", "instance-charge-type", "PayBySpec"),
        ("id", "force-override-listeners", "true"),
    ] {
        let both = balanced(&json!({ "annotations": [half(one, "20"), half(other, value)] }));
        let wrong = balanced(&json!({ "annotations": [half(one, "20"), half(other, "no")] }));

        assert_eq!(warnings(&both), [], "{one}");
        assert!(
            matches!(&warnings(&wrong)[..], [issue] if matches!(issue.problem, Problem::AnnotationNeedsAnother { .. })),
            "{one}"
        );
    }
}

#[test]
fn an_annotation_is_never_written_twice() {
    let existing = json!({ "kind": "existing", "instance": "lb-1" });
    let paid = json!({ "specification": "slb.s1.small", "bandwidth": 20 });
    for (balancer, key, field) in [
        (&existing, "id", "balancer.instance"),
        (&existing, "force-override-listeners", "balancer.instance"),
        (&paid, "address-type", "reach"),
        (&paid, "spec", "balancer.specification"),
        (&paid, "instance-charge-type", "balancer.specification"),
        (&paid, "bandwidth", "balancer.bandwidth"),
        (&paid, "charge-type", "balancer.bandwidth"),
    ] {
        let key = format!("service.beta.kubernetes.io/alibaba-cloud-loadbalancer-{key}");
        let annotations = json!([{ "id": 9, "key": key, "value": "x" }]);
        let draft = balanced(&json!({ "reach": "public", "balancer": balancer, "annotations": annotations }));

        let by = format!("services.5.{field}");
        assert_eq!(
            problems(&errors(&draft)),
            [(
                "services.5.annotations.9.key",
                &Problem::AnnotationSetByField { by }
            )],
            "{key}"
        );
    }
}
