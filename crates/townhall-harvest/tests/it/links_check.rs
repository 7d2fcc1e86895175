//! What one link is said to be.

use std::io::Write;
use std::time::Duration;

use jiff::Timestamp;
use townhall_harvest::links::{CheckSettings, Checked, Checker, Known, Link, Verdict};

use crate::fetcher;
use crate::site::{Asked, Reply, Site};

fn checker() -> Checker {
    let settings = CheckSettings { timeout: Duration::from_secs(5), ..CheckSettings::default() };
    Checker::new(fetcher(false), settings)
}

fn now() -> Timestamp {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn link(url: String, declared: &[&str]) -> Link {
    Link { url, declared: declared.iter().map(|text| (*text).to_owned()).collect(), known: None }
}

/// Checks `/data.csv` of a site that answers so.
async fn check(declared: &[&str], answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Checked {
    let site = Site::start(answer);
    checker().check(&link(site.url("/x/data.csv"), declared), now()).await
}

#[tokio::test]
async fn a_small_file_is_taken_and_told() {
    let checked = check(&["text/csv"], |_| Reply::csv("id,name\n1,Ada\n").with("ETag", "\"v1\"")).await;
    assert_eq!(checked.verdict, Verdict::Works, "{checked:?}");
    assert_eq!(
        (checked.status, checked.bytes, checked.format.as_deref()),
        (Some(200), Some(14), Some("CSV"))
    );
    assert_eq!(checked.etag.as_deref(), Some("\"v1\""));
    assert_eq!(checked.sha256.map(|hash| hash.len()), Some(64));
    assert!(checked.waited_ms.is_some() && !checked.reason.is_empty());
}

#[tokio::test]
async fn of_a_large_file_the_beginning_will_do() {
    let site = Site::start(|asked| {
        let body = "id,name\n".repeat(500_000);
        match asked.range.as_deref() {
            Some("bytes=0-65535") => Reply::new(206, "text/csv", &body[..65_536])
                .with("Content-Range", &format!("bytes 0-65535/{}", body.len())),
            _ => Reply::csv(&body),
        }
    });
    let checked = checker().check(&link(site.url("/big.csv"), &["CSV"]), now()).await;
    assert_eq!((checked.verdict, checked.bytes, checked.sha256), (Verdict::Works, Some(4_000_000), None));
    assert_eq!(site.log(), ["HEAD /big.csv", "GET /big.csv"]);
}

#[tokio::test]
async fn what_has_not_changed_is_not_taken_again() {
    let site = Site::start(|_| Reply::csv("a,b\n1,2\n").with("ETag", "\"v1\""));
    let first = checker().check(&link(site.url("/a.csv"), &["CSV"]), now()).await;
    let again = Link { known: Some(Known::of(&first)), ..link(site.url("/a.csv"), &["CSV"]) };
    let second = checker().check(&again, now()).await;
    assert_eq!(
        (second.verdict, &second.sha256, &second.format),
        (Verdict::Works, &first.sha256, &first.format)
    );
    assert_eq!(site.log(), ["HEAD /a.csv", "GET /a.csv", "HEAD /a.csv"]);
}

#[tokio::test]
async fn a_head_that_lies_or_is_refused_is_asked_again() {
    for status in [400, 403, 404, 405, 500, 501] {
        let checked = check(&["CSV"], move |asked| match asked.method.as_str() {
            "HEAD" => Reply::status(status),
            _ => Reply::csv("a,b\n1,2\n"),
        })
        .await;
        assert_eq!((checked.verdict, checked.status), (Verdict::Works, Some(200)), "{status}");
    }
    let checked = check(&["CSV"], |asked| match asked.method.as_str() {
        "HEAD" => Reply::csv("a,b\n1,2\n"),
        _ => Reply::status(404),
    })
    .await;
    assert_eq!(checked.verdict, Verdict::Missing);
}

#[tokio::test]
async fn a_server_that_refuses_ranges_is_asked_without() {
    for status in [400, 416, 500, 501] {
        let checked = check(&["CSV"], move |asked| match asked.range {
            Some(_) => Reply::status(status),
            None => Reply::csv(&"a,b\n1,2\n".repeat(200_000)),
        })
        .await;
        assert_eq!(checked.verdict, Verdict::Works, "{status}: {}", checked.reason);
    }
}

#[tokio::test]
async fn statuses_have_their_words() {
    for (status, verdict) in [
        (404, Verdict::Missing),
        (410, Verdict::Gone),
        (400, Verdict::Missing),
        (401, Verdict::NeedsLogin),
        (403, Verdict::NeedsLogin),
        (429, Verdict::ServerError),
        (500, Verdict::ServerError),
        (503, Verdict::ServerError),
    ] {
        let checked = check(&["CSV"], move |_| Reply::status(status)).await;
        assert_eq!((checked.verdict, checked.status), (verdict, Some(status)), "{}", checked.reason);
    }
    let checked = check(&[], |_| Reply::status(503).with("Retry-After", "120")).await;
    assert_eq!(checked.retry_after_s, Some(120));
    let checked = check(&[], |_| Reply::status(403).with("Server", "AkamaiGHost")).await;
    assert_eq!((checked.verdict, checked.blocked_by.as_deref()), (Verdict::Blocked, Some("Akamai")));
}

#[tokio::test]
async fn redirects_are_told_apart_and_loops_end() {
    let answer = |asked: &Asked| match asked.path.as_str() {
        "/moved.csv" => Reply::to(301, "/again.csv"),
        "/again.csv" => Reply::to(308, "/new.csv"),
        "/for-now.csv" => Reply::to(302, "/new.csv"),
        "/loop.csv" => Reply::to(301, "/loop.csv"),
        "/nowhere.csv" => Reply::status(301),
        "/inside.csv" => Reply::to(302, "http://10.0.0.1/x.csv"),
        _ => Reply::csv("a,b\n1,2\n"),
    };
    let site = Site::start(answer);
    let checker = checker();
    let check = async |path: &str| checker.check(&link(site.url(path), &["CSV"]), now()).await;
    let moved = check("/moved.csv").await;
    assert_eq!((moved.verdict, moved.leads_to), (Verdict::Moved, Some(site.url("/new.csv"))));
    assert_eq!((moved.first_status, moved.status, moved.hops.len()), (Some(301), Some(200), 2));
    assert_eq!(check("/for-now.csv").await.verdict, Verdict::Redirected);
    assert_eq!(check("/loop.csv").await.verdict, Verdict::ServerError);
    assert_eq!(check("/nowhere.csv").await.verdict, Verdict::ServerError);
    let inside = check("/inside.csv").await;
    assert_eq!(inside.verdict, Verdict::Refused, "{inside:?}");
}

#[tokio::test]
async fn what_is_no_public_address_is_not_asked() {
    let checker = checker();
    for (url, verdict) in [
        ("ftp://a.gov/x", Verdict::Refused),
        ("http://10.0.0.1/x", Verdict::Refused),
        ("http://user:secret@a.gov/x", Verdict::Refused),
        ("not an address", Verdict::Missing),
    ] {
        let checked = checker.check(&link(url.to_owned(), &[]), now()).await;
        assert_eq!(checked.verdict, verdict, "{}", checked.reason);
        assert!(!checked.reason.contains("secret"));
    }
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /x/\n"),
        _ => Reply::csv("a,b\n"),
    });
    let polite = Checker::new(fetcher(true), CheckSettings::default());
    let checked = polite.check(&link(site.url("/x/a.csv"), &[]), now()).await;
    assert_eq!(checked.verdict, Verdict::Refused, "{}", checked.reason);
    assert_eq!(polite.check(&link(site.url("/y/a.csv"), &[]), now()).await.verdict, Verdict::Works);
}

