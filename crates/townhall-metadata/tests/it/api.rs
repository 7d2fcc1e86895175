//! Descriptions of APIs: every form is read into one shape, and nothing that anybody sends breaks the reader.

use proptest::prelude::*;
use serde_json::{Value, json};
use townhall_metadata::api::{Api, Between, Kind, Place, read_api, read_api_value};

#[track_caller]
fn read(document: &Value) -> Api {
    let reading = read_api(document.to_string().as_bytes(), None);
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    reading.api.expect("an API")
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn open_api() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Gauges", "version": "2", "description": "Water levels"},
        "servers": [{"url": "https://{region}.example.gov/v2", "variables": {"region": {"default": "east"}}}],
        "paths": {
            "/gauges/{id}/levels": {
                "parameters": [{"$ref": "#/components/parameters/Id"}],
                "get": {
                    "operationId": "get levels!", "summary": "Levels", "tags": ["Levels"],
                    "parameters": [
                        {"name": "from", "in": "query", "schema": {"type": "string", "format": "date"}, "example": "2025-01-01"},
                        {"name": "unit", "in": "query", "schema": {"type": ["string", "null"], "enum": ["m", "ft"]}},
                        {"name": "flags", "in": "query", "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Flag"}}},
                        {"name": "codes", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "integer"}}},
                        {"name": "more", "in": "query", "schema": {"type": "object", "additionalProperties": {"type": "string"}}},
                        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                        {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                    ],
                },
                "post": {
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Level"}}}},
                },
            },
            "/forms": {"post": {"requestBody": {"content": {"multipart/form-data": {"schema": {
                "type": "object", "required": ["text"],
                "properties": {"text": {"type": "string", "format": "text"}, "how": {"oneOf": [{"const": "a", "title": "All"}]}},
            }}}}}},
        },
        "components": {
            "parameters": {"Id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}, "example": "0001"}},
            "schemas": {
                "Flag": {"type": "string", "enum": ["ice", "wind"]},
                "Level": {"type": "object", "properties": {
                    "value": {"type": "number", "example": 2.5}, "next": {"$ref": "#/components/schemas/Level"},
                }},
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": "api_key"},
                "token": {"type": "http", "scheme": "bearer"},
                "dance": {"type": "oauth2", "flows": {}},
            },
        },
    })
}

#[test]
fn open_api_is_read_with_its_references_fields_and_keys() {
    let api = read(&open_api());
    assert_eq!((api.form.as_str(), api.title.as_str()), ("OpenAPI 3.1", "Gauges"));
    assert_eq!(api.servers, ["https://east.example.gov/v2"]);
    let keys: Vec<_> = api.keys.iter().map(|key| (key.name.as_str(), key.place)).collect();
    assert_eq!(keys, [("api_key", Place::Query), ("Authorization", Place::Header)]);
    let levels = api.operation("get-levels").expect("a name that can stand in an address");
    let fields: Vec<_> = levels.fields.iter().map(|field| (field.key(), field.kind)).collect();
    assert_eq!(
        fields,
        [
            ("from".to_owned(), Kind::Text),
            ("unit".to_owned(), Kind::Text),
            ("flags".to_owned(), Kind::List(Between::Repeat)),
            ("codes".to_owned(), Kind::List(Between::Mark(','))),
            ("more".to_owned(), Kind::Pairs),
            ("header.X-Trace".to_owned(), Kind::Text),
            ("path.id".to_owned(), Kind::Text),
        ]
    );
    assert_eq!(levels.fields[2].choices.len(), 2, "the values of its items");
    assert_eq!(levels.fields[6].value.as_deref(), Some("0001"));
}

#[test]
fn a_call_has_each_value_in_its_place() {
    let api = read(&open_api());
    let levels = api.operation("get-levels").unwrap();
    let call = levels
        .call(&pairs(&[
            ("path.id", "a/b c"),
            ("from", "2025-01-01"),
            ("flags", "ice, wind"),
            ("codes", "1,2"),
            ("header.X-Trace", "t"),
            ("level__gte", "4 & 5"),
            ("unit", ""),
        ]))
        .unwrap();
    assert_eq!(
        call.target,
        "/gauges/a%2Fb%20c/levels?from=2025-01-01&flags=ice&flags=wind&codes=1%2C2&level__gte=4+%26+5"
    );
    assert_eq!(call.headers, pairs(&[("X-Trace", "t")]));
    let missing = levels.call(&[]).unwrap_err();
    assert_eq!(missing[0].to_string(), "`id` is needed");
    assert!(levels.call(&pairs(&[("path.id", "..")])).is_err(), "a value does not lead elsewhere");
    assert!(levels.call(&pairs(&[("path.id", "1"), ("header.X-Trace", "a\r\nb: c")])).is_err());
}

