//! The arguments of `townhall pdf`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct Pdf {
    #[command(subcommand)]
    pub verb: PdfVerb,
}

/// What is done with PDF files.
#[derive(Debug, Subcommand)]
pub enum PdfVerb {
    /// Write the tables of files; what stands in the way of finding any is told
    Tables(PdfTablesArgs),
    /// Write the text of files, line by line
    Text(PdfTextArgs),
    /// Tell the fields of forms, or what stands in them
    Fields(PdfFieldsArgs),
    /// Fill in a form, or one for every row of a table
    Fill(PdfFillArgs),
    /// Make the fields of a form part of its pages, so that nobody can change them
    Flatten(PdfFlattenArgs),
}

#[derive(Debug, Args)]
pub struct PdfTextArgs {
    /// The PDF files, or addresses of some
    #[arg(value_name = "FILE|URL", required = true)]
    pub files: Vec<String>,
    /// The pages, such as 1,3-5 or 2- [default: all]
    #[arg(short, long, value_name = "PAGES", default_value = "", hide_default_value = true)]
    pub pages: String,
    /// The password of locked files
    #[arg(short = 's', long, value_name = "PASSWORD", default_value = "", hide_default_value = true)]
    pub password: String,
}

#[derive(Debug, Args)]
pub struct PdfFieldsArgs {
    /// The forms, or addresses of some
    #[arg(value_name = "FILE|URL", required = true)]
    pub files: Vec<String>,
    /// Print only what stands in the fields: json, fdf or xfdf, or csv with a row for each file
    #[arg(long, value_name = "FORM", value_parser = ["json", "csv", "fdf", "xfdf"])]
    pub values: Option<String>,
    /// List the fields as pdftk does
    #[arg(long, conflicts_with = "values")]
    pub pdftk: bool,
    /// The password of locked files
    #[arg(short = 's', long, value_name = "PASSWORD", default_value = "", hide_default_value = true)]
    pub password: String,
}

