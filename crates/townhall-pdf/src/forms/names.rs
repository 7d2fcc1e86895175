//! Which name was meant.

/// The name that is much like another one: the same but for its case, its last part, or a few letters.
pub(super) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let last = |name: &'a str| name.rsplit('.').next().unwrap_or(name);
    let lower = wanted.to_lowercase();
    if let Some(name) = names.clone().find(|name| name.to_lowercase() == lower) {
        return Some(name);
    }
    let mut ends = names.clone().filter(|name| last(name).to_lowercase() == lower);
    if let (Some(name), None) = (ends.next(), ends.next()) {
        return Some(name);
    }
    let most = (wanted.chars().count() / 4).clamp(1, 4);
    names
        .filter(|name| {
            name.len().abs_diff(wanted.len()) <= 4 * most && name.len() <= 200 && wanted.len() <= 200
        })
        .map(|name| (distance(wanted, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters have to be put in, taken out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (to, other_letter) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other_letter);
            diagonal = row[to + 1];
            row[to + 1] = changed.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
