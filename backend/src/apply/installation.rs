//! Who this server is to the objects that it made: an id that stands beside the database, so that a database that begins
//! anew knows the marks of what was made before.

use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use uuid::Uuid;

/// The file of the data folder that holds the id.
const FILE: &str = "installation";

/// The id of a data folder. Nothing if there is none, or what is there is no id.
pub fn read(folder: &Path) -> Option<Uuid> {
    let text = std::fs::read_to_string(folder.join(FILE)).ok()?;
    text.trim().parse().ok()
}

/// Writes the id that the database has, unless the file says it already.
pub fn keep(folder: &Path, id: &str) -> io::Result<()> {
    if read(folder).is_some_and(|known| known.to_string() == id) {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(folder.join(FILE))?;
    writeln!(file, "{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_was_kept_and_anything_else_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        let id = Uuid::from_u128(7);

        keep(folder.path(), &id.to_string()).unwrap();

        assert_eq!(read(folder.path()), Some(id));
        std::fs::write(folder.path().join(FILE), "not an id").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
