//! The rules on meaning of DCAT-US 3.0, by class.

use super::{dates, distribution, space, texts};
use crate::validate::dcat_us_3_0::Class30;
use crate::validate::engine::{Check, Members};
use crate::validate::form::rfc3339;
use crate::validate::list;
use crate::validate::rule::{self, Rule};
use crate::validate::tree::{Kind, Value};
use crate::validate::words::{Words, quote};

use Class30 as C;

type Checking<'a, 'c, 'o, 'r> = &'a mut Check<'c, 'o, 'r>;

/// Looks at an object of a class.
pub fn object(check: Checking<'_, '_, '_, '_>, class: Class30, members: &Members<'_, '_>) {
    match class {
        C::Dataset => dataset(check, members),
        C::Distribution => {
            distribution::distribution(check, members);
            texts::distribution(check, members);
            resolution(check, members);
            number(check, members);
            encodings(check, members);
            languages(check, members);
            impossible(check, members);
        }
        C::DataService => {
            resolution(check, members);
            languages(check, members);
        }
        C::Document => {
            if let Some(value) = members.get("mediaType") {
                distribution::known(check, value);
            }
        }
        C::Kind => {
            texts::email(check, members);
            told(check, members, "tel", &rule::TELEPHONE, has_letters, "has letters");
        }
        C::Location => location(check, members),
        C::Metric => {
            let is_odd = |text: &str| !text.starts_with("xsd:");
            told(check, members, "expectedDataType", &rule::DATA_TYPE, is_odd, "does not begin with `xsd:`");
        }
        C::PeriodOfTime => period(check, members),
        C::Address => address(check, members),
        C::CuiRestriction => {
            let is_odd = |text: &str| !text.starts_with("CUI//");
            told(
                check,
                members,
                "cuiBannerMarking",
                &rule::CUI_MARKING,
                is_odd,
                "does not begin with `CUI//`",
            );
        }
        C::AccessRestriction => {
            restriction(check, members, "access_restriction_status", "specific_access_restriction")
        }
        C::UseRestriction => {
            restriction(check, members, "use_restriction_status", "specific_use_restriction")
        }
        C::CatalogRecord => languages(check, members),
        _ => {}
    }
}

fn dataset(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    texts::title_and_description(check, members);
    texts::keywords(check, members);
    distribution::all(check, members);
    resolution(check, members);
    languages(check, members);
    impossible(check, members);
    let is_legacy =
        |text: &str| ["restricted public", "non-public"].contains(&text.trim().to_lowercase().as_str());
    told(
        check,
        members,
        "accessRights",
        &rule::LEGACY_ACCESS,
        is_legacy,
        "is a word of `accessLevel` of 1.1",
    );
    let date = |key| (key, members.get(key));
    dates::in_order(check, date("created"), date("modified"));
    dates::in_order(check, date("created"), date("issued"));
    dates::in_order(check, date("issued"), date("modified"));
    let is_reachable = ["distribution", "landingPage", "accessRights", "rights"].into_iter().any(|key| {
        members.get(key).is_some_and(|value| value.kind() != Kind::List || value.items().next().is_some())
    });
    if !is_reachable {
        check.note(&rule::DATASET_UNREACHABLE, "distribution", members.object, || {
            Words::absent("the dataset has no distribution, no landing page, and does not say why")
        });
    }
}

/// Tells of a text that something is odd about.
fn told(
    check: Checking<'_, '_, '_, '_>,
    members: &Members<'_, '_>,
    key: &'static str,
    rule: &'static Rule,
    is_odd: impl Fn(&str) -> bool,
    why: &str,
) {
    let Some(value) = members.get(key) else { return };
    if let Some(text) = value.text().filter(|text| is_odd(text)) {
        check.note(rule, key, value, || Words::new(format!("`{key}` is {}, which {why}", quote(text))));
    }
}

fn has_letters(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn resolution(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    let is_number_above_zero = |text: &str| {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits(whole) && is_digits(decimals) && text.parse().is_ok_and(|number: f64| number > 0.0)
    };
    let key = "spatialResolutionInMeters";
    told(
        check,
        members,
        key,
        &rule::SPATIAL_RESOLUTION,
        |text| !is_number_above_zero(text),
        "is no number above zero",
    );
    let key = "temporalResolution";
    told(check, members, key, &rule::TEMPORAL_RESOLUTION, |text| !is_duration(text), "is no duration");
}

/// `xsd:duration`, weeks included: something must stand behind `P` and behind `T`.
fn is_duration(text: &str) -> bool {
    let Some(body) = text.strip_prefix('-').unwrap_or(text).strip_prefix('P') else { return false };
    let (days, clock) = match body.split_once('T') {
        Some((days, clock)) => (days, Some(clock)),
        None => (body, None),
    };
    let is_sequence = |text: &str, units: &str, may_have_decimals: bool| {
        let mut rest = text;
        for unit in units.chars() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let mut behind = &rest[digits..];
            if unit == 'S'
                && may_have_decimals
                && digits > 0
                && let Some(fraction) = behind.strip_prefix('.')
            {
                let decimals = fraction.bytes().take_while(u8::is_ascii_digit).count();
                behind = if decimals > 0 { &fraction[decimals..] } else { behind };
            }
            if digits > 0
                && let Some(next) = behind.strip_prefix(unit)
            {
                rest = next;
            }
        }
        rest.is_empty()
    };
    !body.is_empty()
        && is_sequence(days, "YMWD", false)
        && clock.is_none_or(|clock| !clock.is_empty() && is_sequence(clock, "HMS", true))
}

