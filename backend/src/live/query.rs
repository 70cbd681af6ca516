//! Pages of the app list. Everything counted here is counted after the sight.

use std::cmp::Ordering;
use std::sync::Arc;

use slipway_api::{Access, AppQuery, AppRow, AppSort, Page};

use super::error::LiveError;
use super::fold::app_row;
use super::index::Index;
use super::kind::{Kind, KindSet};
use super::sight::Sight;
use crate::paging::Stretch;

/// One page of the apps that a sight shows.
pub(super) fn page(
    index: &Index,
    sight: &Sight,
    query: &AppQuery,
    access: Access,
) -> Result<Page<AppRow>, LiveError> {
    let stretch = Stretch::of(query.page, query.limit)?;
    if query
        .namespace
        .as_ref()
        .is_some_and(|namespace| !sight.shows_apps_of(namespace))
    {
        return Err(LiveError::Missing("namespace"));
    }
    let visible = visible(index, sight);
    let unfiltered = count(visible.len());
    let wanted = Wanted::of(query);
    let mut rows: Vec<Arc<AppRow>> = visible.into_iter().filter(|row| wanted.fits(row)).collect();
    let total = count(rows.len());
    rows.sort_by(|one, other| order(query, one, other));
    let rows = stretch.cut(rows).map(Arc::unwrap_or_clone).collect();
    Ok(Page {
        rows,
        total,
        unfiltered,
        access,
    })
}

/// How many apps a sight shows.
pub(super) fn total(index: &Index, sight: &Sight) -> u32 {
    let shown = index
        .spaces()
        .filter(|(namespace, _)| sight.shows_apps_of(namespace));
    count(shown.map(|(_, space)| space.rows().len()).sum())
}

/// The row of an app as far as a sight goes: without what comes from kinds that may not be seen.
pub(super) fn row_for(index: &Index, sight: &Sight, row: &Arc<AppRow>) -> Option<AppRow> {
    let kinds = sight.kinds(&row.key.namespace);
    if !kinds.contains(Kind::Deployment) {
        return None;
    }
    if kinds == KindSet::shown() {
        return Some(AppRow::clone(row));
    }
    index
        .objects(&row.key.namespace, &row.key.name, kinds)
        .map(|objects| app_row(&objects))
}

/// The rows that a sight shows.
fn visible(index: &Index, sight: &Sight) -> Vec<Arc<AppRow>> {
    let mut rows = Vec::new();
    for (namespace, space) in index.spaces() {
        let kinds = sight.kinds(namespace);
        if kinds == KindSet::shown() {
            rows.extend(space.rows().cloned());
        } else if kinds.contains(Kind::Deployment) {
            rows.extend(
                space
                    .rows()
                    .filter_map(|row| row_for(index, sight, row))
                    .map(Arc::new),
            );
        }
    }
    rows
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What search and filters ask for.
struct Wanted<'a> {
    query: &'a AppQuery,
    search: Option<String>,
}

impl<'a> Wanted<'a> {
    fn of(query: &'a AppQuery) -> Self {
        let search = query
            .search
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        Self {
            query,
            search: search.map(str::to_lowercase),
        }
    }

    fn fits(&self, row: &AppRow) -> bool {
        let query = self.query;
        query
            .namespace
            .as_ref()
            .is_none_or(|namespace| *namespace == row.key.namespace)
            && query.health.is_none_or(|health| health == row.health)
            && query
                .managed_by
                .as_ref()
                .is_none_or(|tool| row.managed_by.as_ref() == Some(tool))
            && self.search.as_deref().is_none_or(|text| holds(row, text))
    }
}

/// Names are lower case already; images need not be.
fn holds(row: &AppRow, text: &str) -> bool {
    row.key.name.contains(text)
        || row.key.namespace.contains(text)
        || row
            .images
            .iter()
            .any(|image| image.contains(text) || image.to_lowercase().contains(text))
}

fn order(query: &AppQuery, one: &AppRow, other: &AppRow) -> Ordering {
    let by_name = || {
        one.key
            .name
            .cmp(&other.key.name)
            .then_with(|| one.key.namespace.cmp(&other.key.namespace))
    };
    let order = match query.sort.unwrap_or_default() {
        AppSort::Name => by_name(),
        AppSort::Namespace => one.key.namespace.cmp(&other.key.namespace).then_with(by_name),
        AppSort::Health => one.health.cmp(&other.health).then_with(by_name),
        AppSort::Created => other.created_at.cmp(&one.created_at).then_with(by_name),
    };
    if query.descending == Some(true) {
        order.reverse()
    } else {
        order
    }
}

#[cfg(test)]
mod tests;
