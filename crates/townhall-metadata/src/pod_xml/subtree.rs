//! Reads one element with everything in it, or says why it can't.

use std::io::{self, Read};

use townhall_model::{Finding, Position, Severity};

use super::names::{begins_record, record_kind};
use super::node::{Node, Notes, is_space};
use super::token::{Tag, Token, Tokens};
use crate::limits::{RECORD_DEPTH_MAX, XML_ELEMENTS_MAX};
use crate::reader::{broken, cut_off, too_deep, too_large};

/// What an element turned out to be.
#[derive(Debug, Default)]
pub struct Subtree {
    /// The element, unless it was refused or is a container.
    pub node: Option<Node>,
    /// Why it can't be read.
    pub refusal: Option<Finding>,
    /// Whether it holds records, of which `next` is the first.
    pub is_container: bool,
    /// A record that begins where this element should have ended.
    pub next: Option<Next>,
    /// The end tag of an element around this one, which was never closed itself.
    pub ended: Option<String>,
    /// Whether the file ends in it.
    pub is_cut_off: bool,
    /// What was noticed.
    pub notes: Notes,
}

/// A record that has begun.
#[derive(Debug)]
pub struct Next {
    /// Its tag.
    pub tag: Tag,
    /// Where it begins.
    pub start: Position,
    /// How many bytes on the tape stand before it.
    pub before: usize,
}

/// What is being read.
pub struct Element<'e> {
    /// Whether it is in the place of a record.
    pub is_record: bool,
    /// Where it begins.
    pub start: Position,
    /// Most bytes of it.
    pub bytes_max: usize,
    /// The names of the elements around it.
    pub around: &'e [String],
}

impl Element<'_> {
    /// Reads from behind its first tag up to its last.
    pub fn read<R: Read>(&self, tag: Tag, tokens: &mut Tokens<R>) -> io::Result<Subtree> {
        let mut read = Subtree::default();
        let mut open = vec![(tag.whole.clone(), new_node(tag))];
        let mut elements = 1_usize;
        // Levels below the deepest that is kept.
        let mut beyond = 0_u64;
        loop {
            let at = tokens.tape().position();
            let before = tokens.tape().kept().len();
            let token = tokens.next()?;
            if tokens.tape().is_too_long() {
                read.refuse(&mut open, too_large(self.start, self.bytes_max));
            }
            match token {
                Token::Start(tag) if self.interrupts(&tag, &open, &mut read, at) => {
                    read.next = Some(Next { tag, start: at, before });
                    return Ok(read);
                }
                Token::Start(tag) => {
                    elements += 1;
                    if elements > XML_ELEMENTS_MAX {
                        read.refuse(&mut open, too_many(self.start));
                    }
                    if open.len() > RECORD_DEPTH_MAX as usize {
                        read.refuse(&mut open, too_deep(self.start));
                        beyond += 1;
                    } else {
                        open.push((tag.whole.clone(), new_node(tag)));
                    }
                }
                Token::Empty(tag) => {
                    elements += 1;
                    if elements > XML_ELEMENTS_MAX {
                        read.refuse(&mut open, too_many(self.start));
                    } else if read.refusal.is_none()
                        && let Some((_, parent)) = open.last_mut()
                    {
                        parent.children.push(new_node(tag));
                    }
                }
                Token::End(_) if beyond > 0 => beyond -= 1,
                Token::End(name) => {
                    let Some(level) = open.iter().rposition(|(open, _)| *open == name) else {
                        read.refuse(&mut open, broken(self.start, at));
                        if self.around.contains(&name) {
                            read.ended = Some(name);
                            return Ok(read);
                        }
                        continue;
                    };
                    if level + 1 < open.len() {
                        read.refuse(&mut open, broken(self.start, at));
                        open.truncate(level + 1);
                    }
                    let Some((_, node)) = open.pop() else { return Ok(read) };
                    match open.last_mut() {
                        None => {
                            read.node = read.refusal.is_none().then_some(node);
                            return Ok(read);
                        }
                        Some((_, parent)) if read.refusal.is_none() => parent.children.push(node),
                        Some(_) => {}
                    }
                }
                Token::Text(text) => read.text(&mut open, &text),
                Token::Entity(name) => {
                    let message =
                        format!("`&{name};` is no entity that XML knows by itself and was not replaced");
                    read.notes.warn("READ-XML-ENTITY", "", message, &name);
                    read.text(&mut open, &format!("&{name};"));
                }
                Token::Broken(complaint) => {
                    let mut reason = broken(self.start, at);
                    reason.message = format!("{}: {complaint}", reason.message);
                    read.refuse(&mut open, reason);
                }
                Token::DocType | Token::Other => {}
                Token::Eof => {
                    // The last piece of a file that breaks off is often broken as well.
                    read.refusal = Some(cut_off(at));
                    read.is_cut_off = true;
                    return Ok(read);
                }
            }
        }
    }

    /// Whether a record begins here, so that this element is a container or was never closed.
    fn interrupts(&self, tag: &Tag, open: &[(String, Node)], read: &mut Subtree, at: Position) -> bool {
        let [(_, root), inner @ ..] = open else { return false };
        let is_first =
            inner.is_empty() && root.children.is_empty() && root.text.trim_matches(is_space).is_empty();
        let is_record = begins_record(&tag.local);
        if inner.is_empty()
            && if self.is_record { is_first && record_kind(&tag.local).is_some() } else { is_record }
        {
            read.is_container = true;
            return true;
        }
        if self.is_record && is_record {
            read.refusal.get_or_insert_with(|| broken(self.start, at));
            return true;
        }
        false
    }
}

impl Subtree {
    /// Refuses the element, unless it was refused already, and lets go of what was read of it.
    fn refuse(&mut self, open: &mut [(String, Node)], reason: Finding) {
        if self.refusal.is_none() {
            self.refusal = Some(reason);
            for (_, node) in open {
                node.children = Vec::new();
                node.text = String::new();
            }
        }
    }

    fn text(&mut self, open: &mut [(String, Node)], text: &str) {
        if self.refusal.is_none()
            && let Some((_, node)) = open.last_mut()
        {
            node.text.push_str(text);
        }
    }
}

fn new_node(tag: Tag) -> Node {
    let (is_json, keeps_space) = (tag.is_json, tag.keeps_space);
    Node { is_json, keeps_space, ..Node::new(tag.into_name()) }
}

fn too_many(start: Position) -> Finding {
    let message = format!("the record has more than {XML_ELEMENTS_MAX} elements");
    Finding::new("READ-TOO-LARGE", Severity::Error, message).with_position(start)
}
