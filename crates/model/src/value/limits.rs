//! Where each rule of a value ends: the last that is good, and the first that is not.

use super::*;
use crate::Problem;
use crate::issue::{ImagePart, SchedulePart};

/// So many letters.
fn letters(count: usize) -> String {
    "a".repeat(count)
}

#[test]
fn an_image_ends_where_registries_end() {
    let wrong = |part| Err(Problem::ImageMalformed { part });
    let digest = |hex: &str| format!("nginx@sha256:{hex}");
    for good in [
        letters(255),
        format!("nginx:{}", letters(128)),
        format!("nginx:_{}", letters(3)),
        "a-b.com:65535/c".to_owned(),
        "a--b/c__d.e_f".to_owned(),
        // No host: neither a dot nor a port, so it may hold what a host may not.
        "a_b/c".to_owned(),
    ] {
        assert!(ImageRef::parse(&good).is_ok(), "{good}");
    }
    for bad in [
        letters(256),
        "a_".into(),
        "a-_b".into(),
        "a/b.".into(),
        "a/b___c".into(),
    ] {
        assert_eq!(ImageRef::parse(&bad), wrong(ImagePart::Repository), "{bad}");
    }
    for bad in [
        format!("nginx:{}", letters(129)),
        "nginx:.a".into(),
        "nginx:a+b".into(),
    ] {
        assert_eq!(ImageRef::parse(&bad), wrong(ImagePart::Tag), "{bad}");
    }
    for bad in ["a-.com/b", "a..com/b", "a.com:65536/b", "a.com:/b", "a_b.com/c"] {
        assert_eq!(ImageRef::parse(bad), wrong(ImagePart::Host), "{bad}");
    }
    assert!(ImageRef::parse(&digest(&letters(64))).is_ok());
    for bad in [letters(63), letters(65), "g".repeat(64), "A".repeat(64)] {
        assert_eq!(ImageRef::parse(&digest(&bad)), wrong(ImagePart::Digest), "{bad}");
    }
}

#[test]
fn keys_of_labels_and_annotations_end_alike() {
    let malformed = Err(Problem::LabelKeyMalformed {});
    let key = |prefix: usize, name: usize| format!("{}/{}", letters(prefix), letters(name));

    assert!(LabelKey::parse(&key(253, 63)).is_ok());
    assert!(AnnotationKey::parse(&key(253, 63)).is_ok());
    assert_eq!(LabelKey::parse(&key(254, 1)), malformed);
    assert_eq!(LabelKey::parse(&key(1, 64)), Err(Problem::TooLong { max: 63 }));
    for bad in [key(254, 1), key(1, 64), letters(64), "a-".into()] {
        assert_eq!(
            AnnotationKey::parse(&bad),
            Err(Problem::AnnotationKeyMalformed {}),
            "{bad}"
        );
    }
    assert_eq!(
        AnnotationKey::parse(&letters(318)),
        Err(Problem::TooLong { max: 317 })
    );
    for bad in ["a-", "_a", "a.com/-a"] {
        assert_eq!(LabelKey::parse(bad), malformed, "{bad}");
    }
    assert!(LabelValue::parse(&letters(63)).is_ok());
}

#[test]
fn the_labels_and_annotations_of_slipway_are_known() {
    let label = |text: &str| LabelKey::parse(text).unwrap().is_reserved();
    for ours in [
        "slipway.dev/app",
        "app.kubernetes.io/managed-by",
        "app.kubernetes.io/name",
    ] {
        assert!(label(ours), "{ours}");
    }
    assert!(!label("app") && !label("app.kubernetes.io/part-of"));
    assert!(!AnnotationKey::parse("note").unwrap().is_reserved());
}

#[test]
fn names_of_logs_and_their_paths_end() {
    assert!(LogStore::parse(&letters(63)).is_ok());
    assert_eq!(LogStore::parse(&letters(64)), Err(Problem::TooLong { max: 63 }));
    assert_eq!(LogStore::parse("a-"), Err(Problem::LogStoreMalformed {}));
    for good in ["stdout", "stdout-only", "stderr-only", "/a/b"] {
        assert!(LogPath::parse(good).is_ok(), "{good}");
    }
    for bad in ["//a", "/var/log/a b", "var/log/a.log"] {
        assert_eq!(LogPath::parse(bad), Err(Problem::LogPathMalformed {}), "{bad}");
    }
}

#[test]
fn names_end_where_dns_ends() {
    assert!(ServiceName::parse(&letters(63)).is_ok());
    assert_eq!(
        ServiceName::parse(&letters(64)),
        Err(Problem::TooLong { max: 63 })
    );
    assert!(DnsLabel::parse(&format!("0{}", letters(62))).is_ok());
    for bad in ["-a", "a-", "a_b", "A"] {
        assert_eq!(DnsLabel::parse(bad), Err(Problem::LabelMalformed {}), "{bad}");
    }
    assert!(Subdomain::parse(&letters(253)).is_ok());
    assert_eq!(
        Subdomain::parse(&letters(254)),
        Err(Problem::TooLong { max: 253 })
    );
    assert!(HostName::parse(&letters(253)).is_ok());
    assert_eq!(HostName::parse(&letters(254)), Err(Problem::TooLong { max: 253 }));
    assert!(UrlPath::parse(&format!("/{}", letters(1023))).is_ok());
    assert_eq!(
        UrlPath::parse(&format!("/{}", letters(1024))),
        Err(Problem::TooLong { max: 1024 })
    );
    assert_eq!(UrlPath::parse("/a\u{7f}"), Err(Problem::PathMalformed {}));
}

