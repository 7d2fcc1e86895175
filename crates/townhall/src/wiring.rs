//! From settings to the parts of a running portal.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use townhall::settings::Settings;
use townhall_app::{
    App, AppSettings, Audience, BlobSettings, CatalogueForm, CatalogueSettings, Class, ClassLimits, Classes,
    DatabaseSettings, Every, FetchSettings, LinkSettings, MailSecurity, MailSettings, MirrorSettings,
    S3Settings, ScorecardSettings, WorkerSettings, offices::Milestones, parse_ranges,
};
use townhall_model::ErrorKind;
use townhall_web::handlers::{Site, SiteSettings, routes};
use townhall_web::pages::views::{Banner, ErrorView, PageMeta, Section, SiteView};
use townhall_web::pages::{Context, Pages, PagesSettings};
use townhall_web::server::{self, Around, Check, Problem, ServerLimits};

use crate::commands::Failure;

/// What the app needs of the settings.
pub fn app_settings(settings: &Settings) -> Result<AppSettings, Failure> {
    let allow = parse_ranges(&settings.list("fetch.allow"))
        .map_err(|message| Failure::new(ErrorKind::Invalid, format!("`fetch.allow`: {message}")))?;
    if !allow.is_empty() {
        tracing::warn!("outbound requests may reach private networks: {allow:?}");
    }
    let mut fetch = FetchSettings { allow, ..FetchSettings::default() };
    if let Some(user_agent) = settings.given("fetch.user_agent") {
        fetch.user_agent = user_agent;
    }
    fetch.per_host = usize::try_from(settings.number("fetch.per_host")).unwrap_or(1).max(1);
    let blobs = match settings.given("blobs.bucket") {
        None => BlobSettings::Disk,
        Some(bucket) => BlobSettings::S3(S3Settings {
            bucket,
            endpoint: settings.given("blobs.endpoint"),
            region: settings.text("blobs.region").to_owned(),
            access_key_id: settings.given("blobs.access_key_id"),
            secret_access_key: settings.given("blobs.secret_access_key"),
            prefix: settings.text("blobs.prefix").to_owned(),
            allow_http: settings.is_on("blobs.allow_http"),
        }),
    };
    let name = settings.text("site.name").to_owned();
    let mut app = AppSettings::new(&settings.data_dir);
    app.store_url = settings.given("store.url");
    app.blobs = blobs;
    app.fetch = fetch;
    app.catalogue = CatalogueSettings {
        title: name.clone(),
        description: settings.given("site.tagline").unwrap_or_else(|| format!("The datasets of {name}.")),
        publisher: settings.given("site.publisher").unwrap_or(name),
        contact_email: settings.given("site.contact_email"),
        base_url: settings
            .given("site.base_url")
            .unwrap_or_else(|| format!("http://{}", settings.text("http.listen"))),
    };
    app.query_classes = query_classes(settings);
    app.prepared_bytes = settings.number("query.prepared_mb").saturating_mul(1024 * 1024);
    app.word_index_bytes = settings.number("query.index_mb").saturating_mul(1024 * 1024);
    app.word_index_rows.1 = settings.number("query.index_rows");
    app.query_memory_bytes = usize::try_from(settings.number("query.memory_mb")).unwrap_or(512) * 1024 * 1024;
    app.query_hot_bytes = settings.memory("query.hot_mb");
    app.csv_sources = settings.list("tools.csv_sources");
    app.ocr = ocr(settings);
    app.query_workers = Some(query_workers(settings)?);
    let seconds = |name| Duration::from_secs(settings.number(name));
    app.databases = DatabaseSettings {
        connections: u32::try_from(settings.number("databases.connections")).unwrap_or(4).max(1),
        patience: seconds("databases.patience_s"),
        timeout: seconds("databases.timeout_s"),
        long_timeout: seconds("databases.export_timeout_s"),
    };
    app.large_queries = crate::cluster::large_queries(settings)?;
    app.sources_file = settings.given("harvest.sources").map(|name| settings.data_dir.join(name));
    app.mail = mail(settings);
    app.scorecard = scorecard(settings)?;
    app.links = links(settings)?;
    Ok(app)
}

/// The server that takes our mail.
fn mail(settings: &Settings) -> MailSettings {
    let security = settings.text("mail.security");
    MailSettings {
        host: settings.given("mail.host"),
        port: u16::try_from(settings.number("mail.port")).ok().filter(|port| *port > 0),
        security: MailSecurity::ALL
            .into_iter()
            .find(|(name, _)| *name == security)
            .map(|(_, security)| security)
            .unwrap_or_default(),
        from: settings.text("mail.from").to_owned(),
        credentials: settings.given("mail.user").zip(settings.given("mail.password")),
    }
}

