//! Compares values with shapes, and calls the rules on meaning for each object on the way.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::fmt::Write as _;

use townhall_model::Finding;

use super::collect::{About, Collector};
use super::form::{Form, is_redacted};
use super::meaning;
use super::place::Places;
use super::profile::Profile;
use super::rule::{self, Rule};
use super::run::Scope;
use super::shape::{Class, FIELDS_MAX, List, Schema, Shape, ShapeId, Slot, Text};
use super::tree::{Kind, Value};
use super::words;

/// The record that is looked at.
pub struct Subject<'r> {
    /// The pointer to it in the file.
    pub pointer: &'r str,
    /// Its number, if it is a dataset.
    pub dataset: Option<u64>,
    /// Where its bytes lie.
    pub places: Places<'r>,
    /// The value itself.
    pub root: Value<'r>,
    /// Its identifier and title, once somebody asked.
    names: OnceCell<[Option<&'r str>; 2]>,
}

impl<'r> Subject<'r> {
    pub fn new(pointer: &'r str, dataset: Option<u64>, places: Places<'r>, root: Value<'r>) -> Self {
        Self { pointer, dataset, places, root, names: OnceCell::new() }
    }

    /// The identifier and the title, for findings.
    pub fn names(&self) -> [Option<&'r str>; 2] {
        *self.names.get_or_init(|| ["identifier", "title"].map(|key| self.root.get(key).and_then(name_of)))
    }
}

/// The longest unknown key that is gone into.
const KEY_BYTES_MAX: usize = 200;

/// A walk through one record.
pub struct Check<'c, 'o, 'r> {
    pub profile: Profile,
    pub schema: &'c Schema,
    pub subject: &'c Subject<'r>,
    pub collector: &'c mut Collector<'o>,
    /// Which rules are asked.
    pub scope: Scope,
    /// Whether what the shapes find is part of the verdict.
    pub official: bool,
    /// How many findings were part of it.
    pub refusals: u64,
    path: Vec<Step<'r>>,
    class: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Step<'r> {
    Key(&'r str),
    Index(usize),
}

/// The members of an object that its shape knows.
pub struct Members<'m, 'r> {
    /// The object.
    pub object: Value<'r>,
    shape: &'m Shape,
    found: &'m [u32; FIELDS_MAX],
}

impl<'r> Members<'_, 'r> {
    /// The member with this key. Null counts as nothing.
    pub fn get(&self, key: &str) -> Option<Value<'r>> {
        self.present(key).filter(|value| value.kind() != Kind::Null)
    }

    /// The member with this key, null or not.
    pub fn present(&self, key: &str) -> Option<Value<'r>> {
        let index = self.found[self.shape.position(key.as_bytes())?];
        (index != 0).then(|| self.object.sibling(index))
    }

    /// The text under this key.
    pub fn text(&self, key: &str) -> Option<&'r str> {
        self.get(key)?.text()
    }
}

impl<'c, 'o, 'r> Check<'c, 'o, 'r> {
    pub fn new(
        profile: Profile,
        subject: &'c Subject<'r>,
        collector: &'c mut Collector<'o>,
        official: bool,
    ) -> Self {
        let schema = &profile.roots().schema;
        let (scope, path) = (Scope::All, Vec::new());
        Self { profile, schema, subject, collector, scope, official, refusals: 0, path, class: "" }
    }

    /// Compares a value with what fits.
    pub fn slot(&mut self, slot: &Slot, field: &'static str, value: Value<'r>) {
        match value.kind() {
            Kind::Null if slot.null || slot.is_free() => {}
            Kind::Null => self.refuse(&rule::NULL, field, value, words::null),
            Kind::Text => self.text(slot, field, value),
            Kind::Truth if slot.truth => {}
            Kind::Number if slot.number => {}
            Kind::List => match &slot.list {
                Some(list) => self.list(list, field, value),
                None => self.wrong_type(slot, field, value),
            },
            Kind::Object => match slot.object {
                Some(shape) => self.object(shape, value),
                None => self.wrong_type(slot, field, value),
            },
            Kind::Truth | Kind::Number => self.wrong_type(slot, field, value),
        }
    }

    fn wrong_type(&mut self, slot: &Slot, field: &'static str, value: Value<'r>) {
        if !slot.is_free() {
            self.refuse(&rule::TYPE, field, value, |label| words::wrong_type(label, slot, value));
        }
    }

    fn text(&mut self, slot: &Slot, field: &'static str, value: Value<'r>) {
        let text = value.text().unwrap_or_default();
        let Some(wanted) = slot.text else {
            if !(slot.redacted && is_redacted(text)) {
                self.wrong_type(slot, field, value);
            }
            return;
        };
        let broken = match wanted {
            Text::Of { min, .. } if min > 0 && text.is_empty() => &rule::EMPTY,
            // A text has no more characters than bytes.
            Text::Of { max, .. } if text.len() > max && text.chars().count() > max => &rule::TOO_LONG,
            Text::Of { .. } => return,
            Text::OneOf(words) if words.contains(&text) => return,
            Text::OneOf(_) => &rule::WORD,
            Text::Like(form) if form.takes(text) => return,
            Text::Like(form) => rule_of(form),
        };
        if slot.redacted && is_redacted(text) {
            return;
        }
        self.refuse(broken, field, value, |label| words::text(label, wanted, text));
    }

