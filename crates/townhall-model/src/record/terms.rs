//! What may be done with data, and how good it is.

use super::class::class;
use super::{Concept, OneOrMany, Reference};

class! {
    /// Why, and how far, access to data is restricted.
    AccessRestriction "AccessRestriction" "dcat-us:AccessRestriction" {
        restriction_status: Reference<Concept> = "restrictionStatus" "dcat-us:restrictionStatus" Thing;
        specific_restriction: Reference<Concept> = "specificRestriction" "dcat-us:specificRestriction" Thing;
        restriction_note: String = "restrictionNote" "dcat-us:restrictionNote" Text;
    }
}

class! {
    /// Why, and how far, the use of data is restricted.
    UseRestriction "UseRestriction" "dcat-us:UseRestriction" {
        restriction_status: Reference<Concept> = "restrictionStatus" "dcat-us:restrictionStatus" Thing;
        specific_restriction: Reference<Concept> = "specificRestriction" "dcat-us:specificRestriction" Thing;
        restriction_note: String = "restrictionNote" "dcat-us:restrictionNote" Text;
    }
}

class! {
    /// The marking of controlled unclassified information.
    CuiRestriction "CUIRestriction" "dcat-us:CUIRestriction" {
        cui_banner_marking: String = "cuiBannerMarking" "dcat-us:cuiBannerMarking" Text;
        designation_indicator: String = "designationIndicator" "dcat-us:designationIndicator" Text;
        required_indicator_per_authority: OneOrMany<String> = "requiredIndicatorPerAuthority" "dcat-us:requiredIndicatorPerAuthority" Text;
    }
}

class! {
    /// Something by which quality is measured.
    Metric "Metric" "dqv:Metric" {
        expected_data_type: String = "expectedDataType" "dqv:expectedDataType" Text;
        in_dimension: String = "inDimension" "dqv:inDimension" Text;
        definition: String = "definition" "skos:definition" Text;
    }
}

class! {
    /// What was measured.
    QualityMeasurement "QualityMeasurement" "dqv:QualityMeasurement" {
        is_measurement_of: Reference<Metric> = "isMeasurementOf" "dqv:isMeasurementOf" Thing;
        value: String = "value" "dqv:value" Text;
        unit_measure: String = "unitMeasure" "sdmx-attribute:unitMeasure" Text;
    }
}
