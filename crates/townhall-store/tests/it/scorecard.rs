//! The scorecard: offices, looks, what people write down, and quarters that are final.

use jiff::Timestamp;
use townhall_model::ErrorKind;
use townhall_store::{NewEntry, NewFinal, NewLook, OfficesKept, OtherOffices, StoredOffice};

use crate::on_both;
use crate::support::World;

on_both!(
    offices_that_are_as_they_were_cause_no_write,
    a_look_that_saw_the_same_only_says_when,
    the_listing_of_a_look_is_kept_from_the_sweep,
    a_final_quarter_takes_no_look_no_entry_and_no_other_final,
    entries_have_numbers_and_the_newest_is_in_force,
    what_got_worse_is_listed_newest_first,
    known_quarters_say_whether_they_are_final,
    two_looks_at_the_same_time_have_numbers_of_their_own,
);

const QUARTER: &str = "2026-05-31";

fn office(id: &str) -> StoredOffice {
    StoredOffice { id: id.to_owned(), document: format!("{{\"id\": \"{id}\"}}") }
}

async fn with_offices(world: &World) {
    let offices = [office("rivers"), office("parks")];
    world.store.put_offices(&world.actor(), &offices, OtherOffices::Keep).await.unwrap();
}

fn look(at: &str, facts: &str) -> NewLook {
    NewLook {
        office: "rivers".to_owned(),
        milestone: QUARTER.to_owned(),
        at: at.parse::<Timestamp>().unwrap(),
        facts: facts.to_owned(),
        standing: "green".to_owned(),
        listing: None,
        errors: None,
        regressions: Vec::new(),
    }
}

fn entry(value: &str) -> NewEntry {
    NewEntry {
        milestone: QUARTER.to_owned(),
        office: "rivers".to_owned(),
        field: "pdl_harvested".to_owned(),
        value: value.to_owned(),
        note: "*seen*".to_owned(),
        reason: "asked".to_owned(),
    }
}

async fn offices_that_are_as_they_were_cause_no_write(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    assert!(!store.has_offices().await.unwrap());
    with_offices(world).await;
    let mut changed = office("parks");
    changed.document = "{}".to_owned();
    let kept =
        store.put_offices(&actor, &[office("rivers"), changed.clone()], OtherOffices::Keep).await.unwrap();
    assert_eq!(kept, OfficesKept { changed: 1, unchanged: 1, ..OfficesKept::default() });
    let kept = store.put_offices(&actor, &[changed.clone()], OtherOffices::Remove).await.unwrap();
    assert_eq!(kept, OfficesKept { unchanged: 1, removed: 1, ..OfficesKept::default() });
    assert_eq!(store.offices().await.unwrap(), [changed]);
}