    fn list(&mut self, list: &List, field: &'static str, value: Value<'r>) {
        let mut count = 0;
        for item in value.items() {
            self.path.push(Step::Index(count));
            self.slot(&list.item, field, item);
            self.path.pop();
            count += 1;
        }
        if count < list.min {
            let rule = if count == 0 { &rule::EMPTY_LIST } else { &rule::COUNT };
            self.refuse(rule, field, value, |label| words::count(label, count, list));
        } else if count > list.max {
            self.refuse(&rule::COUNT, field, value, |label| words::count(label, count, list));
        }
        if list.unique && count > 1 {
            self.unique(field, value);
        }
    }

    fn unique(&mut self, field: &'static str, value: Value<'r>) {
        let mut seen = HashSet::new();
        for (index, item) in value.items().enumerate() {
            if !seen.insert(item.identity()) {
                self.path.push(Step::Index(index));
                self.refuse(&rule::REPEATED, field, item, |label| words::repeated(label, item));
                self.path.pop();
                return;
            }
        }
    }

    /// Compares an object with its shape.
    pub fn object(&mut self, id: ShapeId, object: Value<'r>) {
        let schema = self.schema;
        let shape = schema.shape(id);
        let class = std::mem::replace(&mut self.class, shape.name);
        let mut found = [0_u32; FIELDS_MAX];
        for (key, value) in object.members() {
            match shape.position(key.bytes()) {
                Some(number) => found[number] = value.index(),
                None if self.scope == Scope::All => meaning::unknown_field(self, shape, key.text(), value),
                None => {}
            }
        }
        for (number, field) in shape.fields.iter().enumerate() {
            match found[number] {
                0 if field.is_required => {
                    self.refuse(&rule::MISSING, field.name, object, |_| {
                        words::missing(shape.name, field.name)
                    });
                }
                0 => {}
                index => {
                    self.path.push(Step::Key(field.name));
                    self.slot(&field.slot, field.name, object.sibling(index));
                    self.path.pop();
                }
            }
        }
        let members = Members { object, shape, found: &found };
        self.relations(&members);
        if shape.class != Class::Other && self.scope == Scope::All {
            meaning::object(self, shape.class, &members);
        }
        self.class = class;
    }

    fn relations(&mut self, members: &Members<'_, 'r>) {
        let shape = members.shape;
        let keys = shape.one_of;
        if !keys.is_empty() && keys.iter().all(|key| members.present(key).is_none()) {
            self.refuse(&rule::ONE_OF, "", members.object, |_| words::one_of(shape.name, keys));
        }
        for need in &shape.needs {
            if members.present(need.when).is_none() {
                continue;
            }
            let there = if need.not_null { members.get(need.then) } else { members.present(need.then) };
            if there.is_none() {
                let value = members.present(need.then).unwrap_or(members.object);
                self.refuse(&rule::NEEDS, need.then, value, |_| words::needs(need.when, need.then));
            }
        }
    }

    /// Tells of something that the published schema refuses.
    fn refuse(
        &mut self,
        rule: &'static Rule,
        field: &'static str,
        value: Value<'r>,
        words: impl FnOnce(&str) -> words::Words,
    ) {
        self.refusals += u64::from(self.official);
        let official = self.official;
        self.tell(rule, field, value, official, words);
    }

    /// Tells of something that is part of the verdict, though no schema has it.
    pub fn refuse_too(
        &mut self,
        rule: &'static Rule,
        field: &'static str,
        value: Value<'_>,
        words: impl FnOnce() -> words::Words,
    ) {
        self.refusals += u64::from(self.official);
        let official = self.official;
        self.under(field, value, |check| check.tell(rule, field, value, official, |_| words()));
    }

    /// Tells of a rule on meaning that a field of the object in hand breaks.
    pub fn note(
        &mut self,
        rule: &'static Rule,
        field: &'static str,
        value: Value<'_>,
        words: impl FnOnce() -> words::Words,
    ) {
        self.under(field, value, |check| check.tell(rule, field, value, false, |_| words()));
    }

    /// Tells of a rule on meaning that an item of a list breaks.
    pub fn note_item(
        &mut self,
        rule: &'static Rule,
        field: &'static str,
        index: usize,
        value: Value<'_>,
        words: impl FnOnce() -> words::Words,
    ) {
        self.path.push(Step::Key(field));
        self.path.push(Step::Index(index));
        self.tell(rule, field, value, false, |_| words());
        self.path.truncate(self.path.len() - 2);
    }

    /// Tells of a key that the shape does not know.
    pub fn note_key(
        &mut self,
        rule: &'static Rule,
        key: &'r str,
        value: Value<'_>,
        words: impl FnOnce() -> words::Words,
    ) {
        self.path.push(Step::Key(key));
        self.tell(rule, "", value, false, |_| words());
        self.path.pop();
    }

