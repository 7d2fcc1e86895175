//! Objects below a prefix of an S3-compatible store, public or with a key.
//!
//! The addresses are signed here and fetched like all others, so that the same guard, manners and limits hold.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusty_s3::actions::{ListObjectsV2, ListObjectsV2Response};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use townhall_fetch::{Conditions, FetchError};
use url::Url;

use super::documents::{Document, Wanted, take_documents};
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::limits::{DOCUMENT_BYTES_MAX, PAGES_MAX, PARTS_MAX};
use crate::source::{Address, Found, Listing, Source, SourceInfo, SourceOption};

/// A prefix of a bucket.
pub struct S3;

const INFO: SourceInfo = SourceInfo {
    id: "s3",
    name: "S3 bucket",
    description: "The metadata documents below a prefix of an S3-compatible store.",
    example: "s3://bucket/metadata/",
    options: &[
        SourceOption::plain("endpoint", "The address of the store; Amazon's own where it is not set."),
        SourceOption::plain("region", "The region of the bucket; `us-east-1` where it is not set."),
        SourceOption::secret("access_key", "The name of the key, for buckets that are not public."),
        SourceOption::secret("secret_key", "The secret of the key."),
        SourceOption::plain("endings", "The ends of the names of documents, with commas."),
    ],
};

/// Objects that hold metadata, by the ends of their names.
const ENDINGS: &str = ".json,.jsonl,.ndjson,.jsonld,.ttl,.rdf,.xml,.json.gz,.jsonl.gz";

/// How long a signed address is good for: a page of objects may have to wait for a slow store.
const SIGNED_FOR: Duration = Duration::from_secs(12 * 60 * 60);

#[async_trait]
impl Source for S3 {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, _: &str) -> Option<Address> {
        matches!(asking.address, Address::Bucket(_)).then(|| asking.address.clone())
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let store = Store::open(asking)?;
        let mut listing = Listing::complete("");
        let mut token: Option<String> = None;
        let mut count = 0;
        for number in 0.. {
            if number >= PAGES_MAX || count > PARTS_MAX {
                listing.missing = Some(format!("it lists more than {count} objects"));
                break;
            }
            let page = match store.list(asking, token.as_deref()).await {
                Ok(page) => page,
                Err(error) if number == 0 || matches!(error, HarvestError::Stopped) => return Err(error),
                Err(error) => {
                    listing.missing = Some(format!("the listing breaks off: {error}"));
                    break;
                }
            };
            let documents = store.documents(&page);
            count += documents.len();
            asking.tell(Found::Expecting(count as u64)).await?;
            if let Some(read_as) = take_documents(asking, documents, Wanted::Metadata).await? {
                listing.read_as = read_as;
            }
            match page.next_continuation_token {
                None => break,
                Some(next) if token.as_ref() == Some(&next) => {
                    listing.missing = Some("the same page comes again and again".to_owned());
                    break;
                }
                next => token = next,
            }
        }
        if let Some(why) = &listing.missing {
            asking.note(why.clone()).await?;
        }
        Ok(listing)
    }
}

struct Store {
    bucket: Bucket,
    credentials: Option<Credentials>,
    prefix: String,
    endings: Vec<String>,
}

impl Store {
    fn open(asking: &Asking<'_>) -> Result<Self, HarvestError> {
        let unexpected = |why: String| HarvestError::Unexpected {
            url: asking.address.to_string(),
            wanted: "S3 bucket",
            why,
        };
        let Address::Bucket(address) = &asking.address else {
            return Err(unexpected("it does not begin with s3://".to_owned()));
        };
        let name = address.host_str().unwrap_or_default().to_owned();
        let prefix = percent_encoding::percent_decode_str(address.path().trim_start_matches('/'));
        let prefix = prefix.decode_utf8_lossy().into_owned();
        let region = asking.option("region").unwrap_or("us-east-1").to_owned();
        let endpoint = match asking.option("endpoint") {
            Some(endpoint) => endpoint.to_owned(),
            None => format!("https://s3.{region}.amazonaws.com"),
        };
        let endpoint = Url::parse(&endpoint).map_err(|error| HarvestError::Option {
            option: "endpoint",
            value: endpoint.clone(),
            why: error.to_string(),
        })?;
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name, region)
            .map_err(|error| unexpected(error.to_string()))?;
        let credentials = match (asking.option("access_key"), asking.option("secret_key")) {
            (Some(key), Some(secret)) => Some(Credentials::new(key, secret)),
            (None, None) => None,
            _ => return Err(unexpected("it takes `access_key` and `secret_key`, or neither".to_owned())),
        };
        let endings = asking.option("endings").unwrap_or(ENDINGS).split(',');
        let endings = endings.map(|ending| ending.trim().to_ascii_lowercase());
        let endings = endings.filter(|ending| !ending.is_empty()).collect();
        Ok(Self { bucket, credentials, prefix, endings })
    }

    async fn list(
        &self,
        asking: &Asking<'_>,
        token: Option<&str>,
    ) -> Result<ListObjectsV2Response, HarvestError> {
        let mut action = self.bucket.list_objects_v2(self.credentials.as_ref());
        action.with_prefix(&*self.prefix);
        if let Some(token) = token {
            action.with_continuation_token(token);
        }
        let url = action.sign(SIGNED_FOR);
        let got = asking.fetcher.get(&url, &Conditions::default(), DOCUMENT_BYTES_MAX).await;
        let (_, body) = got.map_err(without_signature)?;
        let text = String::from_utf8_lossy(&body);
        ListObjectsV2::parse_response(&text).map_err(|error| HarvestError::Unexpected {
            url: asking.address.to_string(),
            wanted: "S3 bucket",
            why: format!("its list can't be read: {error}"),
        })
    }

    fn documents(&self, page: &ListObjectsV2Response) -> Vec<Document> {
        let wanted = page.contents.iter().filter(|object| {
            let name = object.key.to_ascii_lowercase();
            self.endings.iter().any(|ending| name.ends_with(ending))
        });
        wanted
            .map(|object| {
                let part: Arc<str> = format!("s3://{}/{}", self.bucket.name(), object.key).into();
                let url = self.bucket.get_object(self.credentials.as_ref(), &object.key).sign(SIGNED_FOR);
                Document { part, url, stamp: object.etag.clone().or_else(|| object.last_modified.clone()) }
            })
            .collect()
    }
}

/// The same error without the queries of addresses, which are signatures: they would open the object to whoever reads of it.
pub fn without_signature(error: FetchError) -> HarvestError {
    let plain = |url: String| url.split('?').next().unwrap_or_default().to_owned();
    HarvestError::Fetch(match error {
        FetchError::Scheme { url } => FetchError::Scheme { url: plain(url) },
        FetchError::Redirect { url, why } => FetchError::Redirect { url: plain(url), why },
        FetchError::Robots { url, why } => FetchError::Robots { url: plain(url), why },
        FetchError::Status { url, status, retry_after_s, blocked_by } => {
            FetchError::Status { url: plain(url), status, retry_after_s, blocked_by }
        }
        FetchError::TooLarge { url, limit_bytes } => FetchError::TooLarge { url: plain(url), limit_bytes },
        FetchError::TimedOut { url } => FetchError::TimedOut { url: plain(url) },
        FetchError::Failed { url, why } => FetchError::Failed { url: plain(url), why },
        other => other,
    })
}