#[test]
fn bodies_are_forms_or_texts_with_an_example() {
    let api = read(&open_api());
    let post = api.operations.iter().find(|operation| operation.method == "POST").unwrap();
    let body = post.body.as_ref().unwrap();
    let example: Value = serde_json::from_str(&body.example).unwrap();
    assert_eq!(example["value"], 2.5);
    assert!(example["next"]["next"].is_object(), "a tree is shown a few levels deep");
    let call = post.call(&pairs(&[("path.id", "1"), ("body", "{}")])).unwrap();
    assert_eq!(call.body, Some(("application/json".to_owned(), "{}".to_owned())));
    let form = api.operation("post-forms").unwrap();
    let (kind, text) =
        form.call(&pairs(&[("body.text", "a\r\n--b"), ("body.how", "a")])).unwrap().body.unwrap();
    let boundary = kind.split_once("boundary=").unwrap().1;
    assert_eq!(text.matches(&format!("--{boundary}")).count(), 3, "{text}");
    assert!(text.contains("name=\"how\"\r\n\r\na\r\n"), "{text}");
    assert_eq!(form.fields.iter().find(|field| field.name == "how").unwrap().choices[0].label, "All");
}

#[test]
fn swagger_2_is_read() {
    let api = read(&json!({
        "swagger": "2.0", "info": {"title": "Old", "version": "1"},
        "host": "api.example.gov", "basePath": "/v1", "schemes": ["http", "https"],
        "securityDefinitions": {"k": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        "paths": {
            "/things": {
                "get": {"parameters": [
                    {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer", "enum": [1, 2]}, "collectionFormat": "pipes"},
                    {"name": "limit", "in": "query", "type": "integer", "default": 10, "required": true},
                ]},
                "post": {"parameters": [{"name": "body", "in": "body", "schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}]},
                "put": {"consumes": ["multipart/form-data"], "parameters": [{"name": "f", "in": "formData", "type": "string"}]},
            },
        },
    }));
    assert_eq!(api.servers, ["https://api.example.gov/v1"]);
    assert_eq!(api.keys[0].name, "X-Api-Key");
    let get = &api.operations[0];
    assert_eq!(get.fields[0].kind, Kind::List(Between::Mark('|')));
    assert_eq!(get.fields[1].value.as_deref(), Some("10"));
    assert_eq!(
        get.call(&pairs(&[("ids", "1,2"), ("limit", "5")])).unwrap().target,
        "/things?ids=1%7C2&limit=5"
    );
    let bodies: Vec<_> =
        api.operations.iter().filter_map(|one| Some(one.body.as_ref()?.media_type.as_str())).collect();
    assert_eq!(bodies, ["multipart/form-data", "application/json"]);
}

#[test]
fn a_swagger_1_declaration_is_read_and_a_listing_says_what_to_do() {
    let api = read(&json!({
        "swaggerVersion": "1.2", "apiVersion": "1", "basePath": "http://api.example.gov/v0", "resourcePath": "/pets",
        "authorizations": {"k": {"type": "apiKey", "passAs": "query", "keyname": "token"}},
        "apis": [{"path": "/pets/{id}", "operations": [{
            "method": "GET", "nickname": "pet", "summary": "One pet",
            "parameters": [{"paramType": "path", "name": "id", "type": "integer", "required": true, "defaultValue": "7"}],
        }]}],
    }));
    assert_eq!((api.title.as_str(), api.operations[0].group.as_str()), ("pets", "pets"));
    assert_eq!(api.keys[0].name, "token");
    assert_eq!(api.operations[0].call(&pairs(&[("path.id", "7")])).unwrap().target, "/pets/7");
    let listing = read_api_value(&json!({"swaggerVersion": "1.2", "apis": [{"path": "/pets"}]}));
    assert!(listing.api.is_none());
    assert_eq!(listing.findings[0].code, "API-LISTING");
    assert!(listing.findings[0].fix.is_some());
}

#[test]
fn io_docs_are_read_with_the_configuration_beside_them() {
    let methods = json!({"endpoints": [{"name": "Users", "methods": [
        {"MethodName": "user", "Synopsis": "A user", "HTTPMethod": "GET", "URI": "/users/:userId/posts", "parameters": [
            {"Name": "userId", "Required": "Y", "Default": "12", "Type": "string", "Description": "Who"},
            {"Name": "order", "Required": "N", "Default": "", "Type": "enumerated", "EnumeratedList": ["a", "d"], "EnumeratedDescription": ["up", "down"]},
            {"Name": "all", "Required": "N", "Type": "boolean"},
        ]},
        {"MethodName": "post", "HTTPMethod": "POST", "URI": "/users", "parameters": [{"Name": "name", "Required": "Y"}]},
    ]}]});
    let config = json!({"users": {
        "name": "User API", "protocol": "https", "baseURL": "api.example.gov", "publicPath": "/v1", "auth": "key",
        "keyParam": "api_key", "booleanTrueVal": "1", "booleanFalseVal": "0",
    }});
    let reading = read_api(methods.to_string().as_bytes(), Some(config.to_string().as_bytes()));
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    let api = reading.api.unwrap();
    assert_eq!((api.title.as_str(), api.servers[0].as_str()), ("User API", "https://api.example.gov/v1"));
    assert_eq!((api.keys[0].name.as_str(), api.keys[0].place), ("api_key", Place::Query));
    let user = api.operation("user").unwrap();
    assert_eq!(user.path, "/users/{userId}/posts");
    assert_eq!(user.fields[1].choices[1].label, "down");
    assert_eq!(user.fields[2].choices[0].value, "1");
    assert_eq!(
        user.call(&pairs(&[("path.userId", "12"), ("order", "d")])).unwrap().target,
        "/users/12/posts?order=d"
    );
    let post = api.operation("post").unwrap();
    assert_eq!(post.call(&pairs(&[("body.name", "a b")])).unwrap().body.unwrap().1, "name=a+b");
}

#[test]
fn a_description_in_yaml_is_read_as_its_like_in_json() {
    let yaml = "\
swagger: 2.0
info: {title: Permits, version: 1.0}
host: api.example.gov
# Answers are keyed by numbers.
paths:
  /permits/{id}:
    get:
      operationId: permit
      summary: One permit
      parameters:
        - &id {name: id, in: path, required: true, type: string, default: '0012'}
        - {name: state, in: query, type: string, enum: [open, closed, 'no']}
      responses:
        200: {description: the permit}
  /permits/{id}/fees:
    get:
      operationId: fees
      parameters: [*id]
      responses: {200: {description: its fees}}
";
    let reading = read_api(yaml.as_bytes(), None);
    assert!(reading.findings.is_empty(), "{:#?}", reading.findings);
    let param = json!({"name": "id", "in": "path", "required": true, "type": "string", "default": "0012"});
    let same = read(&json!({
        "swagger": "2.0", "info": {"title": "Permits", "version": "1.0"}, "host": "api.example.gov",
        "paths": {
            "/permits/{id}": {"get": {"operationId": "permit", "summary": "One permit", "parameters": [
                param, {"name": "state", "in": "query", "type": "string", "enum": ["open", "closed", "no"]},
            ], "responses": {}}},
            "/permits/{id}/fees": {"get": {"operationId": "fees", "parameters": [param], "responses": {}}},
        },
    }));
    assert_eq!(reading.api.expect("an API"), same);
}

#[test]
fn what_is_broken_is_told() {
    for (text, code) in [
        ("{\"openapi\": ", "API-NOT-JSON"),
        ("openapi: 3.0.0", "API-EMPTY"),
        ("openapi: [3.0.0", "API-NOT-YAML"),
        ("a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b", "API-NOT-YAML"),
        ("{}", "API-UNKNOWN"),
        ("[1]", "API-UNKNOWN"),
        (r#"{"openapi": "3.0.0", "paths": {}}"#, "API-EMPTY"),
        (
            r##"{"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}]}}},
                "components": {"parameters": {"A": {"$ref": "#/components/parameters/B"}, "B": {"$ref": "#/components/parameters/A"}}}}"##,
            "API-REF-LOOP",
        ),
        (
            r#"{"openapi": "3.0.0", "paths": {"/a": {"get": {"parameters": [{"$ref": "https://example.gov/p.json"}]}}}}"#,
            "API-REMOTE-REF",
        ),
        (r##"{"openapi": "3.0.0", "paths": {"/a": {"$ref": "#/nowhere"}}}"##, "API-LOST-REF"),
    ] {
        let reading = read_api(text.as_bytes(), None);
        assert!(
            reading.findings.iter().any(|finding| finding.code == code),
            "{text}: {:#?}",
            reading.findings
        );
    }
}

/// JSON that looks a little like a description.
fn likely() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "openapi",
        "3.0.0",
        "swagger",
        "2.0",
        "swaggerVersion",
        "1.2",
        "paths",
        "/a/{b}",
        "get",
        "post",
        "parameters",
        "name",
        "in",
        "query",
        "path",
        "schema",
        "type",
        "array",
        "items",
        "object",
        "properties",
        "$ref",
        "#/paths",
        "#/",
        "#",
        "allOf",
        "enum",
        "requestBody",
        "content",
        "application/json",
        "endpoints",
        "methods",
        "URI",
        "/x/:y",
        "apis",
        "operations",
        "servers",
        "url",
        "required",
        "additionalProperties",
        "components",
        "parameters",
        "example",
        "body",
        "formData",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(|word| json!(word)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|yes| json!(yes)),
        Just(Value::Null),
        ".{0,6}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(7, 120, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|members| Value::Object(
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_breaks_the_reader(mut value in likely(), kind in 0..4_usize) {
        let head = [("openapi", "3.1.0"), ("swagger", "2.0"), ("swaggerVersion", "1.2"), ("x", "")][kind];
        if let Value::Object(members) = &mut value {
            members.insert(head.0.to_owned(), json!(head.1));
        }
        let reading = read_api(value.to_string().as_bytes(), Some(value.to_string().as_bytes()));
        for operation in reading.api.into_iter().flat_map(|api| api.operations) {
            let filled: Vec<(String, String)> =
                operation.fields.iter().map(|field| (field.key(), field.value.clone().unwrap_or("x".into()))).collect();
            let _ = operation.call(&filled);
            let _ = operation.call(&[]);
        }
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_api(&bytes, Some(&bytes));
    }
}
