//! Every template renders, strictly, and is shaped as a page should be.

use std::collections::BTreeSet;

use super::fixtures::{all, site};
use crate::pages::{Context, Pages, PagesSettings};

fn rendered() -> Vec<(&'static str, String)> {
    let (pages, site) = (Pages::new(PagesSettings::default()), site());
    let render = |sample: super::fixtures::Sample| {
        let context = Context { site: &site, page: &sample.page, view: &sample.view };
        let html = pages
            .render(sample.template, &context)
            .unwrap_or_else(|error| panic!("{}: {error}", sample.file));
        (sample.file, html)
    };
    all().into_iter().map(render).collect()
}

/// With `TOWNHALL_GALLERY=folder` the pages are written there too, to be looked at.
#[test]
fn every_page_renders() {
    let tried: BTreeSet<String> = all().iter().map(|sample| sample.template.to_owned()).collect();
    assert_eq!(tried.into_iter().collect::<Vec<_>>(), Pages::templates());
    let pages = rendered();
    if let Some(folder) = std::env::var_os("TOWNHALL_GALLERY") {
        std::fs::create_dir_all(&folder).unwrap();
        for (file, html) in &pages {
            std::fs::write(std::path::Path::new(&folder).join(format!("{file}.html")), html).unwrap();
        }
        let branded =
            Pages::new(PagesSettings { primary_color: Some("#0b6b6b".into()), ..PagesSettings::default() });
        std::fs::write(std::path::Path::new(&folder).join("theme.css"), &branded.theme_css().bytes).unwrap();
    }
}

#[test]
fn no_page_has_anything_inline() {
    for (file, html) in rendered() {
        let lower = html.to_lowercase();
        for bad in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
            assert!(!lower.contains(bad), "{file} has `{bad}`");
        }
        for script in lower.split("<script").skip(1) {
            assert!(
                script.starts_with(" src=\"/assets/")
                    || script.starts_with(" type=\"module\" src=\"/assets/")
                    || script.starts_with(" type=\"application/ld+json\""),
                "{file}: <script{}",
                script.chars().take(60).collect::<String>()
            );
        }
    }
}

#[test]
fn headings_make_an_outline_and_ids_are_unique() {
    for (file, html) in rendered() {
        let levels: Vec<u8> = html
            .match_indices("<h")
            .filter_map(|(at, _)| html.as_bytes().get(at + 2).copied())
            .filter(|b| (b'1'..=b'6').contains(b))
            .map(|b| b - b'0')
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{file}: {levels:?}");
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{file}: {levels:?}");
        }
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let distinct: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), distinct.len(), "{file}: {ids:?}");
        assert!(
            !html.contains("None<")
                && !html.contains(">None")
                && !html.contains("\"None\"")
                && !html.contains("none</"),
            "{file} shows `none`"
        );
    }
}

/// An address that comes from a view reaches an attribute only through a filter that lets nothing else than addresses pass.
#[test]
fn every_address_in_a_template_is_filtered() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for attribute in ["href", "src", "action", "formaction", "srcset", "poster"] {
            for rest in text.split(&format!(" {attribute}=\"")).skip(1) {
                let value = &rest[..rest.find('"').unwrap()];
                let is_safe = !value.contains("{{")
                    || value.contains("|href }}")
                    || value.starts_with("{{ asset('")
                    || ["{{ address }}", "{{ brand }}"].contains(&value);
                assert!(is_safe, "{}: {attribute}=\"{value}\"", path.display());
            }
        }
        for forbidden in ["|safe ", "|safe}", "autoescape"] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
        }
    }
}

#[test]
fn a_template_that_is_missing_is_named() {
    let (pages, site) = (Pages::new(PagesSettings::default()), site());
    let sample = all().into_iter().find(|sample| sample.file == "search").unwrap();
    let context = Context { site: &site, page: &sample.page, view: &sample.view };
    let missing = pages.render("nothing.html", &context).unwrap_err();
    assert_eq!(missing.to_string(), "no template is named `nothing.html`");
}
