//! The scorecard for programs. The names of what is measured are those of the Project Open Data Dashboard.

use serde_json::{Map, Value, json};
use townhall_app::offices::{
    AddressFacts, ListingFacts, Milestone, PageFacts, REVIEW_FIELDS, Standing, StrategyFacts, TRACKED_FIELDS,
    TrackedField,
};
use townhall_app::{Judged, OfficeChanges, OfficeDetail, QuarterTotals, Reached, StoredRegression};

use super::super::path_segment;

/// The columns of the list as CSV.
pub const CSV_HEADER: [&str; 42] = [
    "id",
    "name",
    "abbreviation",
    "parent",
    "cfo_act",
    "omb_monitored",
    "milestone",
    "pdl",
    "pdl_computed",
    "pdl_reasons",
    "edi",
    "edi_reasons",
    "growth_percent",
    "last_crawl",
    "expected_url",
    "url",
    "redirect_count",
    "http_code",
    "content_type",
    "filetime",
    "download_content_length",
    "valid_json",
    "valid_schema",
    "schema_version",
    "total_records",
    "valid_count",
    "error_count",
    "accessLevel_public",
    "accessLevel_restricted",
    "accessLevel_nonpublic",
    "accessURL_total",
    "downloadURL_total",
    "API_total",
    "collections_total",
    "license_present",
    "http_2xx",
    "http_3xx",
    "http_4xx",
    "http_5xx",
    "http_0",
    "format_mismatch",
    "page_http_code",
];

/// An office as a row of CSV.
pub fn csv_row(reached: &Reached) -> Vec<String> {
    let (office, listing) = (&reached.office, &reached.facts.listing);
    let (address, qa) = (&listing.address, &listing.qa);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let links = |of: fn(&townhall_app::offices::LinkCounts) -> u64| {
        listing.links.as_ref().map(|links| of(links).to_string()).unwrap_or_default()
    };
    let computed = reached.pdl.overridden.as_ref().map_or(&reached.pdl.standing, |own| &own.computed);
    vec![
        office.id.clone(),
        office.name.clone(),
        text(&office.abbreviation),
        text(&office.parent),
        office.cfo_act.to_string(),
        office.omb_monitored.to_string(),
        reached.milestone.clone(),
        reached.pdl.standing.clone(),
        computed.clone(),
        reached.pdl.reasons.join(" "),
        reached.edi.standing.clone(),
        reached.edi.reasons.join(" "),
        reached.growth_percent.map(|growth| format!("{growth:.2}")).unwrap_or_default(),
        reached.last_crawl.map(|at| at.to_string()).unwrap_or_default(),
        address.expected_url.clone(),
        text(&address.url),
        address.redirect_count.to_string(),
        address.http_code.to_string(),
        text(&address.content_type),
        text(&address.filetime),
        address.download_content_length.map(|bytes| bytes.to_string()).unwrap_or_default(),
        listing.valid_json.to_string(),
        listing.valid_schema.to_string(),
        listing.schema_version.clone(),
        listing.total_records.to_string(),
        listing.valid_count.to_string(),
        listing.error_count.to_string(),
        qa.access_level_public.to_string(),
        qa.access_level_restricted.to_string(),
        qa.access_level_nonpublic.to_string(),
        qa.access_url_total.to_string(),
        qa.download_url_total.to_string(),
        qa.api_total.to_string(),
        qa.collections_total.to_string(),
        qa.license_present.to_string(),
        links(|links| links.http_2xx),
        links(|links| links.http_3xx),
        links(|links| links.http_4xx),
        links(|links| links.http_5xx),
        links(|links| links.http_0),
        links(|links| links.format_mismatch),
        reached.facts.page.address.http_code.to_string(),
    ]
}

