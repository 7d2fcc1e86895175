//! The language in which the house writes down what a document must look like: shapes with fields, and slots that say
//! which values fit.
//!
//! A slot takes at most one sort of text, one sort of list and one class of object. The published schemas need no
//! more, and so a value that does not fit is compared with the one thing it was meant to be, and what is wrong with
//! it can be said where it is wrong.

use super::form::Form;

/// All shapes of one profile.
#[derive(Debug, Default)]
pub struct Schema {
    shapes: Vec<Shape>,
}

/// Which shape of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(u16);

/// What sort of thing an object is, for the rules on meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A dataset of Project Open Data 1.0.
    Dataset10,
    /// A catalogue of 1.1.
    Catalog11,
    /// A dataset of 1.1.
    Dataset11,
    /// A distribution of 1.0 or 1.1.
    Distribution11,
    /// A publisher of 1.1.
    Organization11,
    /// A contact of 1.1.
    Contact11,
    /// A class of DCAT-US 3.0, by its place in the list of classes.
    DcatUs30(super::dcat_us_3_0::Class30),
    /// Something without rules of its own.
    Other,
}

/// An object: its fields, and which of them must be there.
#[derive(Debug)]
pub struct Shape {
    /// The name for people: `Distribution`.
    pub name: &'static str,
    /// What the rules on meaning take it for.
    pub class: Class,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The keys of which at least one must be there, or none.
    pub one_of: &'static [&'static str],
    /// Fields that need another.
    pub needs: Vec<Need>,
    /// Open addressing by a hash of the key: the number of a field plus one, or 0.
    index: Box<[u8; INDEX_SIZE]>,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// What fits.
    pub slot: Slot,
    /// Whether it must be there.
    pub is_required: bool,
}

/// A field that needs another beside it.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    /// The field that asks.
    pub when: &'static str,
    /// The field that must be there.
    pub then: &'static str,
    /// Whether null is not enough.
    pub not_null: bool,
}

/// Which values fit.
#[derive(Debug, Default)]
pub struct Slot {
    /// Null does.
    pub null: bool,
    /// A redacted text does.
    pub redacted: bool,
    /// True and false do.
    pub truth: bool,
    /// A number does.
    pub number: bool,
    /// A text does, if it is like this.
    pub text: Option<Text>,
    /// A list does, if it is like this.
    pub list: Option<Box<List>>,
    /// An object does, if it is like this.
    pub object: Option<ShapeId>,
}

/// A text that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// Any text of these lengths in characters.
    Of {
        /// At least so many.
        min: usize,
        /// At most so many.
        max: usize,
    },
    /// A text of this form.
    Like(Form),
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A list that fits.
#[derive(Debug)]
pub struct List {
    /// What each item must be.
    pub item: Slot,
    /// At least so many items.
    pub min: usize,
    /// At most so many items.
    pub max: usize,
    /// Whether no item may stand twice.
    pub unique: bool,
}

const INDEX_SIZE: usize = 256;

/// Most fields of a shape; the largest, a dataset of 3.0, has 58.
pub const FIELDS_MAX: usize = 72;

impl Schema {
    /// Makes room for a shape that others may name before it is known.
    pub fn reserve(&mut self) -> ShapeId {
        self.add(Shape::new("", Class::Other, Vec::new()))
    }

    /// Adds a shape.
    pub fn add(&mut self, shape: Shape) -> ShapeId {
        self.shapes.push(shape);
        ShapeId(self.shapes.len() as u16 - 1)
    }

    /// Fills a reserved place.
    pub fn set(&mut self, id: ShapeId, shape: Shape) {
        self.shapes[id.0 as usize] = shape;
    }

    /// The name of a field that any of the shapes has.
    pub fn field_name(&self, key: &str) -> Option<&'static str> {
        self.shapes.iter().find_map(|shape| Some(shape.fields[shape.position(key.as_bytes())?].name))
    }

    /// The shape with this id.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }
}

impl Shape {
    /// A shape with these fields.
    pub fn new(name: &'static str, class: Class, fields: Vec<Field>) -> Self {
        assert!(fields.len() < FIELDS_MAX, "a shape has too many fields");
        let mut index = Box::new([0; INDEX_SIZE]);
        for (number, field) in fields.iter().enumerate() {
            let mut at = hash(field.name.as_bytes());
            while index[at] != 0 {
                at = (at + 1) % INDEX_SIZE;
            }
            index[at] = number as u8 + 1;
        }
        Self { name, class, fields, one_of: &[], needs: Vec::new(), index }
    }

