//! Buckets of an S3-compatible store.

use crate::support::{Answer, Known, Server, harvest_all};

fn document(key: &str) -> String {
    serde_json::json!({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [
        {"@type": "dcat:Dataset", "identifier": key, "title": "t", "description": "d", "accessLevel": "public"}]})
    .to_string()
}

fn store(is_broken: bool) -> Server {
    Server::new(move |request| {
        let key = |key: &str, etag: &str| {
            format!(
                "<Contents><Key>{key}</Key><ETag>\"{etag}\"</ETag><Size>3</Size><StorageClass>STANDARD</StorageClass></Contents>"
            )
        };
        let list = |keys: String, next: &str| {
            let rest = match next {
                "" => "<IsTruncated>false</IsTruncated>".to_owned(),
                next => format!(
                    "<IsTruncated>true</IsTruncated><NextContinuationToken>{next}</NextContinuationToken>"
                ),
            };
            Answer::ok(format!(
                "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <Name>open</Name><MaxKeys>2</MaxKeys><EncodingType>url</EncodingType>{keys}{rest}</ListBucketResult>"
            ))
        };
        match (request.path.as_str(), request.asks("continuation-token")) {
            ("/open" | "/open/", "") => list(key("m/a.json", "1") + &key("m/with+space.json", "2"), "t1"),
            ("/open" | "/open/", "t1") if is_broken => Answer::status(500),
            ("/open" | "/open/", "t1") => list(key("m/c.json", "3") + &key("m/picture.png", "4"), ""),
            ("/open/m/c.json", _) if request.asks("X-Amz-Signature").is_empty() => Answer::status(403),
            (path, _) => Answer::ok(document(path)),
        }
    })
}

#[tokio::test]
async fn objects_of_a_signed_bucket_come_first_and_then_only_when_they_changed() {
    let server = store(false);
    let endpoint = server.at("/");
    let options = [("endpoint", &*endpoint), ("access_key", "key"), ("secret_key", "secret")];
    let first = harvest_all("s3", "s3://open/m/", &options, &Known::default()).await;
    assert_eq!(first.records, ["/open/m/a.json", "/open/m/c.json", "/open/m/with%20space.json"]);
    assert_eq!(first.missing(), "");
    let asked = server.asked();
    assert!(
        asked.iter().all(|asked| asked.contains("X-Amz-Signature") && !asked.contains("secret")),
        "{asked:?}"
    );
    let second = harvest_all("s3", "s3://open/m/", &options, &first.known).await;
    assert_eq!((second.records.len(), second.unchanged.len(), server.asked().len()), (0, 3, 2));
}

#[tokio::test]
async fn an_object_that_can_not_be_had_is_failed_without_its_signature() {
    let server = Server::new(|request| match request.path.trim_end_matches('/') {
        "/open" => Answer::ok(
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Contents><Key>a.json</Key></Contents>\
             <IsTruncated>false</IsTruncated></ListBucketResult>",
        ),
        _ => Answer::status(500),
    });
    let endpoint = server.at("/");
    let options = [("endpoint", &*endpoint), ("access_key", "key"), ("secret_key", "secret")];
    let harvest = harvest_all("s3", "s3://open", &options, &Known::default()).await;
    assert_eq!(harvest.failed.len(), 1);
    assert!(!harvest.failed[0].1.contains("Amz"), "{:?}", harvest.failed);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_partial() {
    let server = store(true);
    let endpoint = server.at("/");
    let harvest = harvest_all("s3", "s3://open/m/", &[("endpoint", &endpoint)], &Known::default()).await;
    assert_eq!(harvest.records.len(), 2);
    assert!(harvest.missing().contains("breaks off"), "{}", harvest.missing());
    assert!(server.asked().iter().all(|asked| !asked.contains("X-Amz-Signature")));
}

#[tokio::test]
async fn half_a_key_is_refused() {
    let harvest = harvest_all("s3", "s3://open/m/", &[("access_key", "key")], &Known::default()).await;
    assert!(harvest.listing.unwrap_err().to_string().contains("or neither"));
}
