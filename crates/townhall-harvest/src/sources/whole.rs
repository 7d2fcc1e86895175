//! Takes a catalog that is one file, which many kinds of sources have somewhere; or several, of which each names the next.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;

use crate::asking::{Asking, Taken};
use crate::error::HarvestError;
use crate::limits::{CATALOG_BYTES_MAX, HEAD_BYTES, PAGES_MAX};
use crate::source::Listing;

/// Fetches a catalog, unless it is as it was, and hands its records over. Feeds of DCAT come in pages that name the next one in the
/// words of Hydra; they are followed. See <https://www.hydra-cg.com/spec/latest/core/>.
///
/// # Errors
///
/// When its first page can't be had.
pub async fn take_whole(asking: &Asking<'_>, url: &Url) -> Result<Listing, HarvestError> {
    let path = asking.folder.join("catalog");
    let (mut listing, mut next) = take_page(asking, url, &path).await?;
    let mut seen = HashSet::from([url.clone()]);
    while let Some(url) = next.take().filter(|url| seen.insert(url.clone())) {
        if seen.len() > PAGES_MAX {
            listing.missing = Some(format!("it has more than {PAGES_MAX} pages"));
            break;
        }
        match take_page(asking, &url, &path).await {
            Ok((page, following)) => {
                listing.missing = listing.missing.or(page.missing);
                next = following;
            }
            Err(HarvestError::Stopped) => return Err(HarvestError::Stopped),
            Err(error) => {
                listing.missing = Some(format!("the page after the others can't be had: {error}"));
                break;
            }
        }
    }
    Ok(listing)
}

async fn take_page(
    asking: &Asking<'_>,
    url: &Url,
    path: &Path,
) -> Result<(Listing, Option<Url>), HarvestError> {
    let part: Arc<str> = url.as_str().into();
    let Taken::New((), mut state) = asking.take_file(&part, url, path, CATALOG_BYTES_MAX).await? else {
        // Which page comes next is known from the last time: an unchanged page may not have been sent.
        let next = asking.memory.part(&part).and_then(|known| known.stamp);
        return Ok((Listing::complete(""), next.and_then(|next| Url::parse(&next).ok())));
    };
    let next = next_of_file(path.to_owned(), url.clone()).await?;
    state.stamp = next.as_ref().map(Url::to_string);
    Ok((asking.read_file(&part, path, None, state).await?, next))
}

/// The next page, if the beginning or the end of a file names one.
async fn next_of_file(path: PathBuf, url: Url) -> Result<Option<Url>, HarvestError> {
    let read = tokio::task::spawn_blocking(move || {
        let failed = |source| HarvestError::Read { path: path.display().to_string(), source };
        let mut file = File::open(&path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        for start in [0, length.saturating_sub(HEAD_BYTES as u64)] {
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            Read::by_ref(&mut file).take(HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(failed)?;
            if let Some(next) = next_page(&String::from_utf8_lossy(&bytes), &url) {
                return Ok(Some(next));
            }
        }
        Ok(None)
    });
    read.await.map_err(|_| HarvestError::Stopped)?
}

/// The address that a text names as its next page, in whatever of the three notations. It is the same address but for its query:
/// anything else may be a word of the vocabulary, or lead away.
fn next_page(text: &str, url: &Url) -> Option<Url> {
    const NEAR_BYTES: usize = 400;
    let marks = ["hydra:next", "hydra/core#next"];
    let places = marks.iter().flat_map(|mark| text.match_indices(mark).map(|(at, mark)| at + mark.len()));
    places.into_iter().find_map(|at| {
        let near = text.get(at..)?;
        let near = &near[..(0..=near.len().min(NEAR_BYTES)).rev().find(|end| near.is_char_boundary(*end))?];
        let address = &near[near.find("http")?..];
        let end = address.find(['"', '<', '>', '\'', ' ', '\n', '\r'])?;
        let next = Url::parse(&address[..end].replace("&amp;", "&")).ok()?;
        let is_next =
            next.origin() == url.origin() && next.path() == url.path() && next.query() != url.query();
        is_next.then_some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_in_every_notation() {
        let url = Url::parse("https://example.gov/catalog?page=1").unwrap();
        let next = "https://example.gov/catalog?page=2";
        for text in [
            format!("<#> hydra:nextPage \"{next}\" ;"),
            format!("<#> <http://www.w3.org/ns/hydra/core#next> <{next}> ;"),
            format!("<hydra:nextPage>{next}</hydra:nextPage>"),
            format!("<hydra:next rdf:resource=\"{next}\"/>"),
            format!("\"hydra:next\": {{\"@id\": \"{next}\"}}"),
        ] {
            assert_eq!(next_page(&text, &url).unwrap().as_str(), next, "{text}");
        }
        for text in ["hydra:next \"https://other.gov/catalog?page=2\"", "hydra:next", "hydra:next \"http", ""]
        {
            assert_eq!(next_page(text, &url), None, "{text}");
        }
    }
}
