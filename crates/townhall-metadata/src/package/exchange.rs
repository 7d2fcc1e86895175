//! Exact translation by inexact ones: what a translation loses is kept beside its result.

use serde_json::Value;

use super::values::Object;

/// A way there and a way back. Neither needs to keep everything.
pub struct Exchange<'e> {
    /// From the source to the result. It passes over the members that it does not know.
    pub there: &'e dyn Fn(&Object) -> Object,
    /// From the result to the source.
    pub back: &'e dyn Fn(&Object) -> Object,
    /// The members of the result that the way back looks at.
    pub seen: &'e [&'e str],
    /// The members of the source that do not speak against what was kept.
    pub loose: &'e [&'e str],
    /// The key under which a source keeps members of its former result.
    pub kept: &'e str,
    /// The key under which the result keeps members of the source.
    pub aside: &'e str,
}

impl Exchange<'_> {
    /// Translates; gives the result, and the keys of the members that the result could only keep.
    pub fn exchange(&self, mut source: Object) -> (Object, Vec<String>) {
        let kept = match source.shift_remove(self.kept) {
            Some(Value::Object(kept)) => Some(kept),
            Some(other) => {
                source.insert(self.kept.to_owned(), other);
                None
            }
            None => None,
        };
        // Where the result had an identifier of its own, the name of the source was made by us.
        let is_ours = kept.as_ref().is_some_and(|kept| kept.contains_key("identifier"));
        let mut result = (self.there)(&source);
        if let Some(kept) = kept {
            result = self.put_back(result, &kept, &source);
        }
        let mut aside = differences(&source, &(self.back)(&result));
        if is_ours {
            aside.retain(|key, _| !self.loose.contains(&key.as_str()));
        }
        let keys = aside.keys().filter(|key| source.contains_key(*key)).cloned().collect();
        if !aside.is_empty() {
            result.insert(self.aside.to_owned(), Value::Object(aside));
        }
        (result, keys)
    }

    /// Puts kept members in place, as far as they don't contradict what the source says now.
    fn put_back(&self, result: Object, kept: &Object, source: &Object) -> Object {
        let before = differences(source, &(self.back)(&result));
        let whole = with_members(&result, kept.iter());
        if self.is_no_worse(&whole, source, &before) {
            return whole;
        }
        let is_seen = |key: &String| self.seen.contains(&key.as_str());
        let mut best = with_members(&result, kept.iter().filter(|(key, _)| !is_seen(key)));
        // There are as many tries as there are members that count, however many are kept.
        for member in kept.iter().filter(|(key, _)| is_seen(key)) {
            let before = differences(source, &(self.back)(&best));
            let candidate = with_members(&best, std::iter::once(member));
            if self.is_no_worse(&candidate, source, &before) {
                best = candidate;
            }
        }
        best
    }

    fn is_no_worse(&self, candidate: &Object, source: &Object, before: &Object) -> bool {
        let after = differences(source, &(self.back)(candidate));
        after.keys().all(|key| before.contains_key(key) || self.loose.contains(&key.as_str()))
    }
}

/// The members that `source` has otherwise than `back`: `[value]`, or `[]` for one that it does not have.
fn differences(source: &Object, back: &Object) -> Object {
    let keys = source.keys().chain(back.keys().filter(|key| !source.contains_key(*key)));
    keys.filter(|key| source.get(*key) != back.get(*key))
        .map(|key| (key.clone(), Value::Array(source.get(key).cloned().into_iter().collect())))
        .collect()
}

fn with_members<'m>(object: &Object, kept: impl Iterator<Item = (&'m String, &'m Value)>) -> Object {
    let mut object = object.clone();
    for (key, value) in kept {
        match value.as_array().map(Vec::as_slice) {
            Some([value]) => drop(object.insert(key.clone(), value.clone())),
            Some([]) => drop(object.shift_remove(key)),
            // Nothing that was kept by us.
            _ => {}
        }
    }
    object
}
