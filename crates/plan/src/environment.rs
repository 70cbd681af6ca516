//! Environment variables, those of the log service among them.

use k8s_openapi::api::core::v1::{
    ConfigMapEnvSource, ConfigMapKeySelector, EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector,
    ResourceFieldSelector, SecretEnvSource, SecretKeySelector,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use slipway_model::app::{Container, Log, LogTag, ObjectKind, Variable, VariableSource, WholeObject};

/// The variables of a container: those typed, then those that the log service reads.
pub(crate) fn variables(container: &Container) -> impl Iterator<Item = EnvVar> {
    let logs = container.logs.iter().flat_map(of_log);
    container
        .env
        .iter()
        .map(variable)
        .chain(logs)
        .chain(container.log_tags.iter().map(of_tag))
}

fn variable(variable: &Variable) -> EnvVar {
    let name = variable.name.to_string();
    let source = match &variable.source {
        VariableSource::Value(value) => return plain(name, value.clone()),
        VariableSource::Key {
            kind,
            object,
            key,
            optional,
        } => {
            let (name, key, optional) = (object.to_string(), key.to_string(), optional.then_some(true));
            match kind {
                ObjectKind::ConfigMap => EnvVarSource {
                    config_map_key_ref: Some(ConfigMapKeySelector { name, key, optional }),
                    ..EnvVarSource::default()
                },
                ObjectKind::Secret => EnvVarSource {
                    secret_key_ref: Some(SecretKeySelector { name, key, optional }),
                    ..EnvVarSource::default()
                },
            }
        }
        VariableSource::Field(path) => EnvVarSource {
            field_ref: Some(ObjectFieldSelector {
                api_version: Some("v1".to_owned()),
                field_path: path.to_string(),
            }),
            ..EnvVarSource::default()
        },
        VariableSource::Resource {
            resource,
            divisor,
            container,
        } => EnvVarSource {
            resource_field_ref: Some(ResourceFieldSelector {
                resource: resource.to_string(),
                divisor: divisor.as_ref().map(|divisor| Quantity(divisor.to_string())),
                container_name: container.as_ref().map(ToString::to_string),
            }),
            ..EnvVarSource::default()
        },
    };
    EnvVar {
        name,
        value: None,
        value_from: Some(source),
    }
}

/// A whole object, every key of it a variable.
pub(crate) fn whole(whole: &WholeObject) -> EnvFromSource {
    let (name, optional) = (whole.object.to_string(), whole.optional.then_some(true));
    let prefix = whole.prefix.as_ref().map(ToString::to_string);
    let (config_map_ref, secret_ref) = match whole.kind {
        ObjectKind::ConfigMap => (Some(ConfigMapEnvSource { name, optional }), None),
        ObjectKind::Secret => (None, Some(SecretEnvSource { name, optional })),
    };
    EnvFromSource {
        config_map_ref,
        prefix,
        secret_ref,
    }
}

/// The log service reads variables, and nothing else.
fn of_log(log: &Log) -> Vec<EnvVar> {
    let name = |item: &str| format!("aliyun_logs_{}{item}", log.store);
    let items = [
        ("_project", log.project.as_ref().map(ToString::to_string)),
        ("_logstore", log.logstore.clone()),
        ("_shard", log.shards.map(|shards| shards.to_string())),
        ("_ttl", log.days.map(|days| days.to_string())),
        ("_machinegroup", log.machine_group.clone()),
    ];
    let first = plain(name(""), log.path.to_string());
    let further = items
        .into_iter()
        .filter_map(|(item, value)| Some(plain(name(item), value?)));
    std::iter::once(first).chain(further).collect()
}

fn of_tag(tag: &LogTag) -> EnvVar {
    plain(
        format!("aliyun_logs_{}_tags", tag.name),
        format!("{}={}", tag.tag, tag.value),
    )
}

fn plain(name: String, value: String) -> EnvVar {
    EnvVar {
        name,
        value: Some(value),
        value_from: None,
    }
}