    /// Tells of a rule on meaning that the value in hand breaks.
    pub fn note_here(&mut self, rule: &'static Rule, value: Value<'_>, words: impl FnOnce() -> words::Words) {
        let field = self.field_in_hand();
        self.tell(rule, field, value, false, |_| words());
    }

    /// Goes into a field.
    pub fn within(&mut self, field: &'r str, look: impl FnOnce(&mut Self)) {
        self.path.push(Step::Key(field));
        look(self);
        self.path.pop();
    }

    /// Goes into an item of a list.
    pub fn within_item(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        self.path.push(Step::Index(index));
        look(self);
        self.path.pop();
    }

    /// Looks at every text in a value, at any depth.
    pub fn each_text(&mut self, value: Value<'r>, look: &mut dyn FnMut(&mut Self, Value<'r>, &'r str)) {
        match value.text() {
            Some(text) => look(self, value, text),
            None => {
                // A key that long is none that people read in a pointer.
                for (key, member) in value.members().filter(|(key, _)| key.bytes().len() <= KEY_BYTES_MAX) {
                    self.within(key.text(), |check| check.each_text(member, look));
                }
                for (index, item) in value.items().enumerate() {
                    self.within_item(index, |check| check.each_text(item, look));
                }
            }
        }
    }

    /// The name of the field that the path leads to, if the schema has it.
    fn field_in_hand(&self) -> &'static str {
        let key = self.path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        });
        key.and_then(|key| self.schema.field_name(key)).unwrap_or_default()
    }

    fn under(&mut self, field: &'static str, value: Value<'_>, tell: impl FnOnce(&mut Self)) {
        // What is about the object as a whole keeps its pointer.
        let is_field = !field.is_empty() && value.kind() != Kind::Object;
        if is_field {
            self.path.push(Step::Key(field));
        }
        tell(self);
        if is_field {
            self.path.pop();
        }
    }

    fn tell(
        &mut self,
        rule: &'static Rule,
        field: &'static str,
        value: Value<'_>,
        official: bool,
        words: impl FnOnce(&str) -> words::Words,
    ) {
        if self.scope == Scope::Official && !official {
            return;
        }
        let Self { profile, subject, collector, path, class, .. } = self;
        let about = About { rule, class, field, official, dataset: subject.dataset };
        collector.add(about, || {
            let pointer = pointer(subject.pointer, path);
            let words = words(field);
            let position = subject.places.position(value.at(), &pointer[subject.pointer.len()..]);
            let shown =
                (value.kind() != Kind::Object || value.at() != subject.root.at()).then(|| value.shown());
            // What the harvester alone asks for is in no schema.
            let source = match official && !field.is_empty() && !class.is_empty() {
                true => format!("{}, `{}` of {}", profile.source(), field, class),
                false => rule.source.to_owned(),
            };
            let mut finding = Finding::new(rule.code, rule.severity, words.message)
                .with_pointer(pointer)
                .with_position(position)
                .with_source(source)
                .with_fix(words.fix.unwrap_or_else(|| rule.fix.to_owned()));
            if let Some(shown) = shown.filter(|_| !words.is_absent) {
                finding = finding.with_value(shown);
            }
            if let Some(index) = subject.dataset {
                let [identifier, title] = subject.names();
                finding = finding.with_dataset(index, identifier, title);
            }
            finding.official = official;
            finding
        });
    }
}

/// A text, or the `@id` of an object: what an identifier is known by.
pub fn name_of(value: Value<'_>) -> Option<&str> {
    match value.kind() {
        Kind::Object => value.get("@id").and_then(Value::text),
        _ => value.text(),
    }
}

fn pointer(base: &str, path: &[Step<'_>]) -> String {
    let mut pointer = base.to_owned();
    for step in path {
        match step {
            Step::Index(index) => write!(pointer, "/{index}").expect("a text takes everything"),
            Step::Key(key) if key.contains(['~', '/']) => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Step::Key(key) => {
                pointer.push('/');
                pointer.push_str(key);
            }
        }
    }
    pointer
}

/// The rule that a text breaks when it does not have its form.
fn rule_of(form: Form) -> &'static Rule {
    match form {
        Form::Uri | Form::Iri => &rule::URL,
        Form::MailTo | Form::Mail => &rule::EMAIL,
        Form::MediaType => &rule::MEDIA_TYPE,
        Form::Language | Form::ShortLanguage => &rule::LANGUAGE,
        Form::BureauCode => &rule::BUREAU,
        Form::ProgramCode => &rule::PROGRAM,
        Form::InvestmentId => &rule::INVESTMENT,
        Form::Identifier10 => &rule::IDENTIFIER,
        Form::Date | Form::Modified | Form::Date10 | Form::Date30 => &rule::DATE,
        Form::Temporal => &rule::PERIOD,
        Form::Frequency | Form::Frequency30 => &rule::FREQUENCY,
    }
}
