//! How well datasets are published: a tab of each dataset, badges, and the same for programs.

use axum::extract::{OriginalUri, Path};
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use serde_json::{Value, json};
use townhall_app::{
    DatasetDetail, Error, RecordScore, SchemeScore, badge, score_as_json, score_badge, tally_as_json,
};

use super::dataset::head::{head, meta};
use super::dataset::{find, tabs::dataset_or_redirect};
use super::params::Params;
use super::{Site, respond};
use crate::pages::views::{QualitySummary, QualityView, Tick};
use crate::server::Problem;

/// The scheme that is shown where there is room for one.
const FIRST: &str = "principles";

/// `/data/{slug}/quality`.
pub async fn quality(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let scores = site.app().scores().dataset(&dataset).map(|scores| score_as_json(&scores));
    let view = QualityView {
        head: head(&dataset, "quality", &params),
        schemes: scores.map(|mut scores| scores["schemes"].take()).unwrap_or_default(),
        badge_url: format!("/data/{}/badge.svg", dataset.slug),
        snippet: format!(
            "<a href=\"{0}/quality\"><img src=\"{0}/badge.svg\" alt=\"How well this dataset is published\"></a>",
            format_args!("{}/data/{}", site.base_url(), dataset.slug)
        ),
        api_url: format!("/api/datasets/{}/score", dataset.id),
    };
    site.page("dataset_quality.html", meta(&dataset, Some(("quality", "Quality")), uri.path()), &view)
}

/// What the page of a dataset says of its quality in a few words.
pub fn summary(site: &Site, dataset: &DatasetDetail) -> Option<QualitySummary> {
    let scores = site.app().scores().dataset(dataset)?;
    let groups = scores.scheme(FIRST)?.groups();
    Some(QualitySummary {
        met: groups.iter().filter(|group| group.verdict.name() == "met").count() as u64,
        ticks: groups
            .iter()
            .map(|group| Tick { label: group.name.to_owned(), verdict: group.verdict.name().to_owned() })
            .collect(),
        url: format!("/data/{}/quality", dataset.slug),
    })
}

/// `/api/datasets/{id}/score`.
pub async fn api(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    let dataset = site.app().catalog().dataset(site.audience(), &name).await?;
    Ok(respond::json(&score_as_json(&scores_of(&site, &dataset)?)))
}

/// `/data/{slug}/badge.svg`.
pub async fn dataset_badge(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    let dataset = match find(&site, &slug, &uri).await? {
        Ok(dataset) => dataset,
        Err(redirect) => return Ok(redirect),
    };
    let scores = scores_of(&site, &dataset)?;
    Ok(picture(score_badge(chosen(&scores, &params)?)))
}

/// `/orgs/{slug}/badge.svg`.
pub async fn organization_badge(
    site: Site,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let wanted = params.get("scheme").unwrap_or(FIRST);
    let scheme = townhall_app::schemes_of(&[wanted.to_owned()])?[0];
    let sums = site.app().scores().sums().await?;
    let tally = sums.as_ref().and_then(|sums| sums.organization(&slug));
    if sums.is_some() && tally.is_none() {
        return Err(Error::not_found("organization", &slug).into());
    }
    let mean = tally.and_then(|tally| tally.scheme(scheme.id)?.mean());
    let words = mean.map_or_else(|| "not scored".to_owned(), |mean| format!("{mean:.0} of 100"));
    Ok(picture(badge(scheme.name, &words, mean)))
}

/// `/api/scores`: the sums of the whole catalog, or with `organization=` those of one.
pub async fn sums(site: Site, params: Params) -> Result<Response, Problem> {
    let sums = site.app().scores().sums().await?;
    let Some(sums) = sums else {
        let busy = Error::new(townhall_model::ErrorKind::Unavailable, "the scores are being added up");
        return Err(busy.with_hint("ask again in a minute").into());
    };
    Ok(respond::json(&match params.get("organization") {
        None => tally_as_json(sums.whole()),
        Some(slug) => {
            tally_as_json(sums.organization(slug).ok_or_else(|| Error::not_found("organization", slug))?)
        }
    }))
}

/// The sums of an organization for its page, if they are there.
pub async fn of_organization(site: &Site, slug: &str) -> Result<Option<Value>, Problem> {
    let sums = site.app().scores().sums().await?;
    Ok(sums.and_then(|sums| {
        let tally = sums.organization(slug)?;
        Some(json!({"sums": tally_as_json(tally), "badge": format!("/orgs/{slug}/badge.svg")}))
    }))
}

fn scores_of(site: &Site, dataset: &DatasetDetail) -> Result<RecordScore, Problem> {
    let scores = site.app().scores().dataset(dataset);
    Ok(scores.ok_or_else(|| Error::not_found("score of a record that is no dataset", &dataset.slug))?)
}

fn chosen<'s>(scores: &'s RecordScore, params: &Params) -> Result<&'s SchemeScore, Problem> {
    let wanted = params.get("scheme").unwrap_or(FIRST);
    let scheme = townhall_app::schemes_of(&[wanted.to_owned()])?[0];
    Ok(scores.scheme(scheme.id).ok_or_else(|| Error::not_found("scheme", wanted))?)
}

/// Pages elsewhere show it, and should show the one of today.
fn picture(svg: String) -> Response {
    let mut response = respond::document("image/svg+xml", svg.into_bytes());
    respond::set(&mut response, CACHE_CONTROL, "public, max-age=3600");
    response
}
