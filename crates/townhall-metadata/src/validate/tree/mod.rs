//! A parsed JSON text that borrows from it: every value knows the byte at which it begins.
//!
//! The values stand in one list, each before its children, and the list is used again for the next record. So a
//! record costs no allocation apart from texts with escapes, and a finding has its place for nothing.

mod parser;

use crate::canonical::value_hash;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Kind {
    /// The word for people, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// Whether the text stands among the unescaped ones.
    is_unescaped: bool,
    /// The first byte of the value in the source.
    at: u32,
    /// The content of a text, where it stands; the bytes of any other value in the source.
    from: u32,
    to: u32,
    /// The index of the node behind this one and its children.
    next: u32,
}

/// The values of one JSON text.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    unescaped: String,
    doubled: Vec<(String, usize)>,
}

impl Tree {
    /// The outermost value of the source that was parsed.
    pub fn root<'t>(&'t self, source: &'t str) -> Value<'t> {
        Value { tree: self, source, index: 0 }
    }

    /// The keys that stand twice in one object, with the byte at which the second one stands.
    pub fn doubled(&self) -> &[(String, usize)] {
        &self.doubled
    }
}

/// A value in a tree.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tree: &'t Tree,
    source: &'t str,
    index: u32,
}

impl<'t> Value<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.index as usize]
    }

    fn with(self, index: u32) -> Self {
        Self { index, ..self }
    }

    /// Its number in the tree; that of the outermost value is 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// Another value of the same tree.
    pub fn sibling(self, index: u32) -> Self {
        self.with(index)
    }

    /// The same for two values that are equal in JSON: key order, escapes and spaces don't count.
    pub fn identity(self) -> Identity<'t> {
        match self.kind() {
            Kind::Text => Identity::Text(self.text().unwrap_or_default()),
            Kind::List | Kind::Object => Identity::Other(value_hash(
                &serde_json::from_str(self.shown()).unwrap_or(serde_json::Value::Null),
            )),
            Kind::Number => match self.number() {
                Some(number) => Identity::Number(number.to_bits()),
                None => Identity::Text(self.shown()),
            },
            Kind::Null | Kind::Truth => Identity::Word(self.shown()),
        }
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// The byte of the source at which it begins.
    pub fn at(self) -> usize {
        self.node().at as usize
    }

    /// The characters of a text.
    pub fn text(self) -> Option<&'t str> {
        let node = self.node();
        let whole = if node.is_unescaped { self.tree.unescaped.as_str() } else { self.source };
        (node.kind == Kind::Text).then(|| &whole[node.from as usize..node.to as usize])
    }

    /// How it stands in the source; of a text, its characters.
    pub fn shown(self) -> &'t str {
        let node = self.node();
        self.text().unwrap_or_else(|| &self.source[node.from as usize..node.to as usize])
    }

    /// A number as a float.
    pub fn number(self) -> Option<f64> {
        (self.kind() == Kind::Number).then(|| self.shown().parse().ok()).flatten()
    }

    /// The values of a list; nothing for any other value.
    pub fn items(self) -> impl Iterator<Item = Value<'t>> {
        let node = self.node();
        let end = if node.kind == Kind::List { node.next } else { 0 };
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            let item = self.with(index);
            (index < end).then(|| {
                index = item.node().next;
                item
            })
        })
    }

    /// The bytes of a text.
    fn bytes(self) -> &'t [u8] {
        let node = self.node();
        let whole = if node.is_unescaped { self.tree.unescaped.as_bytes() } else { self.source.as_bytes() };
        &whole[node.from as usize..node.to as usize]
    }

    /// The members of an object in their order, those that stand twice too; nothing for any other value.
    pub fn members(self) -> impl Iterator<Item = (Key<'t>, Value<'t>)> {
        let node = self.node();
        let end = if node.kind == Kind::Object { node.next } else { 0 };
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            (index < end).then(|| {
                let (key, value) = (self.with(index), self.with(index + 1));
                index = value.node().next;
                (Key(key), value)
            })
        })
    }

    /// The member of an object with this key, the last one where it stands twice.
    pub fn get(self, key: &str) -> Option<Value<'t>> {
        self.members().filter(|(name, _)| name.bytes() == key.as_bytes()).last().map(|(_, value)| value)
    }
}

/// The key of a member. Most are only compared, for which their bytes do.
#[derive(Clone, Copy)]
pub struct Key<'t>(Value<'t>);

impl<'t> Key<'t> {
    /// Its bytes.
    pub fn bytes(self) -> &'t [u8] {
        self.0.bytes()
    }

    /// Its characters.
    pub fn text(self) -> &'t str {
        self.0.text().unwrap_or_default()
    }
}

/// What tells values apart.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Identity<'t> {
    /// A text.
    Text(&'t str),
    /// A number, as the bits of a float.
    Number(u64),
    /// Null, true or false.
    Word(&'t str),
    /// The hash of a list or an object.
    Other([u8; 32]),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parses(text: &str) -> bool {
        Tree::default().parse(text)
    }

    #[test]
    fn it_takes_what_serde_json_takes_and_nothing_else() {
        for text in [
            "null",
            "[]",
            "{}",
            " [1, -0.5e+3, \"\\u00e9\\ud83d\\ude00\\n\"] ",
            "{\"a\":{\"b\":[true,false]}}",
            "",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "01",
            "1.",
            "+1",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"a\nb\"",
            "\"abcdefghi\tj\"",
            "nul",
            "[1 2]",
            "{\"a\":1,}",
            "[",
            "\"",
            "\"\\",
            "\"\\u12",
            "1 2",
            "-",
            "\u{feff}1",
        ] {
            assert_eq!(parses(text), serde_json::from_str::<serde_json::Value>(text).is_ok(), "{text:?}");
        }
        assert!(!parses(&"[".repeat(100_000)));
    }

    #[test]
    fn values_know_their_text_and_place() {
        let source = r#"{"a": ["x\ty", {"b": 2.5}], "a": "again", "longer key": null}"#;
        let mut tree = Tree::default();
        assert!(tree.parse(source));
        let root = tree.root(source);
        let keys = root.members().map(|(key, _)| key.text()).collect::<Vec<_>>();
        assert_eq!(keys, ["a", "a", "longer key"]);
        assert_eq!(root.get("a").and_then(Value::text), Some("again"));
        let list = root.members().next().unwrap().1;
        assert_eq!(list.items().next().and_then(Value::text), Some("x\ty"));
        let number = list.items().nth(1).unwrap().get("b").unwrap();
        assert_eq!((number.number(), &source[number.at()..=number.at()]), (Some(2.5), "2"));
        assert_eq!(tree.doubled(), [("a".to_owned(), 28)]);
    }
}