#[test]
fn a_port_of_every_node_is_in_the_range_of_clusters() {
    assert_eq!(NodePort::parse("30000").map(NodePort::get), Ok(30000));
    assert_eq!(NodePort::parse("32767").map(NodePort::get), Ok(32767));
    for bad in ["29999", "32768"] {
        let (min, max) = (30000, 32767);
        assert_eq!(
            NodePort::parse(bad),
            Err(Problem::PortOutOfRange { min, max }),
            "{bad}"
        );
    }
    assert_eq!(PortNumber::parse("1").map(PortNumber::get), Ok(1));
}

#[test]
fn an_amount_is_read_to_the_billionth_and_up_to_63_bits() {
    let cpu = |text: &str| Cpu::parse(text).map(|cpu| (cpu.as_str().to_owned(), cpu.canonical()));
    let canonical = |text: &str, written: &str| Ok((text.to_owned(), written.to_owned()));

    assert_eq!(cpu("1000000n"), canonical("1000000n", "1m"));
    assert_eq!(cpu("1000u"), canonical("1000u", "1m"));
    assert_eq!(cpu("1000000.0n"), canonical("1000000.0n", "1m"));
    let memory = |text: &str| Memory::parse(text).map(|memory| memory.canonical());
    assert_eq!(
        memory("0.9765625Ki"),
        Ok("1k".into()),
        "a unit of 1024 needs that much"
    );
    assert_eq!(memory("1Ki"), Ok("1Ki".into()));
    for finer in ["0.1n", "1e-10", "1e-99999999999"] {
        assert_eq!(Cpu::parse(finer), Err(Problem::QuantityMalformed {}), "{finer}");
    }
    let memory = |text: &str| Memory::parse(text).map(|memory| memory.as_str().to_owned());
    assert_eq!(memory("9223372036854775807"), Ok("9223372036854775807".into()));
    assert_eq!(memory("9223372036854775808"), Err(Problem::QuantityTooLarge {}));
    assert_eq!(memory("8Ei"), Err(Problem::QuantityTooLarge {}));
}

#[test]
fn amounts_are_compared_at_their_edges() {
    let memory = |text: &str| Memory::parse(text).unwrap();
    assert!(!memory("1Gi").exceeds(&memory("1024Mi")));
    assert!(memory("1073741825").exceeds(&memory("1Gi")));
    assert!(memory("21474836479").is_below_gib(20) && !memory("21474836480").is_below_gib(20));
    assert_eq!(memory("1048575").probably_meant(), Some("1048575Mi".into()));
    assert_eq!(memory("1048576").probably_meant(), None);
}

#[test]
fn a_resource_is_one_there_is() {
    let resource = |text: &str| ResourceField::parse(text);
    assert!(resource("requests.hugepages-1Gi").is_ok());
    assert_eq!(resource(""), Err(Problem::Missing {}));
    for bad in ["limits.hugepages-", "requests.hugepages-", "cpu"] {
        assert!(
            matches!(resource(bad), Err(Problem::UnknownChoice { .. })),
            "{bad}"
        );
    }
    assert!(resource("limits.cpu").unwrap().is_cpu() && !resource("limits.memory").unwrap().is_cpu());
    let units = match Divisor::parse("2", &resource("limits.cpu").unwrap()) {
        Err(Problem::UnknownChoice { choices }) => choices,
        other => panic!("{other:?}"),
    };
    assert_eq!(units, ["1", "1m"]);
}

#[test]
fn each_part_of_a_schedule_ends_where_it_ends() {
    for good in [
        "0 0 1 1 0",
        "59 23 31 12 6",
        "0-59 0-23 1-31 1-12 0-6",
        "0 0 * jan-dec sun-sat",
        "*/5 * ? * ?",
        "@every 1s",
        "@every 87840h",
        "@every 5270400m",
        "@every 316224000s",
        "@every 1h1m1s1ms",
    ] {
        assert!(CronSchedule::parse(good).is_ok(), "{good}");
    }
    let wrong = |part| Err(Problem::ScheduleMalformed { part });
    for (text, part) in [
        ("0 0 32 * *", SchedulePart::DayOfMonth),
        ("0 0 * 0 *", SchedulePart::Month),
        ("5- * * * *", SchedulePart::Minute),
        ("a5 * * * *", SchedulePart::Minute),
        ("+5 * * * *", SchedulePart::Minute),
        ("*/ * * * *", SchedulePart::Minute),
        ("0 ? * * *", SchedulePart::Hour),
        ("0 0 * ? *", SchedulePart::Month),
        ("@every ", SchedulePart::Shorthand),
        ("@every 999ms", SchedulePart::Shorthand),
        ("@every 87841h", SchedulePart::Shorthand),
        ("@every 316224001s", SchedulePart::Shorthand),
        ("@every h", SchedulePart::Shorthand),
        ("@every 1d", SchedulePart::Shorthand),
    ] {
        assert_eq!(CronSchedule::parse(text), wrong(part), "{text}");
    }
    assert!(CronSchedule::parse(&format!("{} * * * *", vec!["1"; 124].join(","))).is_ok());
    assert_eq!(
        CronSchedule::parse(&format!("{} * * * *", vec!["1"; 125].join(","))),
        Err(Problem::TooLong { max: 256 })
    );
}

