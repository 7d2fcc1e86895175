//! Blobs on disk.

use std::fs::{self, File};
use std::time::{Duration, SystemTime};

use futures::{StreamExt, TryStreamExt, stream};
use townhall_model::{BlobId, ErrorKind};
use townhall_store::NewJob;

use crate::on_both;
use crate::support::samples::job;
use crate::support::{World, message};

on_both!(
    the_same_bytes_have_one_name_however_they_come,
    a_part_of_a_blob_is_read_without_the_rest,
    too_many_bytes_leave_nothing_behind,
    damage_is_seen_and_mended_by_keeping_the_bytes_again,
    a_sweep_takes_only_old_bytes_that_nothing_refers_to,
    a_sweep_takes_what_a_crash_left_behind,
);

async fn the_same_bytes_have_one_name_however_they_come(world: &World) {
    let bytes = b"height\n3.5\n";
    let path = world.folder.path().join("trees.csv");
    fs::write(&path, bytes).unwrap();
    let id = world.blobs.put_file(&path).await.unwrap();
    assert_eq!(id, BlobId::of(bytes));
    assert_eq!(world.blobs.put_bytes(bytes).await.unwrap(), id);
    let pieces = bytes.chunks(4).map(|piece| Ok::<_, std::io::Error>(bytes::Bytes::copy_from_slice(piece)));
    assert_eq!(world.blobs.put_stream(stream::iter(pieces), 100).await.unwrap(), id);
    assert_eq!(fs::read(&path).unwrap(), bytes, "the file stays where it is");
    assert_eq!(fs::read(world.blob_path(&id)).unwrap(), bytes);
    assert_eq!(world.temporary_files(), 0);
    assert_eq!(world.store.blobs_after(None, 10).await.unwrap(), [(id, 11)]);
    assert_eq!(world.store.blobs_after(Some(&id), 10).await.unwrap(), []);
    assert_eq!(world.blobs.local_path(&id), Some(world.blob_path(&id)));
    let empty = world.blobs.put_bytes(b"").await.unwrap();
    assert_eq!(world.blobs.read(&empty, 0).await.unwrap(), "");
}

async fn a_part_of_a_blob_is_read_without_the_rest(world: &World) {
    let bytes: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let id = world.blobs.put_bytes(&bytes).await.unwrap();
    assert_eq!(world.blobs.range(&id, 10..20).await.unwrap(), bytes[10..20]);
    assert_eq!(world.blobs.range(&id, 3_999_990..9_000_000).await.unwrap(), bytes[3_999_990..]);
    assert_eq!(world.blobs.range(&id, 9_000_000..9_000_001).await.unwrap(), "");
    assert_eq!(world.blobs.range(&id, 5..5).await.unwrap(), "");
    let streamed: Vec<u8> = world
        .blobs
        .stream(&id, 1..3_000_000)
        .await
        .unwrap()
        .map_ok(|piece| {
            assert!(piece.len() <= 256 * 1024, "a piece is small");
            stream::iter(piece).map(Ok::<u8, std::io::Error>)
        })
        .try_flatten()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(streamed, bytes[1..3_000_000]);
    assert_eq!(fs::read(world.blobs.open_file(&id).await.unwrap().path()).unwrap(), bytes);
    assert_eq!(world.blobs.read(&id, 4_000_000).await.unwrap(), bytes);
    assert_eq!(world.blobs.read(&id, 3_999_999).await.unwrap_err().kind(), ErrorKind::TooLarge);

    let unknown = BlobId::of(b"unknown");
    let missing = format!("there is no blob `{unknown}`");
    assert_eq!(message(world.blobs.read(&unknown, 10).await), missing);
    assert_eq!(message(world.blobs.open_file(&unknown).await), missing);
    assert_eq!(message(world.blobs.range(&unknown, 0..1).await), missing);
    assert_eq!((world.blobs.size(&unknown).await.unwrap(), world.blobs.local_path(&unknown)), (None, None));
}

async fn too_many_bytes_leave_nothing_behind(world: &World) {
    let piece = || Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[7; 1_000]));
    let outcome = world.blobs.put_stream(stream::repeat_with(piece), 4_500).await;
    assert_eq!(message(outcome), "the data has more than 4500 bytes, which is the limit");
    let broken = stream::iter([piece(), Err(std::io::Error::other("the line went dead"))]);
    assert!(world.blobs.put_stream(broken, 4_500).await.is_err());
    assert_eq!(world.temporary_files(), 0);
    assert_eq!(world.store.blobs_after(None, 10).await.unwrap(), []);
}

async fn damage_is_seen_and_mended_by_keeping_the_bytes_again(world: &World) {
    let id = world.blobs.put_bytes(b"precious").await.unwrap();
    world.blobs.verify(&id).await.unwrap();
    fs::write(world.blob_path(&id), b"precioux").unwrap();
    let expected = format!("blob `{id}` is damaged: its bytes have another hash");
    assert_eq!(message(world.blobs.verify(&id).await), expected);
    fs::write(world.blob_path(&id), b"prec").unwrap();
    world.blobs.put_bytes(b"precious").await.unwrap();
    world.blobs.verify(&id).await.unwrap();
    fs::remove_file(world.blob_path(&id)).unwrap();
    world.blobs.put_bytes(b"precious").await.unwrap();
    world.blobs.verify(&id).await.unwrap();
}

async fn a_sweep_takes_only_old_bytes_that_nothing_refers_to(world: &World) {
    let old = world.blobs.put_bytes(b"old").await.unwrap();
    let renewed = world.blobs.put_bytes(b"renewed").await.unwrap();
    let waiting = world.blobs.put_bytes(b"named by a job").await.unwrap();
    let payload = format!(r#"{{"source":"{waiting}"}}"#);
    world.store.enqueue(&world.actor(), &NewJob { payload, ..job("a") }).await.unwrap();
    world.clock.advance(7_200);
    world.blobs.put_bytes(b"renewed").await.unwrap();
    let fresh = world.blobs.put_bytes(b"fresh").await.unwrap();

    assert_eq!(world.blobs.sweep("2026-03-01T13:00:00Z".parse().unwrap()).await.unwrap(), 1);
    assert_eq!(world.blobs.size(&old).await.unwrap(), None);
    assert_eq!(world.store.blob_bytes(&old).await.unwrap(), None);
    for id in [renewed, waiting, fresh] {
        assert!(
            world.blobs.size(&id).await.unwrap().is_some()
                && world.store.blob_bytes(&id).await.unwrap().is_some()
        );
    }
    assert_eq!(world.blobs.put_bytes(b"old").await.unwrap(), old, "it may come back");
    world.blobs.verify(&old).await.unwrap();
}

async fn a_sweep_takes_what_a_crash_left_behind(world: &World) {
    // The machine's time counts for files, and the case's for what is registered.
    let real = jiff::Timestamp::now();
    let stray = BlobId::of(b"stray");
    let path = world.blob_path(&stray);
    let part = world.folder.path().join("tmp/half.part");
    let fresh = world.folder.path().join("tmp/fresh.part");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for path in [&path, &part, &fresh] {
        fs::write(path, b"stray").unwrap();
    }
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    for path in [&path, &part] {
        File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    let before = real - jiff::SignedDuration::from_secs(3_600);
    assert_eq!(world.blobs.sweep(before).await.unwrap(), 2);
    assert!(!path.exists() && !part.exists() && fresh.exists());
}