async fn a_look_that_saw_the_same_only_says_when(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    let missing = store.put_look(&actor, &look("2026-03-01T04:15:00Z", "{}")).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    with_offices(world).await;
    assert!(store.put_look(&actor, &look("2026-03-01T04:15:00Z", "a")).await.unwrap());
    assert!(!store.put_look(&actor, &look("2026-03-02T04:15:00Z", "a")).await.unwrap());
    assert!(store.put_look(&actor, &look("2026-03-03T04:15:00Z", "b")).await.unwrap());
    let looks = store.looks_at("rivers", 10).await.unwrap();
    assert_eq!(
        looks.iter().map(|look| (look.number, look.facts.as_str())).collect::<Vec<_>>(),
        [(2, "b"), (1, "a")]
    );
    assert_eq!(looks[1].seen_at.to_string(), "2026-03-02T04:15:00Z");
    let last = store.last_looks(QUARTER).await.unwrap();
    assert_eq!((last.len(), last[0].number), (1, 2));
    let before = store.look_before("rivers", "2026-03-03T00:00:00Z".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(before.facts, "a");
    assert_eq!(store.look_before("rivers", "2026-02-01T00:00:00Z".parse().unwrap()).await.unwrap(), None);
    let mut next = look("2026-06-01T04:15:00Z", "b");
    next.milestone = "2026-08-31".to_owned();
    assert!(store.put_look(&actor, &next).await.unwrap(), "a new quarter has a look of its own");
}

async fn the_listing_of_a_look_is_kept_from_the_sweep(world: &World) {
    with_offices(world).await;
    let mut new = look("2026-03-01T04:15:00Z", "a");
    new.listing = Some(world.blobs.put_bytes(b"{}").await.unwrap());
    new.errors = Some(world.blobs.put_bytes(b"[]").await.unwrap());
    world.store.put_look(&world.actor(), &new).await.unwrap();
    let loose = world.blobs.put_bytes(b"loose").await.unwrap();
    world.clock.advance(200_000);
    let now = "2026-03-03T00:00:00Z".parse().unwrap();
    assert_eq!(world.blobs.sweep(now).await.unwrap(), 1);
    assert_eq!(world.blobs.size(&loose).await.unwrap(), None);
    assert_eq!(world.blobs.size(&new.listing.unwrap()).await.unwrap(), Some(2));
    assert_eq!(world.blobs.size(&new.errors.unwrap()).await.unwrap(), Some(2));
}

async fn a_final_quarter_takes_no_look_no_entry_and_no_other_final(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    with_offices(world).await;
    store.put_look(&actor, &look("2026-03-01T04:15:00Z", "a")).await.unwrap();
    let reached = |document: &str| {
        [NewFinal { office: "rivers".to_owned(), document: document.to_owned(), listing: None, errors: None }]
    };
    assert_eq!(store.freeze(&actor, QUARTER, &reached("first")).await.unwrap(), 1);
    assert_eq!(store.freeze(&actor, QUARTER, &reached("second")).await.unwrap(), 0);
    assert_eq!(store.finals(QUARTER).await.unwrap()[0].reached.document, "first");
    assert_eq!(store.finals_of("rivers").await.unwrap().len(), 1);
    let refused = store.put_look(&actor, &look("2026-03-09T04:15:00Z", "b")).await.unwrap_err();
    assert!(refused.to_string().contains("2026-05-31 is final"), "{refused}");
    let refused = store.put_entry(&actor, &entry("yes")).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(store.entries(QUARTER, None).await.unwrap().is_empty());
}

async fn entries_have_numbers_and_the_newest_is_in_force(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    assert_eq!(store.put_entry(&actor, &entry("yes")).await.unwrap_err().kind(), ErrorKind::NotFound);
    with_offices(world).await;
    assert_eq!(store.put_entry(&actor, &entry("yes")).await.unwrap(), 1);
    assert_eq!(store.put_entry(&actor, &entry("yes")).await.unwrap(), 1);
    assert_eq!(store.put_entry(&actor, &entry("no")).await.unwrap(), 2);
    let other = NewEntry { office: "parks".to_owned(), ..entry("yes") };
    assert_eq!(store.put_entry(&actor, &other).await.unwrap(), 1);
    let all = store.entries(QUARTER, None).await.unwrap();
    assert_eq!(
        all.iter().map(|one| (one.entry.office.as_str(), one.entry.value.as_str())).collect::<Vec<_>>(),
        [("parks", "yes"), ("rivers", "no")]
    );
    assert_eq!(store.entries(QUARTER, Some("rivers")).await.unwrap().len(), 1);
    let history = store.entry_history(QUARTER, "rivers", "pdl_harvested").await.unwrap();
    assert_eq!(history.iter().map(|one| one.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(
        (history[0].actor.as_str(), history[0].at.to_string().as_str()),
        ("cli:ada", "2026-03-01T12:00:00Z")
    );
}

async fn what_got_worse_is_listed_newest_first(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    with_offices(world).await;
    let worse = |kind: &str| vec![(kind.to_owned(), format!("{kind}!"))];
    store
        .put_look(
            &actor,
            &NewLook { regressions: worse("fewer-datasets"), ..look("2026-03-01T04:15:00Z", "a") },
        )
        .await
        .unwrap();
    store
        .put_look(
            &actor,
            &NewLook { regressions: worse("listing-gone"), ..look("2026-03-02T04:15:00Z", "b") },
        )
        .await
        .unwrap();
    let told = store.regressions(None, 10).await.unwrap();
    assert_eq!(
        told.iter().map(|one| (one.kind.as_str(), one.look)).collect::<Vec<_>>(),
        [("listing-gone", 2), ("fewer-datasets", 1)]
    );
    assert_eq!(store.regressions(Some("parks"), 10).await.unwrap(), []);
    assert_eq!(store.regressions(Some("rivers"), 1).await.unwrap().len(), 1);
}

async fn known_quarters_say_whether_they_are_final(world: &World) {
    let (store, actor) = (&world.store, world.actor());
    assert_eq!(store.known_milestones().await.unwrap(), []);
    with_offices(world).await;
    store.put_look(&actor, &look("2026-03-01T04:15:00Z", "a")).await.unwrap();
    let reached =
        NewFinal { office: "rivers".to_owned(), document: "{}".to_owned(), listing: None, errors: None };
    store.freeze(&actor, "2026-02-28", &[reached]).await.unwrap();
    assert_eq!(
        store.known_milestones().await.unwrap(),
        [(QUARTER.to_owned(), false), ("2026-02-28".to_owned(), true)]
    );
}

async fn two_looks_at_the_same_time_have_numbers_of_their_own(world: &World) {
    with_offices(world).await;
    let actor = world.actor();
    let (a, b) = (look("2026-03-01T04:15:00Z", "a"), look("2026-03-01T04:15:00Z", "b"));
    let (a, b) = tokio::join!(world.store.put_look(&actor, &a), world.store.put_look(&actor, &b));
    assert!(a.unwrap() && b.unwrap());
    assert_eq!(world.store.looks_at("rivers", 10).await.unwrap().len(), 2);
}
