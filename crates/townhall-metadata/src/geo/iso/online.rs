//! The ways to the data, and to services.

use serde_json::json;

use crate::geo::draft::{Draft, unique};
use crate::geo::element::{Element, line_at, lines_at};
use crate::geo::links::{Link, address, service};

/// The online resources of a record, from every place that names ways to the data. Addresses of thesauri and contacts
/// are none.
pub fn links(draft: &mut Draft, record: &Element, identifications: &[&Element]) -> Vec<Link> {
    let mut found = Vec::new();
    for distribution in record.all("distributionInfo/*") {
        let shared = formats(distribution, "distributionFormat/*");
        for transfer in distribution.all("transferOptions/*") {
            resources(draft, transfer, &shared, &mut found);
        }
        for distributor in distribution.all("distributor/*") {
            let own = formats(distributor, "distributorFormat/*");
            let formats = if own.is_empty() { &shared } else { &own };
            for transfer in distributor.all("distributorTransferOptions/*") {
                resources(draft, transfer, formats, &mut found);
            }
        }
        for format in distribution.all("distributionFormat/*") {
            let own: Vec<String> = format_name(format).into_iter().collect();
            for transfer in format.all("formatDistributor/*/distributorTransferOptions/*") {
                resources(draft, transfer, &own, &mut found);
            }
        }
    }
    // A service that is told beside its data is another way to it.
    for operation in identifications.iter().flat_map(|it| it.all("containsOperations/*")) {
        for point in operation.all("connectPoint/*") {
            found.extend(link(draft, point, None));
        }
    }
    for cited in identifications.iter().flat_map(|it| it.all("citation/*/onlineResource/*")) {
        found.extend(link(draft, cited, None).filter(|link| link.is_for("download")));
    }
    found
}

fn format_name(format: &Element) -> Option<String> {
    line_at(format, "name").or_else(|| line_at(format, "formatSpecificationCitation/*/title"))
}

fn formats(holder: &Element, path: &str) -> Vec<String> {
    unique(holder.all(path).into_iter().filter_map(format_name))
}

fn resources(draft: &mut Draft, transfer: &Element, formats: &[String], found: &mut Vec<Link>) {
    let own = self::formats(transfer, "distributionFormat/*");
    let formats = if own.is_empty() { formats } else { &own };
    let online = transfer.all("onLine/*");
    // Of several formats, none can be told of any one file; the size is that of a single one.
    let format = Some(formats).filter(|formats| formats.len() == 1).map(|formats| formats[0].clone());
    let megabytes: Option<f64> = line_at(transfer, "transferSize").and_then(|text| text.parse().ok());
    let bytes = megabytes
        .filter(|size| online.len() == 1 && *size > 0.0 && *size < 1e9)
        .map(|size| (size * 1e6) as u64);
    for resource in online {
        found.extend(link(draft, resource, format.clone()).map(|link| Link { bytes, ..link }));
    }
}

fn link(draft: &mut Draft, resource: &Element, format: Option<String>) -> Option<Link> {
    let linkage = resource.first("linkage")?;
    let text = linkage.line().or_else(|| linkage.href().map(str::to_owned))?;
    Some(Link {
        url: address(draft, &text)?,
        name: line_at(resource, "name"),
        description: resource.all("description").into_iter().find_map(Element::prose),
        protocol: line_at(resource, "protocol"),
        function: resource.all("function").into_iter().find_map(Element::code),
        format,
        bytes: None,
    })
}

/// Where a service can be asked: by its operations, else by what its distribution says is a service.
pub fn endpoints(record: &Element, main: &Element) -> Vec<String> {
    let operations = lines_at(main, "containsOperations/*/connectPoint/*/linkage");
    // What is wrong with addresses is told where distributions are read; here the good ones count.
    let mut aside = Draft::new(townhall_model::record::RecordKind::DataService);
    let mut found: Vec<String> = operations.iter().filter_map(|text| address(&mut aside, text)).collect();
    if found.is_empty() {
        let links = links(&mut aside, record, &[main]);
        let services = links.iter().filter(|link| service(link).is_some()).map(|link| link.url.clone());
        found.extend(services);
    }
    unique(found)
}

/// Fields that services have and datasets have not.
pub fn put_service(draft: &mut Draft, record: &Element, main: &Element, endpoints: &[String]) {
    draft.put_all("endpointURL", endpoints.to_vec());
    let description = endpoints.iter().find(|url| url.to_ascii_lowercase().contains("getcapabilities"));
    draft.put_all("endpointDescription", description.cloned().into_iter().collect());
    let kind = line_at(main, "serviceType");
    let category = kind.map(|kind| json!({"@type": "Concept", "prefLabel": kind}));
    draft.put_all("category", category.into_iter().collect());
    // 3.0 asks for the served dataset itself, with its title; here is only its name.
    let served = main.all("operatesOn").into_iter().filter_map(|data| {
        let id = data.attribute("uuidref").or_else(|| data.href())?;
        Some(id.to_owned())
    });
    draft.keep("operatesOn", Some(unique(served)));
    let links = links(draft, record, &[]);
    let ways = links.iter().filter(|link| !endpoints.contains(&link.url)).map(|link| link.url.clone());
    draft.keep("onLine", Some(unique(ways)));
}
