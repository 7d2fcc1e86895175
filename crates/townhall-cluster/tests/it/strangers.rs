//! Somebody who reached the ports of a cluster, with Ballista's own client: what it reads are blobs, whatever it asks for.

use std::ops::Range;
use std::sync::Arc;

use ballista_core::config::BallistaConfig;
use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::execution::session_state::SessionState;
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use datafusion_proto::protobuf::PhysicalPlanNode;
use futures::TryStreamExt;
use townhall_model::BlobId;
use townhall_query::{ReadBlob, ReadError};

use crate::machines::Machines;

/// A place without blobs.
#[derive(Debug)]
struct Nothing;

#[async_trait::async_trait]
impl ReadBlob for Nothing {
    async fn size(&self, _: &BlobId) -> Result<Option<u64>, ReadError> {
        Ok(None)
    }

    async fn range(&self, _: &BlobId, _: Range<u64>) -> Result<bytes::Bytes, ReadError> {
        Err(ReadError("there are no blobs".to_owned()))
    }
}

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
    let machines = tokio::task::block_in_place(|| Machines::start(Arc::new(Nothing), 1));
    let address = machines.address.as_str().trim_end_matches('/').to_owned();

    // A plan of what is wanted: the scheduler sees that it reads a file.
    let state = SessionState::new_ballista_state(address.clone()).unwrap();
    let context = SessionContext::new_with_state(state);
    context.register_csv("secret", secret.to_str().unwrap(), CsvReadOptions::new()).await.unwrap();
    let said = outcome(&context, "select word from secret").await;
    println!("{said}");
    assert!(said.contains("a plan may read tables and nothing else"), "{said}");

    // A plan that writes one.
    let target = folder.path().join("written.csv");
    let said = outcome(&context, &format!("copy (values (1)) to '{}'", target.display())).await;
    println!("{said}");
    assert!(!said.starts_with("answered"), "{said}");
    assert!(!target.exists());

    // A plan of how it is done, which nobody looks at: an executor has no way to a file.
    let own = SessionContext::new();
    own.register_csv("secret", secret.to_str().unwrap(), CsvReadOptions::new()).await.unwrap();
    let physical = own.sql("select word from secret").await.unwrap().create_physical_plan().await.unwrap();
    let (settings, codec) = (BallistaConfig::default(), BallistaPhysicalExtensionCodec::default());
    let asked = async {
        let config = SessionConfig::new_with_ballista();
        let session = "stranger".to_owned();
        execute_physical_plan::<PhysicalPlanNode>(address, &settings, physical, &codec, session, config)
            .await?
            .try_collect::<Vec<_>>()
            .await
    };
    let said = match asked.await {
        Ok(rows) => format!("answered: {rows:?}"),
        Err(error) => error.to_string(),
    };
    println!("{said}");
    assert!(said.contains("only tables can be read"), "{said}");
}
