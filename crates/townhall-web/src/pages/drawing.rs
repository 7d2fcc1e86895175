//! Lets a drawing of ours into a page. Templates never take markup as it comes: what is not just the SVG that charts are made
//! of is left out whole.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The elements of charts.
const ELEMENTS: [&str; 14] = [
    "svg", "g", "title", "desc", "defs", "pattern", "clipPath", "rect", "circle", "line", "path", "text",
    "polyline", "polygon",
];

/// The drawing, or nothing when it holds anything else than drawings do.
pub(super) fn checked(svg: &str) -> String {
    if svg.starts_with("<svg ") && is_drawing(svg) {
        return svg.to_owned();
    }
    if !svg.is_empty() {
        tracing::error!("a drawing that is none was left out of a page");
    }
    String::new()
}

fn is_drawing(svg: &str) -> bool {
    let mut reader = Reader::from_str(svg);
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if is_harmless(&start) => depth += 1,
            Ok(Event::Empty(start)) if is_harmless(&start) => {}
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(_) | Event::GeneralRef(_)) if depth > 0 => {}
            Ok(Event::Eof) => return depth == 0,
            _ => return false,
        }
    }
}

fn is_harmless(start: &BytesStart<'_>) -> bool {
    let element = start.name();
    let element: &str = element.as_ref();
    let is_known = ELEMENTS.contains(&element);
    is_known
        && start.attributes().all(|attribute| {
            attribute.is_ok_and(|attribute| {
                let name: &str = attribute.key.as_ref();
                !name.starts_with("on") && !matches!(name, "style" | "href" | "xlink:href")
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_drawings_come_in() {
        let drawing = "<svg class=\"th-chart\"><title>a &lt; b</title><rect x=\"1\"/></svg>";
        assert_eq!(checked(drawing), drawing);
        for bad in [
            "<svg ><script>alert(1)</script></svg>",
            "<svg onload=\"alert(1)\"></svg>",
            "<svg ><a href=\"javascript:1\"/></svg>",
            "<svg ><rect style=\"fill:red\"/></svg>",
            "<svg ></svg><p>",
            "<svg >",
            "<p>",
        ] {
            assert_eq!(checked(bad), "", "{bad}");
        }
    }
}
