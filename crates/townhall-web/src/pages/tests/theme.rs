//! The theme folder replaces templates and files, and can't take the site down.

use std::fs;
use std::path::PathBuf;

use super::fixtures::{page, site};
use crate::pages::views::{HelpView, Section};
use crate::pages::{Context, Pages, PagesSettings};

/// A theme folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("townhall-theme-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn pages(&self) -> Pages {
        Pages::new(PagesSettings { theme_dir: Some(self.0.clone()), ..PagesSettings::default() })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn help(pages: &Pages) -> String {
    let (site, meta) = (site(), page("Help", "/help", Section::About));
    pages.render("help.html", &Context { site: &site, page: &meta, view: &HelpView::default() }).unwrap()
}

#[test]
fn a_theme_replaces_a_page_or_a_part_of_it() {
    let folder = Folder::new(
        "part",
        &[(
            "templates/base.html",
            "{% extends 'townhall/base.html' %}{% block footer %}<footer>Ours</footer>{% endblock %}",
        )],
    );
    let html = help(&folder.pages());
    assert!(html.contains("<footer>Ours</footer>") && html.contains("<h1>Help</h1>"));
}

#[test]
fn a_template_that_cannot_be_read_is_left_out() {
    let folder = Folder::new("syntax", &[("templates/help.html", "{% if %}")]);
    assert!(help(&folder.pages()).contains("<h1>Help</h1>"));
}

#[test]
fn a_template_that_fails_while_rendering_gives_way_to_ours() {
    let folder = Folder::new("render", &[("templates/help.html", "<p>{{ view.no_such_thing }}</p>")]);
    assert!(help(&folder.pages()).contains("<h1>Help</h1>"));
}

#[test]
fn values_are_escaped_in_a_theme_too() {
    let folder = Folder::new("escape", &[("templates/help.html", "{{ '<b>' ~ page.title }}")]);
    assert_eq!(help(&folder.pages()), "&lt;b&gt;Help");
}

#[test]
fn files_and_colours_of_a_theme_are_served_and_nothing_beside_them() {
    let folder = Folder::new(
        "static",
        &[("static/logo.svg", "<svg/>"), ("static/theme.css", "h1{color:red}"), ("secret", "x")],
    );
    let pages = Pages::new(PagesSettings {
        theme_dir: Some(folder.0.clone()),
        primary_color: Some("#0b6b6b".into()),
        reload: true,
    });
    assert_eq!(pages.theme_file("logo.svg").unwrap().media_type, "image/svg+xml");
    assert_eq!(pages.theme_file("../secret"), None);
    let css = String::from_utf8(pages.theme_css().bytes.into_owned()).unwrap();
    assert!(css.contains("--th-primary:#0b6b6b") && css.ends_with("h1{color:red}"));
    assert!(help(&pages).contains("href=\"/theme.css?v="));
}
