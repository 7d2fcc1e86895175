//! A door for fuzzers and their replayed corpora: any bytes as the place and time of a search.

use crate::Audience;
use crate::search::SearchRequest;

/// Reads up to four lines as place, area, first and last day. What is used must lie on the globe and in order.
///
/// # Panics
///
/// When it does not, or when drafts are let out to the public.
pub fn place_and_time(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(4, '\n').map(str::to_owned);
    let request = SearchRequest {
        place: lines.next().filter(|line| !line.is_empty()),
        bbox: lines.next().filter(|line| !line.is_empty()),
        from: lines.next().filter(|line| !line.is_empty()),
        to: lines.next().filter(|line| !line.is_empty()),
        ..SearchRequest::new(Audience::Public)
    };
    let (query, _, _) = request.resolve();
    if let Some(place) = query.place {
        let [west, south, east, north] = place.bbox;
        assert!([west, east].iter().all(|x| (-180.0..=180.0).contains(x)), "{place:?}");
        assert!(-90.0 <= south && south <= north && north <= 90.0, "{place:?}");
    }
    if let Some((first, last)) = query.time {
        assert!(first <= last);
    }
    assert!(!query.filters.is_empty(), "the public is kept to what is published");
}
