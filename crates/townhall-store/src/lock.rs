//! The lock beside a SQLite database: one process has it, and its file tells others which.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::StoreError;

/// Takes the lock of the folder in which a database lies. It is held as long as the file is open, and the system lets
/// go of it when the process ends, however it ends.
pub(crate) fn take(database: &Path) -> Result<File, StoreError> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(StoreError::io("make the folder", folder))?;
    let path = folder.join("townhall.lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(StoreError::io("open the lock", &path))?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(fs4::TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // The holder may be writing its number just now; then it stays unknown.
            let _ = file.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown".to_owned() } else { pid.trim().to_owned() };
            return Err(StoreError::Locked { path: folder.display().to_string(), pid });
        }
        Err(fs4::TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(StoreError::io("write the lock", &path))?;
    Ok(file)
}
