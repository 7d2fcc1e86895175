//! Frictionless Data Packages: `datapackage.json` of versions 1 and 2.
//!
//! A package is a dataset, its resources are the distributions. Each property goes to the one of DCAT-US 3.0 that
//! means the same. What has none is kept beside it: on the record under `frictionless`, in the package under
//! `dcat-us-3.0`, each as the list of its one value, or an empty list for a property that the original does not
//! have. On the way back it is put in place again, unless somebody has changed what it says in the meantime.
//! So a package that is read and written, or a record that is written and read, is the same up to the order of keys.

mod coverage;
mod descriptor;
mod dialect;
mod exchange;
mod license;
mod names;
mod people;
mod properties;
mod read;
mod recognize;
mod resource;
mod resources;
mod values;
mod write;

pub use dialect::Frictionless;

/// The key under which a record keeps what its package said.
const PACKAGE_ASIDE: &str = "frictionless";

/// The key under which a package keeps what its record said: the id of the version.
const DATASET_ASIDE: &str = "dcat-us-3.0";
