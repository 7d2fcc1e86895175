//! What the app lists, as the cards of pages.

use townhall_app::{DatasetCard as Card, OrganizationSummary};

use crate::pages::views::{DatasetCard, Link, OrganizationCard, Pager};

/// A dataset in a short list.
pub fn dataset(card: &Card) -> DatasetCard {
    DatasetCard {
        title: card.title.clone(),
        url: format!("/data/{}", card.slug),
        summary: card.summary.clone(),
        organization: card
            .organization
            .as_ref()
            .map(|organization| Link::new(&organization.label, format!("/orgs/{}", organization.value))),
        formats: card.formats.clone(),
        modified: card.modified.clone(),
        rows: card.rows,
        is_draft: card.is_draft,
    }
}

/// An organization in a list.
pub fn organization(summary: &OrganizationSummary) -> OrganizationCard {
    OrganizationCard {
        name: summary.name.clone(),
        url: format!("/orgs/{}", summary.slug),
        description: None,
        datasets: summary.datasets,
        depth: summary.depth,
    }
}

/// Where one is in a list that is paged by number.
pub fn pager(total: u64, page: usize, size: usize, link: impl Fn(usize) -> String) -> Pager {
    let from = (page - 1) * size;
    let to = (from + size).min(usize::try_from(total).unwrap_or(usize::MAX));
    Pager {
        from: (total > 0).then_some(from as u64 + 1),
        to: (total > 0).then_some(to as u64),
        total: Some(total),
        first_url: (page > 2).then(|| link(1)),
        previous_url: (page > 1).then(|| link(page - 1)),
        next_url: ((to as u64) < total && from + size < townhall_app::limits::SEARCH_OFFSET_MAX)
            .then(|| link(page + 1)),
    }
}
