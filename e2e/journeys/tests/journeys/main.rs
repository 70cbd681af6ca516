//! One file per goal of a user.

mod changes_the_image_of_a_running_app;
mod deletes_an_app_and_keeps_its_data;
mod finds_the_draft_again_elsewhere;
mod goes_back_to_an_earlier_revision;
mod goes_through_the_wizard_by_keyboard;
mod guide;
mod hears_what_the_browser_says;
mod is_asked_before_others_lose_something;
mod is_told_what_is_left;
mod is_told_what_is_wrong_at_its_field;
mod keeps_going_when_the_cluster_pauses;
mod launches_the_guides_nginx;
mod mounts_under_the_strict_policy;
mod objects;
mod puts_back_what_was_changed_outside;
mod reads_every_page;
mod reads_everything_on_a_narrow_screen;
mod running;
mod shares_one_browser;
mod somebody_else;
mod survives_the_server_being_killed;
mod teams_do_not_see_each_other;
mod two_people_change_one_app;
mod types_chinese_through_an_input_method;
mod types_on_while_the_draft_is_first_saved;
mod waits_little_for_the_first_page;
