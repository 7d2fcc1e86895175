//! Sites whose pages describe data in the words of schema.org, found by their sitemaps.
//!
//! See <https://www.sitemaps.org/protocol.html>.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use async_trait::async_trait;
use flate2::bufread::MultiGzDecoder;
use quick_xml::events::Event;
use townhall_fetch::Look;
use url::Url;

use super::documents::{Document, Wanted, take_documents};
use super::portal::{begins_html, root, with_query};
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{
    LOOK_SECONDS, PAGES_MAX, PARTS_MAX, SITEMAP_ADDRESSES_MAX, SITEMAP_BYTES_MAX, SITEMAP_DEPTH_MAX,
};
use crate::source::{Address, Found, Listing, Source, SourceInfo, SourceOption};

/// A site with sitemaps.
pub struct Sitemap;

const INFO: SourceInfo = SourceInfo {
    id: "sitemap",
    name: "Pages of a site",
    description: "The pages that a site's sitemaps list, where they describe datasets in schema.org JSON-LD.",
    example: "https://data.example.gov/sitemap.xml",
    options: &[SourceOption::plain(
        "pages",
        "Only pages whose address has this text in it, such as `/dataset/`; it spares the site many requests.",
    )],
};

#[async_trait]
impl Source for Sitemap {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let is_map = |head: &str| head.contains("<urlset") || head.contains("<sitemapindex");
        let is_named = url.path().contains("sitemap") && url.path().ends_with(".xml.gz");
        if is_map(head) || is_named {
            return Some(Address::Web(url.clone()));
        }
        // Most sites have a sitemap; one that speaks of data says so on its first page.
        if !begins_html(head) || !head.contains("schema.org") || !head.contains("ld+json") {
            return None;
        }
        let usual = usual(url);
        let time = std::time::Duration::from_secs(LOOK_SECONDS);
        let seen = asking.fetcher.look(&usual, Look::Whole { bytes: 4_096 }, time).await.ok()?;
        (seen.status == 200 && is_map(&String::from_utf8_lossy(&seen.body))).then_some(Address::Web(usual))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let url = asking.url(INFO.name)?;
        let first = if is_map_address(url) { vec![url.clone()] } else { maps_of(asking, url).await };
        let mut walk = Walk {
            asking,
            host: host(url),
            pattern: asking.option("pages"),
            seen: HashSet::new(),
            waiting: first.into_iter().map(|map| (map, 0)).collect(),
            pages: 0,
            listing: Listing::complete("schema.org"),
        };
        let mut is_first = true;
        while let Some((map, depth)) = walk.waiting.pop_front() {
            walk.map(map, depth, is_first).await?;
            is_first = false;
        }
        Ok(walk.listing)
    }
}

fn is_map_address(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.ends_with(".xml") || path.ends_with(".gz") || path.contains("sitemap")
}

fn usual(url: &Url) -> Url {
    with_query(&root(url), "sitemap.xml", &[])
}

/// The sitemaps that a site's robots.txt names, or the one where it usually is.
async fn maps_of(asking: &Asking<'_>, url: &Url) -> Vec<Url> {
    match asking.fetcher.robots(url).await {
        Ok(robots) if !robots.sitemaps.is_empty() => robots.sitemaps.clone(),
        _ => vec![usual(url)],
    }
}

/// The host of an address, with or without the `www` that sites use as they like.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    host.strip_prefix("www.").map(str::to_owned).unwrap_or(host)
}

struct Walk<'w, 'a> {
    asking: &'w Asking<'a>,
    host: String,
    pattern: Option<&'a str>,
    seen: HashSet<String>,
    waiting: VecDeque<(Url, usize)>,
    pages: usize,
    listing: Listing,
}

impl Walk<'_, '_> {
    async fn map(&mut self, url: Url, depth: usize, is_first: bool) -> Result<(), HarvestError> {
        if !self.seen.insert(url.to_string()) {
            return Ok(());
        }
        let map = match self.read(&url).await {
            Ok(map) => map,
            Err(error) if is_first || matches!(error, HarvestError::Stopped) => return Err(error),
            Err(error) => return self.misses(format!("a sitemap can't be had: {error}")).await,
        };
        if let Some(why) = map.missing {
            self.misses(format!("the sitemap `{url}` {why}")).await?;
        }
        for map in map.maps {
            if depth >= SITEMAP_DEPTH_MAX || self.waiting.len() >= PAGES_MAX {
                self.misses("its sitemaps lie too deep, or are too many".to_owned()).await?;
                break;
            }
            // Robots.txt may name maps anywhere; maps may not lead to the private corners of others.
            if host(&map) == self.host {
                self.waiting.push_back((map, depth + 1));
            }
        }
        let mut documents = Vec::new();
        for (page, changed) in map.pages {
            let is_wanted = self.pattern.is_none_or(|pattern| page.as_str().contains(pattern));
            if is_wanted && host(&page) == self.host && self.seen.insert(page.to_string()) {
                documents.push(Document { part: page.as_str().into(), url: page, stamp: changed });
            }
        }
        if self.pages + documents.len() > PARTS_MAX {
            documents.truncate(PARTS_MAX - self.pages);
            self.waiting.clear();
            self.misses(format!("it lists more than {PARTS_MAX} pages")).await?;
        }
        self.pages += documents.len();
        self.asking.tell(Found::Expecting(self.pages as u64)).await?;
        take_documents(self.asking, documents, Wanted::Page).await?;
        Ok(())
    }

