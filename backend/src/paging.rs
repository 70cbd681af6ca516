//! Pages of lists: which rows a page holds.

const PAGE: u32 = 20;
const LARGEST_PAGE: u32 = 100;

/// A stretch of a list.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// How many rows come before it.
    pub skip: i64,
    /// How many rows it has at most.
    pub take: i64,
}

/// A page that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must lie between {min} and {max}")]
pub struct OutOfRange {
    /// The parameter.
    pub field: &'static str,
    /// The least.
    pub min: u32,
    /// The most.
    pub max: u32,
}

impl Stretch {
    /// The rows of a page, counted from 1, with so many on each.
    pub fn of(page: Option<u32>, limit: Option<u32>) -> Result<Self, OutOfRange> {
        let limit = within("limit", limit.unwrap_or(PAGE), LARGEST_PAGE)?;
        let page = within("page", page.unwrap_or(1), u32::MAX)?;
        Ok(Self {
            skip: i64::from(page - 1) * i64::from(limit),
            take: i64::from(limit),
        })
    }

    /// The rows of it, of all of them.
    pub fn cut<T>(self, rows: Vec<T>) -> impl Iterator<Item = T> {
        let number = |rows| usize::try_from(rows).unwrap_or(usize::MAX);
        rows.into_iter().skip(number(self.skip)).take(number(self.take))
    }
}

fn within(field: &'static str, number: u32, max: u32) -> Result<u32, OutOfRange> {
    if (1..=max).contains(&number) {
        Ok(number)
    } else {
        Err(OutOfRange { field, min: 1, max })
    }
}
