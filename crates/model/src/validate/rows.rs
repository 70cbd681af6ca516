//! How many rows there are, and their ids: judged before anything else.

use crate::draft::bounds::{MOST_ROW_ID, MOST_ROWS_IN_ALL, most_rows};
use crate::{Draft, Issues, Problem};

/// Judges the lists. Answers whether there are few enough rows to judge.
pub(super) fn validate(draft: &Draft, issues: &mut Issues) -> bool {
    let (mut all, mut good) = (0, true);
    let mut longest = (0, String::new());
    draft.visit_lists(&mut |list, rows| {
        let ids = rows.ids();
        all += ids.len();
        if ids.len() > longest.0 {
            longest = (ids.len(), list.to_owned());
        }
        let most = most_rows(list);
        if ids.len() > most {
            good = false;
            issues.error(list, Problem::TooManyRows { max: count(most) });
        }
        for id in ids.into_iter().filter(|id| *id > MOST_ROW_ID) {
            let problem = Problem::NumberOutOfRange {
                min: 1,
                max: MOST_ROW_ID.into(),
            };
            issues.error(format!("{list}.{id}"), problem);
        }
    });
    if good && all > MOST_ROWS_IN_ALL {
        good = false;
        let max = count(MOST_ROWS_IN_ALL);
        issues.error(longest.1, Problem::TooManyRowsInAll { max });
    }
    good
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
