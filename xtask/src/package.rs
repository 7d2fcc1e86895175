//! `cargo xtask package`: a Debian package with the program, its manual, completions, a hardened service and the
//! demonstration's data.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

pub fn run(root: &Path) -> Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    call(Command::new("cargo").current_dir(root).args([
        "build",
        "--locked",
        "--release",
        "--package",
        "townhall",
    ]))?;
    let program = target.join("release/townhall");
    let version = env!("CARGO_PKG_VERSION");
    let stage = target.join("debian");
    // What an earlier run left would end up in the package.
    let _ = fs::remove_dir_all(&stage);

    install(&program, &stage.join("usr/bin/townhall"), 0o755)?;
    install(
        &root.join("packaging/townhall.service"),
        &stage.join("usr/lib/systemd/system/townhall.service"),
        0o644,
    )?;
    install(&root.join("packaging/sysusers.conf"), &stage.join("usr/lib/sysusers.d/townhall.conf"), 0o644)?;
    let manual = stage.join("usr/share/man/man1");
    call(Command::new(&program).arg("man").arg(&manual))?;
    for (shell, path) in [
        ("bash", "usr/share/bash-completion/completions/townhall"),
        ("zsh", "usr/share/zsh/vendor-completions/_townhall"),
        ("fish", "usr/share/fish/vendor_completions.d/townhall.fish"),
    ] {
        let script = Command::new(&program).args(["completions", shell]).output()?;
        let path = stage.join(path);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(path, script.stdout)?;
    }
    let demo = root.join("demo/dist");
    if demo.is_dir() {
        for entry in fs::read_dir(demo)? {
            let path = entry?.path();
            install(
                &path,
                &stage.join("usr/share/townhall/demo").join(path.file_name().context("a name")?),
                0o644,
            )?;
        }
    }
    let control = fs::read_to_string(root.join("packaging/control"))?.replace("{version}", version);
    fs::create_dir_all(stage.join("DEBIAN"))?;
    fs::write(stage.join("DEBIAN/control"), control)?;
    install(&root.join("packaging/postinst"), &stage.join("DEBIAN/postinst"), 0o755)?;

    let package = target.join(format!("townhall_{version}_amd64.deb"));
    call(Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&stage).arg(&package))?;
    eprintln!("{}", package.display());
    Ok(())
}

fn install(from: &Path, to: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(to.parent().context("a folder")?)?;
    fs::copy(from, to).with_context(|| format!("{} is missing", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode))?;
    Ok(())
}

fn call(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} can't be run"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
