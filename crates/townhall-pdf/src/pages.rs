//! Pages as people write them.

/// Most ranges that are read.
const RANGES_MAX: usize = 20_000;

/// Reads pages such as `1,3-5` or `2-`, each range from its first to its last page, counted from 1. Nothing, and `all`, stand for all
/// pages: no range.
///
/// # Errors
///
/// A sentence, when they make no sense.
pub fn page_ranges(text: &str) -> Result<Vec<(usize, usize)>, String> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
        let last = if last.trim().is_empty() { Some(usize::MAX) } else { number(last) };
        Some((number(first)?, last?)).filter(|(first, last)| first <= last)
    };
    if text.trim().is_empty() || text.trim() == "all" {
        return Ok(Vec::new());
    }
    let ranges: Option<Vec<_>> = text.split(',').take(RANGES_MAX).map(range).collect();
    ranges.ok_or_else(|| format!("`{text}` is no list of pages; write them like 1,3-5, or all"))
}

#[cfg(test)]
mod tests {
    use super::page_ranges;

    #[test]
    fn pages_are_ranges() {
        assert_eq!(page_ranges("1, 3-5,9-").unwrap(), [(1, 1), (3, 5), (9, usize::MAX)]);
        assert_eq!((page_ranges("").unwrap(), page_ranges("all").unwrap()), (vec![], vec![]));
        for wrong in ["0", "5-3", "x", "1,,2", "-3", "1-2-3"] {
            assert!(page_ranges(wrong).is_err(), "{wrong}");
        }
    }
}
