//! The top that every tab of a dataset shares.

use townhall_app::{DatasetDetail, ItemState};

use crate::handlers::params::Params;
use crate::pages::views::{DatasetHead, Link, Notice, NoticeKind, PageMeta, Section, Tab};

/// The address of a dataset's page.
pub fn dataset_url(slug: &str) -> String {
    format!("/data/{slug}")
}

/// The head with `tab` marked; `from` is the search that one came from.
pub fn head(dataset: &DatasetDetail, tab: &str, params: &Params) -> DatasetHead {
    let url = dataset_url(&dataset.slug);
    DatasetHead {
        title: dataset.title(),
        slug: dataset.slug.clone(),
        tabs: Tab::all(&url, tab, !dataset.tables.is_empty(), dataset.view.bounding_box.is_some()),
        url,
        organization: dataset
            .organization
            .as_ref()
            .map(|organization| Link::new(&organization.name, format!("/orgs/{}", organization.slug))),
        access_level: dataset.view.access_level.map(|level| level.name().to_owned()),
        is_draft: dataset.is_draft(),
        // Only a search of our own is offered as the way back: anything else could lead anywhere.
        return_url: params.get("from").filter(|from| from.starts_with("/data?")).map(str::to_owned),
        modified: dataset.view.modified.as_ref().map(|when| when.text.clone()),
        notices: notices(dataset),
    }
}

fn notices(dataset: &DatasetDetail) -> Vec<Notice> {
    let mut notices = Vec::new();
    if dataset.is_draft() {
        notices.push(Notice {
            kind: NoticeKind::Warning,
            title: Some("Draft".into()),
            text: "This dataset is not published. What is marked as suggested was worked out from the file."
                .into(),
            link: None,
        });
    }
    if let Some(reason) = &dataset.retired {
        notices.push(Notice {
            kind: NoticeKind::Warning,
            title: Some("Withdrawn".into()),
            text: reason.clone(),
            link: None,
        });
    }
    for from in &dataset.harvested {
        let text = match from.state {
            ItemState::Stale => {
                "What its source has now could not be taken; this is the last version that could"
            }
            ItemState::Missing | ItemState::Held => "Its source does not list it at present",
            _ => continue,
        };
        let reason = from.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        notices.push(Notice {
            kind: NoticeKind::Warning,
            title: Some("Not up to date".into()),
            text: format!("{text}{reason}."),
            link: Some(Link::new(&from.title, format!("/sources/{}", from.source))),
        });
    }
    notices
}

/// What a tab of the dataset says of itself.
pub fn meta(dataset: &DatasetDetail, tab: Option<(&str, &str)>, path: &str) -> PageMeta {
    let url = dataset_url(&dataset.slug);
    let title = match tab {
        Some((_, label)) => format!("{label}: {}", dataset.title()),
        None => dataset.title(),
    };
    let canonical = match tab {
        Some((name, _)) => format!("{url}/{name}"),
        None => url.clone(),
    };
    let mut meta = PageMeta::new(title, path, Section::Data);
    meta.canonical = canonical;
    meta.description = dataset.summary();
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Data", "/data")];
    if tab.is_some() {
        meta.breadcrumbs.push(Link::new(dataset.title(), url));
    }
    meta.noindex = dataset.is_draft();
    meta
}
