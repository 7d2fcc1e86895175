//! What stands around every page: the site's name and links, and what the page says of itself.

use jiff::Timestamp;
use serde::Serialize;

use super::Link;

/// The site as its owner configured it; the same on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SiteView {
    /// Its name, such as `Riverton Open Data`.
    pub name: String,
    /// One line under the name.
    pub tagline: Option<String>,
    /// What the site is, in markdown, for the home and about pages.
    pub description: Option<String>,
    /// The address of a logo: one of ours, such as `/theme/logo.svg`.
    pub logo_url: Option<String>,
    /// The address of the site without a final slash, such as `https://data.example.gov`.
    pub base_url: String,
    /// The language of the pages, as BCP 47 has it.
    pub locale: String,
    /// The strip above everything.
    pub banner: Option<Banner>,
    /// The main menu.
    pub nav: Vec<NavItem>,
    /// The columns of links at the foot.
    pub footer: Vec<FooterColumn>,
    /// Which body stands behind the site, with the links that the law asks for.
    pub identifier: Option<Identifier>,
    /// Where to write about the site.
    pub contact_email: Option<String>,
    /// Where to telephone about the site.
    pub contact_phone: Option<String>,
    /// The release of Townhall.
    pub version: String,
}

impl SiteView {
    /// A site with the usual menu and footer.
    pub fn new(name: impl Into<String>, base_url: impl Into<String>) -> Self {
        let base_url: String = base_url.into();
        Self {
            name: name.into(),
            tagline: None,
            description: None,
            logo_url: None,
            base_url: base_url.trim_end_matches('/').to_owned(),
            locale: "en".into(),
            banner: None,
            nav: NavItem::usual(),
            footer: FooterColumn::usual(),
            identifier: None,
            contact_email: None,
            contact_phone: None,
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }
}

/// The strip above everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Banner {
    /// An official website of the United States government, with how to know it.
    Government,
    /// A portal that only shows what Townhall can do.
    Demonstration,
    /// The owner's own words.
    Custom {
        /// One sentence.
        text: String,
    },
}

impl Banner {
    /// Reads the setting: `government`, `demonstration`, empty or `off` for none, else the words themselves.
    pub fn read(setting: &str) -> Option<Self> {
        match setting.trim() {
            "" | "off" | "none" | "false" => None,
            "government" | "on" | "true" => Some(Self::Government),
            "demonstration" => Some(Self::Demonstration),
            text => Some(Self::Custom { text: text.into() }),
        }
    }
}

/// Which part of the site a page is in; the menu marks it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// The home page.
    Home,
    /// Search and datasets.
    Data,
    /// Organizations.
    Organizations,
    /// Topics.
    Topics,
    /// Tools.
    Tools,
    /// For developers.
    Developers,
    /// About, help, contact.
    About,
    /// None of them.
    #[default]
    Other,
}

/// An entry of the main menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NavItem {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// The part of the site it stands for.
    pub section: Section,
}

impl NavItem {
    /// The menu of a portal that nobody has changed.
    pub fn usual() -> Vec<Self> {
        [
            ("Data", "/data", Section::Data),
            ("Organizations", "/orgs", Section::Organizations),
            ("Topics", "/topics", Section::Topics),
            ("Tools", "/tools", Section::Tools),
            ("Developers", "/developers", Section::Developers),
            ("About", "/about", Section::About),
        ]
        .map(|(label, url, section)| Self { label: label.into(), url: url.into(), section })
        .into()
    }
}

/// A column of links at the foot of every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FooterColumn {
    /// Its heading.
    pub heading: String,
    /// Its links.
    pub links: Vec<Link>,
}

impl FooterColumn {
    /// The foot of a portal that nobody has changed.
    pub fn usual() -> Vec<Self> {
        let column = |heading: &str, links: &[(&str, &str)]| Self {
            heading: heading.into(),
            links: links.iter().map(|(label, url)| Link::new(*label, *url)).collect(),
        };
        vec![
            column(
                "Find data",
                &[
                    ("All data", "/data"),
                    ("Organizations", "/orgs"),
                    ("Topics", "/topics"),
                    ("Scorecard", "/scorecard"),
                    ("Harvest sources", "/sources"),
                ],
            ),
            column(
                "Build",
                &[("Developers", "/developers"), ("Formats and feeds", "/feeds"), ("Tools", "/tools")],
            ),
            column(
                "About",
                &[
                    ("About", "/about"),
                    ("Help", "/help"),
                    ("Accessibility", "/accessibility"),
                    ("Contact", "/contact"),
                ],
            ),
        ]
    }
}

/// Which body stands behind the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identifier {
    /// The domain, such as `data.example.gov`.
    pub domain: String,
    /// The body itself.
    pub agency: Link,
    /// The body above it.
    pub parent: Option<Link>,
    /// Links that the law asks for, such as accessibility, freedom of information, privacy.
    pub links: Vec<Link>,
}

/// The page in another form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternate {
    /// Its media type.
    pub media_type: String,
    /// Its address.
    pub url: String,
    /// What it is.
    pub title: String,
}

/// What the page says of itself to services that show a preview of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenGraph {
    /// `website` or `article`.
    pub kind: String,
    /// When the content last changed.
    pub modified: Option<String>,
}

/// What a page says of itself; one for each answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageMeta {
    /// The title without the site's name.
    pub title: String,
    /// One or two sentences, plain text.
    pub description: Option<String>,
    /// The path and query of the preferred address of this page; the base address is put before it.
    pub canonical: String,
    /// The path and query as they were asked for.
    pub path: String,
    /// Which entry of the menu is marked.
    pub section: Section,
    /// The way here, from the top, without the page itself.
    pub breadcrumbs: Vec<Link>,
    /// The page in other forms, such as a feed.
    pub alternates: Vec<Alternate>,
    /// For previews.
    pub open_graph: Option<OpenGraph>,
    /// Search engines are asked to pass by.
    pub noindex: bool,
    /// The instant for `3 days ago`.
    pub now: Timestamp,
    /// The id of this request, shown on error pages.
    pub request_id: Option<String>,
}

impl PageMeta {
    /// A page with a title at a path, now.
    pub fn new(title: impl Into<String>, path: impl Into<String>, section: Section) -> Self {
        let path: String = path.into();
        Self {
            title: title.into(),
            description: None,
            canonical: path.clone(),
            path,
            section,
            breadcrumbs: Vec::new(),
            alternates: Vec::new(),
            open_graph: None,
            noindex: false,
            now: Timestamp::now(),
            request_id: None,
        }
    }
}
