//! A PostgreSQL to test on: the one that `TOWNHALL_TEST_POSTGRES` names, or a throw-away cluster of our own.
//!
//! Every test may be a process of its own, so the cluster is shared between processes: each holds a shared lock on a
//! file, and a watchdog that waits for that lock alone takes the cluster down soon after the last one has gone.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Where Debian keeps the programs, newest first.
const BINARIES: [&str; 4] = [
    "/usr/lib/postgresql/17/bin",
    "/usr/lib/postgresql/16/bin",
    "/usr/lib/postgresql/15/bin",
    "/usr/lib/postgresql/14/bin",
];

/// The address of the test server; nothing when `TOWNHALL_TEST_POSTGRES=none` says that there is to be none.
pub fn url() -> Option<String> {
    match std::env::var("TOWNHALL_TEST_POSTGRES") {
        Ok(word) if word == "none" => {
            println!("skipped: TOWNHALL_TEST_POSTGRES=none");
            None
        }
        Ok(url) if !url.is_empty() => Some(url),
        _ => Some(CLUSTER.get_or_init(Cluster::join).url()),
    }
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

struct Cluster {
    port: u16,
    /// Held as long as this process lives.
    _users: File,
}

impl Cluster {
    fn url(&self) -> String {
        format!("postgres://townhall@127.0.0.1:{}/postgres", self.port)
    }

    /// Uses the cluster that runs, or starts one.
    fn join() -> Self {
        let binaries = BINARIES.map(Path::new).into_iter().find(|path| path.join("initdb").is_file()).expect(
            "the tests need PostgreSQL: install it, name a server in TOWNHALL_TEST_POSTGRES, or set it to `none`",
        );
        let folder = std::env::temp_dir().join(format!("townhall-test-postgres-{}", user()));
        fs::create_dir_all(&folder).unwrap();
        let starting = open(&folder.join("starting"));
        fs4::FileExt::lock(&starting).unwrap();
        // While the watchdog takes an old cluster down, it has this lock alone.
        let users = open(&folder.join("users"));
        fs4::FileExt::lock_shared(&users).unwrap();
        let running = fs::read_to_string(folder.join("port")).ok().and_then(|text| text.trim().parse().ok());
        let port = running.unwrap_or_else(|| start(binaries, &folder));
        Self { port, _users: users }
    }
}

fn start(binaries: &Path, folder: &Path) -> u16 {
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data).unwrap();
    }
    fs::create_dir(&data).unwrap();
    if user() == "root" {
        succeed(Command::new("chown").arg("postgres").arg(&data));
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cluster = data.join("cluster");
    let options = ["--username=townhall", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
    succeed(as_owner(binaries.join("initdb")).arg("-D").arg(&cluster).args(options));
    let settings = format!(
        "-c listen_addresses=127.0.0.1 -p {port} -k {} -c max_connections=300 -c fsync=off",
        data.display()
    );
    let log = data.join("log");
    succeed(
        as_owner(binaries.join("pg_ctl"))
            .arg("-D")
            .arg(&cluster)
            .arg("-l")
            .arg(log)
            .args(["-w", "-s", "-o", &settings, "start"]),
    );
    fs::write(folder.join("port"), port.to_string()).unwrap();
    watch(binaries, folder, &cluster);
    port
}

/// Leaves a process behind that takes the cluster down when nobody has used it for some seconds.
fn watch(binaries: &Path, folder: &Path, cluster: &Path) {
    let stop = format!("{} -D {} -m immediate -s stop", binaries.join("pg_ctl").display(), cluster.display());
    let stop = if user() == "root" { format!("runuser -u postgres -- {stop}") } else { stop };
    let script = format!(
        "cd {folder} || exit
         while :; do
             flock -x users true
             sleep 5
             flock -xn users sh -c 'rm -f port; {stop}; rm -rf data' && exit
         done",
        folder = folder.display()
    );
    Command::new("setsid")
        .args(["sh", "-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
}

/// PostgreSQL refuses to run as root.
fn as_owner(program: PathBuf) -> Command {
    if user() == "root" {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        return command;
    }
    Command::new(program)
}

fn succeed(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "`{command:?}` failed");
}

fn user() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn open(path: &Path) -> File {
    File::options().read(true).write(true).create(true).truncate(false).open(path).unwrap()
}