/// How the listings of offices are watched.
fn scorecard(settings: &Settings) -> Result<ScorecardSettings, Failure> {
    let every = match settings.text("scorecard.every") {
        "" | "never" | "off" => None,
        text => Some(Every::read(text).map_err(|error| {
            let failure = Failure::new(ErrorKind::Invalid, format!("`scorecard.every`: {error}"));
            failure.with_hint(error.hint().unwrap_or_default())
        })?),
    };
    let milestones = Milestones::read(&settings.list("scorecard.milestones"))
        .map_err(|message| Failure::new(ErrorKind::Invalid, format!("`scorecard.milestones`: {message}")))?;
    Ok(ScorecardSettings {
        every,
        milestones,
        at_once: usize::try_from(settings.number("scorecard.at_once")).unwrap_or(8).clamp(1, 64),
        pause: Duration::from_millis(settings.number("scorecard.pause_ms")),
    })
}

/// How links are checked.
fn links(settings: &Settings) -> Result<LinkSettings, Failure> {
    let every = match settings.text("links.every") {
        "" | "never" | "off" => None,
        text => Some(Every::read(text)?),
    };
    let mut links = LinkSettings { every, ..LinkSettings::default() };
    links.check.hash_bytes_max = settings.number("links.hash_bytes");
    links.check.timeout = Duration::from_secs(settings.number("links.timeout_s").max(1));
    links.delay = Duration::from_millis(settings.number("links.delay_ms"));
    links.obeys_robots = settings.is_on("links.robots");
    links.hosts = usize::try_from(settings.number("links.hosts")).unwrap_or(64).max(1);
    links.mirror = MirrorSettings {
        organizations: settings.list("links.mirror"),
        file_bytes: settings.number("links.mirror_file_mb").saturating_mul(1 << 20),
        total_bytes: settings.number("links.mirror_gb").saturating_mul(1 << 30),
    };
    let number = |name| u32::try_from(settings.number(name)).unwrap_or(u32::MAX);
    Ok(links.broken_after(number("links.tries"), number("links.days").min(3_650)))
}

/// What the questions of each class of askers may take.
fn query_classes(settings: &Settings) -> Classes {
    const MEGABYTE: u64 = 1024 * 1024;
    let mut classes = Classes::default();
    for class in Class::ALL {
        let number = |name: &str| settings.number(&format!("query.{}_{name}", class.name()));
        let count = |name: &str| usize::try_from(number(name)).unwrap_or(usize::MAX);
        let unless_none = |number: u64| (number > 0).then_some(number);
        let timeout = unless_none(number("timeout_s")).unwrap_or_else(|| settings.number("query.timeout_s"));
        let limits = ClassLimits {
            timeout: Duration::from_secs(timeout),
            rows: unless_none(number("rows")),
            bytes: unless_none(number("file_mb").saturating_mul(MEGABYTE)),
            memory_bytes: usize::try_from(number("memory_mb").saturating_mul(MEGABYTE)).unwrap_or(usize::MAX),
            concurrency: count("concurrency"),
            queue: count("queue"),
            work_bytes: unless_none(number("work_mb").saturating_mul(MEGABYTE)),
        };
        classes.set(class, limits);
    }
    classes
}

/// This program as the worker that SQL queries are given to.
fn query_workers(settings: &Settings) -> Result<WorkerSettings, Failure> {
    let count = |name| usize::try_from(settings.number(name)).unwrap_or(usize::MAX);
    let spill = std::path::absolute(settings.data_dir.join("tmp"))?;
    let arguments = [
        "query-worker".to_owned(),
        format!("--memory-mb={}", settings.number("query.sql_memory_mb")),
        format!("--spill={}", spill.display()),
        format!("--spill-mb={}", settings.number("query.sql_spill_mb")),
    ];
    Ok(WorkerSettings {
        program: std::env::current_exe()?,
        arguments: arguments.into(),
        count: count("query.sql_concurrency"),
        queue: count("query.anonymous_queue"),
        patience: Duration::from_secs(5),
        job_timeout: Duration::from_secs(settings.number("query.job_timeout_s").max(1)),
        timeout: Duration::from_secs(settings.number("query.sql_timeout_s")),
        threads: 2,
    })
}

/// The listener of the public site.
pub async fn bind(settings: &Settings) -> Result<TcpListener, Failure> {
    let address = settings.text("http.listen");
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(ErrorKind::Unavailable, format!("could not listen on {address}: {error}"))
            .with_hint("choose another address with --listen, such as 127.0.0.1:0 for a free port")
    })
}

/// The limits of connections and requests.
pub fn server_limits(settings: &Settings) -> ServerLimits {
    let seconds = |name| Duration::from_secs(settings.number(name));
    let count = |name| usize::try_from(settings.number(name)).unwrap_or(usize::MAX);
    ServerLimits {
        connections: count("http.connections"),
        connections_per_address: count("http.connections_per_address"),
        header_timeout: seconds("http.header_timeout_s"),
        request_timeout: seconds("http.request_timeout_s"),
        body_bytes: settings.number("http.body_bytes"),
        shutdown_grace: seconds("http.shutdown_grace_s"),
    }
}