fn number(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    let is_odd = |text: &str| text.trim().parse::<f64>().is_err();
    told(check, members, "byteSize", &rule::BYTE_SIZE, is_odd, "is no number");
}

fn encodings(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    let Some(list) = members.get("characterEncoding") else { return };
    for (index, item) in list.items().enumerate() {
        if let Some(name) = item.text().filter(|name| !list::is_encoding(name)) {
            check.note_item(&rule::ENCODING, "characterEncoding", index, item, || {
                Words::new(format!("{} is no character encoding that IANA has registered", quote(name)))
            });
        }
    }
}

fn languages(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    // Longer codes are refused by the schema already.
    let is_odd = |code: &&str| code.chars().count() <= 2 && !list::is_language(code);
    let Some(value) = members.get("language") else { return };
    let words = |code: &str| Words::new(format!("{} is no language code of ISO 639-1", quote(code)));
    if let Some(code) = value.text().filter(is_odd) {
        check.note(&rule::LANGUAGE_UNKNOWN, "language", value, || words(code));
    }
    for (index, item) in value.items().enumerate() {
        if let Some(code) = item.text().filter(is_odd) {
            check.note_item(&rule::LANGUAGE_UNKNOWN, "language", index, item, || words(code));
        }
    }
}

/// Dates that the schema takes for their shape alone, such as `2024-13`.
fn impossible(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    for key in ["created", "issued", "modified"] {
        let Some(value) = members.get(key) else { continue };
        let date = value.text().and_then(|text| Some((text, rfc3339(text)?)));
        if let Some((text, _)) = date.filter(|(_, date)| !(1..=12).contains(&date.month)) {
            check.note(&rule::DATE_IMPOSSIBLE, key, value, || {
                Words::new(format!("`{key}` is {}, but a year has twelve months", quote(text)))
            });
        }
    }
}

fn period(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    let date = |key| {
        let text = members.text(key)?;
        rfc3339(text).map(|date| (text, date))
    };
    if let (Some((start, first)), Some((end, last))) = (date("startDate"), date("endDate"))
        && first > last
        && !start.starts_with(end)
        && let Some(value) = members.get("startDate")
    {
        check.note(&rule::PERIOD_ORDER, "startDate", value, || {
            Words::new(format!("the period ends ({}) before it starts ({})", quote(end), quote(start)))
        });
    }
}

fn address(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    let is_filled = |key| {
        members.present(key).is_some_and(|value| value.kind() != Kind::Null && value.text() != Some(""))
    };
    if !["street-address", "locality", "region", "postal-code", "country-name"].into_iter().any(is_filled) {
        check.note(&rule::ADDRESS_EMPTY, "", members.object, || {
            Words::absent("the address has nothing in it")
        });
    }
    let country = members.text("country-name").map(|name| name.trim().to_lowercase());
    let is_here = country.is_some_and(|name| {
        ["us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"].contains(&name.as_str())
    });
    if is_here {
        told(check, members, "postal-code", &rule::POSTAL_CODE, has_letters, "has letters");
    }
}

fn restriction(
    check: Checking<'_, '_, '_, '_>,
    members: &Members<'_, '_>,
    status: &'static str,
    specific: &'static str,
) {
    let rules = [
        ("restrictionStatus", &rule::RESTRICTION_STATUS, status),
        ("specificRestriction", &rule::RESTRICTION_SPECIFIC, specific),
    ];
    for (key, rule, authority) in rules {
        let Some(value) = members.get(key) else { continue };
        // A concept is a text, or an object with a label.
        let term = value.text().or_else(|| value.get("prefLabel").and_then(Value::text));
        if let Some(term) = term.filter(|term| !list::is_restriction(authority, term)) {
            check.note_key(rule, key, value, || {
                Words::new(format!("`{key}` is {}, which is no term of the National Archives", quote(term)))
            });
        }
    }
}

fn location(check: Checking<'_, '_, '_, '_>, members: &Members<'_, '_>) {
    for key in ["bbox", "geometry"] {
        let Some(value) = members.get(key) else { continue };
        let is_place = match value.text() {
            Some(text) => is_geometry_text(text),
            None => is_geometry(value),
        };
        if !is_place {
            check.note_key(&rule::SPACE_UNRESOLVED, key, value, || {
                Words::new(format!("`{key}` is no place that can be drawn: {}", quote(value.shown())))
            });
        } else if let Some(&[west, south, east, north]) = value.text().and_then(space::numbers).as_deref()
            && (space::is_outside(west, south) || space::is_outside(east, north))
        {
            space::out_of_range(check, key, value, value.shown());
        }
    }
}

/// Coordinates, well-known text, or GeoJSON in a text.
fn is_geometry_text(text: &str) -> bool {
    const WELL_KNOWN: &[&str] = &[
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
        "ENVELOPE",
    ];
    let text = text.trim();
    let name = text.split(['(', ' ']).next().unwrap_or_default();
    if WELL_KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return text.ends_with(')');
    }
    if text.starts_with('{') {
        return text.ends_with('}') && text.contains("\"coordinates\"");
    }
    matches!(space::numbers(text).as_deref(), Some([_, _] | [_, _, _, _]))
}

fn is_geometry(value: Value<'_>) -> bool {
    const TYPES: &[&str] =
        &["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"];
    // What lacks one of the two is refused by the schema already.
    let (Some(kind), Some(coordinates)) = (value.get("type"), value.get("coordinates")) else { return true };
    kind.text().is_none_or(|kind| TYPES.contains(&kind)) && coordinates.items().next().is_some()
}
