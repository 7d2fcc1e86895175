//! Areas and columns as tabula-java takes them, as a template.

use serde_json::{Value, json};
use townhall_model::ErrorKind;

use crate::cli::PdfTablesArgs;
use crate::commands::Failure;

/// The template that the arguments stand for; nothing where tables are to be looked for.
pub fn template(args: &PdfTablesArgs) -> Result<String, Failure> {
    if let Some(path) = &args.template {
        return Ok(std::fs::read_to_string(path)?);
    }
    let columns = args.columns.as_deref().map(numbers).transpose()?;
    if args.area.is_empty() && columns.is_none() {
        return Ok(String::new());
    }
    let method = if args.lattice {
        "lattice"
    } else if args.stream || columns.is_some() {
        "stream"
    } else {
        "guess"
    };
    let whole = ["%0,0,100,100".to_owned()];
    let areas = if args.area.is_empty() { &whole[..] } else { &args.area };
    let selections: Vec<Value> = areas
        .iter()
        .map(|area| {
            let (percent, places) = numbers(area)?;
            let [top, left, bottom, right] = places[..] else {
                return Err(bad(area, "an area has four numbers: top,left,bottom,right"));
            };
            let columns = columns.as_ref().map(|(is_share, places)| match (is_share, percent) {
                (false, false) | (true, true) => Ok(places.clone()),
                _ => Err(bad(area, "areas and columns are both in points, or both in hundredths")),
            });
            Ok(json!({
                "page": 1, "extraction_method": method, "x1": left, "y1": top, "x2": right, "y2": bottom,
                "width": right - left, "height": bottom - top, "reach": "all", "percent": percent,
                "columns": columns.transpose()?.unwrap_or_default(),
            }))
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Value::Array(selections).to_string())
}

/// Numbers with commas between them, and whether they are hundredths.
fn numbers(text: &str) -> Result<(bool, Vec<f64>), Failure> {
    let (percent, rest) = match text.strip_prefix('%') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let places =
        rest.split(',').map(|part| part.trim().parse::<f64>().ok().filter(|place| place.is_finite()));
    match places.collect::<Option<Vec<f64>>>() {
        Some(places) => Ok((percent, places)),
        None => Err(bad(text, "it has something that is no number")),
    }
}

fn bad(text: &str, why: &str) -> Failure {
    Failure::new(ErrorKind::Invalid, format!("`{text}` can't be used: {why}"))
        .with_hint("write areas like 100,50,400,550 and columns like 120,240.5")
}
