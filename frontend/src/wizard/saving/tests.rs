use super::*;

/// A draft at revision 3 into which something was typed.
fn typed() -> Saving {
    let mut saving = Saving::opened(3, 10);
    assert_eq!(saving.note(Happened::Changed), Some(Act::AwaitPause));
    saving
}

/// The same, on its way to the server.
fn sent() -> Saving {
    let mut saving = typed();
    assert_eq!(saving.note(Happened::Paused), Some(Act::Send { outlive: false }));
    saving
}

#[test]
fn a_pause_in_typing_saves_once() {
    let mut saving = sent();
    assert_eq!(*saving.status(), Status::Saving);

    assert_eq!(saving.note(Happened::Saved { revision: 4, at: 20 }), None);

    assert_eq!(*saving.status(), Status::Saved { at: 20 });
    assert_eq!(saving.base(), Some(4));
    assert_eq!(saving.note(Happened::Left), None, "there is nothing to save");
}

#[test]
fn nothing_is_sent_before_something_is_typed() {
    let mut saving = Saving::new();

    for happened in [Happened::Paused, Happened::Left, Happened::Hidden, Happened::Hope] {
        assert_eq!(saving.note(happened), None);
    }
    assert_eq!(*saving.status(), Status::Untouched);
}

#[test]
fn what_is_typed_during_a_save_goes_out_after_it() {
    let mut saving = sent();

    assert_eq!(saving.note(Happened::Changed), Some(Act::AwaitPause));
    assert_eq!(saving.note(Happened::Left), None, "one request at a time");
    assert_eq!(
        saving.note(Happened::Saved { revision: 4, at: 20 }),
        Some(Act::Send { outlive: false })
    );
    assert!(!saving.settled());
    assert_eq!(saving.note(Happened::Saved { revision: 5, at: 30 }), None);

    assert!(saving.settled());
}

#[test]
fn nothing_leaves_while_an_input_method_is_composing() {
    let mut saving = typed();
    saving.note(Happened::ComposingBegan);

    assert_eq!(saving.note(Happened::Paused), None);
    assert_eq!(saving.note(Happened::Left), None);
    assert_eq!(saving.note(Happened::Hidden), None);
    assert_eq!(
        saving.note(Happened::ComposingEnded),
        Some(Act::Send { outlive: false })
    );
}

#[test]
fn composing_by_itself_saves_nothing() {
    let mut saving = Saving::opened(3, 10);

    saving.note(Happened::ComposingBegan);

    assert_eq!(saving.note(Happened::ComposingEnded), None);
    assert_eq!(*saving.status(), Status::Saved { at: 10 });
}

#[test]
fn a_hidden_page_sends_a_request_that_outlives_it() {
    let mut saving = typed();

    assert_eq!(saving.note(Happened::Hidden), Some(Act::Send { outlive: true }));
}

#[test]
fn an_absent_server_is_asked_again_and_again_ever_more_slowly() {
    let mut saving = sent();
    let mut waits = Vec::new();

    for _ in 0..6 {
        let Some(Act::AwaitHope(wait)) = saving.note(Happened::Failed(Failed::Unreachable)) else {
            panic!()
        };
        waits.push(wait);
        assert_eq!(*saving.status(), Status::Offline);
        assert_eq!(saving.note(Happened::Hope), Some(Act::Send { outlive: false }));
        assert_eq!(*saving.status(), Status::Offline, "the word does not flicker");
    }

    assert_eq!(waits, [1_000, 2_000, 5_000, 10_000, 30_000, 30_000]);
    saving.note(Happened::Saved { revision: 4, at: 20 });
    assert_eq!(*saving.status(), Status::Saved { at: 20 });
}

#[test]
fn typing_goes_on_while_the_server_is_away() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::Unreachable));

    assert_eq!(saving.note(Happened::Changed), Some(Act::AwaitPause));

    assert_eq!(*saving.status(), Status::Offline);
    assert_eq!(saving.note(Happened::Paused), Some(Act::Send { outlive: false }));
}

#[test]
fn somebody_elses_version_is_never_written_over_by_itself() {
    let mut saving = sent();

    assert_eq!(
        saving.note(Happened::Failed(Failed::Stale)),
        Some(Act::ReadTheirs)
    );

    assert_eq!(*saving.status(), Status::Conflict);
    for happened in [
        Happened::Changed,
        Happened::Paused,
        Happened::Left,
        Happened::Hidden,
        Happened::Hope,
    ] {
        assert_eq!(saving.note(happened.clone()), None, "{happened:?}");
    }
    assert!(saving.unsaved());
}

#[test]
fn keeping_mine_replaces_exactly_the_version_that_was_seen() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::Stale));

    assert_eq!(
        saving.note(Happened::KeptMine { over: 7 }),
        Some(Act::Send { outlive: false })
    );

    assert_eq!(saving.base(), Some(7));
    assert_eq!(
        saving.note(Happened::Failed(Failed::Stale)),
        Some(Act::ReadTheirs),
        "there is a newer one again"
    );
}

#[test]
fn taking_theirs_leaves_nothing_to_save() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::Stale));

    assert_eq!(saving.note(Happened::TookTheirs { revision: 7, at: 40 }), None);

    assert_eq!((saving.base(), saving.settled()), (Some(7), true));
    assert_eq!(*saving.status(), Status::Saved { at: 40 });
}

#[test]
fn signed_out_work_waits_and_goes_on_after_signing_in() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::SignedOut));

    assert_eq!(saving.note(Happened::Changed), None);
    assert_eq!(*saving.status(), Status::SignedOut);

    assert_eq!(saving.note(Happened::Hope), Some(Act::Send { outlive: false }));
}

#[test]
fn a_refused_save_is_tried_again_once_something_changes() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::Refused("too_large".into())));

    assert_eq!(saving.note(Happened::Left), None);
    assert_eq!(saving.note(Happened::Changed), Some(Act::AwaitPause));
    assert_eq!(saving.note(Happened::Paused), Some(Act::Send { outlive: false }));
}

#[test]
fn a_deleted_draft_can_be_kept_as_a_new_one() {
    let mut saving = sent();
    saving.note(Happened::Failed(Failed::Gone));

    assert_eq!(
        saving.note(Happened::KeptAsNew),
        Some(Act::Send { outlive: false })
    );

    assert_eq!(saving.base(), None);
}

#[test]
fn work_found_in_the_browser_is_unsaved() {
    let mut saving = Saving::found(Some(3));

    assert_eq!(saving.note(Happened::Left), Some(Act::Send { outlive: false }));
    assert_eq!(saving.base(), Some(3));
}
