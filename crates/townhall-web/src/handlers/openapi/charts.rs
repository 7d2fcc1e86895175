//! The operations that draw charts.

use serde_json::{Map, Value};
use townhall_app::charts::{Aggregate, Kind, TimeUnit};

use super::build::Operation;
use super::samples::Samples;

/// Charts of tables: drawings, the specification, the numbers.
pub(super) fn charts(paths: &mut Map<String, Value>, samples: &Samples) {
    const TAG: &str = "Charts";
    let functions = Aggregate::ALL.map(Aggregate::name).join(", ");
    let units = TimeUnit::ALL.map(TimeUnit::name).join(", ");
    let channel = format!(
        "A column, bin(column), function(column) with one of {functions}, or unit(column) with one of {units}"
    );
    let (mark, x, y) = match samples.text.is_empty() {
        true => ("", "", ""),
        false => ("bar", samples.text.as_str(), "count()"),
    };
    let kinds = Kind::ALL.map(Kind::name).join(", ");
    let chart = |form: &str, id: &str, summary: &str| {
        Operation::get(&format!("/api/tables/{{id}}/chart.{form}"), id, summary)
            .path("id", "The table", &samples.table)
            .query_as("mark", format!("What is drawn: one of {kinds}"), mark)
            .query_as("x", &channel, x)
            .query_as("y", &channel, y)
            .query("color", "The column that splits the chart, or for a heat map the number")
            .query("theta", "The number of a pie")
            .query("text", "The number of a key figure")
            .query("longitude", "For a map")
            .query("latitude", "For a map")
            .one_of("sort", "The order of bars", ["ascending", "descending", "largest", "smallest"])
            .one_of("stack", "Shares of the whole", ["normalize"])
            .query("title", "The title")
            .query("spec", "A Vega-Lite specification instead of all these")
            .any("column", "Which rows, as for rows")
            .integer("_width", "The width of the drawing", "")
            .integer("_scale", "Pixels for each unit of a picture", "")
    };
    chart("svg", "drawChart", "Draw a chart").as_media("image/svg+xml").put(paths, TAG, "The drawing");
    chart("png", "drawChartAsPicture", "Draw a chart as a picture").as_media("image/png").put(
        paths,
        TAG,
        "The picture",
    );
    chart("json", "getChart", "Read a chart as Vega-Lite").put(paths, TAG, "The specification");
    chart("csv", "getChartNumbers", "Read the numbers of a chart").as_media("text/csv").put(
        paths,
        TAG,
        "The numbers",
    );
}
