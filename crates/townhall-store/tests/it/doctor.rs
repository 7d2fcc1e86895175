//! Damage on purpose: a doctor names it.

use std::fs;

use crate::on_both;
use crate::support::World;
use crate::support::samples::{datasets, job, manifest};

on_both!(each_kind_of_damage_is_named);

async fn each_kind_of_damage_is_named(world: &World) {
    let actor = world.actor();
    let record = world.store.put_records(&actor, datasets(0..2)).await.unwrap()[0].id.unwrap();
    let parquet = world.blobs.put_bytes(b"parquet").await.unwrap();
    let source = world.blobs.put_bytes(b"source").await.unwrap();
    world.store.publish_version(&actor, record, "t", "T", &manifest(parquet, source, 1)).await.unwrap();
    world.store.enqueue(&actor, &job("a")).await.unwrap();
    assert_eq!(world.ails().await, Vec::<String>::new());

    for (damage, repair, code) in [
        (
            "update changes set seq = 99 where seq = 3",
            "update changes set seq = 3 where seq = 99",
            "STORE-CHANGE-GAP",
        ),
        (
            "update audit set seq = 99 where seq = 3",
            "update audit set seq = 3 where seq = 99",
            "STORE-AUDIT-GAP",
        ),
        (
            "update audit set action = 'x' where subject = 'table'",
            "update audit set action = 'version' where subject = 'table'",
            "STORE-CHANGE-WITHOUT-AUDIT",
        ),
        ("update revisions set number = 9", "update revisions set number = 1", "STORE-NO-REVISION"),
        (
            "update records set content_hash = content_hash || 'x'",
            "update records set content_hash = rtrim(content_hash, 'x')",
            "STORE-REVISION-HASH",
        ),
        (
            "update changes set subject = 'x' where seq = 1",
            "update changes set subject = 'record' where seq = 1",
            "STORE-REVISION-WITHOUT-CHANGE",
        ),
        ("update tables set version = 7", "update tables set version = 1", "STORE-NO-VERSION"),
        (
            "update blob_references set owner = 'x' || owner",
            "update blob_references set owner = substr(owner, 2)",
            "STORE-VERSION-WITHOUT-BLOBS",
        ),
        (
            "insert into mirrors (link_id, url, blob_id, bytes, media_type, copied_at, seen_at, withdrawn)
             select 'x', 'x', max(id), 1, '', '', '', 0 from blobs",
            "delete from mirrors",
            "STORE-MIRROR-WITHOUT-BLOB",
        ),
        (
            "update records set slug = slug || 'x'",
            "update records set slug = rtrim(slug, 'x')",
            "STORE-NO-SLUG",
        ),
        ("update jobs set state = 'running'", "update jobs set state = 'queued'", "STORE-JOB-STATE"),
        ("update jobs set state = 'asleep'", "update jobs set state = 'queued'", "STORE-JOB-STATE"),
    ] {
        world.raw(damage).await;
        let found = world.ails().await;
        assert!(found.iter().any(|found| found == code), "{damage}: {found:?}");
        world.raw(repair).await;
        assert_eq!(world.ails().await, Vec::<String>::new(), "{repair}");
    }

    let path = world.blob_path(&parquet);
    fs::write(&path, b"parquex").unwrap();
    assert_eq!(world.ails().await, ["STORE-BLOB-DAMAGED"]);
    assert_eq!(world.store.check(&world.blobs, false).await.unwrap(), [], "only a deep look reads the bytes");
    fs::remove_file(&path).unwrap();
    assert_eq!(world.ails().await, ["STORE-BLOB-MISSING"]);
    let finding = &world.store.check(&world.blobs, false).await.unwrap()[0];
    assert_eq!(finding.message, format!("blob `{parquet}` is referred to and not there"));
    assert!(finding.fix.is_some());
    world.blobs.put_bytes(b"parquet").await.unwrap();
}
