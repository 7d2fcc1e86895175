//! The tools: what is sent is looked at or made into something else, and not kept unless asked.

mod upload;

/// Whether files may be sent to a path.
pub fn takes_files(path: &str) -> bool {
    path.starts_with("/tools/") || WORKING.iter().any(|work| path.strip_prefix("/api/") == Some(work))
}

/// The tools that have an API.
const WORKING: [&str; 5] = ["validate", "fix", "convert", "merge", "diff"];
