//! A resource of HAL: an address, links, properties and resources in it; as JSON and as XML.

use std::io;

use serde_json::{Map, Value, json};

use crate::handlers::xml::Xml;

/// A resource.
pub struct Resource {
    href: String,
    links: Vec<(String, Value)>,
    properties: Map<String, Value>,
    embedded: Vec<(&'static str, Resource)>,
}

impl Resource {
    /// One at an address.
    pub fn new(href: &str) -> Self {
        Self { href: href.to_owned(), links: Vec::new(), properties: Map::new(), embedded: Vec::new() }
    }

    /// A link to another.
    pub fn link(&mut self, rel: &str, href: &str) {
        self.links.push((rel.to_owned(), json!({"href": href})));
    }

    /// A link whose address has places to be filled in.
    pub fn template(&mut self, rel: &str, href: &str) {
        self.links.push((rel.to_owned(), json!({"href": href, "templated": true})));
    }

    /// A property.
    pub fn property(&mut self, name: &str, value: Value) {
        self.properties.insert(name.to_owned(), value);
    }

    /// Several properties.
    pub fn properties(&mut self, members: &Map<String, Value>) {
        for (name, value) in members {
            self.properties.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }

    /// A resource in it.
    pub fn embed(&mut self, rel: &'static str, resource: Self) {
        self.embedded.push((rel, resource));
    }

    /// Its links to others as a header (RFC 8288) in the order they were given, itself first.
    pub fn link_header(&self) -> String {
        let own = format!("<{}>; rel=self", self.href);
        let others = self
            .links
            .iter()
            .map(|(rel, link)| format!("<{}>; rel={rel}", link["href"].as_str().unwrap_or_default()));
        std::iter::once(own).chain(others).collect::<Vec<_>>().join(", ")
    }

    /// The resource as JSON.
    pub fn to_json(&self) -> Value {
        let mut links = Map::new();
        links.insert("self".to_owned(), json!({"href": self.href}));
        links.extend(self.links.iter().cloned());
        let mut document = Map::new();
        document.insert("_links".to_owned(), Value::Object(links));
        document.extend(self.properties.clone());
        if !self.embedded.is_empty() {
            let mut all: Map<String, Value> = Map::new();
            for (rel, resource) in &self.embedded {
                let list = all.entry((*rel).to_owned()).or_insert_with(|| json!([]));
                if let Value::Array(items) = list {
                    items.push(resource.to_json());
                }
            }
            document.insert("_embedded".to_owned(), Value::Object(all));
        }
        Value::Object(document)
    }

    /// The resource as XML.
    pub fn to_xml(&self) -> Vec<u8> {
        let written = || -> io::Result<Vec<u8>> {
            let mut xml = Xml::new()?;
            self.write(&mut xml, None)?;
            Ok(xml.finish())
        };
        // A vector takes all that it is given.
        written().unwrap_or_default()
    }

    fn write(&self, xml: &mut Xml, rel: Option<&str>) -> io::Result<()> {
        let mut attributes = vec![("href", self.href.as_str())];
        attributes.extend(rel.map(|rel| ("rel", rel)));
        xml.element("resource", &attributes, |xml| {
            for (rel, link) in &self.links {
                let mut attributes =
                    vec![("rel", rel.as_str()), ("href", link["href"].as_str().unwrap_or(""))];
                if link["templated"] == true {
                    attributes.push(("templated", "true"));
                }
                xml.empty("link", &attributes)?;
            }
            self.properties.iter().try_for_each(|(name, value)| property(xml, name, value))?;
            self.embedded.iter().try_for_each(|(rel, resource)| resource.write(xml, Some(rel)))
        })
    }
}

/// A property as an element: the members of an object and the items of a list stand in it, items under the name without its
/// `s`, or as `item`.
fn property(xml: &mut Xml, name: &str, value: &Value) -> io::Result<()> {
    let name = element(name);
    match value {
        Value::Null => Ok(()),
        Value::Object(members) => xml.element(&name, &[], |xml| {
            members.iter().try_for_each(|(name, value)| property(xml, name, value))
        }),
        Value::Array(items) => {
            let one = name.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or("item");
            xml.element(&name, &[], |xml| items.iter().try_for_each(|item| property(xml, one, item)))
        }
        Value::String(text) => xml.text(&name, text),
        other => xml.text(&name, &other.to_string()),
    }
}

fn element(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let name: String = name.chars().map(letter).collect();
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins { name } else { format!("_{name}") }
}
