//! Jobs.

use jiff::SignedDuration;
use townhall_store::limits::JOB_ATTEMPTS_MAX;
use townhall_store::{JobProgress, JobState, NewJob};

use crate::on_both;
use crate::support::World;
use crate::support::samples::{datasets, job};

on_both!(
    a_job_is_claimed_done_and_kept_with_its_result,
    of_waiting_and_running_jobs_only_one_has_a_key,
    urgent_jobs_go_first_and_later_ones_wait,
    a_worker_takes_from_its_queues_only,
    a_lease_that_ran_out_gives_the_job_to_another_worker,
    a_failed_job_is_tried_again_after_growing_pauses_and_then_parked,
    a_job_that_can_not_succeed_is_parked_at_once_and_can_be_put_back,
    a_job_that_takes_its_worker_down_is_parked_in_the_end,
    a_waiting_job_is_cancelled_at_once,
    a_running_job_is_told_to_stop,
    a_job_waits_from_the_moment_its_reason_is_kept,
    jobs_that_ended_are_forgotten_in_time,
);

const LEASE: SignedDuration = SignedDuration::from_secs(60);

async fn a_job_is_claimed_done_and_kept_with_its_result(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    let claimed = world.store.claim("w1", LEASE).await.unwrap().unwrap();
    assert_eq!((claimed.id, claimed.attempt, claimed.actor.as_str()), (id, 1, "cli:ada"));
    assert_eq!((claimed.kind.as_str(), claimed.payload.as_str()), ("ingest-table", r#"{"of":"a"}"#));
    assert_eq!(world.store.claim("w2", LEASE).await.unwrap(), None);

    let progress = JobProgress { done: 3, total: 9, message: "reading".to_owned() };
    assert!(world.store.renew(id, "w1", LEASE, &progress).await.unwrap());
    let running = world.store.job(id).await.unwrap().unwrap();
    assert_eq!((running.state, &running.progress), (JobState::Running, &progress));
    assert_eq!(running.lease_until.unwrap().to_string(), "2026-03-01T12:01:00Z");

    assert!(world.store.complete(id, "w1", r#"{"rows":3}"#).await.unwrap());
    let done = world.store.job(id).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.result.as_deref(), done.lease_until),
        (JobState::Done, Some(r#"{"rows":3}"#), None)
    );
    assert_eq!(world.store.count_jobs(JobState::Done).await.unwrap(), 1);
    assert_eq!(world.store.jobs(JobState::Done, 5).await.unwrap()[0].id, id);
    assert_eq!(world.store.jobs(JobState::Queued, 5).await.unwrap(), []);
}

async fn of_waiting_and_running_jobs_only_one_has_a_key(world: &World) {
    let first = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    assert_eq!(world.store.enqueue(&world.actor(), &job("a")).await.unwrap(), first);
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    assert_eq!(world.store.enqueue(&world.actor(), &job("a")).await.unwrap(), first);
    world.store.complete(first, "w", "{}").await.unwrap();
    assert_ne!(world.store.enqueue(&world.actor(), &job("a")).await.unwrap(), first);
    // Without a key every one counts.
    let one = world.store.enqueue(&world.actor(), &job("")).await.unwrap();
    assert_ne!(world.store.enqueue(&world.actor(), &job("")).await.unwrap(), one);
    assert_eq!(world.store.count_jobs(JobState::Queued).await.unwrap(), 3);
}

async fn urgent_jobs_go_first_and_later_ones_wait(world: &World) {
    let later = Some("2026-03-01T13:00:00Z".parse().unwrap());
    for new in [
        NewJob { run_after: later, priority: 9, ..job("later") },
        job("usual"),
        NewJob { priority: 5, ..job("urgent") },
    ] {
        world.store.enqueue(&world.actor(), &new).await.unwrap();
    }
    let mut order = Vec::new();
    while let Some(claimed) = world.store.claim("w", LEASE).await.unwrap() {
        order.push(claimed.payload);
        world.store.complete(claimed.id, "w", "{}").await.unwrap();
    }
    assert_eq!(order, [r#"{"of":"urgent"}"#, r#"{"of":"usual"}"#]);
    world.clock.advance(3_600);
    assert!(world.store.claim("w", LEASE).await.unwrap().is_some());
}

async fn a_worker_takes_from_its_queues_only(world: &World) {
    world.store.enqueue(&world.actor(), &NewJob { queue: "fetch".to_owned(), ..job("f") }).await.unwrap();
    world.store.enqueue(&world.actor(), &job("usual")).await.unwrap();
    assert_eq!(world.store.claim_from(&["index"], "w", LEASE).await.unwrap(), None);
    let claimed = world.store.claim_from(&["index", "fetch"], "w", LEASE).await.unwrap().unwrap();
    assert_eq!(claimed.payload, r#"{"of":"f"}"#);
    assert_eq!(world.store.job(claimed.id).await.unwrap().unwrap().queue, "fetch");
    assert!(world.store.claim_from(&[""], "w", LEASE).await.unwrap().is_some());
}

async fn a_lease_that_ran_out_gives_the_job_to_another_worker(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    world.store.claim("w1", LEASE).await.unwrap().unwrap();
    world.clock.advance(40);
    assert!(world.store.renew(id, "w1", LEASE, &JobProgress::default()).await.unwrap());
    world.clock.advance(40);
    assert_eq!(world.store.claim("w2", LEASE).await.unwrap(), None, "the lease was renewed");
    world.clock.advance(21);
    let again = world.store.claim("w2", LEASE).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempt), (id, 2));
    // The first worker learns it from whatever it does next, and does no harm.
    assert!(!world.store.renew(id, "w1", LEASE, &JobProgress::default()).await.unwrap());
    assert!(!world.store.complete(id, "w1", "{}").await.unwrap());
    world.store.fail(id, "w1", 1, "too late", true).await.unwrap();
    assert_eq!(world.store.job(id).await.unwrap().unwrap().state, JobState::Running);
    assert!(world.store.complete(id, "w2", "{}").await.unwrap());
}

async fn a_failed_job_is_tried_again_after_growing_pauses_and_then_parked(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    let mut pauses = Vec::new();
    loop {
        let claimed = world.store.claim("w", LEASE).await.unwrap().unwrap();
        let state = world.store.fail(id, "w", claimed.attempt, "the disk is full", true).await.unwrap();
        if state == JobState::Parked {
            break;
        }
        assert_eq!(world.store.claim("w", LEASE).await.unwrap(), None, "it waits first");
        let job = world.store.job(id).await.unwrap().unwrap();
        pauses.push(job.run_after.duration_since(job.updated_at).as_secs());
        world.clock.advance(pauses[pauses.len() - 1]);
    }
    assert_eq!(pauses, [2, 4, 8, 16]);
    let parked = world.store.job(id).await.unwrap().unwrap();
    assert_eq!((parked.attempts, parked.reason.as_deref()), (JOB_ATTEMPTS_MAX, Some("the disk is full")));
}

async fn a_job_that_can_not_succeed_is_parked_at_once_and_can_be_put_back(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    assert_eq!(world.store.fail(id, "w", 1, "not a table", false).await.unwrap(), JobState::Parked);
    assert_eq!(world.store.claim("w", LEASE).await.unwrap(), None);

    assert!(world.store.retry(&world.actor(), id).await.unwrap());
    assert!(!world.store.retry(&world.actor(), id).await.unwrap(), "it waits already");
    let again = world.store.claim("w", LEASE).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempt), (id, 1));
    world.store.fail(id, "w", 1, "still not a table", false).await.unwrap();
    world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    assert!(!world.store.retry(&world.actor(), id).await.unwrap(), "another one has its key");
}

async fn a_job_that_takes_its_worker_down_is_parked_in_the_end(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    for attempt in 1..=JOB_ATTEMPTS_MAX {
        let claimed = world.store.claim(&format!("w{attempt}"), LEASE).await.unwrap().unwrap();
        assert_eq!(claimed.attempt, attempt);
        world.clock.advance(61);
    }
    assert_eq!(world.store.claim("w9", LEASE).await.unwrap(), None);
    let parked = world.store.job(id).await.unwrap().unwrap();
    assert_eq!((parked.state, parked.reason.as_deref()), (JobState::Parked, Some("its worker was gone")));
    assert_eq!(world.store.reap().await.unwrap(), 0);
}

async fn a_waiting_job_is_cancelled_at_once(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    assert!(world.store.cancel(&world.actor(), id).await.unwrap());
    assert!(!world.store.cancel(&world.actor(), id).await.unwrap());
    assert_eq!(world.store.job(id).await.unwrap().unwrap().state, JobState::Cancelled);
    assert_eq!(world.store.claim("w", LEASE).await.unwrap(), None);
    assert_eq!(world.store.audit_of("job", &id.to_string(), 5).await.unwrap()[0].action, "cancelled");
}

async fn a_running_job_is_told_to_stop(world: &World) {
    let id = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    assert!(world.store.cancel(&world.actor(), id).await.unwrap());
    assert!(world.store.job(id).await.unwrap().unwrap().cancelling);
    assert!(!world.store.renew(id, "w", LEASE, &JobProgress::default()).await.unwrap());
    assert!(world.store.stop(id, "w").await.unwrap());
    assert_eq!(world.store.job(id).await.unwrap().unwrap().state, JobState::Cancelled);
    // One whose worker is gone is not started again only to be stopped.
    let id = world.store.enqueue(&world.actor(), &job("b")).await.unwrap();
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    world.store.cancel(&world.actor(), id).await.unwrap();
    world.clock.advance(61);
    assert_eq!(world.store.reap().await.unwrap(), 1);
    assert_eq!(world.store.job(id).await.unwrap().unwrap().state, JobState::Cancelled);
}

async fn a_job_waits_from_the_moment_its_reason_is_kept(world: &World) {
    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.put_records(datasets(0..1)).await.unwrap();
    tx.enqueue(&job("a")).await.unwrap();
    drop(tx);
    assert_eq!(world.store.claim("w", LEASE).await.unwrap(), None);

    let mut tx = world.store.begin(&world.actor()).await.unwrap();
    tx.put_records(datasets(0..1)).await.unwrap();
    tx.enqueue(&job("a")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.store.claim("w", LEASE).await.unwrap().is_some());
    assert_eq!(world.store.head().await.unwrap(), 1);
}

async fn jobs_that_ended_are_forgotten_in_time(world: &World) {
    let done = world.store.enqueue(&world.actor(), &job("a")).await.unwrap();
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    world.store.complete(done, "w", "{}").await.unwrap();
    let parked = world.store.enqueue(&world.actor(), &job("b")).await.unwrap();
    world.store.claim("w", LEASE).await.unwrap().unwrap();
    world.store.fail(parked, "w", 1, "no", false).await.unwrap();
    world.clock.advance(86_400);
    let waiting = world.store.enqueue(&world.actor(), &job("c")).await.unwrap();
    let now = "2026-03-02T12:00:00Z".parse().unwrap();
    assert_eq!(world.store.forget_jobs(now).await.unwrap(), 1);
    assert_eq!(world.store.job(done).await.unwrap(), None);
    assert!(
        world.store.job(parked).await.unwrap().is_some() && world.store.job(waiting).await.unwrap().is_some()
    );
}
