//! What no schema asks for and every reader of the data needs.

use townhall_model::Severity;

use super::{Profiles, Rule, rules};

const OFFICIAL: bool = false;

rules! {
    MEANING: "The rules on meaning.";

    ID_REPEATED = "ID-REPEATED", Error, ALL, "Every dataset has an identifier of its own", "DCAT-US 1.1, identifier", "give each dataset an identifier of its own; harvesters take only one of them";
    ID_BLANK = "ID-BLANK", Error, ALL, "An identifier is not only spaces", "data.gov harvester, identifiers", "give the dataset an identifier that never changes";
    TITLE_REPEATED = "TITLE-REPEATED", Warning, ALL, "Two datasets don't have the same title", "DCAT-US 1.1, title", "say in the title what sets the dataset apart: year, place, or edition";
    PUBLIC_WITHOUT_DISTRIBUTION = "ACCESS-DISTRIBUTION", Warning, UP_TO_1_1, "A public dataset has a distribution", "DCAT-US 1.1, distribution", "add a distribution with the address of the data";
    RESTRICTED_WITHOUT_RIGHTS = "ACCESS-RIGHTS", Warning, UP_TO_1_1, "A dataset that is not public says why in `rights`", "DCAT-US 1.1, rights", "say in `rights` why access is restricted, and how to ask for it";
    NON_PUBLIC_WITH_DOWNLOAD = "ACCESS-DOWNLOAD", Warning, UP_TO_1_1, "A non-public dataset offers no download", "DCAT-US 1.1, accessLevel", "make the dataset public, or remove `downloadURL`";
    DISTRIBUTION_WITHOUT_URL = "DISTRIBUTION-URL", Warning, ALL, "A distribution has an address", "DCAT-US 1.1, distribution", "add `downloadURL` or `accessURL`, or remove the distribution";
    DISTRIBUTION_REPEATED = "DISTRIBUTION-REPEATED", Warning, ALL, "No download stands twice in a dataset", "DCAT-US 1.1, downloadURL", "keep one of the two distributions";
    HTML_DOWNLOAD = "DOWNLOAD-HTML", Warning, ALL, "A download is data and not a web page", "DCAT-US 1.1, downloadURL", "give the address of the data itself, or move this one to `accessURL`";
    PDF_DOWNLOAD = "DOWNLOAD-PDF", Warning, ALL, "A download can be read by machines, which a PDF can't well", "Open Data Policy M-13-13, machine-readable formats", "publish the tables as CSV as well";
    TYPE_CONTRADICTS = "DOWNLOAD-TYPE", Warning, ALL, "The media type fits the extension of the file", "DCAT-US 1.1, mediaType", "correct the media type";
    MEDIA_TYPE_UNKNOWN = "MEDIA-TYPE-UNKNOWN", Warning, ALL, "A media type is registered with IANA", "DCAT-US 1.1, mediaType; data.gov harvester, invalid_media_type", "use a registered media type";
    INSECURE_URL = "URL-HTTP", Info, ALL, "Addresses begin with https", "OMB M-15-13", "serve the address over https and write it so";
    LICENSE_MISSING = "LICENSE-MISSING", Warning, ALL, "A public dataset has a license", "DCAT-US 1.1, license", "add `license`, such as https://www.usa.gov/government-works";
    LICENSE_UNKNOWN = "LICENSE-UNKNOWN", Info, ALL, "A license is a known one", "Project Open Data, open licenses", "point to a license that is known to be open";
    LICENSE_CLOSED = "LICENSE-CLOSED", Warning, ALL, "The license of a public dataset is open", "Project Open Data, open licenses", "choose a license without limits on use";
    BUREAU_UNKNOWN = "CODE-BUREAU", Warning, UP_TO_1_1, "A bureau code is in the list of OMB, and nothing stands around it", "OMB Circular A-11, Appendix C", "look the code up in Appendix C: three digits of the agency, a colon, two digits of the bureau";
    PROGRAM_UNKNOWN = "CODE-PROGRAM", Warning, UP_TO_1_1, "A program code is in the inventory, and nothing stands around it", "Federal Program Inventory, fiscal year 2013", "look the code up in the inventory; use 000 for the program when none fits";
    INVESTMENT_LOOSE = "CODE-INVESTMENT", Warning, UP_TO_1_1, "Nothing stands around an investment identifier", "DCAT-US 1.1, primaryITInvestmentUII", "write three digits, a hyphen and nine digits, and nothing else";
    DATE_IMPOSSIBLE = "DATE-IMPOSSIBLE", Warning, ALL, "A date is in the calendar", "ISO 8601-1", "correct the day";
    DATE_ORDER = "DATE-ORDER", Warning, ALL, "Dates come in order: created, issued, modified", "data.gov harvester, date_out_of_order", "correct one of the dates";
    MODIFIED_RHYTHM = "DATE-RHYTHM", Info, DCAT_US_1_1, "`modified` is a date; how often data changes belongs in `accrualPeriodicity`", "DCAT-US 1.1, modified", "write the date of the last change, and the frequency in `accrualPeriodicity`";
    DURATION_EMPTY = "DURATION-EMPTY", Warning, UP_TO_1_1, "A duration has a length", "ISO 8601-1, section 5.5.2", "write a duration such as P1Y or P1M";
    PERIOD_ORDER = "PERIOD-ORDER", Warning, ALL, "A period ends after it starts", "DCAT-US 1.1, temporal; data.gov harvester, date_out_of_order", "put the earlier date first";
    BOX_ORDER = "SPACE-BOX-ORDER", Warning, UP_TO_1_1, "A box is west, south, east, north", "DCAT-US 1.1, spatial", "write the smallest longitude and latitude first, then the largest";
    BOX_RANGE = "SPACE-RANGE", Warning, ALL, "Longitudes are within 180 degrees and latitudes within 90", "DCAT-US 1.1, spatial", "check the order and unit of the coordinates";
    POINT_AMBIGUOUS = "SPACE-POINT", Info, UP_TO_1_1, "A place is not a bare pair of numbers", "DCAT-US 1.1, spatial", "write a box, or a place by name: the schema says latitude first, the harvester reads longitude first";
    GEOMETRY_REFUSED = "SPACE-GEOMETRY", Warning, DCAT_US_1_1, "A geometry is written in a form that harvesters take", "DCAT-US 1.1, spatial", "write a box as west,south,east,north in a text";
    MOJIBAKE = "TEXT-MOJIBAKE", Warning, ALL, "Characters are what they were meant to be", "RFC 8259, section 8.1", "decode the source as UTF-8 when you make the file";
    HTML_TEXT = "TEXT-HTML", Warning, ALL, "Texts are plain and have no HTML", "DCAT-US 1.1, description", "write plain text";
    DESCRIPTION_SHORT = "TEXT-SHORT", Warning, ALL, "A description says enough to tell whether the data is of use", "DCAT-US 1.1, description", "say what the data holds, of when, of where, and who made it";
    DESCRIPTION_IS_TITLE = "TEXT-SAME", Warning, ALL, "The description is not the title again", "DCAT-US 1.1, description", "describe the data";
    TEXT_BLANK = "TEXT-BLANK", Warning, ALL, "A text is not only spaces", "DCAT-US 1.1", "write the text, or leave the field out";
    KEYWORD_REPEATED = "KEYWORD-REPEATED", Warning, ALL, "No keyword stands twice", "data.gov harvester, duplicate_keyword", "keep one of them";
    KEYWORDS_JOINED = "KEYWORD-JOINED", Info, ALL, "Each keyword stands alone", "DCAT-US 1.1, keyword", "split the keywords: one text for each";
    LANGUAGE_UNKNOWN = "LANGUAGE-UNKNOWN", Warning, ALL, "A language is one", "ISO 639-1; data.gov harvester, invalid_language", "write a code such as en or es";
    PART_OF_ITSELF = "PART-SELF", Error, UP_TO_1_1, "A dataset is not part of itself", "DCAT-US 1.1, isPartOf", "name the identifier of the collection, or remove `isPartOf`";
    PART_DANGLING = "PART-DANGLING", Warning, UP_TO_1_1, "`isPartOf` names a dataset of the same file", "DCAT-US 1.1, isPartOf", "add the collection to the file, or correct the identifier";
    PART_NESTED = "PART-NESTED", Warning, UP_TO_1_1, "A collection is not part of another one", "ckanext-datajson, collections", "let all members point to the topmost collection";
    REDACTION_EXEMPTION = "REDACTION-EXEMPTION", Warning, UP_TO_1_1, "A redaction names an exemption: B3, B4, B5 or B6", "Project Open Data, redactions", "write [[REDACTED-EX B6]] with the exemption that applies";
    REDACTION_LEFT = "REDACTION-LEFT", Error, UP_TO_1_1, "No redacted text is left in the file", "Project Open Data, redactions", "publish the redacted edition: the text between the marks must not be there";
    REDACTION_PUBLIC = "REDACTION-PUBLIC", Warning, UP_TO_1_1, "A public dataset has nothing redacted", "Project Open Data, redactions", "change `accessLevel`, or give the value";
    REDACTION_UNEXPLAINED = "REDACTION-RIGHTS", Warning, UP_TO_1_1, "`rights` explains what is redacted", "Project Open Data, redactions", "say in `rights` why values are redacted";
    EMAIL_ODD = "EMAIL-ODD", Warning, ALL, "A mail address can be written to", "RFC 5321, section 4.1.2", "correct the address";
    FIELD_MISSPELT = "FIELD-NAME", Warning, ALL, "Field names are written as the schema has them", "DCAT-US 1.1, field names are case sensitive", "rename the field; as it stands, nobody reads it";
    FIELD_OLD = "FIELD-OLD", Warning, DCAT_US_1_1, "Fields of 1.0 are not left in 1.1", "Project Open Data, metadata changelog", "move the value to the field of 1.1";
    FREQUENCY_ODD = "FREQUENCY-ODD", Info, UP_TO_1_1, "A frequency is one of the usual ones", "Project Open Data, ISO 8601 guidance", "use the nearest usual frequency";
    RECORDS_NOTICE = "RECORDS-NOTICE", Info, UP_TO_1_1, "`systemOfRecords` is the address of a notice", "DCAT-US 1.1, systemOfRecords", "give the address of the notice at federalregister.gov";
}
