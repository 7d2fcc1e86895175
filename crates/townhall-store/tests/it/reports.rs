//! Reports of tools: kept for a while, then gone with their bytes.

use jiff::SignedDuration;
use townhall_model::ReportId;
use townhall_store::{JobState, MadeFile, NewJob, NewReport, ReportAnswer};

use crate::on_both;
use crate::support::World;

on_both!(
    a_report_is_kept_until_its_time_is_over,
    a_report_can_be_forgotten_before_its_time,
    a_report_that_a_job_works_on_is_answered_later,
);

async fn report(world: &World) -> NewReport {
    NewReport {
        id: ReportId::new(),
        kind: "diff".to_owned(),
        settings: r#"{"any_order":true}"#.to_owned(),
        inputs: vec![
            ("old.json".to_owned(), world.blobs.put_bytes(b"{}").await.unwrap()),
            ("new.json".to_owned(), world.blobs.put_bytes(b"{ }").await.unwrap()),
        ],
        answer: Some(ReportAnswer { result: world.blobs.put_bytes(b"[]").await.unwrap(), made: None }),
        job: None,
        lifetime: SignedDuration::from_hours(24),
    }
}

async fn a_report_is_kept_until_its_time_is_over(world: &World) {
    let new = report(world).await;
    let head = world.store.head().await.unwrap();
    world.store.put_report(&world.actor(), &new).await.unwrap();
    let kept = world.store.report(new.id).await.unwrap().unwrap();
    assert_eq!(
        (&kept.kind, &kept.settings, &kept.inputs, &kept.answer, kept.job),
        (&new.kind, &new.settings, &new.inputs, &new.answer, None)
    );
    assert_eq!(kept.expires_at.to_string(), "2026-03-02T12:00:00Z");
    assert_eq!(world.store.head().await.unwrap(), head, "it is no record");
    assert_eq!(world.store.referenced_blobs().await.unwrap().len(), 3);

    world.clock.advance(86_399);
    assert_eq!(world.store.forget_expired_reports().await.unwrap(), 0);
    assert!(world.store.report(new.id).await.unwrap().is_some());
    world.clock.advance(1);
    assert!(
        world.store.report(new.id).await.unwrap().is_none(),
        "nobody reads it any more, even before it is forgotten"
    );
    assert_eq!(world.store.forget_expired_reports().await.unwrap(), 1);
    assert!(world.store.referenced_blobs().await.unwrap().is_empty());
    world.clock.advance(86_400);
    assert_eq!(world.blobs.sweep("2026-03-03T00:00:00Z".parse().unwrap()).await.unwrap(), 3);
}

async fn a_report_can_be_forgotten_before_its_time(world: &World) {
    let (first, second) = (report(world).await, report(world).await);
    world.store.put_report(&world.actor(), &first).await.unwrap();
    world.store.put_report(&world.actor(), &second).await.unwrap();
    assert!(world.store.forget_report(&world.actor(), first.id).await.unwrap());
    assert!(!world.store.forget_report(&world.actor(), first.id).await.unwrap());
    assert!(world.store.report(second.id).await.unwrap().is_some());
    assert_eq!(world.store.referenced_blobs().await.unwrap().len(), 3);
}

async fn a_report_that_a_job_works_on_is_answered_later(world: &World) {
    let job = NewJob { kind: "run-tool".to_owned(), payload: "{}".to_owned(), ..NewJob::default() };
    let new = NewReport { answer: None, job: Some(job), ..report(world).await };
    world.store.put_report(&world.actor(), &new).await.unwrap();
    let waiting = world.store.report(new.id).await.unwrap().unwrap();
    assert_eq!(waiting.answer, None);
    assert_eq!(world.store.job(waiting.job.unwrap()).await.unwrap().unwrap().state, JobState::Queued);

    let answer = ReportAnswer {
        result: world.blobs.put_bytes(b"{\"changed\":1}").await.unwrap(),
        made: Some(MadeFile {
            name: "mended.json".to_owned(),
            media_type: "application/json".to_owned(),
            blob: world.blobs.put_bytes(b"{\"dataset\":[]}").await.unwrap(),
        }),
    };
    assert!(world.store.answer_report(&world.actor(), new.id, &answer).await.unwrap());
    let answered = world.store.report(new.id).await.unwrap().unwrap();
    assert_eq!(answered.answer, Some(answer.clone()));
    assert_eq!(world.store.referenced_blobs().await.unwrap().len(), 4, "two inputs, a result, a file");

    world.store.forget_report(&world.actor(), new.id).await.unwrap();
    assert!(!world.store.answer_report(&world.actor(), new.id, &answer).await.unwrap(), "it is gone");
    assert!(world.store.referenced_blobs().await.unwrap().is_empty());
}
