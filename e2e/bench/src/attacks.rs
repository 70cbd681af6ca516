//! One client asks for more than its share: what another member notices, beside the same server at rest.
//!
//! Each attack gets a new server, is watched at rest first, and then under the attack. The attacker comes from another
//! address of this machine than the member who is watched.

mod crowd;
mod load;
mod watch;

use std::path::Path;
use std::time::Duration;

use local_cluster::Cluster;

use self::crowd::Crowd;
use self::load::Attack;
use self::watch::Seen;
use crate::figure::Report;

/// How long a server is watched at rest.
const REST: Duration = Duration::from_secs(3);

/// Runs every attack for so long.
pub(crate) async fn measure(
    slipway: &Path,
    cluster: &Cluster,
    time: Duration,
    report: &mut Report,
) -> anyhow::Result<()> {
    for attack in Attack::ALL {
        eprintln!("attack: {} …", attack.name());
        let crowd = Crowd::start(slipway, cluster).await?;
        attack.prepare(&crowd).await?;
        let rest = watch::during(&crowd, tokio::time::sleep(REST)).await?;
        let attacked = tokio::time::timeout(time, attack.run(&crowd));
        let under = watch::during(&crowd, async { drop(attacked.await) }).await?;
        tell(attack.name(), &rest, &under, report);
        crowd.stop().await?;
    }
    Ok(())
}

fn tell(name: &str, rest: &Seen, under: &Seen, report: &mut Report) {
    let figure = |what: &str| format!("{name}: {what}");
    report.times(
        &figure("/healthz, beside at rest"),
        &under.health,
        Some(&rest.health),
        Some("p99 ≤ 50 ms"),
    );
    let most = (3.0 * rest.list_p99_millis()).max(50.0);
    report.times(
        &figure("another member's list, beside at rest"),
        &under.list,
        Some(&rest.list),
        Some(&format!("p99 ≤ {most:.0} ms")),
    );
    let most = format!("≤ {:.0}", rest.memory + 64.0);
    report.number(&figure("most memory"), "MiB", under.memory, Some(&most));
    report.number(
        &figure("refused to the other member"),
        "answers",
        under.refused,
        Some("0"),
    );
    report.number(
        &figure("cluster not reachable"),
        "looks",
        under.unreachable,
        Some("0"),
    );
}