#[tokio::test]
async fn a_friendly_page_is_no_file() {
    // Its words say so.
    let checked = check(&["CSV"], |_| Reply::html("<title>Page not found</title>")).await;
    assert_eq!(checked.verdict, Verdict::SoftMissing);
    // It is what stands where nothing can be, whatever it says.
    let checked = check(&["CSV"], |_| Reply::html("<title>Welcome to the agency</title><h1>Hi</h1>")).await;
    assert_eq!(checked.verdict, Verdict::SoftMissing, "{}", checked.reason);
    // A file leads to the front page.
    let checked = check(&["CSV"], |asked| match asked.path.as_str() {
        "/" => Reply::html("<title>Welcome</title>"),
        _ => Reply::to(302, "/"),
    })
    .await;
    assert_eq!(checked.verdict, Verdict::SoftMissing, "{}", checked.reason);
}

#[tokio::test]
async fn a_page_in_the_place_of_data_is_the_wrong_type() {
    let answer = |asked: &Asked| match asked.path.as_str() {
        "/x/data.csv" => Reply::html("<title>Permits: choose a year</title>"),
        _ => Reply::status(404),
    };
    let checked = check(&["CSV"], answer).await;
    assert_eq!((checked.verdict, checked.is_broken()), (Verdict::WrongType, true), "{}", checked.reason);
    // It is what it is declared to be.
    assert_eq!(check(&["text/html"], answer).await.verdict, Verdict::Works);
    assert_eq!(check(&["API"], answer).await.verdict, Verdict::Works);
}

