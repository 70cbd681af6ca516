//! Loopback ports for one cluster.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The ports of one cluster, kept in its folder so that a cluster started again keeps its address if it can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub(crate) etcd: u16,
    pub(crate) etcd_peers: u16,
    pub(crate) api_server: u16,
    pub(crate) kubelet: u16,
    pub(crate) metrics: u16,
}

impl Ports {
    /// The ports the folder remembers, if all are free, else others.
    pub(crate) fn pick(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("ports.json");
        let remembered = std::fs::read(&file)
            .ok()
            .and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        let ports = match remembered.filter(Self::free) {
            Some(ports) => ports,
            None => Self::fresh()?,
        };
        std::fs::write(file, serde_json::to_vec(&ports)?)?;
        Ok(ports)
    }

    pub(crate) fn forget(folder: &Path) {
        // Absent is what was wanted.
        let _ = std::fs::remove_file(folder.join("ports.json"));
    }

    fn fresh() -> anyhow::Result<Self> {
        // All are held until all are picked, or the same could come twice.
        let held: Vec<TcpListener> = (0..5).map(|_| free_port()).collect::<Result<_, _>>()?;
        let numbers: Vec<u16> = held
            .iter()
            .map(|port| Ok(port.local_addr()?.port()))
            .collect::<std::io::Result<_>>()?;
        let [etcd, etcd_peers, api_server, kubelet, metrics] = numbers[..] else {
            anyhow::bail!("five ports were asked for");
        };
        Ok(Self {
            etcd,
            etcd_peers,
            api_server,
            kubelet,
            metrics,
        })
    }

    fn free(&self) -> bool {
        [
            self.etcd,
            self.etcd_peers,
            self.api_server,
            self.kubelet,
            self.metrics,
        ]
        .into_iter()
        .all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
    }
}

/// A port below those that the kernel gives to outgoing connections: it could be given away between here and its use.
fn free_port() -> anyhow::Result<TcpListener> {
    for _ in 0..100 {
        let mut bytes = [0; 2];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        let port = 20_000 + u16::from_le_bytes(bytes) % 12_000;
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return Ok(listener);
        }
    }
    anyhow::bail!("no free port between 20000 and 32000")
}
