//! Pages, the JSON API, protocols
