//! The links that records name.

use jiff::{SignedDuration, Timestamp};
use townhall_model::RecordId;
use townhall_store::{LinkFilter, LinkStanding, LinkUse, Mirror, RecordStatus, link_id};

use crate::on_both;
use crate::support::World;
use crate::support::samples::dataset;

on_both!(
    an_address_is_kept_once_however_many_name_it,
    links_are_due_host_by_host_until_they_are_checked,
    checks_that_find_the_same_are_one_run_and_runs_are_bounded,
    links_that_nobody_names_any_more_are_forgotten,
    links_are_counted_by_organization_and_as_the_dashboard_does,
    lists_go_on_where_they_ended,
    a_copy_of_a_file_is_kept_and_outlives_its_link,
);

/// Keeps a dataset that names these addresses as its distributions' files.
async fn names(world: &World, key: &str, urls: &[&str]) -> RecordId {
    let put = world.store.put_records(&world.actor(), vec![dataset(key, key)]).await.unwrap();
    let id = put[0].id.unwrap();
    world.store.put_link_uses(&[(id, uses(urls))], world.store.head().await.unwrap()).await.unwrap();
    id
}

fn uses(urls: &[&str]) -> Vec<LinkUse> {
    (0..)
        .zip(urls)
        .map(|(n, url)| LinkUse {
            url: (*url).to_owned(),
            host: url.split('/').nth(2).unwrap_or_default().to_owned(),
            role: "download",
            distribution: Some(n),
            title: Some(format!("File {n}")),
            media_type: Some("Text/CSV".to_owned()),
            format: Some("CSV".to_owned()),
        })
        .collect()
}

fn standing(world: &World, state: &str, verdict: &str, status: u16) -> LinkStanding {
    let now = townhall_store::Clock::now(&*world.clock);
    LinkStanding {
        state: state.to_owned(),
        verdict: verdict.to_owned(),
        status,
        first_status: status,
        content_type: "text/csv".to_owned(),
        since: Some(now),
        failures: 0,
        failing_since: None,
        worked_at: None,
        checked_at: Some(now),
        next_at: now + SignedDuration::from_hours(24),
        detail: Some("{}".to_owned()),
    }
}

fn now(world: &World) -> Timestamp {
    townhall_store::Clock::now(&*world.clock)
}

async fn due(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for host in world.store.due_link_hosts(now(world), None, 100).await.unwrap() {
        for (link, _) in world.store.due_links(&host, now(world), None, 100).await.unwrap() {
            all.push(link.url);
        }
    }
    all
}

async fn an_address_is_kept_once_however_many_name_it(world: &World) {
    let one =
        names(world, "one", &["https://a.gov/x.csv", "https://a.gov/x.csv", "https://b.gov/y.csv"]).await;
    let two = names(world, "two", &["https://a.gov/x.csv"]).await;
    let of = async |id| {
        let links = world.store.links_of(id).await.unwrap();
        links
            .into_iter()
            .map(|named| (named.link.url, named.distribution, named.record.1))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(one).await.len(), 3);
    assert_eq!(of(two).await, [("https://a.gov/x.csv".to_owned(), Some(0), "two".to_owned())]);
    assert_eq!(world.store.count_due_links(now(world)).await.unwrap(), 2);
    // Written anew, the old ones are gone.
    world.store.put_link_uses(&[(one, uses(&["https://b.gov/y.csv"]))], 9).await.unwrap();
    assert_eq!(of(one).await.len(), 1);
    assert_eq!(world.store.links_seen().await.unwrap(), 9);
    let declared = world.store.due_links("a.gov", now(world), None, 5).await.unwrap().remove(0).1;
    assert_eq!(declared, ["CSV"]);
}

async fn links_are_due_host_by_host_until_they_are_checked(world: &World) {
    names(world, "one", &["https://b.gov/1", "https://a.gov/2", "https://a.gov/3", "https://c.gov/4"]).await;
    let hosts = world.store.due_link_hosts(now(world), None, 2).await.unwrap();
    assert_eq!(hosts, ["a.gov", "b.gov"]);
    assert_eq!(world.store.due_link_hosts(now(world), Some("b.gov"), 2).await.unwrap(), ["c.gov"]);
    // Page by page.
    let first = world.store.due_links("a.gov", now(world), None, 1).await.unwrap();
    let (time, id) = (first[0].0.standing.next_at, first[0].0.id.clone());
    let second = world.store.due_links("a.gov", now(world), Some((time, &id)), 1).await.unwrap();
    assert_ne!(second[0].0.id, id);
    let done: Vec<_> = ["https://a.gov/2", "https://a.gov/3", "https://b.gov/1"]
        .map(|url| (link_id(url), standing(world, "works", "works", 200)))
        .into();
    world.store.put_link_checks(&done).await.unwrap();
    assert_eq!(due(world).await, ["https://c.gov/4"]);
    world.clock.advance(86_400);
    assert_eq!(due(world).await.len(), 4);
    world.store.put_link_checks(&done).await.unwrap();
    let kept = world.store.links_by_id(&[link_id("https://b.gov/1")]).await.unwrap().remove(0);
    assert_eq!((kept.checks, kept.standing), (2, done[2].1.clone()));
}

