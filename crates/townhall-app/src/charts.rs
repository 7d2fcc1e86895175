//! What doors need of charts, by their names in `townhall-charts`.

pub use townhall_charts::limits;
pub use townhall_charts::{
    Aggregate, Channel, Chart, DataPage, DetailPage, Field, FieldType, Fonts, Format, Kind, LAND, Look,
    PageFilter, Pane, Plan, Roles, Rows, Sort, Spec, Stack, Suggestion, Summary, Table, TimeUnit, explore,
    png, suggest,
};
