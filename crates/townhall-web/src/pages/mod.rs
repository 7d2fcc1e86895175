//! Pages: what they show ([`views`]), how it becomes HTML, and the styles and scripts around it.
//!
//! ```ignore
//! let pages = Pages::new(PagesSettings::default());
//! let page = PageMeta::new("Data", "/data?q=bus", Section::Data);
//! let html = pages.render("search.html", &Context { site: &site, page: &page, view: &view })?;
//! ```
//!
//! Templates are MiniJinja with automatic escaping and strict about what is undefined. A theme folder replaces any of
//! them without recompiling; one that fails does not take the site down, ours stand in.

mod assets;
pub mod charts;
mod colour;
mod drawing;
mod engine;
mod error;
mod filters;
#[doc(hidden)]
pub mod fuzz;
pub mod limits;
pub mod links;
pub mod markdown;
mod theme;
pub mod views;
pub mod words;

use std::sync::{Arc, OnceLock, RwLock};

use serde::Serialize;
use townhall_app::charts::Fonts;

pub use assets::StaticFile;
pub use error::PageError;
pub use theme::PagesSettings;
use views::{PageMeta, SiteView};

use assets::Assets;
use engine::Engine;
use theme::Theme;

/// All that a template gets: the site, the page, and the page's own content.
#[derive(Debug, Serialize)]
pub struct Context<'a, V> {
    /// The site, the same on every page.
    pub site: &'a SiteView,
    /// What this page says of itself.
    pub page: &'a PageMeta,
    /// What it shows.
    pub view: &'a V,
}

/// Makes pages and hands out the files around them. Cheap to share behind an `Arc`; nothing in it blocks for long.
pub struct Pages {
    settings: PagesSettings,
    assets: Arc<Assets>,
    loaded: RwLock<Arc<Loaded>>,
    fonts: OnceLock<Fonts>,
}

struct Loaded {
    theme: Theme,
    engine: Engine,
}

impl Pages {
    /// Reads templates and theme. Trouble with the theme is logged and passed over.
    pub fn new(settings: PagesSettings) -> Self {
        let assets = Arc::new(Assets::embedded());
        let loaded = RwLock::new(Arc::new(Loaded::new(&settings, &assets)));
        Self { settings, assets, loaded, fonts: OnceLock::new() }
    }

    /// Renders a page from its template, such as `search.html`.
    ///
    /// # Errors
    /// When there is no such template, or it asks for something that the context doesn't have.
    pub fn render<V: Serialize>(
        &self,
        template: &str,
        context: &Context<'_, V>,
    ) -> Result<String, PageError> {
        self.loaded().engine.render(template, context)
    }

    /// The names of all page templates.
    pub fn templates() -> Vec<String> {
        Engine::names()
    }

    /// A file of `/assets/{name}` in the best form that the header `Accept-Encoding` allows.
    pub fn asset(&self, name: &str, accept_encoding: &str) -> Option<StaticFile> {
        self.assets.file(name, accept_encoding)
    }

    /// The address of a built file by its plain name, such as `favicon.svg`.
    pub fn asset_url(&self, name: &str) -> Option<String> {
        self.assets.url(name)
    }

    /// The fonts of pictures of charts.
    pub fn fonts(&self) -> &Fonts {
        self.fonts.get_or_init(|| Fonts::new(self.assets.fonts()))
    }

    /// The style sheet at `/theme.css`: the colours of the settings and the theme's own rules.
    pub fn theme_css(&self) -> StaticFile {
        self.loaded().theme.css()
    }

    /// A file of the theme folder's `static/` at `/theme/{path}`.
    pub fn theme_file(&self, path: &str) -> Option<StaticFile> {
        self.loaded().theme.file(path)
    }

    fn loaded(&self) -> Arc<Loaded> {
        if self.settings.reload {
            let fresh = Arc::new(Loaded::new(&self.settings, &self.assets));
            *self.loaded.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::clone(&fresh);
            return fresh;
        }
        Arc::clone(&self.loaded.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

impl Loaded {
    fn new(settings: &PagesSettings, assets: &Arc<Assets>) -> Self {
        let theme = Theme::read(settings);
        let engine = Engine::new(assets, &theme);
        Self { theme, engine }
    }
}

#[cfg(test)]
mod tests;
