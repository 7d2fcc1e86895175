//! How a class of the specification becomes a struct: one table of fields is all there is to write.

use serde_json::Value;

/// A class as its table describes it; the RDF writers and the JSON-LD context read this.
#[derive(Debug)]
pub struct ClassInfo {
    /// The name in `@type` of DCAT-US 3.0, such as `Dataset`.
    pub name: &'static str,
    /// The RDF class as a prefixed name, such as `dcat:Dataset`.
    pub term: &'static str,
    /// The properties in the order in which they are written, without `@id` and `@type`.
    pub fields: &'static [FieldInfo],
}

impl ClassInfo {
    /// The property with this JSON key.
    pub fn field(&self, key: &str) -> Option<&'static FieldInfo> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// One property of a class.
#[derive(Debug)]
pub struct FieldInfo {
    /// The JSON key.
    pub key: &'static str,
    /// The RDF property as a prefixed name, such as `dcterms:title`.
    pub term: &'static str,
    /// What a plain value of it means in RDF.
    pub meaning: Meaning,
    /// The class of its objects, if it has any.
    pub class: fn() -> Option<&'static ClassInfo>,
}

/// What a plain value means in RDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A text.
    Text,
    /// An IRI.
    Iri,
    /// A year, month, day or instant.
    Date,
    /// An ISO 8601 duration.
    Duration,
    /// A decimal number.
    Decimal,
    /// A whole number that is not negative.
    Count,
    /// True or false.
    Truth,
    /// WKT, or GeoJSON when it is an object.
    Geometry,
    /// A thing of the field's class: an IRI, else its label.
    Thing,
    /// Machinery of JSON-LD that has no meaning of its own.
    Nothing,
}

/// Turns a JSON object that must be one into its map.
pub(crate) fn into_map(value: Value) -> serde_json::Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => unreachable!("a class is written as an object"),
    }
}

/// Makes the struct of a class, with reading and writing, from its table: name, shape, JSON key, RDF term, meaning.
macro_rules! class {
    (
        $(#[$doc:meta])*
        $name:ident $json_name:literal $class_term:literal {
            $($field:ident: $shape:ty = $key:literal $term:literal $meaning:ident;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name {
            /// `@id`: the IRI of the thing.
            pub id: Option<String>,
            /// `@type`: its class, as it was written.
            pub types: Option<$crate::record::OneOrMany<String>>,
            $(
                #[doc = concat!("`", $key, "`, in RDF `", $term, "`.")]
                pub $field: Option<$shape>,
            )*
            /// Unknown keys, nulls, and values that don't fit, all as they came.
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl $name {
            /// The class as its table describes it.
            pub fn info() -> &'static $crate::record::ClassInfo {
                static INFO: $crate::record::ClassInfo = $crate::record::ClassInfo {
                    name: $json_name,
                    term: $class_term,
                    fields: &[$($crate::record::FieldInfo {
                        key: $key,
                        term: $term,
                        meaning: $crate::record::Meaning::$meaning,
                        class: <$shape as $crate::record::Shape>::class,
                    },)*],
                };
                &INFO
            }

            /// Reads a JSON object; what does not fit stays in `extra` and is reported.
            pub fn from_json(
                map: serde_json::Map<String, serde_json::Value>,
                findings: &mut Vec<$crate::Finding>,
            ) -> Self {
                Self::read(map, &mut $crate::record::Trail::new(findings))
            }

            /// Writes the JSON object that was read: known properties in the order of the specification, then the rest.
            pub fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
                $crate::record::class::into_map($crate::record::Shape::to_value(self))
            }

            /// Whether the typed property with this JSON key has a value.
            pub fn is_set(&self, key: &str) -> bool {
                match key {
                    "@id" => self.id.is_some(),
                    "@type" => self.types.is_some(),
                    $($key => self.$field.is_some(),)*
                    _ => false,
                }
            }

            fn read(
                map: serde_json::Map<String, serde_json::Value>,
                trail: &mut $crate::record::Trail<'_>,
            ) -> Self {
                let mut read = Self::default();
                for (key, value) in map {
                    match key.as_str() {
                        "@id" => read.id = trail.property("@id", value, &mut read.extra),
                        "@type" => read.types = trail.property("@type", value, &mut read.extra),
                        $($key => read.$field = trail.property($key, value, &mut read.extra),)*
                        _ => {
                            read.extra.insert(key, value);
                        }
                    }
                }
                read
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                if let Some(id) = &self.id {
                    map.serialize_entry("@id", id)?;
                }
                if let Some(types) = &self.types {
                    map.serialize_entry("@type", types)?;
                }
                $(if let Some(value) = &self.$field {
                    map.serialize_entry($key, value)?;
                })*
                // A property that was null when read and has been set since is written once.
                for (key, value) in self.extra.iter().filter(|(key, _)| !self.is_set(key)) {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }

        impl $crate::record::Shape for $name {
            fn take(
                value: serde_json::Value,
                trail: &mut $crate::record::Trail<'_>,
            ) -> Result<Self, serde_json::Value> {
                match value {
                    serde_json::Value::Object(map) => Ok(Self::read(map, trail)),
                    other => Err(other),
                }
            }

            fn expected() -> String {
                concat!("an object (", $json_name, ")").to_owned()
            }

            fn class() -> Option<&'static $crate::record::ClassInfo> {
                Some(Self::info())
            }
        }
    };
}

pub(crate) use class;
