//! Who may call the API server: a token for each process, and kubeconfigs for them and for anybody else.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use crate::certificates::{Certificates, write_private};

/// The processes' own users, each with its group. Roles for those of Kubernetes exist in every cluster.
const USERS: [(&str, &str, &str); 5] = [
    ("admin", "admin", "system:masters"),
    ("controller-manager", "system:kube-controller-manager", ""),
    ("scheduler", "system:kube-scheduler", ""),
    ("kwok", "kwok", "system:masters"),
    ("metrics-server", "metrics-server", "system:masters"),
];

/// The kubeconfigs of one cluster, as files in its folder.
#[derive(Clone, Debug)]
pub(crate) struct Identities {
    folder: PathBuf,
    url: String,
    certificates: Certificates,
}

impl Identities {
    /// Makes tokens unless the folder has them, and kubeconfigs for the address of this start.
    pub(crate) fn prepare(folder: PathBuf, url: String, certificates: Certificates) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)?;
        let this = Self {
            folder,
            url,
            certificates,
        };
        if !this.tokens().exists() {
            let lines: Result<Vec<String>, _> = USERS.iter().map(token_line).collect();
            write_private(&this.tokens(), &lines?.join("\n"))?;
        }
        for line in fs::read_to_string(this.tokens())?.lines() {
            let (token, rest) = line.split_once(',').context("a damaged token file")?;
            let user = USERS
                .iter()
                .find(|(_, user, _)| rest.split(',').next() == Some(user));
            let (name, ..) = user.context("a damaged token file")?;
            this.write(name, &json!({ "token": token }))?;
        }
        Ok(this)
    }

    /// The file of static tokens.
    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.join("tokens.csv")
    }

    /// The kubeconfig of a process or of somebody added.
    pub(crate) fn kubeconfig(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.kubeconfig"))
    }

    /// Adds a user without a single right and answers its kubeconfig. It signs in by certificate, so that the API server
    /// need not be restarted; a certificate of ours names one group at most.
    pub(crate) fn add(&self, user: &str, groups: &[&str]) -> anyhow::Result<PathBuf> {
        if groups.len() > 1 {
            bail!("a user can be given one group at most: bind further roles to the user");
        }
        let groups: Vec<String> = groups.iter().map(ToString::to_string).collect();
        let pair = self.certificates.client(user, &groups)?;
        let credentials = json!({
            "client-certificate-data": BASE64.encode(pair.certificate.as_bytes()),
            "client-key-data": BASE64.encode(pair.key.as_bytes()),
        });
        let name = format!("user-{}", user.replace([':', '/'], "-"));
        self.write(&name, &credentials)?;
        Ok(self.kubeconfig(&name))
    }

    /// Answers the kubeconfig of whoever has a token.
    pub(crate) fn add_token(&self, user: &str, token: &str) -> anyhow::Result<PathBuf> {
        let name = format!("user-{}", user.replace([':', '/'], "-"));
        self.write(&name, &json!({ "token": token }))?;
        Ok(self.kubeconfig(&name))
    }

    fn write(&self, name: &str, credentials: &Value) -> anyhow::Result<()> {
        let authority = fs::read(self.certificates.path("ca.crt"))?;
        write_kubeconfig(&self.kubeconfig(name), &self.url, &authority, name, credentials)
    }
}

/// Writes a kubeconfig with one context, named `local`. JSON, which is YAML.
pub(crate) fn write_kubeconfig(
    path: &Path,
    url: &str,
    authority: &[u8],
    user: &str,
    credentials: &Value,
) -> anyhow::Result<()> {
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{ "name": "local", "cluster": {
            "server": url,
            "certificate-authority-data": BASE64.encode(authority),
        }}],
        "users": [{ "name": user, "user": credentials }],
        "contexts": [{ "name": "local", "context": { "cluster": "local", "user": user } }],
        "current-context": "local",
    });
    write_private(path, &serde_json::to_string_pretty(&config)?)
}

fn token_line((_, user, group): &(&str, &str, &str)) -> anyhow::Result<String> {
    Ok(format!("{},{user},{user},\"{group}\"", random_name(16)?))
}

/// Random hexadecimal digits, two for each byte.
pub(crate) fn random_name(bytes: usize) -> anyhow::Result<String> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    Ok(HEXLOWER.encode(&buffer))
}