async fn checks_that_find_the_same_are_one_run_and_runs_are_bounded(world: &World) {
    names(world, "one", &["https://a.gov/1"]).await;
    let id = link_id("https://a.gov/1");
    let check = async |verdict: &str, status| {
        world.clock.advance(3_600);
        let one = (id.clone(), standing(world, "works", verdict, status));
        world.store.put_link_checks(&[one]).await.unwrap();
    };
    for (verdict, status) in [("works", 200), ("works", 200), ("missing", 404), ("gone", 410), ("works", 200)]
    {
        check(verdict, status).await;
    }
    let runs = world.store.link_runs(&id).await.unwrap();
    let told: Vec<_> = runs.iter().map(|run| (run.verdict.as_str(), run.count)).collect();
    assert_eq!(told, [("works", 1), ("gone", 1), ("missing", 1), ("works", 2)]);
    assert_eq!(runs[3].until.duration_since(runs[3].from).as_hours(), 1);
    for n in 0..60 {
        check("server-error", 500 + n % 2).await;
    }
    assert_eq!(world.store.link_runs(&id).await.unwrap().len(), 24);
}

async fn links_that_nobody_names_any_more_are_forgotten(world: &World) {
    let one = names(world, "one", &["https://a.gov/1", "https://a.gov/2"]).await;
    let check = (link_id("https://a.gov/1"), standing(world, "works", "works", 200));
    world.store.put_link_checks(std::slice::from_ref(&check)).await.unwrap();
    assert_eq!(world.store.forget_unnamed_links().await.unwrap(), 0);
    world.store.put_link_uses(&[(one, uses(&["https://a.gov/2"]))], 9).await.unwrap();
    assert_eq!(world.store.forget_unnamed_links().await.unwrap(), 1);
    // A result that comes late is no trouble.
    world.store.put_link_checks(&[check]).await.unwrap();
    assert!(world.store.links_by_id(&[link_id("https://a.gov/1")]).await.unwrap().is_empty());
}

async fn links_are_counted_by_organization_and_as_the_dashboard_does(world: &World) {
    names(world, "one", &["https://a.gov/1", "https://a.gov/1", "https://a.gov/2", "https://a.gov/3"]).await;
    names(world, "two", &["https://a.gov/1", "https://a.gov/4"]).await;
    let mut page = standing(world, "works", "wrong-type", 200);
    page.content_type = "text/html; charset=utf-8".to_owned();
    let mut pdf = standing(world, "works", "wrong-type", 200);
    pdf.content_type = "application/pdf".to_owned();
    let checks = [
        (link_id("https://a.gov/1"), standing(world, "works", "works", 200)),
        (link_id("https://a.gov/2"), standing(world, "broken", "missing", 404)),
        (link_id("https://a.gov/3"), page),
        (link_id("https://a.gov/4"), pdf),
    ];
    world.store.put_link_checks(&checks).await.unwrap();
    let counts = world.store.link_counts().await.unwrap();
    let told: Vec<_> =
        counts.iter().map(|one| (one.state.as_str(), one.verdict.as_str(), one.links)).collect();
    assert_eq!(told, [("broken", "missing", 1), ("works", "works", 1), ("works", "wrong-type", 2)]);
    assert_eq!(counts[0].organization, "parks");
    let dashboard = world.store.dashboard_link_counts().await.unwrap().remove(0);
    assert_eq!((dashboard.checked, dashboard.http), (6, [0, 0, 5, 0, 1, 0]));
    assert_eq!((dashboard.pdf, dashboard.html, dashboard.format_mismatch), (1, 1, 2));
}

async fn lists_go_on_where_they_ended(world: &World) {
    names(world, "one", &["https://a.gov/1", "https://a.gov/2", "https://b.gov/3"]).await;
    names(world, "two", &["https://a.gov/2", "https://a.gov/4"]).await;
    let broken = ["https://a.gov/2", "https://b.gov/3", "https://a.gov/4"]
        .map(|url| (link_id(url), standing(world, "broken", "missing", 404)));
    world.store.put_link_checks(&broken).await.unwrap();
    let list = async |filter: &LinkFilter| {
        let (mut all, mut after) = (Vec::new(), (-1, -1));
        loop {
            let page = world.store.named_links(filter, after, 2).await.unwrap();
            let Some(last) = page.last() else { return all };
            after = last.cursor;
            all.extend(page.into_iter().map(|named| format!("{} {}", named.record.1, named.link.url)));
        }
    };
    let filter = LinkFilter { states: vec!["broken", "doubtful"], ..LinkFilter::default() };
    assert_eq!(
        list(&filter).await,
        ["one https://a.gov/2", "one https://b.gov/3", "two https://a.gov/2", "two https://a.gov/4"]
    );
    let filter = LinkFilter { host: Some("b.gov".to_owned()), ..LinkFilter::default() };
    assert_eq!(list(&filter).await, ["one https://b.gov/3"]);
    let of = |slugs: &[&str]| LinkFilter {
        organizations: Some(slugs.iter().map(|slug| (*slug).to_owned()).collect()),
        verdicts: vec!["missing"],
        ..LinkFilter::default()
    };
    assert_eq!(list(&of(&["parks", "other"])).await.len(), 4);
    assert_eq!(list(&of(&["other"])).await.len(), 0);
    assert_eq!(list(&of(&[])).await.len(), 0);
    // What is withdrawn is not listed.
    let id = world.store.record_by_slug("two").await.unwrap().unwrap().id;
    world.store.set_status(&world.actor(), id, RecordStatus::Retired, None).await.unwrap();
    assert_eq!(list(&of(&["parks"])).await.len(), 2);
    assert_eq!(world.store.links_of(id).await.unwrap().len(), 0);
    assert_eq!(world.store.make_links_due(None).await.unwrap(), 4);
}

