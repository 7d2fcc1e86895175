//! `/qu/api-docs`: the addresses described in Swagger 1.2, a listing and a declaration for each dataset.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use townhall_model::ErrorKind;

use super::{BASE, Refusal};
use crate::handlers::{Site, respond};
use crate::server::Problem;

const FORMS: [&str; 3] = ["application/json", "application/xml", "text/javascript"];

/// The list of declarations.
pub async fn listing(site: &Site) -> Result<Response, Problem> {
    let base = site.base_url();
    let datasets = site.app().qu().datasets(site.audience()).await?;
    let mut apis = vec![
        json!({"path": format!("{base}/qu/api-docs/data"), "description": "Operations about datasets."}),
    ];
    apis.extend(datasets.iter().map(|dataset| {
        json!({
            "path": format!("{base}/qu/api-docs/{}", dataset.name),
            "summary": format!("Operations about {}", dataset.name),
        })
    }));
    Ok(respond::json(&json!({"apiVersion": "1.0", "swaggerVersion": "1.2", "apis": apis})))
}

/// `/qu/api-docs/{api}`: `data`, or a dataset.
pub async fn declaration(site: Site, Path(api): Path<String>) -> Result<Response, Refusal> {
    let names: Vec<String> =
        site.app().qu().datasets(site.audience()).await?.into_iter().map(|dataset| dataset.name).collect();
    let document = if api == "data" {
        let which = parameter("dataset", "path", "The name of the dataset", &names);
        declared(
            &site,
            BASE,
            &FORMS[..2],
            vec![
                operation(BASE, "getDatasets", "All datasets", &FORMS[..2], vec![]),
                operation(
                    &format!("{BASE}/{{dataset}}"),
                    "getDataset",
                    "One dataset",
                    &FORMS[..2],
                    vec![which],
                ),
            ],
        )
    } else if names.contains(&api) {
        of_dataset(&site, &api).await?
    } else {
        return Err(Problem::new(ErrorKind::NotFound, format!("No such dataset: {api}")).into());
    };
    Ok(respond::json(&document))
}

async fn of_dataset(site: &Site, name: &str) -> Result<Value, Problem> {
    let dataset = site.app().qu().dataset(site.audience(), name).await?;
    let base = format!("{BASE}/{name}");
    let mut concepts: Vec<String> = dataset.definition.concepts.iter().map(|c| c.id.clone()).collect();
    let mut slices: Vec<String> = dataset.definition.slices.iter().map(|s| s.id.clone()).collect();
    concepts.sort();
    slices.sort();
    let slice = || parameter("slice", "path", "The name of the slice", &slices);
    let mut clauses = vec![slice()];
    clauses.extend(
        [
            ("$select", "string", "Columns to give, and sums of groups, with commas between them"),
            ("$where", "string", "Which rows, such as population > 1000 AND state = 'MD'"),
            ("$group", "string", "Dimensions to group by, with commas between them"),
            ("$orderBy", "string", "Columns to order by, each with ASC or DESC behind it"),
            ("$limit", "integer", "Rows to give, 100 unless said, 0 for all"),
            ("$offset", "integer", "Rows to pass over"),
            ("$callback", "string", "The function that a script calls"),
        ]
        .map(|(name, kind, about)| {
            json!({"name": name, "paramType": "query", "dataType": kind, "description": about, "required": false})
        }),
    );
    let title = title_case(name);
    let forms = &FORMS[..];
    let with_csv = [&FORMS[..], &["text/csv"]].concat();
    let mut query = operation(
        &format!("{base}/slice/{{slice}}"),
        &format!("querySlice{title}"),
        "Rows of a slice",
        &with_csv,
        clauses,
    );
    query["operations"][0]["type"] = json!("QueryResponse");
    let mut document = declared(
        site,
        &base,
        forms,
        vec![
            operation(&base, &format!("getDataset{title}"), "The dataset", forms, vec![]),
            operation(
                &format!("{base}/concept/{{concept}}"),
                &format!("getConcept{title}"),
                "What a column means",
                forms,
                vec![parameter("concept", "path", "The name of the concept", &concepts)],
            ),
            query,
            operation(
                &format!("{base}/slice/{{slice}}/metadata"),
                &format!("getSliceMetadata{title}"),
                "The columns of a slice",
                forms,
                vec![slice()],
            ),
        ],
    );
    document["models"] = json!({"QueryResponse": {
        "id": "QueryResponse", "description": "The answer to a question", "required": ["total", "size"],
        "properties": {"total": {"type": "integer"}, "size": {"type": "integer"}},
    }});
    Ok(document)
}

fn declared(site: &Site, path: &str, forms: &[&str], apis: Vec<Value>) -> Value {
    json!({
        "apiVersion": "1.0", "swaggerVersion": "1.2", "basePath": site.base_url(), "resourcePath": path,
        "produces": forms, "models": {}, "apis": apis,
    })
}

fn operation(path: &str, name: &str, summary: &str, forms: &[&str], parameters: Vec<Value>) -> Value {
    json!({"path": path, "operations": [{
        "method": "GET", "nickname": name, "summary": summary, "produces": forms, "parameters": parameters,
    }]})
}

fn parameter(name: &str, place: &str, about: &str, values: &[String]) -> Value {
    json!({
        "name": name, "paramType": place, "dataType": "string", "description": about, "required": true,
        "allowableValues": {"valueType": "LIST", "values": values},
    })
}

fn title_case(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
