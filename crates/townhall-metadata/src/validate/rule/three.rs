//! What no schema asks for, in DCAT-US 3.0. Those with a name from the data.gov harvester are the warnings that it
//! gives; it looks only at objects that say their `@type`, these rules know the class from the place.

use townhall_model::Severity;

use super::{Profiles, Rule, rules};

const OFFICIAL: bool = false;

rules! {
    THREE: "The rules on meaning of 3.0.";

    IDENTIFIER_UNUSABLE = "ID-UNUSABLE", Error, DCAT_US_3_0, "A record can be told from others: its identifier is a text, or an object with `@id`", "DCAT-US 3.0, identifier", "give the record an identifier that is a text, or `@id` within it; the schema takes less, the harvester does not";
    SPATIAL_RESOLUTION = "RESOLUTION-SPATIAL", Warning, DCAT_US_3_0, "`spatialResolutionInMeters` is a number above zero", "data.gov harvester, invalid_spatial_resolution", "write a number such as 30 or 0.5";
    TEMPORAL_RESOLUTION = "RESOLUTION-TEMPORAL", Warning, DCAT_US_3_0, "`temporalResolution` is a duration", "data.gov harvester, invalid_temporal_resolution", "write a duration such as P1Y, P6M or PT1H";
    BYTE_SIZE = "BYTE-SIZE", Warning, DCAT_US_3_0, "`byteSize` is a number", "data.gov harvester, invalid_byte_size", "write the number of bytes in digits";
    LEGACY_ACCESS = "ACCESS-LEGACY", Warning, DCAT_US_3_0, "`accessRights` is not a word of `accessLevel` of 1.1", "data.gov harvester, legacy_access_rights", "say in words who may have the data, and how";
    TELEPHONE = "TELEPHONE", Warning, DCAT_US_3_0, "A telephone number has no letters", "data.gov harvester, invalid_tel", "write the number in digits";
    DATA_TYPE = "DATA-TYPE", Warning, DCAT_US_3_0, "`expectedDataType` begins with `xsd:`", "data.gov harvester, invalid_expected_data_type", "write a type such as xsd:decimal";
    SPACE_UNRESOLVED = "SPACE-UNRESOLVED", Warning, DCAT_US_3_0, "A box or geometry is GeoJSON, well-known text, or coordinates", "data.gov harvester, unresolvable_spatial_value", "write a GeoJSON polygon, or west,south,east,north";
    POSTAL_CODE = "POSTAL-CODE", Warning, DCAT_US_3_0, "A postal code of the United States has no letters", "data.gov harvester, invalid_postal_code", "write five or nine digits";
    ADDRESS_EMPTY = "ADDRESS-EMPTY", Warning, DCAT_US_3_0, "An address says something", "data.gov harvester, empty_address", "fill the address in, or remove it";
    CUI_MARKING = "CUI-MARKING", Warning, DCAT_US_3_0, "A marking begins with `CUI//`", "data.gov harvester, invalid_cui_banner_marking", "write the marking as CUI//SP-PRVCY";
    ENCODING = "ENCODING-UNKNOWN", Warning, DCAT_US_3_0, "A character encoding is registered with IANA", "data.gov harvester, invalid_character_encoding", "write a name such as UTF-8";
    RESTRICTION_STATUS = "RESTRICTION-STATUS", Warning, DCAT_US_3_0, "A restriction status is a term of the National Archives", "data.gov harvester, invalid_restriction_status", "use a term of the authority list, such as Unrestricted or Restricted - Fully";
    RESTRICTION_SPECIFIC = "RESTRICTION-SPECIFIC", Warning, DCAT_US_3_0, "A specific restriction is a term of the National Archives", "data.gov harvester, invalid_specific_restriction", "use a term of the authority list";
    FIELD_OF_1_1 = "FIELD-1-1", Info, DCAT_US_3_0, "Fields of 1.1 that 3.0 does not know are not left behind", "DCAT-US 3.0, migration guide", "move the value to the field of 3.0, or keep it knowing that few will read it";
    DATASET_UNREACHABLE = "ACCESS-UNREACHABLE", Warning, DCAT_US_3_0, "A dataset has a distribution or a landing page, or says why not", "DCAT-US 3.0, distribution", "add `distribution`, `landingPage`, or `accessRights`";
}