    async fn read(&self, url: &Url) -> Result<Map, HarvestError> {
        let path = self.asking.folder.join("sitemap");
        self.asking.fetcher.get_to_file(url, &path, SITEMAP_BYTES_MAX).await?;
        let base = url.clone();
        let read = tokio::task::spawn_blocking(move || read_file(&base, &path));
        read.await.map_err(|_| HarvestError::Stopped)?
    }

    async fn misses(&mut self, why: String) -> Result<(), HarvestError> {
        if self.listing.missing.is_none() {
            self.asking.note(why.clone()).await?;
            self.listing.missing = Some(why);
        }
        Ok(())
    }
}

fn read_file(base: &Url, path: &Path) -> Result<Map, HarvestError> {
    let map = open(path).and_then(|input| read_map(base, input));
    map.map_err(|error| HarvestError::Unexpected {
        url: base.to_string(),
        wanted: "sitemap",
        why: error.to_string(),
    })
}

/// The text of a sitemap, packed or not, whatever its name says.
fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::new(File::open(path)?);
    let is_packed = input.fill_buf()?.starts_with(crate::sniff::GZIP);
    Ok(match is_packed {
        true => Box::new(BufReader::new(MultiGzDecoder::new(input).take(SITEMAP_BYTES_MAX))),
        false => Box::new(input),
    })
}

/// What a sitemap lists.
#[derive(Debug, Default, PartialEq, Eq)]
struct Map {
    maps: Vec<Url>,
    pages: Vec<(Url, Option<String>)>,
    /// Why something may be missing.
    missing: Option<String>,
}

/// Reads a sitemap, or an index of them.
fn read_map(base: &Url, input: impl BufRead) -> io::Result<Map> {
    let mut reader = quick_xml::Reader::from_reader(input);
    let mut map = Map::default();
    let mut buffer = Vec::new();
    let (mut is_map, mut is_ended, mut field) = (false, false, None);
    let (mut place, mut changed) = (String::new(), String::new());
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) if is_map => {
                map.missing = Some(format!("breaks off: {error}"));
                return Ok(map);
            }
            Err(error) => return Err(io::Error::other(error.to_string())),
        };
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "urlset" | "sitemapindex" => is_map = true,
                "url" | "sitemap" => {
                    place.clear();
                    changed.clear();
                }
                // Pictures and videos have places of their own, with a prefix.
                "loc" if start.name().prefix().is_none() => field = Some(Field::Place),
                "lastmod" => field = Some(Field::Changed),
                _ => field = None,
            },
            Event::Text(text) => add(field, &text, &mut place, &mut changed),
            Event::CData(text) => add(field, &text, &mut place, &mut changed),
            Event::GeneralRef(name) => {
                let character = match &*name {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                };
                add(field, character, &mut place, &mut changed);
            }
            Event::End(end) => {
                field = None;
                let name = end.local_name();
                if !matches!(name.as_ref(), "url" | "sitemap") {
                    is_ended |= matches!(name.as_ref(), "urlset" | "sitemapindex");
                    continue;
                }
                if map.maps.len() + map.pages.len() >= SITEMAP_ADDRESSES_MAX {
                    map.missing = Some(format!("lists more than {SITEMAP_ADDRESSES_MAX} addresses"));
                    return Ok(map);
                }
                let Ok(url) = base.join(place.trim()) else { continue };
                if place.trim().is_empty() || !matches!(url.scheme(), "http" | "https") {
                    continue;
                }
                match name.as_ref() {
                    "sitemap" => map.maps.push(url),
                    _ => map.pages.push((url, stamp(&changed))),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !is_map {
        return Err(io::Error::other("it is no sitemap"));
    }
    if !is_ended {
        map.missing.get_or_insert("breaks off before its end".to_owned());
    }
    Ok(map)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Place,
    Changed,
}

fn add(field: Option<Field>, text: &str, place: &mut String, changed: &mut String) {
    const TEXT_BYTES: usize = 4_096;
    let to = match field {
        Some(Field::Place) => place,
        Some(Field::Changed) => changed,
        None => return,
    };
    if to.len() + text.len() <= TEXT_BYTES {
        to.push_str(text);
    }
}

/// When a page changed, if the sitemap says it to the second or so. A day alone would hide a second change of the same day.
fn stamp(changed: &str) -> Option<String> {
    let changed = changed.trim();
    changed.contains(':').then(|| changed.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a site sends, reading it ends, and every address is one of the web.
        #[test]
        fn every_address_of_a_sitemap_is_one_of_the_web(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("<urlset>"), Just("</urlset>"), Just("<url>"), Just("</url>"), Just("<loc>"), Just("</loc>"),
                    Just("<sitemap>"), Just("</sitemap>"), Just("<lastmod>"), Just("file:///etc/passwd"), Just("javascript:"),
                    Just("/a"), Just("&amp;"), Just("&#0;"), Just("<![CDATA["), Just("]]>"), Just("<!--"), Just("<"),
                ],
                0..60,
            )
        ) {
            let base = Url::parse("https://example.gov/sitemap.xml").unwrap();
            if let Ok(map) = read_map(&base, pieces.concat().as_bytes()) {
                for url in map.maps.iter().chain(map.pages.iter().map(|(url, _)| url)) {
                    prop_assert!(matches!(url.scheme(), "http" | "https"));
                }
            }
        }
    }
}
