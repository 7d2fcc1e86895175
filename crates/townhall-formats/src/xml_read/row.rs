//! Walks through the rows of a file, one in memory at a time.

use super::XmlFile;
use super::tokens::{Tag, Token, Tokens};
use crate::FormatError;
use crate::limits::XML_ROW_BYTES_MAX;

/// An element with all that is in it.
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Node>,
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    keeps_space: bool,
}

/// Bytes of memory that an element takes besides its texts, about.
const NODE_BYTES: usize = 64;

/// Shows every row.
pub(super) fn each_row(
    file: &XmlFile<'_>,
    path: &[String],
    each: &mut dyn FnMut(&Node) -> Result<(), FormatError>,
) -> Result<(), FormatError> {
    let mut tokens = file.open()?;
    let (mut depth, mut on_the_way) = (0, 0);
    loop {
        match tokens.next()? {
            Token::Start(tag) => {
                let is_on_the_way = depth == on_the_way && path.get(depth) == Some(&tag.name);
                if is_on_the_way && depth + 1 == path.len() {
                    each(&node(tag, &mut tokens, file)?)?;
                    continue;
                }
                depth += 1;
                on_the_way += usize::from(is_on_the_way);
            }
            Token::End => {
                depth -= 1;
                on_the_way = on_the_way.min(depth);
            }
            Token::Text(_) => {}
            Token::Eof => return Ok(()),
        }
    }
}

/// Reads an element to its end.
fn node(tag: Tag, tokens: &mut Tokens, file: &XmlFile<'_>) -> Result<Node, FormatError> {
    let mut bytes = 0;
    let mut open = vec![begin(tag, tokens.line(), &mut bytes)];
    loop {
        match tokens.next()? {
            Token::Start(tag) => open.push(begin(tag, tokens.line(), &mut bytes)),
            Token::Text(text) => {
                bytes += text.len();
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&text);
                }
            }
            Token::End => {
                let Some(mut node) = open.pop() else { continue };
                // White space between elements is for the eye.
                let is_blank = node.text.trim_ascii().is_empty();
                if !node.keeps_space || (is_blank && !node.children.is_empty()) {
                    node.text = node.text.trim_ascii().to_owned();
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            }
            // The tokens end only after all elements have.
            Token::Eof => return Err(FormatError::Empty { name: file.name.to_owned() }),
        }
        if bytes > XML_ROW_BYTES_MAX {
            return Err(file.too_large("row", "bytes", tokens.line(), XML_ROW_BYTES_MAX as u64));
        }
    }
}

fn begin(tag: Tag, line: u64, bytes: &mut usize) -> Node {
    let attributes: usize =
        tag.attributes.iter().map(|(name, value)| name.len() + value.len() + NODE_BYTES).sum();
    *bytes += NODE_BYTES + tag.name.len() + attributes;
    let Tag { name, attributes, keeps_space } = tag;
    Node { name, attributes, text: String::new(), children: Vec::new(), line, keeps_space }
}
