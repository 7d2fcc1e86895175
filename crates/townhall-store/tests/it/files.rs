//! Files of distributions.

use townhall_store::StoredFile;

use crate::on_both;
use crate::support::World;
use crate::support::samples::datasets;

on_both!(a_file_that_is_replaced_lets_go_of_its_bytes);

async fn a_file_that_is_replaced_lets_go_of_its_bytes(world: &World) {
    let record = world.store.put_records(&world.actor(), datasets(0..1)).await.unwrap()[0].id.unwrap();
    let (old, new) =
        (world.blobs.put_bytes(b"old").await.unwrap(), world.blobs.put_bytes(b"newer").await.unwrap());
    let file = StoredFile {
        distribution: "https://example.gov/trees.csv".to_owned(),
        name: "trees.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        blob: old,
        bytes: 3,
    };
    world.store.put_file(&world.actor(), record, &file).await.unwrap();
    let audit = world.store.audit_of("file", &record.to_string(), 9).await.unwrap();
    world.store.put_file(&world.actor(), record, &file).await.unwrap();
    assert_eq!(
        world.store.audit_of("file", &record.to_string(), 9).await.unwrap(),
        audit,
        "nothing was written"
    );
    assert_eq!(world.store.referenced_blobs().await.unwrap(), [old]);

    let newer = StoredFile { blob: new, bytes: 5, ..file };
    world.store.put_file(&world.actor(), record, &newer).await.unwrap();
    assert_eq!(world.store.files(&[record]).await.unwrap()[&record], [newer]);
    assert_eq!(world.store.referenced_blobs().await.unwrap(), [new]);
    world.clock.advance(86_400);
    assert_eq!(world.blobs.sweep("2026-03-02T00:00:00Z".parse().unwrap()).await.unwrap(), 1);
    assert_eq!(
        (world.blobs.size(&old).await.unwrap(), world.blobs.size(&new).await.unwrap()),
        (None, Some(5))
    );
}
