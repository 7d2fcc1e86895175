//! Tells a data package from other JSON by its beginning.

use memchr::memmem;

/// Whether the text, which may break off anywhere, begins with a data package or a list of them.
pub fn recognizes(beginning: &str) -> bool {
    let text = beginning.strip_prefix('[').map_or(beginning, str::trim_start);
    if !text.starts_with('{') {
        return false;
    }
    let (mut has_resources, mut has_name, mut is_other) = (false, false, false);
    for (key, value) in Members::of(text) {
        let says_package = matches!(key, "$schema" | "profile")
            && ["data-package", "datapackage"]
                .iter()
                .any(|word| memmem::find(value.as_bytes(), word.as_bytes()).is_some());
        if says_package {
            return true;
        }
        has_resources |= key == "resources" && value.starts_with('[');
        has_name |= matches!(key, "name" | "id" | "title");
        // What CKAN answers has resources too, and things that no package has.
        is_other |= matches!(
            key,
            "dataset"
                | "owner_org"
                | "metadata_modified"
                | "metadata_created"
                | "num_resources"
                | "@context"
                | "@graph"
        );
    }
    has_resources && has_name && !is_other
}

/// The members of an object, as far as the text goes: each key, and the text from the value on up to its end.
struct Members<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Members<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, at: 1 }
    }

    /// The end of the value that begins here: before the comma or bracket behind it, or where the text breaks off.
    fn value_end(&self, start: usize) -> usize {
        let (mut depth, mut is_text, mut is_escaped) = (0_u32, false, false);
        for (at, byte) in self.text.bytes().enumerate().skip(start) {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_text => is_escaped = true,
                b'"' => is_text = !is_text,
                _ if is_text => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b'}' | b']' => return at,
                b',' if depth == 0 => return at,
                _ => {}
            }
        }
        self.text.len()
    }
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let start =
            self.at + (rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',').len());
        let key = self.text.get(start..)?.strip_prefix('"')?;
        let key = &key[..key.find('"')?];
        let behind = start + key.len() + 2;
        let colon = behind + self.text.get(behind..)?.find(':')?;
        let end = self.value_end(colon + 1);
        let value = self.text.get(colon + 1..end)?.trim();
        self.at = end;
        Some((key, value))
    }
}
