//! What the published schemas ask for. These rules make the official verdict.
//!
//! The source of a finding names the schema of the profile and the field; what stands here is the general one.

use townhall_model::Severity;

use super::{Profiles, Rule, rules};

const OFFICIAL: bool = true;

rules! {
    SHAPE: "The rules of the published schemas.";

    ROOT = "SHAPE-ROOT", Error, ALL, "The file is a catalogue object, or in 1.0 a list",
        "DCAT-US schema, catalog", "put the datasets in the list `dataset` of a catalogue object";
    MISSING = "SHAPE-REQUIRED", Error, ALL, "A required field is there",
        "DCAT-US schema, required fields", "add the field";
    NULL = "SHAPE-NULL", Error, ALL, "A field that may not be null is not null",
        "DCAT-US schema, types", "leave the field out, or give it a value";
    TYPE = "SHAPE-TYPE", Error, ALL, "A value is of the right type: text, list, object, number, or true and false",
        "DCAT-US schema, types", "write the value as the type that is asked for";
    EMPTY = "SHAPE-EMPTY", Error, ALL, "A text is not empty where it must say something",
        "DCAT-US schema, minLength", "write the text, or leave the field out";
    TOO_LONG = "SHAPE-LENGTH", Error, ALL, "A text is not longer than allowed",
        "DCAT-US schema, maxLength", "shorten the text";
    EMPTY_LIST = "SHAPE-EMPTY-LIST", Error, ALL, "A list has at least one item where it must",
        "DCAT-US schema, minItems", "add an item, or leave the field out";
    COUNT = "SHAPE-COUNT", Error, ALL, "A list has as many items as allowed",
        "DCAT-US schema, minItems and maxItems", "change the number of items";
    REPEATED = "SHAPE-REPEATED", Error, ALL, "No item stands twice in a list where items must differ",
        "DCAT-US schema, uniqueItems", "remove the second one";
    WORD = "SHAPE-WORD", Error, ALL, "A word is one of those that are allowed; case counts",
        "DCAT-US schema, enum", "write one of the words exactly";
    URL = "SHAPE-URL", Error, ALL, "An address is a whole URL: scheme, host, and no spaces",
        "RFC 3986, section 3", "write the whole address, such as https://www.agency.gov/data; spaces become %20";
    EMAIL = "SHAPE-EMAIL", Error, ALL, "A mail address is `mailto:` and exactly one address; in 1.0 the address alone",
        "DCAT-US schema, hasEmail", "write it as mailto:name@agency.gov";
    MEDIA_TYPE = "SHAPE-MEDIA-TYPE", Error, UP_TO_1_1, "A media type is `type/subtype` without parameters",
        "DCAT-US 1.1 schema, mediaType", "write a media type such as text/csv";
    LANGUAGE = "SHAPE-LANGUAGE", Error, ALL, "A language is a tag of RFC 5646, or in 3.0 two letters of ISO 639-1",
        "RFC 5646, section 2.1", "write a tag such as en or en-US";
    BUREAU = "SHAPE-BUREAU-CODE", Error, UP_TO_1_1, "A bureau code has three digits, a colon and two digits",
        "DCAT-US 1.1 schema, bureauCode", "write the code as 015:11";
    PROGRAM = "SHAPE-PROGRAM-CODE", Error, UP_TO_1_1, "A program code has three digits, a colon and three digits",
        "DCAT-US 1.1 schema, programCode", "write the code as 015:001";
    INVESTMENT = "SHAPE-INVESTMENT", Error, UP_TO_1_1, "An investment identifier has three digits, a hyphen and nine digits",
        "DCAT-US 1.1 schema, primaryITInvestmentUII", "write the identifier as 023-000000001";
    IDENTIFIER = "SHAPE-IDENTIFIER", Error, POD_1_0, "An identifier has a letter or digit",
        "Project Open Data metadata schema 1.0, identifier", "give the dataset an identifier that never changes";
    DATE = "SHAPE-DATE", Error, ALL, "A date is written after ISO 8601",
        "ISO 8601-1, section 5; RFC 3339 in 3.0", "write a date such as 2014-01-31";
    PERIOD = "SHAPE-PERIOD", Error, UP_TO_1_1, "A period is a start, a slash and an end, or a start and a duration",
        "DCAT-US 1.1 schema, temporal", "write a period such as 2013-01-01/2013-12-31";
    FREQUENCY = "SHAPE-FREQUENCY", Error, ALL, "A frequency is `irregular` or repeated after ISO 8601, as R/P1Y; 1.0 and 3.0 have words",
        "Project Open Data, ISO 8601 guidance", "write R/P1Y for annual, R/P3M for quarterly, R/P1D for daily, or irregular";
    NEEDS = "SHAPE-NEEDS", Error, ALL, "A field is there that another one needs beside it",
        "DCAT-US 1.1 schema, dependencies", "add the field";
    ONE_OF = "SHAPE-ONE-OF", Error, DCAT_US_3_0, "At least one of several fields is there",
        "DCAT-US 3.0 schema, PeriodOfTime", "add one of the fields";
}
