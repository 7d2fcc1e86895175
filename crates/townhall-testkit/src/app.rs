//! A portal in a temporary folder that answers requests in memory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use townhall_app::{App, AppSettings, Audience, CatalogueForm, ImportOptions, ImportReport, TablePolicy};
use townhall_web::handlers::{PROBLEMS_PATH, Site, SiteSettings, routes};
use townhall_web::pages::views::SiteView;
use townhall_web::pages::{Pages, PagesSettings};
use townhall_web::server::{self, Around};

use crate::answer::Answer;
use crate::world::World;

/// The address that the portal believes it has.
const BASE: &str = "https://data.example.gov";

/// The name in it.
const HOST: &str = "data.example.gov";

/// A portal in a temporary folder that answers requests in memory, with everything around it that the real one has.
pub struct TestApp {
    /// The use cases, for looking behind the routes.
    pub app: App,
    router: Router,
    folder: tempfile::TempDir,
}

impl TestApp {
    /// An empty portal for the public.
    pub async fn new() -> Self {
        Self::with_audience(Audience::Public).await
    }

    /// An empty portal for an audience.
    pub async fn with_audience(audience: Audience) -> Self {
        Self::with_settings(audience, |_| {}).await
    }

    /// An empty portal for an audience, with settings that differ from the usual ones.
    pub async fn with_settings(audience: Audience, change: impl FnOnce(&mut AppSettings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = AppSettings::new(folder.path().join("data"));
        std::fs::create_dir_all(&settings.data_dir).expect("a data directory");
        settings.catalogue.base_url = BASE.to_owned();
        settings.catalogue.contact_email = Some("data@example.gov".to_owned());
        change(&mut settings);
        let app = App::open(settings).await.expect("an app over an empty folder");
        let pages = Arc::new(Pages::new(PagesSettings::default()));
        let site = SiteSettings {
            view: SiteView::new("Test portal", BASE),
            description: None,
            contact_email: Some("data@example.gov".to_owned()),
            contact_phone: None,
            listing: CatalogueForm::DcatUs11,
            upload_bytes: 8 * 1024 * 1024,
            audience,
        };
        let around = Around {
            request_timeout: Duration::from_secs(30),
            body_bytes: 1024 * 1024,
            upload_bytes: 8 * 1024 * 1024,
            is_https: true,
            hosts: (audience == Audience::Staff).then(|| vec![HOST.to_owned()]),
            problems_url: format!("{BASE}{PROBLEMS_PATH}"),
            error_page: Arc::new(|problem, _, _| {
                Some(format!("<!doctype html><title>{}</title>{}", problem.status(), problem.detail()))
            }),
        };
        let router = server::wrap(routes(Site::new(app.clone(), pages, site)), around);
        Self { app, router, folder }
    }

    /// The router, to be served over real sockets.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Writes a file into the portal's folder and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// Imports a catalogue together with files beside it, which its distributions may name.
    pub async fn import(&self, catalogue: &Value, files: &[(&str, &str)]) -> ImportReport {
        for (name, content) in files {
            self.write(&format!("in/{name}"), content);
        }
        let path = self.write("in/data.json", catalogue.to_string());
        self.import_path(path, &ImportOptions { tables: TablePolicy::Local, ..ImportOptions::default() })
            .await
    }

    /// Imports a file or folder.
    pub async fn import_path(&self, path: PathBuf, options: &ImportOptions) -> ImportReport {
        let input = path.to_str().expect("a path of plain characters").to_owned();
        self.app.imports().run(&[input], options, &mut |_| {}).await.expect("the import runs to its end")
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// Asks for a path with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&'static str, &str)]) -> Answer {
        self.ask(Method::GET, path, headers, Bytes::new()).await
    }

    /// Sends a request and reads the answer whole.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let asked = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", HOST);
        }
        for (name, value) in headers {
            request = request.header(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).expect("a header's value"),
            );
        }
        let request = request.body(Body::from(body.into())).expect("a request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap_or_else(|error| panic!("{asked}: {error}")).to_bytes();
        Answer { asked, status: head.status, headers: head.headers, body }
    }

    /// What the portal holds.
    pub async fn world(&self) -> World {
        World::of(&self.app).await
    }
}
