//! What the harvester of data.gov refuses although the schema takes it. Part of the verdict of `dcat-us-3.0-harvester`.

use townhall_model::Severity;

use super::{Profiles, Rule, rules};

const OFFICIAL: bool = true;

rules! {
    HARVEST: "What only the harvester asks for.";

    NO_IDENTIFIER = "HARVEST-IDENTIFIER", Error, HARVESTER_3_0, "A record can be told from others: its identifier is a text, or an object with `@id`; a series has `@id`",
        "data.gov harvester, identifiers", "give the record an identifier that is a text, or `@id` within it";
    DUPLICATE = "HARVEST-DUPLICATE", Error, HARVESTER_3_0, "No record has the identifier of one before it",
        "data.gov harvester, duplicate identifiers", "give each record an identifier of its own; the harvester takes the first one only";
}
