//! An element of XML with what is in it, and the short ways to what one looks for.
//!
//! Names are those without prefix: real records bind all kinds of prefixes, and now and then forget to.

use crate::portal::plain;

/// An element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name without prefix.
    pub name: Box<str>,
    /// Its attributes by their names without prefix.
    pub attributes: Vec<(Box<str>, Box<str>)>,
    /// The text directly in it.
    pub text: String,
    /// The elements directly in it.
    pub children: Vec<Element>,
}

/// Elements whose text is in another language, or says nothing of the property that it stands in.
const ASIDE: &[&str] = &["PT_FreeText"];

impl Element {
    /// All elements at the end of a path such as `citation/*/title`. A step is a name, names with `|` between them, or `*`.
    pub fn all(&self, path: &str) -> Vec<&Element> {
        let mut found = vec![self];
        for step in path.split('/') {
            let is_meant = |child: &&Element| step == "*" || step.split('|').any(|name| *child.name == *name);
            found = found.into_iter().flat_map(|parent| parent.children.iter().filter(is_meant)).collect();
        }
        found
    }

    /// The first element at the end of a path.
    pub fn first(&self, path: &str) -> Option<&Element> {
        self.all(path).into_iter().next()
    }

    /// All elements of this name below, at any depth, in the order of the text.
    pub fn below(&self, name: &str) -> Vec<&Element> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    fn collect<'e>(&'e self, name: &str, found: &mut Vec<&'e Element>) {
        for child in &self.children {
            if *child.name == *name {
                found.push(child);
            }
            child.collect(name, found);
        }
    }

    /// The value of an attribute that says something.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(own, _)| **own == *name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// What the element says: its own text, or that of the first element in it that says something.
    fn said(&self) -> Option<&str> {
        let own = self.text.trim();
        if !own.is_empty() {
            return Some(own);
        }
        let plain = self.children.iter().filter(|child| !ASIDE.contains(&&*child.name));
        let aside = self.children.iter().filter(|child| ASIDE.contains(&&*child.name));
        plain.chain(aside).find_map(Element::said)
    }

    /// What the element says, on one line.
    pub fn line(&self) -> Option<String> {
        let line = self.said()?.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(line).filter(|line| !line.is_empty())
    }

    /// What the element says, as plain text in its lines.
    pub fn prose(&self) -> Option<String> {
        let text = plain(self.said()?);
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(lines.join("\n").trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The term of a code list: the attribute of the code, else its text.
    pub fn code(&self) -> Option<String> {
        let coded = |element: &Element| element.attribute("codeListValue").map(str::to_owned);
        coded(self).or_else(|| self.children.iter().find_map(coded)).or_else(|| self.line())
    }

    /// The address that an anchor leads to.
    pub fn href(&self) -> Option<&str> {
        let own = self.attribute("href");
        own.or_else(|| self.children.iter().find_map(|child| child.attribute("href")))
    }
}

/// The first line at the end of a path.
pub fn line_at(element: &Element, path: &str) -> Option<String> {
    element.all(path).into_iter().find_map(Element::line)
}

/// The lines at the end of a path.
pub fn lines_at(element: &Element, path: &str) -> Vec<String> {
    element.all(path).into_iter().filter_map(Element::line).collect()
}

/// The terms of code lists at the end of a path.
pub fn codes_at(element: &Element, path: &str) -> Vec<String> {
    element.all(path).into_iter().filter_map(Element::code).collect()
}
