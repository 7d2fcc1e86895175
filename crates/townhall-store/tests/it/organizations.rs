//! Organizations.

use townhall_store::RecordStatus;

use crate::on_both;
use crate::support::World;
use crate::support::samples::{dataset, datasets};

on_both!(an_organization_is_made_once_with_those_above_it, organizations_count_what_is_published);

async fn an_organization_is_made_once_with_those_above_it(world: &World) {
    let names = ["Forestry", "Parks", "City of Springfield"].map(str::to_owned);
    let id = world.store.ensure_organization(&world.actor(), &names).await.unwrap();
    assert_eq!(world.store.ensure_organization(&world.actor(), &names).await.unwrap(), id);
    assert_eq!(world.store.ensure_organization(&world.actor(), &names[..1]).await.unwrap(), id);
    // Two names may fold to one slug.
    world.store.ensure_organization(&world.actor(), &["PARKS!".to_owned()]).await.unwrap();
    let all = world.store.organizations().await.unwrap();
    let told: Vec<(&str, Option<&str>)> = all.iter().map(|one| (&*one.name, one.parent.as_deref())).collect();
    assert_eq!(told.len(), 4);
    assert!(told.contains(&("Forestry", Some("parks"))) && told.contains(&("City of Springfield", None)));
    let forestry = world.store.organization("forestry").await.unwrap().unwrap();
    assert_eq!((forestry.id, forestry.name.as_str()), (id.to_string(), "Forestry"));
    assert_eq!(world.store.organization("none").await.unwrap(), None);
    assert!(world.store.ensure_organization(&world.actor(), &[" ".to_owned()]).await.is_err());
}

async fn organizations_count_what_is_published(world: &World) {
    let mut some = datasets(0..5);
    some[0].status = RecordStatus::Draft;
    some[1].kind = "catalog".to_owned();
    some.push(townhall_store::NewRecord { organization: Vec::new(), ..dataset("x", "Nobody's") });
    world.store.put_records(&world.actor(), some).await.unwrap();
    assert_eq!(world.store.organization("parks").await.unwrap().unwrap().datasets, 3);
    assert_eq!(world.store.organization("city-of-springfield").await.unwrap().unwrap().datasets, 0);
    assert_eq!(world.store.record_by_key("dataset", "x").await.unwrap().unwrap().organization, None);
}
