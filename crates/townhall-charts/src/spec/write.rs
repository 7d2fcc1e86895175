//! Writes a specification as Vega-Lite.

use serde_json::{Map, Value, json};

use super::{Channel, Kind, SCHEMA, Sort, Spec, Stack};

impl Spec {
    /// The specification as Vega-Lite, over the data of an address.
    pub fn to_json(&self, data_url: Option<&str>) -> Value {
        let mut object = Map::new();
        object.insert("$schema".into(), json!(SCHEMA));
        if let Some(title) = &self.title {
            object.insert("title".into(), json!(title));
        }
        if let Some(description) = &self.description {
            object.insert("description".into(), json!(description));
        }
        if let Some(url) = data_url {
            object.insert("data".into(), json!({"url": url, "format": {"type": "csv"}}));
        }
        object.insert("mark".into(), self.mark());
        if self.kind == Kind::Map {
            object.insert("projection".into(), json!({"type": "equirectangular"}));
        }
        let mut encoding = Map::new();
        for (name, channel) in self.channels() {
            if let Some(channel) = channel {
                encoding.insert(name.into(), self.channel_json(name, channel));
            }
        }
        object.insert("encoding".into(), Value::Object(encoding));
        object.insert("usermeta".into(), json!({"townhall": {"kind": self.kind.name()}}));
        Value::Object(object)
    }

    fn mark(&self) -> Value {
        match self.kind {
            Kind::Line => json!({"type": "line", "point": false}),
            Kind::KeyFigure => json!({"type": "text", "fontSize": 48}),
            Kind::Scatter => json!({"type": "point", "filled": true, "opacity": 0.6}),
            Kind::Map => json!({"type": "circle", "opacity": 0.6}),
            kind => json!(kind.mark()),
        }
    }

    fn channel_json(&self, name: &str, channel: &Channel) -> Value {
        let mut object = Map::new();
        if let Some(field) = &channel.field {
            object.insert("field".into(), json!(escaped(field)));
        }
        if let Some(aggregate) = channel.aggregate {
            object.insert("aggregate".into(), json!(aggregate.name()));
        }
        if let Some(bins) = channel.bin {
            object.insert("bin".into(), json!({"maxbins": bins}));
        }
        if let Some(unit) = channel.time_unit {
            object.insert("timeUnit".into(), json!(unit.name()));
        }
        if let Some(kind) = channel.kind
            && !matches!(name, "longitude" | "latitude")
        {
            object.insert("type".into(), json!(kind.name()));
        }
        if let Some(title) = &channel.title {
            object.insert("title".into(), json!(title));
        }
        let measure = match (self.kind, name) {
            (Kind::Pie, _) => "theta",
            (Kind::HeatMap, _) => "color",
            (_, "x") => "y",
            _ => "x",
        };
        match channel.sort {
            None => {}
            Some(Sort::Ascending) => drop(object.insert("sort".into(), json!("ascending"))),
            Some(Sort::Descending) => drop(object.insert("sort".into(), json!("descending"))),
            Some(Sort::Measure) => drop(object.insert("sort".into(), json!(measure))),
            Some(Sort::MeasureDescending) => {
                object.insert("sort".into(), json!(format!("-{measure}")));
            }
        }
        if let Some(format) = &channel.format {
            let guide = if matches!(name, "color" | "size") { "legend" } else { "axis" };
            match name {
                "text" | "theta" => object.insert("format".into(), json!(format.text())),
                _ => object.insert(guide.into(), json!({"format": format.text()})),
            };
        }
        if self.stack == Stack::Normalize && channel.aggregate.is_some() && matches!(name, "x" | "y") {
            object.insert("stack".into(), json!("normalize"));
        }
        Value::Object(object)
    }
}

/// A column's name as Vega-Lite reads it: dots and brackets would be steps into an object.
pub(crate) fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '.' | '[' | ']' | '\\' | '\'' | '"') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
