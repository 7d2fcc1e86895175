//! `cargo xtask package`: a Debian package with the program, its manual, completions, a hardened service and the
//! demonstration's data.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Who answers for the package.
const MAINTAINER: &str = "Townhall developers <dev@townhall.example>";

/// Makes the package of `binary`, or of a release build of this checkout.
pub fn run(root: &Path, binary: Option<&Path>) -> Result<()> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let program = match binary {
        Some(path) => path.to_owned(),
        None => {
            let build = ["build", "--locked", "--release", "--package", "townhall"];
            printed(crate::cargo(root).args(build))?;
            target.join("release/townhall")
        }
    };
    let version = printed(Command::new(&program).arg("--version"))?;
    let version = version.trim().strip_prefix("townhall ").context("the program is not townhall")?.to_owned();
    let architecture = printed(Command::new("dpkg").arg("--print-architecture"))?.trim().to_owned();

    // The same commit gives the same package: no file is newer than it.
    let epoch = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(epoch) => epoch,
        Err(_) => printed(Command::new("git").current_dir(root).args(["log", "-1", "--format=%ct"]))?,
    };
    let epoch = epoch.trim();

    let work = target.join("package");
    let stage = work.join("debian/townhall");
    if stage.exists() {
        // What an earlier run left would end up in the package.
        fs::remove_dir_all(&stage)?;
    }
    // Its presence tells dpkg-shlibdeps that this is a package and not a stray program.
    fs::create_dir_all(stage.join("DEBIAN"))?;
    lay_out(root, &program, &stage)?;
    changelog(&stage.join("usr/share/doc/townhall"), &version, epoch)?;
    printed(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&stage))?;
    let control = fs::read_to_string(root.join("packaging/control"))?
        .replace("{version}", &version)
        .replace("{maintainer}", MAINTAINER)
        .replace("{architecture}", &architecture)
        .replace("{libraries}", &libraries(&work)?)
        .replace("{size_kib}", &size(&stage)?.div_ceil(1024).to_string());
    write(&stage.join("DEBIAN/control"), control.as_bytes(), 0o644)?;
    for script in ["postinst", "prerm", "postrm"] {
        install(&root.join("packaging").join(script), &stage.join("DEBIAN").join(script), 0o755)?;
    }

    let package = target.join(format!("townhall_{version}_{architecture}.deb"));
    let build = ["--root-owner-group", "--build"];
    printed(Command::new("dpkg-deb").env("SOURCE_DATE_EPOCH", epoch).args(build).arg(&stage).arg(&package))?;
    eprintln!("{}", package.display());
    Ok(())
}

/// Puts every file of the package where it will be installed, beneath `stage`.
fn lay_out(root: &Path, program: &Path, stage: &Path) -> Result<()> {
    let packaging = root.join("packaging");
    let share = stage.join("usr/share");
    install(program, &stage.join("usr/bin/townhall"), 0o755)?;
    printed(Command::new("strip").arg("--strip-unneeded").arg(stage.join("usr/bin/townhall")))?;
    install(
        &packaging.join("townhall.service"),
        &stage.join("usr/lib/systemd/system/townhall.service"),
        0o644,
    )?;
    install(&packaging.join("sysusers.conf"), &stage.join("usr/lib/sysusers.d/townhall.conf"), 0o644)?;
    install(&packaging.join("tmpfiles.conf"), &stage.join("usr/lib/tmpfiles.d/townhall.conf"), 0o644)?;

    printed(Command::new(program).arg("man").arg(share.join("man/man1")))?;
    for page in fs::read_dir(share.join("man/man1"))? {
        gzip(&page?.path())?;
    }
    for (shell, path) in [
        ("bash", "bash-completion/completions/townhall"),
        ("zsh", "zsh/vendor-completions/_townhall"),
        ("fish", "fish/vendor_completions.d/townhall.fish"),
    ] {
        let script = printed(Command::new(program).args(["completions", shell]))?;
        write(&share.join(path), script.as_bytes(), 0o644)?;
    }

    let documents = share.join("doc/townhall");
    install(&packaging.join("copyright"), &documents.join("copyright"), 0o644)?;
    install(&root.join("CHANGELOG.md"), &documents.join("NEWS"), 0o644)?;
    gzip(&documents.join("NEWS"))?;
    install(&packaging.join("lintian-overrides"), &share.join("lintian/overrides/townhall"), 0o644)?;

    let demo = root.join("demo/dist");
    ensure!(demo.is_dir(), "`{}` is missing; `make demo/dist/catalog.json` makes it", demo.display());
    for file in fs::read_dir(demo)? {
        let file = file?;
        install(&file.path(), &share.join("townhall/demo").join(file.file_name()), 0o644)?;
    }
    Ok(())
}

/// Writes Debian's changelog, which has one entry for what this build is and leads to the news.
fn changelog(folder: &Path, version: &str, epoch: &str) -> Result<()> {
    let date = printed(Command::new("date").args(["--utc", "--rfc-email", "--date", &format!("@{epoch}")]))?;
    let entry = format!(
        "townhall ({version}) unstable; urgency=medium\n\n  * NEWS.gz lists what changed.\n\n -- {MAINTAINER}  {date}"
    );
    let path = folder.join("changelog");
    write(&path, entry.as_bytes(), 0o644)?;
    gzip(&path)
}

/// The packages whose libraries the program is linked to, with the versions that have what it uses.
fn libraries(work: &Path) -> Result<String> {
    // The tool reads `debian/townhall` as part of a source package.
    write(
        &work.join("debian/control"),
        b"Source: townhall\n\nPackage: townhall\nArchitecture: any\n",
        0o644,
    )?;
    let program = "debian/townhall/usr/bin/townhall";
    let line = printed(Command::new("dpkg-shlibdeps").current_dir(work).args(["-O", program]))?;
    let found = line.trim().strip_prefix("shlibs:Depends=").context("dpkg-shlibdeps found no libraries")?;
    Ok(found.to_owned())
}

fn install(from: &Path, to: &Path, mode: u32) -> Result<()> {
    write(to, &fs::read(from).with_context(|| format!("could not read `{}`", from.display()))?, mode)
}

/// Writes a file and the folders above it.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let folder = path.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(path, bytes).with_context(|| format!("could not write `{}`", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    Ok(())
}

/// Compresses a file in place, without its name and time, as Debian has manuals and changelogs.
fn gzip(path: &Path) -> Result<()> {
    printed(Command::new("gzip").args(["-9", "--no-name"]).arg(path))?;
    Ok(())
}

/// The bytes of all files beneath a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// Runs a command to its end and returns what it printed.
fn printed(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .with_context(|| format!("{:?} can't be run", command.get_program()))?;
    ensure!(output.status.success(), "{command:?} failed");
    String::from_utf8(output.stdout).context("the output is not UTF-8")
}
