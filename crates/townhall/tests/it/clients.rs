//! The clients that people have, against the program as it is served: `ckanapi` and `sodapy`, and a validator of OpenAPI.

use std::process::Command;

use crate::harness::{Sandbox, catalogue, python};

#[test]
fn clients_of_ckan_and_socrata_are_answered() {
    let Some(python) = python("ckanapi, sodapy, openapi_spec_validator") else { return };
    let sandbox = Sandbox::new();
    sandbox.write("readings.csv", "gauge,level,note\n1,2.5,\n2,3.5,\"a, b\"\n3,4.5,deep\n");
    sandbox.write("data.json", catalogue(1, Some("readings.csv")).to_string());
    sandbox.json(&["import", "data.json"]);
    let server = sandbox.serve();
    let tables = server.json("/api/tables");
    let table = tables["data"][0]["id"].as_str().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/clients.py");
    let output = Command::new(python).arg(script).args([&server.url(), table]).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("every client was answered"), "{out}{error}");
}