async fn a_copy_of_a_file_is_kept_and_outlives_its_link(world: &World) {
    let id = names(world, "a", &["https://a.gov/1.csv", "https://b.gov/2.csv"]).await;
    let (one, two) = (link_id("https://a.gov/1.csv"), link_id("https://b.gov/2.csv"));
    let works = standing(world, "works", "works", 200);
    let broken = standing(world, "broken", "missing", 404);
    world.store.put_link_checks(&[(one.clone(), works), (two.clone(), broken)]).await.unwrap();
    let wanted = world.store.links_to_mirror(&[], "", 10).await.unwrap();
    assert_eq!(wanted.iter().map(|link| &link.id).collect::<Vec<_>>(), [&one]);
    assert_eq!(world.store.links_to_mirror(&["nobody".into()], "", 10).await.unwrap(), []);
    assert_eq!(world.store.public_mirrors(std::slice::from_ref(&one)).await.unwrap(), []);

    let blob = world.blobs.put_bytes(b"a,b\n1,2\n").await.unwrap();
    let now = townhall_store::Clock::now(&*world.clock);
    let mirror = Mirror {
        link: one.clone(),
        url: "https://a.gov/1.csv".to_owned(),
        copy: Some((blob, 8)),
        media_type: "text/csv".to_owned(),
        etag: Some("\"1\"".to_owned()),
        last_modified: None,
        copied_at: now,
        seen_at: now,
        reason: None,
        is_withdrawn: false,
    };
    world.store.put_mirror(&mirror).await.unwrap();
    let both = [one.clone(), two.clone()];
    assert_eq!(world.store.mirrors(&both).await.unwrap(), std::slice::from_ref(&mirror));
    assert_eq!(world.store.public_mirrors(&both).await.unwrap(), std::slice::from_ref(&mirror));
    assert_eq!(world.store.links_to_mirror(&[], "", 10).await.unwrap(), [], "its server was asked since");
    assert_eq!(world.store.mirrored_bytes().await.unwrap(), 8);

    // A newer copy lets go of the bytes before it.
    let later = now + SignedDuration::from_hours(48);
    world.clock.advance(48 * 3_600);
    let newer = world.blobs.put_bytes(b"a,b\n1,3\n").await.unwrap();
    let mirror = Mirror { copy: Some((newer, 8)), seen_at: later, copied_at: later, ..mirror };
    world.store.put_mirror(&mirror).await.unwrap();
    assert_eq!(world.store.referenced_blobs().await.unwrap(), [newer]);

    // It is checked again: its copy is asked for again, unless somebody has taken it away.
    world.store.put_link_checks(&[(one.clone(), standing(world, "works", "works", 200))]).await.unwrap();
    world.store.saw_mirrors(&both, now).await.unwrap();
    assert_eq!(world.store.links_to_mirror(&[], "", 10).await.unwrap().len(), 1);
    world.store.withdraw_mirror(&world.actor(), &mirror).await.unwrap();
    let log = world.store.audit_of("mirror", &one, 9).await.unwrap();
    assert_eq!((log.len(), log[0].action.as_str()), (1, "withdrawn"));
    assert_eq!(world.store.mirrors(&both).await.unwrap()[0].copy, None);
    assert_eq!(world.store.links_to_mirror(&[], "", 10).await.unwrap(), []);
    world.store.put_mirror(&mirror).await.unwrap();

    // Nobody names it any more: it is shown to nobody, and goes in its time.
    world.store.put_link_uses(&[(id, Vec::new())], world.store.head().await.unwrap()).await.unwrap();
    world.store.forget_unnamed_links().await.unwrap();
    assert_eq!(world.store.public_mirrors(std::slice::from_ref(&one)).await.unwrap(), []);
    assert_eq!(world.store.forget_unnamed_mirrors(later).await.unwrap(), 0);
    assert_eq!(world.store.mirrors_after("", 10).await.unwrap(), [mirror]);
    assert_eq!(world.store.forget_unnamed_mirrors(later + SignedDuration::from_hours(1)).await.unwrap(), 1);
    assert_eq!(world.store.referenced_blobs().await.unwrap(), []);
    assert!(!world.store.allow_mirror(&world.actor(), &one).await.unwrap());
}