#[test]
fn each_part_of_a_date_ends_where_it_ends() {
    for good in [
        "2027-01-31 23:59:59",
        "2027-02-29 00:00:00",
        "2027-04-30 00:00:00",
        "2027-06-30 00:00:00",
        "2027-12-01 00:00:00",
    ] {
        let read = TimedSchedule::parse(&format!("@date {good}"));
        assert!(read.is_ok_and(|time| time.names_a_year()), "{good}");
    }
    assert!(!TimedSchedule::parse("@daily").unwrap().names_a_year());
    for bad in [
        "2027-01-32 00:00:00",
        "2027-02-30 00:00:00",
        "2027-04-31 00:00:00",
        "2027-13-01 00:00:00",
        "2027-00-01 00:00:00",
        "2027-01-00 00:00:00",
        "2027-01-01 24:00:00",
        "2027-01-01 00:60:00",
        "2027-01-01 00:00:60",
        "2027-01 00:00:00",
        "2027-01-01-01 00:00:00",
        "2027-01-01 00:00:0",
        "2027-01-01 00:00",
        "27-01-01 00:00:00",
    ] {
        assert_eq!(
            TimedSchedule::parse(&format!("@date {bad}")),
            Err(Problem::ScheduleMalformed {
                part: SchedulePart::Shorthand
            }),
            "{bad}"
        );
    }
}

#[test]
fn a_share_is_bounded_and_knows_none_and_all() {
    let share = |text: &str| CountOrPercent::parse(text);
    let malformed = || Err(Problem::CountOrPercentMalformed {});
    assert_eq!(share("10000"), Ok(CountOrPercent::Count(10_000)));
    assert_eq!(share("1000%"), Ok(CountOrPercent::Percent(1000)));
    assert_eq!(share(""), Err(Problem::Missing {}));
    for bad in ["10001", "1001%", "+1", "+1%"] {
        assert_eq!(share(bad), malformed(), "{bad}");
    }
    let (zero, one) = (share("0").unwrap(), share("1").unwrap());
    assert!(zero.is_zero() && !one.is_zero() && !share("1%").unwrap().is_zero());
    assert!(share("101%").unwrap().is_over_all());
    assert!(!share("100%").unwrap().is_over_all() && !share("101").unwrap().is_over_all());
}

#[test]
fn a_name_of_a_variable_is_told_as_unusual_for_each_reason() {
    let name = |text: &str| VariableName::parse(text).unwrap();
    for unusual in ["1A", ".", "..", "..a", "a b", "a/b", "9"] {
        assert!(name(unusual).is_unusual(), "{unusual}");
    }
    for usual in ["A", ".a", "a.b", "a-b", "_"] {
        assert!(!name(usual).is_unusual(), "{usual}");
    }
    for secret in [
        "APIKEY",
        "PRIVATE_KEY",
        "SIGNING.KEY",
        "MY_PWD",
        "TOKEN",
        "db-passwd",
        "MY_CREDENTIALS",
    ] {
        assert!(name(secret).sounds_secret(), "{secret}");
    }
    for plain in ["PWD", "KEY", "API", "PRIVATE", "PRIMARY_KEY", "API_URL"] {
        assert!(!name(plain).sounds_secret(), "{plain}");
    }
    assert!(VariableName::parse(" ~").is_ok());
    assert!(VariableName::parse(&letters(4096)).is_ok());
    assert_eq!(
        VariableName::parse(&letters(4097)),
        Err(Problem::TooLong { max: 4096 })
    );
}

#[test]
fn a_right_and_a_zone_end_where_they_end() {
    assert!(Capability::parse("SYS_PTRACE").is_ok() && Capability::parse("PERF_2").is_ok());
    assert!(Capability::parse(&"A".repeat(63)).is_ok());
    assert_eq!(
        Capability::parse(&"A".repeat(64)),
        Err(Problem::TooLong { max: 63 })
    );
    assert!(TimeZone::parse(&letters(64)).is_ok());
    assert_eq!(TimeZone::parse(&letters(65)), Err(Problem::TooLong { max: 64 }));
    for bad in ["a b", "a//b", "1a", "A/1"] {
        assert_eq!(TimeZone::parse(bad), Err(Problem::TimeZoneMalformed {}), "{bad}");
    }
}
