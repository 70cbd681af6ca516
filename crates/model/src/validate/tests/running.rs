//! What runs already is no error, as long as the draft still says it.

use serde_json::json;

use super::guide::{shop, with};
use crate::draft::{AsIs, Origin};
use crate::{Draft, Issue, Problem, validate, validate_running};

/// What each leaf is broken with.
const WRONG: [&str; 9] = [
    "?!",
    "",
    "0",
    "-1",
    "99999999999",
    "a b",
    "../x",
    "${NAME}",
    "İ.a",
];

/// A draft that was opened on an app that says the same.
fn opened(draft: Draft) -> Draft {
    let (_, as_is) = validate_running(&draft);
    let origin = Origin {
        namespace: "shop".to_owned(),
        kind: "Deployment".to_owned(),
        name: "shop".to_owned(),
        revision: 1,
        base_hash: String::new(),
        as_is,
    };
    Draft {
        origin: Some(origin),
        ..draft
    }
}

#[test]
fn there_is_an_app_exactly_when_no_issue_is_an_error() {
    let draft = shop();
    for (path, _) in draft.leaves() {
        for text in WRONG {
            let broken = with(draft.clone(), &[(&path, text)]);
            let (running, as_is) = validate_running(&broken);
            let is_wrong = running.issues.iter().any(Issue::is_error);
            assert_eq!(
                running.app.is_none(),
                is_wrong,
                "{path} {text:?}: {:#?}",
                running.issues
            );

            let judged = validate(&opened(broken.clone()));
            if running.app.is_some() {
                assert_eq!(
                    judged, running,
                    "{path} {text:?}: opened and untouched it is the same"
                );
            }

            let strict = validate(&broken);
            assert_eq!(
                strict.app.is_none(),
                strict.issues.iter().any(Issue::is_error),
                "{path} {text:?}"
            );
            let has = |issue: &Issue, is_error: bool| {
                let mut others = running.issues.iter().filter(|other| other.field == issue.field);
                others.any(|other| other.is_error() == is_error)
            };
            let errors = strict.issues.iter().filter(|issue| issue.is_error());
            let tolerated = errors.filter(|issue| has(issue, false) && !has(issue, true));
            for issue in tolerated {
                assert!(
                    as_is.iter().any(|as_is| as_is.field == issue.field),
                    "{path} {text:?}: {issue:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_typed_anew_follows_the_rules_and_what_ran_may_come_back() {
    let image = "containers.1.image";
    let draft = opened(with(shop(), &[(image, "${IMAGE}")]));
    assert!(validate(&draft).app.is_some());

    assert!(
        validate(&with(draft.clone(), &[(image, "nginx:1")]))
            .app
            .is_some()
    );
    let other = with(draft.clone(), &[(image, "${OTHER}")]);
    assert!(validate(&other).app.is_none());
    assert!(validate(&with(other, &[(image, "${IMAGE}")])).app.is_some());
    let new = Draft {
        origin: None,
        ..draft
    };
    assert!(validate(&new).app.is_none(), "a new app may not have it");
}

#[test]
fn a_balancer_that_runs_without_a_mark_stays_as_it_is() {
    let balanced = json!({ "kind": "LoadBalancer", "reach": "" });
    let field = "services.5.reach";
    let new = super::agreement::balanced(&balanced);
    assert!(
        validate(&new)
            .issues
            .iter()
            .any(|issue| issue.field == field && issue.is_error())
    );

    let running = validate(&opened(new));
    assert!(
        running
            .issues
            .contains(&Issue::warning(field, Problem::ReachUnsaid {}))
    );
    assert!(running.app.is_some());
}

#[test]
fn a_row_that_gets_the_name_of_another_one_is_blamed() {
    let draft = opened(with(shop(), &[("containers.1.env.14.name", "A")]));
    let warned = |draft: &Draft, field: &str| {
        let issues = validate(draft).issues;
        issues.contains(&Issue::warning(field, Problem::Duplicate {}))
    };

    assert!(warned(&draft, "containers.1.env.14.name"));
    let third = with(draft, &[("containers.1.env.15.name", "A")]);
    let error = Issue::error("containers.1.env.15.name", Problem::Duplicate {});
    assert!(validate(&third).issues.contains(&error));
}

#[test]
fn no_name_that_an_object_cannot_have_is_taken_as_it_is() {
    for (field, text) in [
        ("basics.name", "a/../b"),
        ("basics.namespace", "My.Shop"),
        ("basics.name", ""),
    ] {
        let mut draft = opened(with(shop(), &[(field, text)]));
        let claimed = AsIs {
            field: field.to_owned(),
            text: text.to_owned(),
        };
        draft.origin.as_mut().unwrap().as_is.push(claimed);

        assert!(validate(&draft).app.is_none(), "{field} {text:?}");
    }
}

#[test]
fn an_ingress_and_a_route_may_run_under_one_name_and_stay_two_kinds() {
    let mut draft = shop();
    let mut row = draft.ingresses[0].clone();
    row.id = 900;
    row.rules.iter_mut().for_each(|rule| rule.id += 900);
    row.gateways = vec![crate::draft::Gateway {
        id: 990,
        name: "edge".into(),
        ..Default::default()
    }];
    draft.ingresses[0].kind.set("Ingress");
    row.kind.set("HTTPRoute");
    draft.ingresses.push(row);
    let draft = opened(draft);
    assert!(validate(&draft).app.is_some(), "{:#?}", validate(&draft).issues);

    for kind in ["Ingress", ""] {
        let issues = validate(&with(draft.clone(), &[("ingresses.900.kind", kind)])).issues;
        let errors: Vec<&Issue> = issues.iter().filter(|issue| issue.is_error()).collect();
        assert_eq!(
            errors,
            [&Issue::error("ingresses.900.kind", Problem::Duplicate {})],
            "{kind}"
        );
    }
}
