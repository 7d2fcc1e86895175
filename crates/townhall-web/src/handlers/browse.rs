//! Home, organizations and topics.

use axum::extract::{OriginalUri, Path};
use axum::response::Response;
use townhall_app::{Facet, SearchOrder, SearchPage, SearchRequest};

use super::params::Params;
use super::{Site, cards};
use crate::pages::views::{
    Alternate, DatasetCard, Download, HomeView, Link, NumberFact, OrganizationView, OrganizationsView,
    PageMeta, Section, TopicCard, TopicView, TopicsView,
};
use crate::server::Problem;

/// How many datasets a list on these pages has.
const LIST_SIZE: usize = 20;

/// `/`.
pub async fn home(site: Site) -> Result<Response, Problem> {
    let app = site.app();
    let numbers = app.catalog().numbers(site.audience()).await?;
    let listed = |order| SearchRequest { order, limit: 6, ..SearchRequest::new(site.audience()) };
    let newest = app.search().run(&listed(SearchOrder::Changed)).await?;
    let changed = app.search().run(&listed(SearchOrder::Modified)).await?;
    let topics = app.catalog().topics(site.audience()).await?;
    let organizations = app.catalog().organizations().await?;
    let view = HomeView {
        examples: topics
            .iter()
            .take(4)
            .map(|topic| {
                Link::new(&topic.label, Params(vec![("q".into(), topic.label.clone())]).link("/data"))
            })
            .collect(),
        numbers: vec![
            NumberFact { value: numbers.datasets, label: "datasets".into(), url: Some("/data".into()) },
            NumberFact { value: numbers.tables, label: "tables".into(), url: Some("/data?has=table".into()) },
            NumberFact { value: numbers.rows, label: "rows".into(), url: None },
            NumberFact {
                value: numbers.organizations,
                label: "organizations".into(),
                url: Some("/orgs".into()),
            },
        ]
        .into_iter()
        .filter(|number| number.value > 0)
        .collect(),
        topics: topics.iter().take(12).map(topic_card).collect(),
        newest: dataset_cards(&newest),
        changed: dataset_cards(&changed),
        organizations: {
            let mut all: Vec<_> = organizations.iter().collect();
            all.sort_by(|a, b| b.datasets.cmp(&a.datasets).then_with(|| a.name.cmp(&b.name)));
            all.into_iter().take(9).map(cards::organization).collect()
        },
    };
    let mut meta = PageMeta::new(site.name(), "/", Section::Home);
    meta.description = site.tagline();
    meta.alternates = vec![Alternate {
        media_type: "application/atom+xml".into(),
        url: "/feeds/changes.atom".into(),
        title: "Changes in the catalog".into(),
    }];
    site.page("home.html", meta, &view)
}

fn topic_card(topic: &townhall_app::FacetValue) -> TopicCard {
    TopicCard::new(&topic.label, format!("/topics/{}", super::path_segment(&topic.value)), topic.count)
}

fn dataset_cards(found: &SearchPage) -> Vec<DatasetCard> {
    found.hits().map(|(_, card)| cards::dataset(&card)).collect()
}

/// `/orgs`.
pub async fn organizations(site: Site, params: Params) -> Result<Response, Problem> {
    let all = site.app().catalog().organizations().await?;
    let query = params.get("q").unwrap_or_default().to_owned();
    let wanted = query.to_lowercase();
    let shown: Vec<_> = all
        .iter()
        .filter(|organization| organization.name.to_lowercase().contains(&wanted))
        .map(cards::organization)
        .collect();
    let view = OrganizationsView { total: shown.len() as u64, organizations: shown, query };
    let mut meta = PageMeta::new("Organizations", params.link("/orgs"), Section::Organizations);
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    site.page("organizations.html", meta, &view)
}

