//! Makes `web/dist` (styles, scripts, icons) with Node when it is missing or older than what it is made from.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::time::SystemTime;

/// What `web/dist` is made from, beneath `web/`.
const SOURCES: &[&str] = &["package.json", "package-lock.json", "build.mjs", "tsconfig.json", "src"];

fn main() {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let web = here.join("../../web");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed={}", web.join("dist/manifest.json").display());
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", web.join(source).display());
    }

    let built = modified(&web.join("dist/manifest.json"));
    let newest = SOURCES.iter().filter_map(|source| newest(&web.join(source))).max();
    if built.is_some() && built >= newest {
        return;
    }
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&web.join("package-lock.json")) {
        npm(&web, &["ci", "--no-audit", "--no-fund"]);
    }
    npm(&web, &["run", "build"]);
}

/// When a file last changed.
fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|meta| meta.modified()).ok()
}

/// When anything in a file or folder last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let Ok(entries) = path.read_dir() else { return modified(path) };
    entries.flatten().filter_map(|entry| newest(&entry.path())).chain(modified(path)).max()
}

/// Runs npm in a folder, or says what to do.
fn npm(folder: &Path, arguments: &[&str]) {
    let outcome = Command::new("npm").args(arguments).current_dir(folder).output();
    let trouble = match &outcome {
        Ok(output) if output.status.success() => return,
        Ok(output) => {
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        }
        Err(_) => "Node.js 20 or newer with npm is not installed".into(),
    };
    eprintln!("The pages need their styles and scripts, which Node.js makes from `web/`.");
    eprintln!("`npm {}` did not work: {trouble}", arguments.join(" "));
    eprintln!("Install Node.js 20 or newer and build again, or put a finished `web/dist` there.");
    exit(1);
}
