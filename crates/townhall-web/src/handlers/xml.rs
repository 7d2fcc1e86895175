//! The little XML we write: Atom feeds (RFC 4287), sitemaps (sitemaps.org 0.9) and OpenSearch descriptions.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// A writer that starts with the XML declaration.
pub struct Xml {
    inner: Writer<Vec<u8>>,
}

impl Xml {
    /// An empty document in UTF-8.
    pub fn new() -> io::Result<Self> {
        let mut inner = Writer::new(Vec::new());
        inner.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        Ok(Self { inner })
    }

    /// An element with attributes and whatever `content` writes inside it.
    pub fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let clean: Vec<(&str, String)> =
            attributes.iter().map(|(key, value)| (*key, allowed(value))).collect();
        let start = quick_xml::events::BytesStart::new(name)
            .with_attributes(clean.iter().map(|(key, value)| (*key, value.as_str())));
        self.inner.write_event(Event::Start(start))?;
        content(self)?;
        self.inner.write_event(Event::End(quick_xml::events::BytesEnd::new(name)))
    }

    /// An element that holds text.
    pub fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.text_with(name, &[], text)
    }

    /// An element with attributes that holds text.
    pub fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        self.element(name, attributes, |xml| {
            xml.inner.write_event(Event::Text(BytesText::new(&allowed(text))))
        })
    }

    /// Text inside an element.
    pub fn chars(&mut self, text: &str) -> io::Result<()> {
        self.inner.write_event(Event::Text(BytesText::new(&allowed(text))))
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.element(name, attributes, |_| Ok(()))
    }

    /// The document.
    pub fn finish(self) -> Vec<u8> {
        self.inner.into_inner()
    }
}

/// Drops what XML 1.0 (section 2.2) can't hold even escaped: control characters and non-characters.
fn allowed(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}'))
        .collect()
}

/// One line of a feed.
pub struct Entry {
    /// A permanent address that names the entry.
    pub id: String,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Plain text.
    pub summary: String,
    /// When it last changed, RFC 3339.
    pub updated: String,
    /// When it was first there, RFC 3339.
    pub published: Option<String>,
    /// Who answers for it.
    pub author: String,
    /// Keywords.
    pub categories: Vec<String>,
}

/// An Atom feed.
pub struct Feed<'a> {
    /// The feed's title.
    pub title: &'a str,
    /// The address of the feed itself.
    pub self_url: &'a str,
    /// The page that the feed follows.
    pub page_url: &'a str,
    /// When anything in it last changed, RFC 3339.
    pub updated: &'a str,
    /// Its entries, newest first.
    pub entries: &'a [Entry],
}

impl Feed<'_> {
    /// The feed as Atom 1.0.
    pub fn to_atom(&self) -> io::Result<Vec<u8>> {
        let mut xml = Xml::new()?;
        xml.element("feed", &[("xmlns", "http://www.w3.org/2005/Atom")], |xml| {
            xml.text("id", self.self_url)?;
            xml.text("title", self.title)?;
            xml.text("updated", self.updated)?;
            xml.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", self.self_url)])?;
            xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", self.page_url)])?;
            self.entries.iter().try_for_each(|entry| entry.write(xml))
        })?;
        Ok(xml.finish())
    }
}

impl Entry {
    fn write(&self, xml: &mut Xml) -> io::Result<()> {
        xml.element("entry", &[], |xml| {
            xml.text("id", &self.id)?;
            xml.text("title", &self.title)?;
            xml.text("updated", &self.updated)?;
            if let Some(published) = &self.published {
                xml.text("published", published)?;
            }
            xml.element("author", &[], |xml| xml.text("name", &self.author))?;
            xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &self.url)])?;
            self.categories.iter().try_for_each(|term| xml.empty("category", &[("term", term)]))?;
            xml.text("summary", &self.summary)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_escapes_what_publishers_write() {
        let entry = Entry {
            id: "urn:x".into(),
            url: "https://data.example.gov/data/a?b=1&c=2".into(),
            title: "<script>\u{0}\u{1b}AT&T</script>".into(),
            summary: "]]> & more".into(),
            updated: "2025-01-01T00:00:00Z".into(),
            published: None,
            author: "A \"B\"".into(),
            categories: vec!["x\"y".into()],
        };
        let feed = Feed { title: "T", self_url: "s", page_url: "p", updated: "u", entries: &[entry] };
        let text = String::from_utf8(feed.to_atom().unwrap()).unwrap();
        assert!(text.contains("<title>&lt;script&gt;AT&amp;T&lt;/script&gt;</title>"), "{text}");
        assert!(text.contains("b=1&amp;c=2"), "{text}");
        assert!(text.contains("x&quot;y"), "{text}");
    }
}
