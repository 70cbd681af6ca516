//! Pages of lists: which rows a page holds.

use super::ApiError;
use crate::apply::Stretch;

const PAGE: u32 = 20;
const LARGEST_PAGE: u32 = 100;

/// The rows of a page, counted from 1.
pub(super) fn stretch(page: Option<u32>, limit: Option<u32>) -> Result<Stretch, ApiError> {
    let limit = within("limit", limit.unwrap_or(PAGE), LARGEST_PAGE)?;
    let page = within("page", page.unwrap_or(1), u32::MAX)?;
    Ok(Stretch {
        skip: i64::from(page - 1) * i64::from(limit),
        take: i64::from(limit),
    })
}

fn within(field: &'static str, number: u32, max: u32) -> Result<u32, ApiError> {
    if (1..=max).contains(&number) {
        return Ok(number);
    }
    let title = format!("`{field}` must lie between 1 and {max}");
    Err(ApiError::unprocessable("out_of_range", title)
        .param("field", field)
        .param("min", 1)
        .param("max", max))
}
