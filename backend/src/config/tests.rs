use super::{Config, ConfigError, Flags};

fn read(toml: &str) -> Result<Config, ConfigError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), toml).unwrap();
    Config::read(&Flags {
        config: Some(file.path().to_owned()),
        ..Flags::default()
    })
}

#[test]
fn only_this_machine_is_listened_to_by_default() {
    assert!(Config::default().listen.ip().is_loopback());
}

#[test]
fn a_flag_wins_over_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "listen = '127.0.0.1:1'\nlog_level = 'debug'").unwrap();

    let config = Config::read(&Flags {
        config: Some(file.path().to_owned()),
        listen: Some("127.0.0.1:2".parse().unwrap()),
        ..Flags::default()
    })
    .unwrap();

    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.log_level, "debug");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let refused = read("lisen = '127.0.0.1:1'").unwrap_err().to_string();

    assert!(
        refused.starts_with("there is no key `lisen`; did you mean `listen`?"),
        "{refused}"
    );
}

#[test]
fn an_unknown_key_in_a_list_names_its_place() {
    let refused = read("[[members]]\nname = 'ada'\nteam = ['shop']\ntoken_file = 'x'")
        .unwrap_err()
        .to_string();

    assert!(refused.contains("team`; did you mean `teams`?"), "{refused}");
    assert!(refused.contains("members"), "{refused}");
}

#[test]
fn a_wrong_value_names_its_key() {
    for (toml, key) in [
        ("listen = 'here'", "listen"),
        ("public_urls = ['slipway.example.com']", "public_urls"),
        ("trusted_proxies = ['10.0.0.0/33']", "trusted_proxies"),
        ("log_format = 'xml'", "log_format"),
        ("log_level = '!!'", "log_level"),
    ] {
        let refused = read(toml).unwrap_err().to_string();
        assert!(refused.starts_with(key), "{refused}");
    }
}

#[test]
fn listening_to_others_needs_a_public_url() {
    assert!(matches!(
        read("listen = '0.0.0.0:80'"),
        Err(ConfigError::NoPublicUrl(_))
    ));
    read("listen = '0.0.0.0:80'\npublic_urls = 'https://slipway.example.com'").unwrap();
}

#[test]
fn public_urls_are_all_over_tls_or_none() {
    let mixed = read("public_urls = ['https://a.example.com', 'http://b.example.com']");

    assert_eq!(mixed.unwrap_err(), ConfigError::MixedPublicUrls);
}

#[test]
fn a_public_url_has_the_host_that_browsers_send() {
    let config =
        read("public_urls = 'HTTPS://Slipway.Example.com:443, https://other.example.com:8443/'").unwrap();

    let hosts: Vec<_> = config
        .public_urls
        .iter()
        .map(|url| url.host().to_owned())
        .collect();
    assert_eq!(hosts, ["slipway.example.com", "other.example.com:8443"]);
}

#[test]
fn a_block_holds_its_addresses_and_no_others() {
    let block: super::IpBlock = "10.1.0.0/16".parse().unwrap();

    assert!(block.holds("10.1.2.3".parse().unwrap()));
    assert!(block.holds("::ffff:10.1.2.3".parse().unwrap()));
    assert!(!block.holds("10.2.0.1".parse().unwrap()));
    let everything: super::IpBlock = "0.0.0.0/0".parse().unwrap();
    assert!(everything.holds("192.0.2.1".parse().unwrap()));
}

#[test]
fn figures_may_have_an_address_of_their_own() {
    assert_eq!(Config::default().metrics_listen, None);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "metrics_listen = '127.0.0.1:9090'").unwrap();
    let from = |metrics_listen| {
        let flags = Flags {
            config: Some(file.path().to_owned()),
            metrics_listen,
            ..Flags::default()
        };
        Config::read(&flags).unwrap().metrics_listen.unwrap().port()
    };

    assert_eq!(from(None), 9090);
    assert_eq!(from(Some("127.0.0.1:9091".parse().unwrap())), 9091);
}

#[test]
fn whoever_listens_to_others_is_warned_unless_proxies_are_named() {
    let public = "listen = '0.0.0.0:80'\npublic_urls = 'https://slipway.example.com'";

    assert!(read(public).unwrap().takes_clients_for_one());
    assert!(!Config::default().takes_clients_for_one());
    let named = format!("{public}\ntrusted_proxies = '10.0.0.0/8'");
    assert!(!read(&named).unwrap().takes_clients_for_one());
}
