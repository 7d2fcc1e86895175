//! Full text, facets, space and time over records
