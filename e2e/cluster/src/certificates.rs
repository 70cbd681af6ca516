//! Keys and certificates of one cluster, made without any outside tool.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};

/// The keys of one cluster, as files in its folder.
#[derive(Clone, Debug)]
pub(crate) struct Certificates {
    folder: PathBuf,
}

/// A certificate with its key, as PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certificates {
    /// Makes what is missing: both authorities are kept, because copies of the first are in kubeconfigs.
    pub(crate) fn prepare(folder: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)?;
        let this = Self { folder };
        for authority in ["ca", "front-proxy-ca"] {
            this.prepare_authority(authority)?;
        }
        if !this.path("sa.key").exists() {
            let key = KeyPair::generate()?;
            write_private(&this.path("sa.key"), &key.serialize_pem())?;
            fs::write(this.path("sa.pub"), key.public_key_pem())?;
        }
        let server = [
            "localhost",
            "127.0.0.1",
            "10.96.0.1",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
        ];
        this.server("apiserver", &server)?;
        this.server("kubelet", &["localhost", "127.0.0.1"])?;
        this.server(
            "metrics-server",
            &["localhost", "127.0.0.1", "metrics-server.kube-system.svc"],
        )?;
        let pair = this.client("kube-apiserver-kubelet-client", &["system:masters".to_owned()])?;
        this.write("apiserver-kubelet-client", &pair)?;
        let pair = this.signed(
            "front-proxy-ca",
            named("front-proxy-client"),
            ExtendedKeyUsagePurpose::ClientAuth,
        )?;
        this.write("front-proxy-client", &pair)?;
        Ok(this)
    }

    /// The path of a file, such as `ca.crt`.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// A certificate that the API server accepts as this person, in these groups.
    pub(crate) fn client(&self, user: &str, groups: &[String]) -> anyhow::Result<Pair> {
        let mut params = named(user);
        for group in groups {
            // One group only: the name type holds one value of each kind.
            params
                .distinguished_name
                .push(DnType::OrganizationName, group.as_str());
        }
        self.signed("ca", params, ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// A certificate for a server of these names and addresses.
    pub(crate) fn for_server(&self, name: &str, names: &[&str]) -> anyhow::Result<Pair> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = named(name).distinguished_name;
        self.signed("ca", params, ExtendedKeyUsagePurpose::ServerAuth)
    }

    fn server(&self, name: &str, names: &[&str]) -> anyhow::Result<()> {
        let pair = self.for_server(name, names)?;
        self.write(name, &pair)
    }

    fn write(&self, name: &str, pair: &Pair) -> anyhow::Result<()> {
        fs::write(self.path(&format!("{name}.crt")), &pair.certificate)?;
        write_private(&self.path(&format!("{name}.key")), &pair.key)
    }

    fn signed(
        &self,
        authority: &str,
        mut params: CertificateParams,
        usage: ExtendedKeyUsagePurpose,
    ) -> anyhow::Result<Pair> {
        let pem = fs::read_to_string(self.path(&format!("{authority}.key")))?;
        let issuer = Issuer::new(authority_params(authority), KeyPair::from_pem(&pem)?);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &issuer)?.pem();
        Ok(Pair {
            certificate,
            key: key.serialize_pem(),
        })
    }

    fn prepare_authority(&self, name: &str) -> anyhow::Result<()> {
        if self.path(&format!("{name}.crt")).exists() {
            return Ok(());
        }
        let key = KeyPair::generate()?;
        let certificate = authority_params(name).self_signed(&key)?.pem();
        self.write(
            name,
            &Pair {
                certificate,
                key: key.serialize_pem(),
            },
        )
    }
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// The same each time, so that a stored key and its stored certificate go on as issuer after a restart.
fn authority_params(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params
}

/// Writes a file that only its owner may read. Whoever reads it meanwhile, as tests beside each other do, reads all of it.
pub(crate) fn write_private(path: &Path, content: &str) -> anyhow::Result<()> {
    let beside = path.with_extension(crate::identities::random_name(4)?);
    let open = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside);
    let mut file = open.with_context(|| format!("cannot write {}", path.display()))?;
    std::io::Write::write_all(&mut file, content.as_bytes())?;
    fs::rename(&beside, path).with_context(|| format!("cannot write {}", path.display()))
}
