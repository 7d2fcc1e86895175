//! Files in, pages and tables out: small files of our own, and the tables of the ICDAR 2013 competition where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod corpus;
mod forms;
mod forms_files;
mod forms_hostile;
mod forms_seen;
mod forms_shared;
mod hostile;
mod made;
mod made_form;
mod made_scan;
mod pictures;
mod reading;
mod recipes;
mod scans;
mod shapes;
mod shared;
mod sheets;
mod tables;
mod tags;
