//! Asking a cluster many things without asking all of them at once.

use futures::future::join_all;
use tokio::sync::Semaphore;

/// Questions of one kind that are under way at the same time.
const AT_ONCE: usize = 16;

/// The answers to many questions, in their order, a few at a time. Each begins, and its patience with it, when it is its turn.
pub async fn few_at_once<F: Future>(questions: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let places = &Semaphore::new(AT_ONCE);
    let in_turn = questions.into_iter().map(|question| async move {
        // Never closed, so there always is a place in the end.
        let _place = places.acquire().await;
        question.await
    });
    join_all(in_turn).await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{AT_ONCE, few_at_once};

    #[tokio::test]
    async fn answers_are_in_order_and_few_are_asked_for_at_once() {
        let (now, most) = (Cell::new(0), Cell::new(0));
        let asked = (0..100).map(|number| {
            let (now, most) = (&now, &most);
            async move {
                now.set(now.get() + 1);
                most.set(most.get().max(now.get()));
                tokio::task::yield_now().await;
                now.set(now.get() - 1);
                number
            }
        });

        let answers = few_at_once(asked).await;

        assert_eq!(answers, (0..100).collect::<Vec<_>>());
        assert_eq!(most.get(), AT_ONCE);
    }
}
