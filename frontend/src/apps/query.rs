//! What the app list shows. The address of the page says it, so that a link leads to the same list.

use slipway_api::{AppQuery, AppSort};

use crate::api::coded;
use crate::router::Query;

/// Rows on a page unless the address says otherwise.
pub const LIMIT: u32 = 20;

/// Reads the query of an address. What cannot be read is as if it were not there.
pub fn read(query: &Query) -> AppQuery {
    read_from(|name| query.get(name))
}

/// The same from whatever knows the values.
fn read_from(value: impl Fn(&str) -> Option<String>) -> AppQuery {
    let text = |name: &str| value(name).filter(|text| !text.is_empty());
    AppQuery {
        namespace: text("namespace"),
        search: text("search"),
        health: text("health").and_then(|code| coded(&code)),
        managed_by: text("managed_by"),
        sort: text("sort").and_then(|code| coded(&code)),
        descending: text("descending").map(|flag| flag == "true").filter(|flag| *flag),
        page: text("page")
            .and_then(|page| page.parse().ok())
            .filter(|page| *page > 1),
        limit: text("limit").and_then(|limit| limit.parse().ok()),
    }
}

/// The query after a click on the head of a column: by this column, or the other way round.
pub fn sorted_by(query: &AppQuery, sort: AppSort) -> AppQuery {
    let same = query.sort.unwrap_or_default() == sort;
    let descending = (same && !query.descending.unwrap_or_default()).then_some(true);
    AppQuery {
        sort: (sort != AppSort::default()).then_some(sort),
        descending,
        page: None,
        ..query.clone()
    }
}

/// Whether anything narrows the list.
pub fn is_narrowed(query: &AppQuery) -> bool {
    query.namespace.is_some()
        || query.search.is_some()
        || query.health.is_some()
        || query.managed_by.is_some()
}

#[cfg(test)]
mod tests {
    use slipway_api::{AppQuery, AppSort, Health};

    use super::{is_narrowed, read_from, sorted_by};

    fn read(pairs: &[(&str, &str)]) -> AppQuery {
        read_from(|wanted| {
            pairs
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_with_nonsense_is_a_list_without_it() {
        let query = read(&[
            ("health", "failed"),
            ("sort", "size"),
            ("page", "x"),
            ("search", ""),
        ]);

        assert_eq!(
            query,
            AppQuery {
                health: Some(Health::Failed),
                ..AppQuery::default()
            }
        );
        assert!(is_narrowed(&query));
    }

    #[test]
    fn a_second_click_on_a_column_turns_the_order_round() {
        let once = sorted_by(
            &AppQuery {
                page: Some(3),
                ..AppQuery::default()
            },
            AppSort::Created,
        );
        let twice = sorted_by(&once, AppSort::Created);

        assert_eq!(
            (once.sort, once.descending, once.page),
            (Some(AppSort::Created), None, None)
        );
        assert_eq!(
            (twice.sort, twice.descending),
            (Some(AppSort::Created), Some(true))
        );
        assert_eq!(sorted_by(&twice, AppSort::Name), AppQuery::default());
    }
}
