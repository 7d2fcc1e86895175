//! The machines of a cluster, each with a runtime of its own, so that one can be taken away as if its plug were pulled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use townhall_cluster::{
    Cluster, ClusterSettings, ExecutorSettings, SchedulerSettings, run_executor, run_scheduler,
};
use townhall_query::ReadBlob;
use url::Url;

use crate::bucket::request;

/// A machine. It is gone when it is dropped.
pub struct Machine(Option<Runtime>);

impl Drop for Machine {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub struct Machines {
    pub scheduler: Option<Machine>,
    pub executors: Vec<Machine>,
    pub address: Url,
    blobs: Arc<dyn ReadBlob>,
    folder: tempfile::TempDir,
}

impl Machines {
    /// A scheduler over blobs, and so many executors.
    pub fn start(blobs: Arc<dyn ReadBlob>, executors: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = runtime();
        let listener = machine.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let scheduler = SchedulerSettings { host: None, blobs: blobs.clone() };
        machine.spawn(async move {
            run_scheduler(listener, scheduler, std::future::pending()).await.unwrap();
        });
        let scheduler = Some(Machine(Some(machine)));
        let mut machines = Self { scheduler, executors: Vec::new(), address, blobs, folder };
        for number in 0..executors {
            machines.add_executor(number);
        }
        machines.wait_for(executors);
        machines
    }

    fn add_executor(&mut self, number: usize) {
        let machine = runtime();
        let executor = ExecutorSettings {
            scheduler: self.address.clone(),
            listen: "127.0.0.1:0".parse().unwrap(),
            host: None,
            work_dir: self.folder.path().join(format!("executor-{number}")),
            threads: 2,
            memory_bytes: 256 * 1024 * 1024,
            blobs: self.blobs.clone(),
        };
        machine.spawn(async move { run_executor(executor).await.unwrap() });
        self.executors.push(Machine(Some(machine)));
    }

    /// Waits until the scheduler knows so many executors.
    fn wait_for(&self, executors: usize) {
        let host = format!("127.0.0.1:{}", self.address.port().unwrap());
        let wanted = match executors {
            0 => "not ready: 0".to_owned(),
            number => format!("ready: {number} executors registered"),
        };
        let began = Instant::now();
        loop {
            let answer = String::from_utf8_lossy(&request(&host, "GET /readyz", "", &[])).into_owned();
            if answer.contains(&wanted) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(120), "no {wanted}: {answer}");
            std::thread::yield_now();
        }
    }

    /// A client of this cluster.
    pub fn cluster(&self, count: usize, timeout: Duration) -> Cluster {
        Cluster::new(ClusterSettings {
            scheduler: self.address.clone(),
            count,
            patience: Duration::from_secs(60),
            timeout,
            parts: 4,
        })
        .unwrap()
    }
}