/// An office in a list.
pub fn row(reached: &Reached, base: &str) -> Value {
    let office = &reached.office;
    json!({
        "id": office.id, "code": office.code, "name": office.name, "abbreviation": office.abbreviation,
        "website": office.website, "parent": office.parent, "cfo_act": office.cfo_act,
        "omb_monitored": office.omb_monitored, "milestone": reached.milestone,
        "url": format!("{base}/scorecard/{}", path_segment(&office.id)),
        "pdl": judged(&reached.pdl), "edi": judged(&reached.edi),
        "growth_percent": reached.growth_percent, "best_practice": reached.is_best_practice,
        "last_crawl": reached.last_crawl.map(|at| at.to_string()),
        "datajson_status": listing(&reached.facts.listing),
        "datapage_status": page(&reached.facts.page),
        "digitalstrategy_status": strategy(&reached.facts.strategy),
    })
}

fn judged(judged: &Judged) -> Value {
    let own = judged.overridden.as_ref();
    json!({
        "standing": judged.standing, "word": judged.standing().word(), "reasons": judged.reasons,
        "overridden": own.map(|own| json!({
            "computed": own.computed, "reason": own.reason, "by": own.by, "at": own.at.to_string(),
        })),
    })
}

fn address(facts: &AddressFacts) -> Map<String, Value> {
    let value = json!({
        "expected_url": facts.expected_url, "url": facts.url, "redirect_count": facts.redirect_count,
        "http_code": facts.http_code, "content_type": facts.content_type, "content_type_expected": facts.is_expected_type,
        "filetime": facts.filetime, "download_content_length": facts.download_content_length, "reason": facts.trouble,
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn with(facts: &AddressFacts, more: Value) -> Value {
    let mut map = address(facts);
    if let Value::Object(more) = more {
        map.extend(more);
    }
    Value::Object(map)
}

fn listing(facts: &ListingFacts) -> Value {
    let mut qa = serde_json::to_value(&facts.qa).unwrap_or_default();
    if let Some(links) = &facts.links {
        qa["validation_counts"] = serde_json::to_value(links).unwrap_or_default();
    }
    with(
        &facts.address,
        json!({
            "valid_json": facts.valid_json, "valid_schema": facts.valid_schema, "schema_version": facts.schema_version,
            "error_count": facts.error_count, "total_records": facts.total_records, "valid_count": facts.valid_count,
            "errors_total": facts.errors_total, "fail": facts.fail, "qa": qa,
        }),
    )
}

fn page(facts: &PageFacts) -> Value {
    with(
        &facts.address,
        json!({
            "is_html": facts.is_html, "human_readable": facts.is_readable(), "looked_for": facts.looked_for,
            "titles": facts.titles, "descriptions": facts.descriptions, "addresses": facts.addresses,
            "data_links": facts.data_links,
        }),
    )
}

fn strategy(facts: &StrategyFacts) -> Value {
    with(
        &facts.address,
        json!({"valid_json": facts.valid_json, "generated": facts.generated, "agency": facts.agency, "items": facts.items.len()}),
    )
}

/// The sums of a quarter.
pub fn sums(sums: &QuarterTotals) -> Value {
    let [green, yellow, red, unknown] = sums.standings;
    json!({
        "milestone": sums.milestone, "offices": sums.offices, "listings": sums.listings,
        "green": green, "yellow": yellow, "red": red, "unknown": unknown,
        "datasets": sums.datasets, "valid_datasets": sums.valid_datasets, "links": sums.links, "apis": sums.apis,
        "growth_percent": sums.growth_percent,
    })
}

/// A quarter.
pub fn milestone(milestone: &Milestone, is_final: bool) -> Value {
    json!({"date": milestone.date.to_string(), "name": milestone.name, "final": is_final})
}

/// An office with everything about it.
pub fn office(detail: &OfficeDetail, base: &str) -> Value {
    let reached = &detail.reached;
    let mut value = row(reached, base);
    value["milestone"] = milestone(&detail.milestone, detail.is_final);
    value["digitalstrategy_status"]["items"] = json!(reached.facts.strategy.items);
    value["tracker_fields"] = fields(reached, detail)
        .map(|(field, value, is_counted)| {
            let entry = reached.entry(field.id);
            let said = entry.map(|entry| {
                json!({"note": entry.note, "reason": entry.reason, "by": entry.by, "at": entry.at.to_string()})
            });
            let about = json!({
                "label": field.label, "section": field.section, "type": field.kind.name(), "value": value,
                "counted": is_counted, "said": said,
            });
            (field.id.to_owned(), about)
        })
        .collect::<Map<_, _>>()
        .into();
    value["bureaus"] = detail.bureaus.iter().map(|bureau| row(bureau, base)).collect();
    value["history"] = detail.history.iter().map(past).collect();
    value["looks"] = detail
        .looks
        .iter()
        .map(|look| {
            json!({
                "at": look.at.to_string(), "seen_at": look.seen_at.to_string(), "standing": look.standing.name(),
                "has_listing": look.has_listing, "total_records": look.datasets, "error_count": look.invalid,
            })
        })
        .collect();
    value["errors"] = serde_json::to_value(&detail.errors).unwrap_or_default();
    value
}

fn past(reached: &Reached) -> Value {
    let listing = &reached.facts.listing;
    json!({
        "milestone": reached.milestone, "pdl": reached.pdl.standing, "edi": reached.edi.standing,
        "total_records": listing.total_records, "valid_count": listing.valid_count,
        "growth_percent": reached.growth_percent,
    })
}

/// The fields of an office that its quarter asks, each with its value and whether that was counted; `None` has no value.
pub fn fields<'d>(
    reached: &'d Reached,
    detail: &'d OfficeDetail,
) -> impl Iterator<Item = (&'static TrackedField, Option<String>, bool)> + 'd {
    let asked =
        TRACKED_FIELDS.iter().chain(REVIEW_FIELDS).filter(|field| field.is_asked(detail.milestone.date));
    asked.map(|field| {
        let own = reached.entry(field.id).map(|entry| entry.value.clone()).filter(|value| !value.is_empty());
        match own {
            Some(own) => (field, Some(own), false),
            None => {
                let computed = match field.id {
                    "pdl_aggregate_score" => known(&reached.pdl),
                    "edi_aggregate_score" => known(&reached.edi),
                    id => reached.counted(id),
                };
                let is_counted = computed.is_some();
                (field, computed, is_counted)
            }
        }
    })
}

/// A standing that is known.
fn known(judged: &Judged) -> Option<String> {
    (judged.standing() != Standing::Unknown).then(|| judged.standing.clone())
}

/// Two days of an office.
pub fn changes(changes: &OfficeChanges) -> Value {
    let entry = |entry: &townhall_app::Entry| json!({"identifier": entry.identifier, "title": entry.title});
    let comparison = &changes.comparison;
    json!({
        "office": changes.office.id, "from": changes.days.0.to_string(), "to": changes.days.1.to_string(),
        "from_listing": changes.seen.0.to_string(), "to_listing": changes.seen.1.to_string(), "same": changes.is_same,
        "appeared": comparison.added.iter().map(entry).collect::<Vec<_>>(),
        "vanished": comparison.removed.iter().map(entry).collect::<Vec<_>>(),
        "changed": comparison.changed.iter().map(|changed| {
            let mut value = entry(&changed.entry);
            value["fields"] = changed.fields.iter().map(|field| field.field.clone()).collect();
            value
        }).collect::<Vec<_>>(),
        "broke": changes.broke.iter().map(|finding| json!({
            "identifier": finding.identifier, "title": finding.title, "pointer": finding.pointer, "message": finding.message,
        })).collect::<Vec<_>>(),
        "mended": changes.mended.iter().map(entry).collect::<Vec<_>>(),
        "unchanged": comparison.unchanged,
    })
}

/// Something that got worse.
pub fn regression(told: &StoredRegression) -> Value {
    json!({
        "office": told.office, "kind": told.kind, "message": told.message, "milestone": told.milestone,
        "at": told.at.to_string(),
    })
}
