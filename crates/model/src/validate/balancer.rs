//! Step 3: the cloud load balancer of a Service, and the annotations that tell the cloud about it.

use std::collections::BTreeMap;

use super::part::Part;
use crate::app::{Annotations, Balancer, Reach};
use crate::value::{CloudId, Subdomain};
use crate::{Problem, draft};

/// How the annotations of load balancers start; the second one is older and still read.
pub(super) const PREFIXES: [&str; 2] = [
    "service.beta.kubernetes.io/alibaba-cloud-",
    "service.beta.kubernetes.io/alicloud-",
];

pub(super) fn read(row: &draft::Service, part: &mut Part) -> Option<Balancer> {
    let existing =
        part.inner("balancer")
            .choice("kind", &row.balancer.kind, &[("new", false), ("existing", true)])?;
    if existing {
        let mut part = part.inner("balancer");
        let id = part.needed("instance", &row.balancer.instance, |text| {
            CloudId::parse(text, "lb-")
        })?;
        part.warn("instance", Problem::ListenersOverwritten {});
        return Some(Balancer::Existing(id));
    }
    let reach = reach(row, part);
    let part = &mut part.inner("balancer");
    let specification = part.optional("specification", &row.balancer.specification, Subdomain::parse);
    let bandwidth = part.count("bandwidth", &row.balancer.bandwidth, 1, 10_000);
    if bandwidth.is_some() && reach == Some(Reach::Private) {
        part.warn(
            "bandwidth",
            Problem::NotForType {
                kind: Reach::Private.as_str().to_owned(),
            },
        );
    }
    Some(Balancer::New {
        reach,
        specification: specification.map(|specification| specification.to_string()),
        bandwidth: bandwidth.filter(|_| reach == Some(Reach::Public)),
    })
}

/// Who can reach a load balancer. Nothing is chosen for the user, since one answer costs money and is open to all. One that
/// runs need not say it.
fn reach(row: &draft::Service, part: &mut Part) -> Option<Reach> {
    if row.reach.is_blank() {
        let field = part.field("reach");
        let problem = if part.issues().is_running(&field) {
            Problem::ReachUnsaid {}
        } else {
            Problem::Missing {}
        };
        part.error("reach", problem);
        return None;
    }
    let reach = part.choice("reach", &row.reach, Reach::CHOICES)?;
    if reach == Reach::Public {
        part.warn("reach", Problem::PublicAndBilled {});
    }
    Some(reach)
}

/// Annotations that do nothing alone: the one, the other, and the value the other must have.
const PAIRS: [(&str, &str, &str); 3] = [
    (
        "loadbalancer-bandwidth",
        "loadbalancer-charge-type",
        "paybybandwidth",
    ),
    (
        "loadbalancer-spec",
        "loadbalancer-instance-charge-type",
        "PayBySpec",
    ),
    ("loadbalancer-id", "loadbalancer-force-override-listeners", "true"),
];

/// Judges the annotations typed for a Service beside what the form writes there.
pub(super) fn annotations(
    row: &draft::Service,
    balancer: Option<&Balancer>,
    typed: &Annotations,
    part: &mut Part,
) {
    let suffix = |key: &'_ str| {
        PREFIXES
            .iter()
            .find_map(|prefix| key.strip_prefix(prefix))
            .map(ToOwned::to_owned)
    };
    let mut values = BTreeMap::new();
    for (key, value) in typed {
        if let Some(suffix) = suffix(key.as_str()) {
            values.entry(suffix).or_insert(value.as_str());
        }
    }
    for line in &row.annotations {
        let Some(suffix) = suffix(line.key.text()) else {
            continue;
        };
        let key = format!("annotations.{}.key", line.id);
        if let Some(by) = balancer.and_then(|balancer| written_by(balancer, &suffix)) {
            let by = part.field(by);
            part.error(key, Problem::AnnotationSetByField { by });
        } else if let Some((_, other, value)) = PAIRS.iter().find(|(one, _, _)| *one == suffix)
            && values.get(*other) != Some(value)
        {
            let other = format!("{}{other}: {value}", PREFIXES[0]);
            part.warn(key, Problem::AnnotationNeedsAnother { other });
        }
    }
}

/// The field from which an annotation is written.
fn written_by(balancer: &Balancer, suffix: &str) -> Option<&'static str> {
    match (balancer, suffix) {
        (Balancer::New { .. }, "loadbalancer-address-type") => Some("reach"),
        (
            Balancer::New {
                specification: Some(_),
                ..
            },
            "loadbalancer-spec" | "loadbalancer-instance-charge-type",
        ) => Some("balancer.specification"),
        (
            Balancer::New {
                bandwidth: Some(_), ..
            },
            "loadbalancer-bandwidth" | "loadbalancer-charge-type",
        ) => Some("balancer.bandwidth"),
        (Balancer::Existing(_), "loadbalancer-id" | "loadbalancer-force-override-listeners") => {
            Some("balancer.instance")
        }
        _ => None,
    }
}