#[tokio::test]
async fn other_data_than_declared_is_told_and_not_broken() {
    let checked = check(&["application/json"], |_| Reply::new(200, "application/json", "%PDF-1.4 ...")).await;
    assert_eq!((checked.verdict, checked.format.as_deref()), (Verdict::WrongType, Some("PDF")));
    assert!(!checked.is_broken() && checked.reason.contains("JSON"), "{}", checked.reason);
    // One of several declarations is enough, and what says nothing declares nothing.
    assert_eq!(check(&["JSON", "PDF"], |_| Reply::new(200, "x/y", "%PDF-1.4")).await.verdict, Verdict::Works);
    assert_eq!(check(&["CSV"], |_| Reply::new(200, "x/y", "")).await.verdict, Verdict::WrongType);
}

#[tokio::test]
async fn the_host_is_asked_once_for_what_can_t_be_there() {
    let site = Site::start(|_| Reply::html("<title>Welcome to the agency</title>"));
    let checker = checker();
    for name in ["a", "b", "c"] {
        let checked = checker.check(&link(site.url(&format!("/{name}.csv")), &["CSV"]), now()).await;
        assert_eq!(checked.verdict, Verdict::SoftMissing);
    }
    assert_eq!(site.log().iter().filter(|asked| asked.contains("no-such-")).count(), 1);
}

#[tokio::test]
async fn a_door_is_no_file() {
    let checked = check(&["CSV"], |asked| match asked.path.as_str() {
        "/x/data.csv" => Reply::to(302, "/account/login?next=/x/data.csv"),
        _ => Reply::html("<title>Sign in</title><form><input type=password></form>"),
    })
    .await;
    assert_eq!(checked.verdict, Verdict::NeedsLogin, "{}", checked.reason);
    let checked = check(&["CSV"], |_| Reply::html("<form><input type='password'></form>")).await;
    assert_eq!(checked.verdict, Verdict::NeedsLogin);
    let checked = check(&[], |_| Reply::html("<meta http-equiv=refresh content='0;url=/sso/in'>")).await;
    assert_eq!(checked.verdict, Verdict::NeedsLogin);
    // A page with a login in its corner is a page.
    let page = "<title>Data</title><form><input type=password></form>";
    assert_eq!(check(&["text/html"], move |_| Reply::html(page)).await.verdict, Verdict::Works);
}

#[tokio::test]
async fn hostile_answers_take_little() {
    let checked = check(&["CSV"], |_| Reply::Endless).await;
    assert_eq!((checked.verdict, checked.sha256), (Verdict::Works, None), "{}", checked.reason);
    // Sixty-four megabytes of nothing in some kilobytes.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&vec![b' '; 64 * 1024 * 1024]).unwrap();
    let bomb = encoder.finish().unwrap();
    let packed = bomb.clone();
    let checked = check(&["GZIP"], move |_| Reply::new(200, "application/gzip", &packed)).await;
    assert_eq!((checked.verdict, checked.format.as_deref()), (Verdict::Works, Some("GZIP")));
    let checked =
        check(&[], move |_| Reply::new(200, "text/csv", &bomb).with("Content-Encoding", "gzip")).await;
    assert_eq!(checked.verdict, Verdict::Works, "{}", checked.reason);
    assert!(checked.bytes.is_none() && checked.sha256.is_none());
    // A server that says less than it has.
    let checked = check(&["CSV"], |_| Reply::csv(&"a,b\n".repeat(9_999)).with("Content-Length", "8")).await;
    assert!(matches!(checked.verdict, Verdict::Works), "{}", checked.reason);
}

#[tokio::test]
async fn silence_is_unreachable() {
    let site = Site::start(|_| Reply::Silence);
    let settings = CheckSettings { timeout: Duration::from_millis(700), ..CheckSettings::default() };
    let checker = Checker::new(fetcher(false), settings);
    let checked = checker.check(&link(site.url("/a.csv"), &[]), now()).await;
    assert_eq!(checked.verdict, Verdict::Unreachable);
    // Where only HEAD is met with silence, the file can be had.
    let site = Site::start(|asked| match asked.method.as_str() {
        "HEAD" => Reply::Silence,
        _ => Reply::csv("a,b\n"),
    });
    assert_eq!(checker.check(&link(site.url("/a.csv"), &[]), now()).await.verdict, Verdict::Works);
}
