//! Project Open Data 1.0: a bare list of datasets.

use super::dcat_us_1_1::{ACCESS_LEVELS, Roots};
use super::form::Form;
use super::shape::{
    Class, Schema, Shape, filled, like, list, list_of, object, optional, required, set, text, text_of, truth,
    word,
};

/// The shapes for federal agencies, or for everybody else.
///
/// The federal one is that of the Project Open Data Dashboard, which asked for the codes that the published schema
/// still left optional.
pub fn schema(is_federal: bool) -> Roots {
    let mut schema = Schema::default();
    let distribution = schema.add(Shape::new(
        "Distribution",
        Class::Distribution11,
        vec![required("accessURL", like(Form::Uri)), required("format", like(Form::MediaType))],
    ));
    let if_federal = |name, slot| if is_federal { required(name, slot) } else { optional(name, slot) };
    let mut fields = vec![
        required("title", text()),
        required("description", text()),
        if_federal("keyword", list_of(filled(), 1, usize::MAX).or_null_if(!is_federal)),
        if_federal("modified", like(Form::Date10)),
        required("publisher", text()),
        required("contactPoint", text()),
        if_federal("mbox", like(Form::Mail).or_null_if(!is_federal)),
        required("identifier", like(Form::Identifier10)),
        required("accessLevel", word(ACCESS_LEVELS)),
        optional("accessLevelComment", text_of(1, 255).or_null()),
        if_federal("bureauCode", set(like(Form::BureauCode)).or_null_if(!is_federal)),
        if_federal("programCode", set(like(Form::ProgramCode)).or_null_if(!is_federal)),
        optional("dataDictionary", like(Form::Uri).or_null()),
        optional("webService", like(Form::Uri).or_null()),
        match is_federal {
            true => optional("license", filled().or_null()),
            false => required("license", filled()),
        },
        optional("spatial", filled().or_null()),
        optional("temporal", like(Form::Date10).or_null()),
        optional("issued", like(Form::Date10).or_null()),
        optional("accrualPeriodicity", word(FREQUENCIES).or_null()),
        optional("language", list(like(Form::Language)).or_null()),
        optional("dataQuality", truth().or_null()),
        optional("theme", set(filled()).or_null()),
        optional("references", set(like(Form::Uri)).or_null()),
        optional("landingPage", like(Form::Uri).or_null()),
        optional("systemOfRecords", filled().or_null()),
        optional("PrimaryITInvestmentUII", like(Form::InvestmentId).or_null()),
        optional("distribution", set(object(distribution)).or_null()),
    ];
    if is_federal {
        fields.push(optional("accessURL", like(Form::Uri).or_null()));
        fields.push(optional("format", like(Form::MediaType).or_null()));
    }
    let dataset = schema.add(Shape::new("Dataset", Class::Dataset10, fields));
    // There is no catalogue in 1.0; where one stands all the same, nothing is asked of it.
    let catalog = schema.add(Shape::new("Catalog", Class::Other, Vec::new()));
    Roots { schema, catalog, dataset }
}

/// The words for `accrualPeriodicity`.
pub const FREQUENCIES: &[&str] = &[
    "Annual",
    "Bimonthly",
    "Semiweekly",
    "Daily",
    "Biweekly",
    "Semiannual",
    "Biennial",
    "Triennial",
    "Three times a week",
    "Three times a month",
    "Continuously updated",
    "Monthly",
    "Quarterly",
    "Semimonthly",
    "Three times a year",
    "Weekly",
    "Completely irregular",
];