    /// Asks for another field where one is there.
    #[must_use]
    pub fn needs(mut self, when: &'static str, then: &'static str, not_null: bool) -> Self {
        self.needs.push(Need { when, then, not_null });
        self
    }

    /// Asks for at least one of these fields.
    #[must_use]
    pub fn one_of(mut self, keys: &'static [&'static str]) -> Self {
        self.one_of = keys;
        self
    }

    /// The number of the field with this key.
    pub fn position(&self, key: &[u8]) -> Option<usize> {
        let mut at = hash(key);
        loop {
            let number = usize::from(self.index[at]).checked_sub(1)?;
            if self.fields[number].name.as_bytes() == key {
                return Some(number);
            }
            at = (at + 1) % INDEX_SIZE;
        }
    }
}

fn hash(key: &[u8]) -> usize {
    let first = key.first().copied().unwrap_or_default();
    let last = key.last().copied().unwrap_or_default();
    let middle = key.get(key.len() / 2).copied().unwrap_or_default();
    let sum = key.len() * 37 + usize::from(first) * 7 + usize::from(last) * 31 + usize::from(middle) * 3;
    sum % INDEX_SIZE
}

/// A field that must be there.
pub fn required(name: &'static str, slot: Slot) -> Field {
    Field { name, slot, is_required: true }
}

/// A field that may be missing.
pub fn optional(name: &'static str, slot: Slot) -> Field {
    Field { name, slot, is_required: false }
}

/// Any text.
pub fn text() -> Slot {
    text_of(0, usize::MAX)
}

/// A text that is not empty.
pub fn filled() -> Slot {
    text_of(1, usize::MAX)
}

/// A text of these lengths in characters.
pub fn text_of(min: usize, max: usize) -> Slot {
    Slot { text: Some(Text::Of { min, max }), ..Slot::default() }
}

/// A text of this form.
pub fn like(form: Form) -> Slot {
    Slot { text: Some(Text::Like(form)), ..Slot::default() }
}

/// One of these words.
pub fn word(words: &'static [&'static str]) -> Slot {
    Slot { text: Some(Text::OneOf(words)), ..Slot::default() }
}

/// True or false.
pub fn truth() -> Slot {
    Slot { truth: true, ..Slot::default() }
}

/// A number.
pub fn number() -> Slot {
    Slot { number: true, ..Slot::default() }
}

/// An object.
pub fn object(shape: ShapeId) -> Slot {
    Slot { object: Some(shape), ..Slot::default() }
}

/// A list of anything that fits.
pub fn list(item: Slot) -> Slot {
    list_of(item, 0, usize::MAX)
}

/// A list of so many items.
pub fn list_of(item: Slot, min: usize, max: usize) -> Slot {
    Slot { list: Some(Box::new(List { item, min, max, unique: false })), ..Slot::default() }
}

/// A list with at least one item and none twice.
pub fn set(item: Slot) -> Slot {
    Slot { list: Some(Box::new(List { item, min: 1, max: usize::MAX, unique: true })), ..Slot::default() }
}

impl Slot {
    /// Takes anything at all.
    pub fn is_free(&self) -> bool {
        self.text.is_none() && self.list.is_none() && self.object.is_none() && !self.truth && !self.number
    }

    /// Takes null too.
    #[must_use]
    pub fn or_null(self) -> Self {
        self.or_null_if(true)
    }

    /// Takes null too, on a condition.
    #[must_use]
    pub fn or_null_if(self, null: bool) -> Self {
        Self { null, ..self }
    }

    /// Takes a redacted text too, on a condition.
    #[must_use]
    pub fn or_redacted_if(self, redacted: bool) -> Self {
        Self { redacted, ..self }
    }

    /// Takes a text too.
    #[must_use]
    pub fn or_text(self) -> Self {
        Self { text: text().text, ..self }
    }

    /// Takes an object too.
    #[must_use]
    pub fn or_object(self, shape: ShapeId) -> Self {
        Self { object: Some(shape), ..self }
    }

    /// Takes a list too.
    #[must_use]
    pub fn or_list(self, item: Slot) -> Self {
        Self { list: list(item).list, ..self }
    }
}
