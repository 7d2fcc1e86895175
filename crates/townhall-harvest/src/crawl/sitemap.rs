//! Sitemaps (sitemaps.org): lists of pages, lists of lists, packed or not, or plain lines.

use std::io::Read;

use flate2::read::GzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use crate::limits::{SITEMAP_ADDRESSES_MAX, SITEMAP_BYTES_MAX};

/// What a sitemap names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sitemap {
    /// Pages.
    pub(crate) pages: Vec<Url>,
    /// Other sitemaps.
    pub(crate) sitemaps: Vec<Url>,
}

/// Reads a sitemap as far as it can be read.
pub(crate) fn read_sitemap(bytes: &[u8]) -> Sitemap {
    let mut plain = Vec::new();
    let bytes = if bytes.starts_with(crate::sniff::GZIP) {
        // What comes until it breaks off, or until it is too much, will do.
        let _ = GzDecoder::new(bytes).take(SITEMAP_BYTES_MAX).read_to_end(&mut plain);
        &plain[..]
    } else {
        bytes
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        let pages = text
            .lines()
            .filter_map(|line| Url::parse(line.trim()).ok())
            .take(SITEMAP_ADDRESSES_MAX)
            .collect();
        return Sitemap { pages, sitemaps: Vec::new() };
    }
    let mut found = Sitemap::default();
    let mut reader = Reader::from_str(text);
    let (mut in_index, mut location) = (false, None::<String>);
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => match start.local_name().as_ref() {
                "sitemap" => in_index = true,
                "url" => in_index = false,
                "loc" => location = Some(String::new()),
                _ => {}
            },
            Ok(Event::Text(words)) => {
                if let Some(location) = &mut location {
                    location.push_str(&words);
                }
            }
            Ok(Event::CData(words)) => {
                if let Some(location) = &mut location {
                    location.push_str(&words);
                }
            }
            Ok(Event::GeneralRef(name)) => {
                if let Some(location) = &mut location {
                    location.push_str(&crate::page::unescaped(&format!("&{};", &*name)));
                }
            }
            Ok(Event::End(end)) if end.local_name().as_ref() == "loc" => {
                let Some(Ok(url)) = location.take().map(|text| Url::parse(text.trim())) else { continue };
                let list = if in_index { &mut found.sitemaps } else { &mut found.pages };
                list.push(url);
                if list.len() >= SITEMAP_ADDRESSES_MAX {
                    return found;
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn pages_and_lists_of_lists_are_read() {
        let xml = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>
            <url><loc> https://a.gov/x?a=1&amp;b=2 </loc><lastmod>2024-01-01</lastmod></url>
            <url><loc><![CDATA[https://a.gov/y]]></loc></url><url><loc>nonsense</loc></url></urlset>";
        let found = read_sitemap(xml.as_bytes());
        let pages: Vec<&str> = found.pages.iter().map(Url::as_str).collect();
        assert_eq!(pages, ["https://a.gov/x?a=1&b=2", "https://a.gov/y"]);
        let index = "<sitemapindex><sitemap><loc>https://a.gov/s.xml.gz</loc></sitemap></sitemapindex>";
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(index.as_bytes()).unwrap();
        assert_eq!(read_sitemap(&packed.finish().unwrap()).sitemaps.len(), 1);
        assert_eq!(read_sitemap(b"https://a.gov/1\nhttps://a.gov/2\n").pages.len(), 2);
    }

    #[test]
    fn broken_ones_are_read_as_far_as_they_go() {
        let found = read_sitemap(b"<urlset><url><loc>https://a.gov/x</loc></url><url><loc>https://a.g");
        assert_eq!(found.pages.len(), 1);
        let many = "<url><loc>https://a.gov/x</loc></url>".repeat(SITEMAP_ADDRESSES_MAX + 5);
        assert_eq!(
            read_sitemap(format!("<urlset>{many}</urlset>").as_bytes()).pages.len(),
            SITEMAP_ADDRESSES_MAX
        );
    }
}
