//! The cluster ends with its owner, also when that is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use local_cluster::{Cluster, Options};

use crate::support::eventually;

/// Not a test but the owner that the test below kills: the same binary, run again.
#[tokio::test]
#[ignore = "holds a cluster until it is killed"]
async fn owner_that_is_killed() {
    let options = Options {
        metrics: false,
        ..Options::default()
    };
    let cluster = Cluster::start(options).await.unwrap();
    for id in cluster.processes().await.unwrap().values() {
        println!("process {id}");
    }
    println!("folder {}", cluster.folder().display());
    std::io::stdout().flush().unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn nothing_is_left_of_a_cluster_whose_owner_was_killed() {
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([
            "owner::owner_that_is_killed",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut processes = Vec::new();
    let mut folder = String::new();
    for line in BufReader::new(owner.stdout.take().unwrap()).lines() {
        match line.unwrap().split_once(' ') {
            Some(("process", id)) => processes.push(id.to_owned()),
            Some(("folder", path)) => path.clone_into(&mut folder),
            _ => {}
        }
        if !folder.is_empty() {
            break;
        }
    }
    assert!(processes.len() >= 5, "{processes:?}");
    assert!(processes.iter().all(|id| runs(id)));

    owner.kill().unwrap(); // SIGKILL
    owner.wait().unwrap();

    eventually("all processes have ended", Duration::from_secs(15), async || {
        (!processes.iter().any(|id| runs(id)) && !Path::new(&folder).exists()).then_some(())
    })
    .await;
}

/// Whether a process runs. One that has ended but was not yet collected by its parent does not.
fn runs(id: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else {
        return false;
    };
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
