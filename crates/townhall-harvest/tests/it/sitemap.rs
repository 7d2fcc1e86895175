//! Sites with sitemaps and pages that describe data.

use std::io::Write;

use crate::support::{Answer, Known, Server, harvest_all};

fn page(title: &str) -> String {
    format!(
        "<html><head><script type=\"application/ld+json\">{{\"@context\": \"https://schema.org/\", \"@type\": \"Dataset\", \
         \"name\": \"{title}\", \"description\": \"d\"}}</script></head><body></body></html>"
    )
}

fn site(time: &'static str) -> Server {
    Server::new(move |request| {
        let origin = &request.origin;
        match request.path.as_str() {
            "/robots.txt" => {
                Answer::ok(format!("User-agent: *\nAllow: /\nSitemap: {origin}/maps/index.xml\n"))
            }
            "/maps/index.xml" => Answer::ok(format!(
                "<?xml version=\"1.0\"?><sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
                 <sitemap><loc>{origin}/maps/a.xml.gz</loc></sitemap><sitemap><loc>http://other.example/x.xml</loc></sitemap>\
                 <sitemap><loc>{origin}/maps/index.xml</loc></sitemap></sitemapindex>"
            )),
            "/maps/a.xml.gz" => {
                let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                write!(
                    gzip,
                    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:image=\"i\">\
                     <url><loc> {origin}/dataset/1?a=1&amp;b=2 </loc><lastmod>{time}</lastmod></url>\
                     <url><loc>{origin}/dataset/2</loc><image:image><image:loc>{origin}/p.png</image:loc></image:image></url>\
                     <url><loc>{origin}/about</loc><lastmod>{time}</lastmod></url>\
                     <url><loc>http://other.example/dataset/3</loc></url></urlset>"
                )
                .unwrap();
                Answer::ok(gzip.finish().unwrap())
            }
            "/dataset/1" => Answer::ok(page("One")),
            "/dataset/2" => Answer::ok(page("Two")).with("ETag", "\"2\""),
            "/about" => Answer::ok("<html>About us</html>"),
            _ => Answer::status(404),
        }
    })
}

#[tokio::test]
async fn pages_with_datasets_come_and_others_are_no_errors() {
    let server = site("2026-01-01T00:00:00Z");
    let first = harvest_all("sitemap", &server.at("/"), &[], &Known::default()).await;
    assert_eq!(first.titles, ["One", "Two"]);
    assert_eq!((first.failed.len(), first.missing(), first.known.0.len()), (0, "", 3));
    server.asked();
    let second = harvest_all("sitemap", &server.at("/"), &[], &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len()), (0, 3));
    // Robots, the index, the map, and the one page of which no time is told.
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn only_pages_that_are_wanted_are_asked_for() {
    let server = site("2026-01-01T00:00:00Z");
    let options = [("pages", "/dataset/1")];
    let harvest = harvest_all("sitemap", &server.at("/maps/index.xml"), &options, &Known::default()).await;
    assert_eq!((harvest.titles.as_slice(), server.asked().len()), (&["One".to_owned()][..], 3));
}

#[tokio::test]
async fn half_a_sitemap_is_partial_and_a_page_is_none() {
    let server = Server::new(|request| match request.path.as_str() {
        "/sitemap.xml" => {
            Answer::ok(format!("<urlset><url><loc>{}/a</loc></url><url><loc>htt", request.origin))
        }
        "/wrong.xml" => Answer::ok("<html><body>Not here</body></html>"),
        _ => Answer::ok(page("A")),
    });
    let half = harvest_all("sitemap", &server.at("/sitemap.xml"), &[], &Known::default()).await;
    assert_eq!(half.titles, ["A"]);
    assert!(half.missing().contains("breaks off"), "{}", half.missing());
    let wrong = harvest_all("sitemap", &server.at("/wrong.xml"), &[], &Known::default()).await;
    assert!(wrong.listing.unwrap_err().to_string().contains("no sitemap"));
}