/// The whole public site with everything around it.
pub fn site(settings: &Settings, app: &App, address: SocketAddr) -> Result<Router, Failure> {
    let base_url = settings.given("site.base_url").unwrap_or_else(|| format!("http://{address}"));
    let mut view = SiteView::new(settings.text("site.name"), &base_url);
    view.tagline = settings.given("site.tagline");
    view.description = settings.given("site.description");
    view.logo_url = settings.given("site.logo");
    view.locale = settings.text("site.language").to_owned();
    view.banner = Banner::read(settings.text("site.banner"));
    view.contact_email = settings.given("site.contact_email");
    view.contact_phone = settings.given("site.contact_phone");
    let pages = Arc::new(Pages::new(PagesSettings {
        theme_dir: Some(settings.data_dir.join("theme")),
        primary_color: settings.given("site.primary_color"),
        reload: settings.is_on("site.reload_theme"),
    }));
    // Whoever reaches a server that listens on this machine alone is its maker, unless it is there for others: an
    // address for people means that something in front passes them on.
    let audience = match settings.text("site.drafts") {
        "all" => Audience::Staff,
        "local" if address.ip().is_loopback() && settings.given("site.base_url").is_none() => Audience::Staff,
        _ => Audience::Public,
    };
    let site_settings = SiteSettings {
        description: view.description.clone(),
        contact_email: view.contact_email.clone(),
        contact_phone: view.contact_phone.clone(),
        listing: CatalogueForm::by_name(settings.text("catalog.listing")).unwrap_or(CatalogueForm::DcatUs11),
        upload_bytes: settings.number("http.upload_bytes"),
        audience,
        view: view.clone(),
    };
    let hosts = (audience == Audience::Staff).then(|| own_hosts(address, &base_url));
    let limits = server_limits(settings);
    let around = Around {
        hosts,
        request_timeout: limits.request_timeout,
        body_bytes: limits.body_bytes,
        upload_bytes: settings.number("http.upload_bytes"),
        is_https: base_url.starts_with("https://"),
        problems_url: format!("{base_url}{}", townhall_web::handlers::PROBLEMS_PATH),
        error_page: error_page(pages.clone(), view),
    };
    Ok(server::wrap(routes(Site::new(app.clone(), pages, site_settings)), around))
}

/// The names under which a preview answers: its address, this machine's names with its port, the configured address.
fn own_hosts(address: SocketAddr, base_url: &str) -> Vec<String> {
    let port = address.port();
    let mut hosts = vec![
        address.to_string(),
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
    ];
    if let Some((_, rest)) = base_url.split_once("://") {
        hosts.push(rest.split('/').next().unwrap_or_default().to_owned());
    }
    hosts
}

/// Draws error pages with the site's own templates.
fn error_page(pages: Arc<Pages>, site: SiteView) -> Arc<server::ErrorPage> {
    Arc::new(move |problem: &Problem, path: &str, request_id: &str| {
        let status = problem.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let mut page = PageMeta::new(title, path, Section::Other);
        page.noindex = true;
        page.request_id = Some(request_id.to_owned());
        let hint = problem.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
        let view = ErrorView {
            status: status.as_u16(),
            detail: Some(format!("{}{hint}", problem.detail())),
            retry_after_s: problem.retry_after_s(),
            ..ErrorView::new(status.as_u16())
        };
        pages.render("error.html", &Context { site: &site, page: &page, view: &view }).ok()
    })
}

/// Serves the admin routes until told to stop. A port in use is no reason not to serve the portal.
pub async fn serve_admin(settings: Settings, app: App, stop: impl Future<Output = ()>) {
    let wanted: SocketAddr = settings
        .text("http.admin_listen")
        .parse()
        .unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 9090)));
    let listener = match TcpListener::bind(wanted).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(SocketAddr::new(wanted.ip(), 0)).await,
    };
    let listener = match listener {
        Ok(listener) => listener,
        Err(error) => return tracing::error!("there is no admin listener: {error}"),
    };
    if let Ok(address) = listener.local_addr() {
        tracing::info!("admin listener on http://{address}");
    }
    let ready = app.clone();
    let checks = vec![Check {
        name: "store",
        ask: Box::new(move || {
            let app = ready.clone();
            Box::pin(async move { app.ping().await.map_err(|error| error.to_string()) })
        }),
    }];
    let router = server::admin_routes(server::install_metrics(), checks);
    if let Err(error) = server::serve(listener, router, ServerLimits::default(), stop).await {
        tracing::error!("the admin listener ended: {error}");
    }
}

/// Ends when the process is asked to stop: Ctrl+C, or a service manager's SIGTERM.
pub async fn stop_signal() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!("SIGTERM can't be heard: {error}");
            return drop(tokio::signal::ctrl_c().await);
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// What recognizes the text of scanned pages, where the settings name something.
pub fn ocr(settings: &Settings) -> Option<townhall_app::Tesseract> {
    let program = settings.text("tools.ocr").trim();
    (!program.is_empty()).then(|| townhall_app::Tesseract {
        program: program.into(),
        languages: settings.text("tools.ocr_languages").trim().to_owned(),
    })
}
