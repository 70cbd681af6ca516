//! The process in the background that owns the cluster.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

use anyhow::Context;
use local_cluster::{Cluster, Options};

use super::Place;

/// Starts the cluster, then answers at the socket until asked to end. If it is killed the cluster ends all the same.
pub(super) fn hold(place: &Place) -> anyhow::Result<()> {
    let lock = File::create(place.0.join("lock"))?;
    lock.try_lock()
        .context("another process is starting or holding the local Kubernetes")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let options = Options {
        data: Some(place.data()),
        ..Options::default()
    };
    fs::create_dir_all(place.data())?;
    let cluster = runtime.block_on(Cluster::start(options))?;
    fs::write(place.ready(), cluster.kubeconfig().to_string_lossy().as_bytes())?;
    // The socket is there only when the cluster is ready; one that is left over belongs to nobody, for we hold the lock.
    if place.socket().exists() {
        fs::remove_file(place.socket())?;
    }
    let listener = UnixListener::bind(place.socket())?;
    for connection in listener.incoming() {
        let mut connection = connection?;
        if asked_to_end(&mut connection) {
            drop(listener);
            fs::remove_file(place.socket())?;
            runtime.block_on(cluster.stop())?;
            // Closing the connection says that it is done.
            return Ok(());
        }
    }
    Ok(())
}

/// A connection that says nothing only wants to know whether somebody is here.
fn asked_to_end(connection: &mut UnixStream) -> bool {
    let mut word = [0; 4];
    connection.read_exact(&mut word).is_ok() && &word == b"end\n" && connection.flush().is_ok()
}
