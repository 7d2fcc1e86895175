//! `/data/{slug}/build`: where staff make the page about a table. Every button sends the whole form; each change is a
//! revision, which can be restored.

use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use townhall_app::charts::{DataPage, Field, Kind, Pane, Spec, suggest};
use townhall_app::{Actor, ActorKind, Audience, DatasetDetail, Error, TableSummary};
use townhall_model::ErrorKind;
use url::form_urlencoded;

use super::sent::{FILTER_FIELD, Wish, page};
use crate::handlers::Site;
use crate::handlers::charts::{chosen, refusal, tab_url};
use crate::handlers::dataset::find;
use crate::handlers::dataset::head::{head, meta};
use crate::handlers::dataset::tabs::dataset_or_redirect;
use crate::handlers::params::Params;
use crate::pages::views::{BuildPane, BuildView, Choice, Notice, NoticeKind, RevisionChoice};
use crate::server::Problem;

/// Revisions that are listed.
const REVISIONS: u32 = 20;

/// Fields of a form.
const FIELDS_MAX: usize = 2_000;

/// The forms of downloads, with their words.
const DOWNLOADS: [(&str, &str); 4] =
    [("csv", "CSV"), ("json", "JSON"), ("xml", "XML"), ("geojson", "GeoJSON")];

/// Whoever makes no pages is told that there is none to make.
fn require_staff(site: &Site) -> Result<(), Problem> {
    match site.audience() {
        Audience::Staff => Ok(()),
        Audience::Public => {
            Err(Problem::new(ErrorKind::Forbidden, "pages are made by the staff of this portal")
                .with_hint("on the command line: townhall page put TABLE FILE"))
        }
    }
}

