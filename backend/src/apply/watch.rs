//! An operation as it changes, for pages that show it.

use std::time::Duration;

use futures::{Stream, StreamExt};
use slipway_api::OperationView;
use tokio::sync::broadcast::error::RecvError;

use super::operation::OperationId;
use super::start::Operations;
use crate::db::DbError;
use crate::identity::Member;

/// How soon an operation that could not be read is read again.
const AGAIN: Duration = Duration::from_secs(1);

impl Operations {
    /// The operation now, and again after each change, until it has ended. Nothing for an operation of another team.
    pub async fn watch(
        &self,
        member: &Member,
        id: OperationId,
    ) -> Result<Option<impl Stream<Item = OperationView> + Send + 'static>, DbError> {
        // Listened to before it is read, so that no change falls between.
        let mut changes = self.store().changes();
        let Some(first) = self.view(member, id).await? else {
            return Ok(None);
        };
        let (operations, member) = (self.clone(), member.clone());
        let stream = async_stream::stream! {
            let mut view = first;
            loop {
                let ended = view.state.is_final();
                yield view;
                if ended || !next_change(&mut changes, id).await {
                    return;
                }
                view = loop {
                    match operations.view(&member, id).await {
                        Ok(Some(now)) => break now,
                        Ok(None) => return,
                        // Whoever listens would never hear how it ended.
                        Err(_) => tokio::time::sleep(AGAIN).await,
                    }
                };
            }
        };
        Ok(Some(stream.boxed()))
    }
}

/// Waits for a change of one operation. A listener that was too slow for the others' reads the newest as well.
async fn next_change(changes: &mut tokio::sync::broadcast::Receiver<OperationId>, id: OperationId) -> bool {
    loop {
        match changes.recv().await {
            Ok(one) if one == id => return true,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return true,
            Err(RecvError::Closed) => return false,
        }
    }
}
