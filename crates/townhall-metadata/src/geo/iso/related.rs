//! What the data belongs to, comes from, and is explained by.

use serde_json::{Value, json};

use super::cited_identifiers;
use crate::geo::draft::{Draft, unique};
use crate::geo::element::{Element, line_at, lines_at};
use crate::geo::links::document;

/// Puts down relations, lineage, standards and the dictionary.
pub fn put(draft: &mut Draft, record: &Element, main: &Element) {
    relations(draft, record, main);
    lineage(draft, record);
    standards(draft, record);
    dictionary(draft, record);
}

fn relations(draft: &mut Draft, record: &Element, main: &Element) {
    let mut parent = line_at(record, "parentIdentifier").or_else(|| {
        let above = record.first("parentMetadata")?;
        let identifier = line_at(above, "*/identifier/*/code");
        identifier
            .or_else(|| above.attribute("uuidref").map(str::to_owned))
            .or_else(|| line_at(above, "*/title"))
    });
    let mut pages = Vec::new();
    for other in main.all("aggregationInfo|associatedResource/*") {
        let kind = other.all("associationType").into_iter().find_map(Element::code).unwrap_or_default();
        let initiative = other.all("initiativeType").into_iter().find_map(Element::code).unwrap_or_default();
        let name = line_at(other, "aggregateDataSetName|name/*/title");
        let identifier = cited_identifiers(other, "aggregateDataSetIdentifier/*")
            .into_iter()
            .chain(cited_identifiers(other, "name|aggregateDataSetName/*/identifier/*"))
            .map(|(code, _)| code)
            .next()
            .or_else(|| other.first("metadataReference")?.attribute("uuidref").map(str::to_owned));
        let linkages = other.below("linkage").into_iter().filter_map(Element::line);
        let url = linkages.chain(identifier.clone()).find(|url| url.starts_with("http"));
        match kind.as_str() {
            "largerWorkCitation" => {
                parent = parent.or(identifier).or(name);
            }
            "crossReference" | "source" | "dependency" | "collectiveTitle" | "partOfSeamlessDatabase" => {
                let Some(url) = url else { continue };
                if initiative == "dataDictionary" {
                    let dictionary = json!({"@type": "Distribution", "accessURL": url});
                    draft.put("describedBy", Some(dictionary));
                    continue;
                }
                let page = document(name.as_deref().unwrap_or(&url), &url);
                if !pages.contains(&page) {
                    pages.push(page);
                }
            }
            _ => {}
        }
    }
    draft.put_all("page", pages);
    draft.put("isPartOf", parent);
}

fn lineage(draft: &mut Draft, record: &Element) {
    let lineages =
        record.all("dataQualityInfo/*/lineage/*").into_iter().chain(record.all("resourceLineage/*"));
    let mut texts = Vec::new();
    for lineage in lineages {
        texts.extend(lineage.all("statement").into_iter().filter_map(Element::prose));
        texts.extend(lineage.all("processStep/*/description").into_iter().filter_map(Element::prose));
        texts.extend(
            lineage
                .all("source/*/processStep|sourceStep/*/description")
                .into_iter()
                .filter_map(Element::prose),
        );
    }
    draft.put_all("provenance", unique(texts));
}

/// The standards that the data was found to keep to.
fn standards(draft: &mut Draft, record: &Element) {
    let mut found: Vec<Value> = Vec::new();
    for result in record.below("DQ_ConformanceResult") {
        if line_at(result, "pass").is_none_or(|pass| !matches!(pass.as_str(), "true" | "1")) {
            continue;
        }
        let Some(title) = result.first("specification/*/title") else { continue };
        let mut standard = json!({"@type": "Standard"});
        if let Some(text) = title.line() {
            standard["title"] = json!(text);
        }
        let address = title.href().or_else(|| result.first("specification")?.attribute("href"));
        if let Some(href) = address.filter(|href| href.starts_with("http")) {
            standard["identifier"] = json!(href);
        }
        if standard.as_object().is_some_and(|map| map.len() > 1) && !found.contains(&standard) {
            found.push(standard);
        }
    }
    draft.put_all("conformsTo", found);
}

fn dictionary(draft: &mut Draft, record: &Element) {
    let catalogues = record.all("contentInfo/*/featureCatalogueCitation/*");
    let linkages = catalogues.into_iter().flat_map(|it| {
        let linked = lines_at(it, "onlineResource/*/linkage");
        linked.into_iter().chain(it.below("linkage").into_iter().filter_map(Element::line))
    });
    let url = linkages.into_iter().find(|url| url.starts_with("http"));
    draft.put("describedBy", url.map(|url| json!({"@type": "Distribution", "accessURL": url})));
}
