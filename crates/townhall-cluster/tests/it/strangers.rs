//! Somebody who reached the ports of a cluster, with Ballista's own client: what it reads are blobs, whatever it asks for.

use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::{CsvReadOptions, ParquetReadOptions, SessionConfig, SessionContext};
use townhall_app::BlobSettings;

use crate::machines::Machines;

/// What a stranger's client says of a query, in one line.
async fn outcome(context: &SessionContext, sql: &str) -> String {
    let asked = async { context.sql(sql).await?.collect().await };
    match asked.await {
        Ok(rows) => format!("answered: {rows:?}"),
        Err(error) => error.to_string().replace('\n', " "),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_with_a_client_of_its_own_reads_no_file_and_writes_none() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "word\nswordfish\n").unwrap();
    let machines = tokio::task::block_in_place(|| Machines::start(BlobSettings::Disk, 1));

    let state = SessionState::new_ballista_state(machines.address.to_string()).unwrap();
    let context = SessionContext::new_with_state(state);
    context.register_csv("secret", secret.to_str().unwrap(), CsvReadOptions::new()).await.unwrap();
    let said = outcome(&context, "select word from secret").await;
    assert!(said.contains("a plan may read tables and nothing else"), "{said}");

    // A file that would be written, by a plan that reads nothing.
    let target = folder.path().join("written.csv");
    let said = outcome(&context, &format!("copy (values (1)) to '{}'", target.display())).await;
    assert!(!said.starts_with("answered"), "{said}");
    assert!(!target.exists());

    // An address of the blobs' own kind, but of no blob.
    let config = SessionConfig::new_with_ballista();
    let own = SessionStateBuilder::new_with_default_features().with_config(config).build();
    let own = own.upgrade_for_ballista(machines.address.to_string()).unwrap();
    let own = SessionContext::new_with_state(own);
    let read = own.read_parquet("http://127.0.0.1:1/x.parquet", ParquetReadOptions::default()).await;
    assert!(read.is_err(), "its own client has no such store either");
}