const FILL_HELP: &str = "\
Examples:
  townhall pdf fields form.pdf                                   what the fields are called
  townhall pdf fill form.pdf --field name=Ada --field agree=true -o filled.pdf
  townhall pdf fill form.pdf --values values.json --flatten -o filled.pdf
  townhall pdf fill form.pdf --rows people.csv -o filled.zip     a form for every row
  townhall pdf fill form.pdf --field 72,700,1=Approved -o stamped.pdf
  townhall pdf fields filled/*.pdf --values csv > answers.csv    filled forms back into a table";

#[derive(Debug, Args)]
#[command(after_help = FILL_HELP)]
pub struct PdfFillArgs {
    /// The form, or its address
    #[arg(value_name = "FILE|URL")]
    pub form: String,
    /// The values: JSON, FDF, XFDF, or CSV with one row; - for standard input
    #[arg(long, value_name = "FILE")]
    pub values: Option<PathBuf>,
    /// Set a field; a name such as 72,700,1 puts the text onto a page: from its left side, above its lower one, the page
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Put a picture (PNG or JPEG) into the box of a field, such as that of a signature
    #[arg(long, value_name = "NAME=FILE")]
    pub image: Vec<String>,
    /// Fill in one form for every row of a table, whose columns are called as the fields are
    #[arg(long, value_name = "FILE", conflicts_with = "values")]
    pub rows: Option<String>,
    /// Of a table, put all forms into one file instead of a zip
    #[arg(long, requires = "rows")]
    pub merge: bool,
    /// Where to write the filled form
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Make the fields part of the pages
    #[arg(long)]
    pub flatten: bool,
    /// Write the changes after what is there, so that signatures stay as they were
    #[arg(long)]
    pub append: bool,
    /// Take the lock off a locked file
    #[arg(long)]
    pub unlock: bool,
    /// The password of a locked file
    #[arg(short = 's', long, value_name = "PASSWORD", default_value = "", hide_default_value = true)]
    pub password: String,
    /// Fail where a name is unknown, an option can't be chosen, or a text does not fit
    #[arg(long)]
    pub strict: bool,
}

#[derive(Debug, Args)]
pub struct PdfFlattenArgs {
    /// The form, or its address
    #[arg(value_name = "FILE|URL")]
    pub form: String,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The password of a locked file
    #[arg(short = 's', long, value_name = "PASSWORD", default_value = "", hide_default_value = true)]
    pub password: String,
}

const TABLES_HELP: &str = "\
Examples:
  townhall pdf tables budget.pdf -o budget.xlsx             all tables as one workbook
  townhall pdf tables *.pdf -o tables/ --format package     a data package for each file
  townhall pdf tables report.pdf --area 100,50,400,550 -p 3 the table in an area of page 3
  townhall pdf tables may.pdf --save-template t.json        where the tables are, for the next edition
  townhall pdf tables june.pdf --template t.json -o june.csv
  townhall pdf tables may.pdf june.pdf --compare            what changed from one edition to the next";

#[derive(Debug, Args)]
#[command(after_help = TABLES_HELP)]
pub struct PdfTablesArgs {
    /// The PDF files, or addresses of some; one that can't be read does not stop the others
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    pub files: Vec<String>,
    /// Work on all PDF files of a folder, and write what is found beside them unless --output says where
    #[arg(short, long, value_name = "DIR", conflicts_with = "files")]
    pub batch: Option<PathBuf>,
    /// The pages, such as 1,3-5 or 2- [default: all]
    #[arg(short, long, value_name = "PAGES", default_value = "", hide_default_value = true)]
    pub pages: String,
    /// The password of locked files
    #[arg(short = 's', long, value_name = "PASSWORD", default_value = "", hide_default_value = true)]
    pub password: String,
    /// How tables are written: csv, tsv, json, xlsx, zip, parquet, package, html or markdown [default: as the name of the output ends, else csv]
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Where to write: a file for all tables, or a folder
    #[arg(short, long, value_name = "FILE|DIR")]
    pub output: Option<PathBuf>,
    /// The area of a table: top,left,bottom,right in points from the upper left corner, or hundredths of the page with % in front;
    /// repeat it for more
    #[arg(short, long, value_name = "T,L,B,R")]
    pub area: Vec<String>,
    /// Where columns part, in points from the left, or hundredths with % in front
    #[arg(short, long, value_name = "X1,X2,...")]
    pub columns: Option<String>,
    /// Part cells by the lines that are drawn
    #[arg(short, long, visible_alias = "spreadsheet", short_alias = 'r', group = "method")]
    pub lattice: bool,
    /// Part cells by the places of words, a row for each line of text
    #[arg(short = 't', long, visible_alias = "no-spreadsheet", short_alias = 'n', group = "method")]
    pub stream: bool,
    /// Look for tables; what is done without --area, too
    #[arg(short, long, group = "method")]
    pub guess: bool,
    /// Take the tables that a template marks: a file that this command or Tabula has written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["area", "columns"])]
    pub template: Option<PathBuf>,
    /// Write where the tables are as a template, with the texts around them as landmarks
    #[arg(long, value_name = "FILE")]
    pub save_template: Option<PathBuf>,
    /// Compare the tables of two editions instead of writing them
    #[arg(long)]
    pub compare: bool,
    /// Keep tables that go on over pages apart, one for each page
    #[arg(long)]
    pub apart: bool,
    /// Write numbers plain, headers as one row, and the page of each row
    #[arg(long)]
    pub clean: bool,
    /// Recognize the text of scanned pages (needs tesseract)
    #[arg(long)]
    pub ocr: bool,
    /// Say nothing but errors; the same as -q
    #[arg(short = 'i', long, hide = true)]
    pub silent: bool,
    /// Keep the line ends of cells; they are kept in any case
    #[arg(short = 'u', long, hide = true)]
    pub use_line_returns: bool,
}
