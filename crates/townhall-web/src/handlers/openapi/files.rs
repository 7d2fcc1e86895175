//! Files that the portal writes of itself: catalog, feeds, descriptions.

use serde_json::{Map, Value, json};

use super::build::Operation;
use super::samples::Samples;

/// Puts them among the paths.
pub(super) fn put(paths: &mut Map<String, Value>, samples: &Samples) {
    const TAG: &str = "Catalog files";
    let file = |path: &str, id: &str, summary: &str| Operation::get(path, id, summary);
    file("/data.json", "getListing", "Read the public listing (Project Open Data)").put(
        paths,
        TAG,
        "The whole catalog",
    );
    file("/catalog/{form}.json", "getCatalog", "Read the catalog in a version of DCAT-US")
        .with(
            "form",
            "path",
            "The version",
            json!({"type": "string", "enum": ["dcat-us-1.1", "dcat-us-3.0"]}),
            "dcat-us-3.0",
        )
        .put(paths, TAG, "The whole catalog");
    file("/catalog.jsonld", "getCatalogJsonLd", "Read the catalog as JSON-LD")
        .in_media("application/ld+json")
        .put(paths, TAG, "The whole catalog");
    file("/catalog.ttl", "getCatalogTurtle", "Read the catalog as Turtle").in_media("text/turtle").put(
        paths,
        TAG,
        "The whole catalog",
    );
    file("/feeds/{name}.atom", "getFeed", "Follow what is new or changed")
        .with("name", "path", "The feed", json!({"type": "string", "enum": ["changes", "new"]}), "changes")
        .in_media("application/atom+xml")
        .put(paths, TAG, "A feed");
    file("/data/{slug}/files/{name}", "getFile", "Download a file that the portal keeps")
        .path("slug", "The dataset", &samples.dataset)
        .path("name", "The file, as the dataset's `files` has it", "")
        .in_media("*/*")
        .put(paths, TAG, "The file");
    file("/sitemap.xml", "getSitemap", "List all pages, for search engines").in_media("application/xml").put(
        paths,
        TAG,
        "A sitemap",
    );
    file("/opensearch.xml", "getOpenSearch", "Describe the search, for browsers")
        .in_media("application/opensearchdescription+xml")
        .put(paths, TAG, "An OpenSearch description");
    file("/llms.txt", "getNotes", "Read what an assistant needs to know")
        .in_media("text/plain")
        .put(paths, TAG, "A text");
    file("/api/openapi.json", "describe", "Read this description").put(paths, TAG, "An OpenAPI document");
    Operation::post("/mcp", "mcp", "Ask by the Model Context Protocol")
        .about("For assistants: `initialize`, `tools/list` and `tools/call`, as JSON-RPC.")
        .with(
            "Accept",
            "header",
            "What the client reads",
            json!({"type": "string"}),
            "application/json, text/event-stream",
        )
        .json_body("The message", json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}))
        .put(paths, "Assistants", "The answer");
}