/// Shows the form: the page that is kept, or one to begin with.
pub async fn show(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response, Problem> {
    require_staff(&site)?;
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let kept = site.app().tables().data_page(site.audience(), table.id).await?;
    let notices = match params.get("done") {
        Some(_) => vec![Notice {
            kind: NoticeKind::Success,
            title: Some("Kept.".to_owned()),
            text: "The page is as you see it here. Earlier revisions are listed below.".to_owned(),
            link: None,
        }],
        None => Vec::new(),
    };
    let page = match kept {
        Some(kept) => kept.page,
        None => site.app().tables().draft_page(site.audience(), table.id).await?,
    };
    form(&site, &dataset, &table, &page, notices, &uri).await
}

/// Does what a button of the form asks for.
pub async fn take(
    site: Site,
    Path(slug): Path<String>,
    uri: OriginalUri,
    body: Bytes,
) -> Result<Response, Problem> {
    require_staff(&site)?;
    let params = Params(
        form_urlencoded::parse(&body).into_owned().take(FIELDS_MAX).filter(|(_, v)| !v.is_empty()).collect(),
    );
    let dataset = dataset_or_redirect!(&site, &slug, &uri);
    let table = chosen(&dataset, &params)?.clone();
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let (typed, done) = match changed(&site, &table, &params).await {
        Ok(outcome) => outcome,
        // What was typed is not lost when it can't be kept.
        Err(error) if error.kind() == ErrorKind::Invalid => (page(&params).ok(), Err(error)),
        Err(error) => return Err(error.into()),
    };
    match (typed, done) {
        (_, Ok(())) => {
            let url = tab_url(&table, is_first, "build", &Params(vec![("done".into(), "1".into())]));
            Ok(Redirect::to(&url).into_response())
        }
        (Some(typed), Err(error)) => {
            let notices = vec![refusal("The page was not kept", &error)];
            form(&site, &dataset, &table, &typed, notices, &uri).await
        }
        (None, Err(error)) => Err(error.into()),
    }
}

type Changed = (Option<DataPage>, Result<(), Error>);

/// Carries a wish out. What was typed comes back with the trouble when it can't be kept.
async fn changed(site: &Site, table: &TableSummary, params: &Params) -> Result<Changed, Error> {
    let actor = Actor::new(ActorKind::User, "page builder");
    let tables = site.app().tables();
    let wish = Wish::read(params)?;
    match wish {
        Wish::Restore(revision) => {
            tables.restore_data_page(&actor, table.id, revision).await?;
            return Ok((None, Ok(())));
        }
        Wish::Retire => {
            tables.retire_data_page(&actor, table.id).await?;
            return Ok((None, Ok(())));
        }
        Wish::Document => {
            let text = params.get("document").unwrap_or_default();
            tables.put_data_page(&actor, table.id, text).await?;
            return Ok((None, Ok(())));
        }
        _ => {}
    }
    let mut page = page(params)?;
    let last = page.panes.len();
    match wish {
        Wish::Up(index) if index > 0 && index < last => page.panes.swap(index, index - 1),
        Wish::Down(index) if index + 1 < last => page.panes.swap(index, index + 1),
        Wish::Remove(index) if index < last => drop(page.panes.remove(index)),
        Wish::Add => {
            let facts = tables.chart_facts(Audience::Staff, table.id, None, &page.roles).await?;
            page.panes.push(added(params.get("add").unwrap_or_default(), &facts.fields));
        }
        _ => {}
    }
    let text = page.written().map_err(Error::from)?;
    let outcome = tables.put_data_page(&actor, table.id, &text).await.map(|_| ());
    match outcome {
        Err(error) if error.kind() != ErrorKind::Invalid => Err(error),
        outcome => Ok((Some(page), outcome)),
    }
}

/// The pane that a choice stands for.
fn added(choice: &str, fields: &[Field]) -> Pane {
    let suggested = choice
        .parse::<usize>()
        .ok()
        .and_then(|number| suggest(fields).into_iter().nth(number.checked_sub(1)?));
    match suggested {
        Some(suggested) => Pane { chart: Some(suggested.spec.to_json(None)), ..Pane::default() },
        None => Pane { markdown: Some("Write about the data here.".to_owned()), ..Pane::default() },
    }
}

async fn form(
    site: &Site,
    dataset: &DatasetDetail,
    table: &TableSummary,
    page: &DataPage,
    notices: Vec<Notice>,
    uri: &OriginalUri,
) -> Result<Response, Problem> {
    let is_first = dataset.tables.first().is_some_and(|first| first.id == table.id);
    let tables = site.app().tables();
    let facts = tables.chart_facts(site.audience(), table.id, None, &page.roles).await?;
    let revisions = tables.data_page_revisions(table.id, REVISIONS).await?;
    let in_force = revisions.first().filter(|newest| !newest.retired).map_or(0, |newest| newest.revision);
    let empty = Params::default();
    let view = BuildView {
        head: head(dataset, "build", &empty),
        action: tab_url(table, is_first, "build", &empty),
        view_url: (in_force > 0).then(|| tab_url(table, is_first, "view", &empty)),
        notices,
        revision: in_force,
        title: page.title.clone(),
        description: page.description.clone().unwrap_or_default(),
        roles: roles(page, &facts.fields),
        lists: lists(page),
        panes: panes(page, &facts.fields),
        addable: suggest(&facts.fields)
            .iter()
            .enumerate()
            .map(|(i, one)| Choice {
                label: format!("{}: {}", one.spec.kind.label(), one.title),
                value: (i + 1).to_string(),
                ..Choice::default()
            })
            .collect(),
        filters: facts
            .fields
            .iter()
            .map(|field| {
                let now = page.filters.iter().find(|filter| filter.column == field.name);
                let choice = |value: &str, label: &str| Choice {
                    label: label.to_owned(),
                    value: value.to_owned(),
                    selected: now.map_or("", |now| now.form.as_str()) == value,
                    ..Choice::default()
                };
                let mut offered = vec![choice("", "No filter"), choice("list", "A list of its values")];
                if field.kind == townhall_model::table::ColumnType::Text {
                    offered.push(choice("text", "A text to look for"));
                }
                (format!("{FILTER_FIELD}{}", field.name), offered)
            })
            .collect(),
        sort: page.summary.sort.clone().unwrap_or_default(),
        has_rows: page.summary.on,
        has_detail: page.detail.on,
        has_map: page.detail.map,
        downloads: DOWNLOADS
            .map(|(value, label)| Choice {
                label: label.to_owned(),
                value: value.to_owned(),
                selected: page.downloads.iter().any(|known| known == value),
                ..Choice::default()
            })
            .into(),
        columns: facts.fields.iter().map(|field| field.name.clone()).collect(),
        revisions: revisions
            .iter()
            .map(|one| RevisionChoice {
                number: one.revision,
                at: one.at.to_string(),
                by: one.actor.clone(),
                current: one.revision == in_force,
            })
            .collect(),
        text: page.written().map_err(Error::from)?,
    };
    let mut page_meta = meta(dataset, Some(("build", "Make the page")), uri.path());
    page_meta.noindex = true;
    site.page("data_build.html", page_meta, &view)
}

fn roles(page: &DataPage, fields: &[Field]) -> Vec<(String, String, Vec<Choice>)> {
    let roles = &page.roles;
    [
        ("role.title", "Names a row", &roles.title, false),
        ("role.latitude", "Latitude", &roles.latitude, true),
        ("role.longitude", "Longitude", &roles.longitude, true),
    ]
    .map(|(name, label, now, is_number)| {
        let choice = |value: &str, label: &str| Choice {
            label: label.to_owned(),
            value: value.to_owned(),
            selected: now.as_deref().unwrap_or_default() == value,
            ..Choice::default()
        };
        let offered = fields.iter().filter(|field| !is_number || field.kind.is_numeric());
        let offered = offered.map(|field| choice(&field.name, &field.label));
        (name.to_owned(), label.to_owned(), std::iter::once(choice("", "No column")).chain(offered).collect())
    })
    .into()
}

fn lists(page: &DataPage) -> Vec<(String, String, String)> {
    [
        ("role.currency", "Columns of money", &page.roles.currency),
        ("role.date", "Columns of dates", &page.roles.date),
        ("role.category", "Columns that sort rows into kinds", &page.roles.category),
        ("summary.columns", "Columns of the list of rows (all when empty)", &page.summary.columns),
        ("detail.columns", "Columns of a row’s page (all when empty)", &page.detail.columns),
        ("detail.wide", "Columns with the whole width there", &page.detail.wide),
    ]
    .map(|(name, label, now)| (name.to_owned(), label.to_owned(), now.join(", ")))
    .into()
}

fn panes(page: &DataPage, fields: &[Field]) -> Vec<BuildPane> {
    let last = page.panes.len();
    page.panes
        .iter()
        .enumerate()
        .map(|(i, pane)| {
            let spec: Option<Spec> = pane.spec().and_then(Result::ok);
            let label = match &spec {
                None if pane.markdown.is_some() => "Text".to_owned(),
                None => "A chart that can’t be read".to_owned(),
                Some(spec) => {
                    let title = townhall_app::charts::Plan::new(spec, fields).map(|plan| plan.title());
                    let kind = spec.kind;
                    match title {
                        Ok(title) if kind != Kind::KeyFigure || !title.is_empty() => {
                            format!("{}: {title}", kind.label())
                        }
                        _ => kind.label().to_owned(),
                    }
                }
            };
            BuildPane {
                number: i + 1,
                on: pane.on,
                title: pane.title.clone().unwrap_or_default(),
                label,
                markdown: pane.markdown.clone(),
                chart: pane
                    .chart
                    .as_ref()
                    .map(|chart| serde_json::to_string_pretty(chart).unwrap_or_default()),
                can_rise: i > 0,
                can_sink: i + 1 < last,
            }
        })
        .collect()
}