/// One page of the datasets with this facet value.
async fn listed(
    site: &Site,
    facet: Facet,
    value: &str,
    params: &Params,
) -> Result<(SearchPage, usize), Problem> {
    let page = params.get("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1).max(1);
    let request = SearchRequest {
        filters: vec![(facet, vec![value.to_owned()])],
        order: SearchOrder::Title,
        offset: (page - 1) * LIST_SIZE,
        limit: LIST_SIZE,
        facet_size: 30,
        ..SearchRequest::new(site.audience())
    };
    Ok((site.app().search().run(&request).await?, page))
}

fn downloads(params: &Params) -> Vec<Download> {
    [("JSON", "json"), ("CSV", "csv"), ("Atom", "atom")]
        .map(|(label, form)| Download {
            label: label.into(),
            url: params.link(&format!("/data/search.{form}")),
            ..Download::default()
        })
        .into()
}

/// `/orgs/{slug}`.
pub async fn organization(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let all = site.app().catalog().organizations().await?;
    let found = all
        .iter()
        .find(|organization| organization.slug == slug)
        .ok_or_else(|| townhall_app::Error::not_found("organization", &slug))?;
    let (page, number) = listed(&site, Facet::Organization, &slug, &params).await?;
    let filter = Params(vec![("organization".into(), slug.clone())]);
    let view = OrganizationView {
        name: found.name.clone(),
        description: None,
        homepage: None,
        parent: found
            .parent
            .as_ref()
            .and_then(|parent| all.iter().find(|known| &known.slug == parent))
            .map(|parent| Link::new(&parent.name, format!("/orgs/{}", parent.slug))),
        children: all
            .iter()
            .filter(|known| known.parent.as_ref() == Some(&slug))
            .map(cards::organization)
            .collect(),
        numbers: vec![NumberFact { value: page.answer.total, label: "datasets".into(), url: None }],
        datasets: dataset_cards(&page),
        total: page.answer.total,
        search_url: filter.link("/data"),
        topics: page
            .answer
            .facet(Facet::Topic)
            .iter()
            .map(|topic| Link::new(&topic.label, filter.and("topic", &topic.value).link("/data")))
            .collect(),
        facts: Vec::new(),
        scores: super::scores::of_organization(&site, &slug).await?,
        contacts: Vec::new(),
        downloads: downloads(&filter),
        pager: cards::pager(page.answer.total, number, LIST_SIZE, |page| format!("/orgs/{slug}?page={page}")),
    };
    let mut meta = PageMeta::new(&found.name, uri.path(), Section::Organizations);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Organizations", "/orgs")];
    meta.description = Some(format!("Datasets published by {}", found.name));
    site.page("organization.html", meta, &view)
}

/// `/topics`.
pub async fn topics(site: Site) -> Result<Response, Problem> {
    let topics = site.app().catalog().topics(site.audience()).await?;
    let view = TopicsView { topics: topics.iter().map(topic_card).collect() };
    let mut meta = PageMeta::new("Topics", "/topics", Section::Topics);
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    site.page("topics.html", meta, &view)
}

/// `/topics/{slug}`.
pub async fn topic(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let (page, number) = listed(&site, Facet::Topic, &slug, &params).await?;
    let name = page
        .answer
        .facet(Facet::Topic)
        .iter()
        .find(|topic| topic.value == slug)
        .map(|topic| topic.label.clone())
        .filter(|_| page.answer.total > 0)
        .ok_or_else(|| townhall_app::Error::not_found("topic", &slug))?;
    let filter = Params(vec![("topic".into(), slug.clone())]);
    let view = TopicView {
        name: name.clone(),
        description: None,
        datasets: dataset_cards(&page),
        total: page.answer.total,
        search_url: filter.link("/data"),
        organizations: page
            .answer
            .facet(Facet::Organization)
            .iter()
            .map(|organization| crate::pages::views::OrganizationCard {
                name: organization.label.clone(),
                url: format!("/orgs/{}", organization.value),
                datasets: organization.count,
                ..Default::default()
            })
            .collect(),
        downloads: downloads(&filter),
        pager: cards::pager(page.answer.total, number, LIST_SIZE, |page| {
            format!("/topics/{}?page={page}", super::path_segment(&slug))
        }),
    };
    let mut meta = PageMeta::new(name, uri.path(), Section::Topics);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Topics", "/topics")];
    site.page("topic.html", meta, &view)
}
