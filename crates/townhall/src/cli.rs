//! What can be typed: the arguments of every verb, with their help.

mod pdf;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use pdf::{Pdf, PdfFieldsArgs, PdfFillArgs, PdfFlattenArgs, PdfTablesArgs, PdfTextArgs, PdfVerb};

/// Inventories a public body's data, publishes it, and answers the people who use it
#[derive(Debug, Parser)]
#[command(name = "townhall", version, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 done and the answer is no; 2 bad input or usage; 3 not found; \
4 conflict; 5 not allowed; 6 over a limit; 7 not available; 70 our fault";

/// What every verb takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The data directory [default: ./townhall-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The settings file [default: townhall.toml in the data directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Set one setting for this run, such as `--set site.name="Open Data"`
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Say less; twice: errors only
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build a portal from real open data in a temporary folder and serve it
    Demo(Demo),
    /// Serve the portal, its API and the jobs
    Serve(Serve),
    /// Run jobs without serving (with PostgreSQL, beside `serve --no-worker`)
    Worker(Worker),
    /// Be a machine of a query cluster: its scheduler, or one of its executors
    Cluster(ClusterArgs),
    /// Bring in catalogs (data.json, any version) and data files (CSV, TSV, JSON, spreadsheets; packed or not)
    Import(Import),
    /// Write a catalog file
    Export(Export),
    /// Tell what changed between two editions of a catalog, or between two data files row by row
    Diff(Diff),
    /// Judge catalogs by the published schemas and harvesters, and by what no schema sees
    Validate(Validate),
    /// Mend what is surely wrong in a catalog, and list what needs a person
    Fix(Fix),
    /// Score how well the datasets of a catalog are published, and tell what to do first
    Score(Score),
    /// Tell which license a name, address or text means, and whether data under several can be combined
    License(License),
    /// Write a catalog in another version or form, or any JSON as a table; or data files as data files of another form
    Convert(Convert),
    /// Ask data files in SQL
    Query(Query),
    /// Show or write what the columns of a table mean
    Dictionary(DictionaryArgs),
    /// Ask the saved queries of a table: its reports
    Report(Report),
    /// Load the datasets of CFPB's Qu: definition.json with its files, to be asked at /qu
    Qu(QuArgs),
    /// Make tables of other tables by recipes, and keep them up to date
    Recipe(RecipeArgs),
    /// Fetch the file of a table anew, now or on a schedule
    Refresh(Refresh),
    /// Change how columns of a table are read, without a new file
    Retype(Retype),
    /// Write, show, list or take away the pages about tables
    Page(PageArgs),
    /// Keep SQL queries under names, with parameters, for everyone to run
    SavedQuery(SavedQueryArgs),
    /// Describe other bodies' APIs, so that they can be tried in the console
    Api(ApiArgs),
    /// Publish the tables of a database: PostgreSQL, MySQL, MariaDB, SQLite, and by ODBC others
    Database(DatabaseArgs),
    /// Bring in the catalog of another site and keep it true: data.json, CKAN, Socrata, ArcGIS, folders of records and others
    Harvest(Harvest),
    /// Keep the sources that are harvested: list, show, write or take them away, and decide on what vanished
    Source(SourceArgs),
    /// Join several catalogs into one, of any versions, each record once
    Merge(Merge),
    /// Look for anything wrong in the data directory, and rebuild what is derived
    Doctor(Doctor),
    /// Tell which links of a catalog don't work, or are not what they are said to be
    CheckLinks(CheckLinks),
    /// List the copies that are kept of files on other servers, or take some away
    Mirror(Mirror),
    /// Take tables out of PDF files, and fill in PDF forms
    Pdf(Pdf),
    /// List the data files on a website, and those that its catalog does not name
    Crawl(Crawl),
    /// Show, check or write the settings
    Config(Config),
    /// Watch how well offices publish their listings, quarter by quarter
    Scorecard(ScorecardArgs),
    /// Print shell completions
    Completions(Completions),
    /// Write the manual pages into a folder
    Man(Man),
    /// Answer SQL queries from standard input: `serve` starts it for queries of strangers
    #[command(hide = true)]
    QueryWorker(QueryWorker),
}

#[derive(Debug, Args)]
pub struct Mirror {
    /// Take away the copy of the file at this address, and take no other; repeat it for more
    #[arg(long, value_name = "URL")]
    pub withdraw: Vec<String>,
    /// Let the file at this address be copied again; repeat it for more
    #[arg(long, value_name = "URL")]
    pub allow: Vec<String>,
}

#[derive(Debug, Args)]
pub struct CheckLinks {
    /// Catalogs in any dialect, or addresses of single files; without any, the links of the portal that are due
    #[arg(value_name = "FILE|URL")]
    pub inputs: Vec<String>,
    /// Check the links of the portal that are due, and keep what is found
    #[arg(long, conflicts_with = "inputs")]
    pub store: bool,
    /// Of the portal, check every link, due or not
    #[arg(long, conflicts_with = "inputs")]
    pub again: bool,
    /// List links that work, too
    #[arg(long)]
    pub working: bool,
    /// Print CSV
    #[arg(long)]
    pub csv: bool,
}

#[derive(Debug, Args)]
pub struct Crawl {
    /// Where to begin, such as https://www.example.gov
    #[arg(value_name = "URL")]
    pub url: String,
    /// How many clicks from there to go [default: 8]
    #[arg(long, value_name = "N")]
    pub depth: Option<u32>,
    /// How many pages to ask for [default: 10000]
    #[arg(long, value_name = "N")]
    pub pages: Option<u64>,
    /// How many bytes of pages to take [default: 2147483648]
    #[arg(long, value_name = "N")]
    pub bytes: Option<u64>,
    /// Another host whose pages are visited; repeat it for more
    #[arg(long, value_name = "HOST")]
    pub host: Vec<String>,
    /// Keep in this file how far the crawl is, and go on from there
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Compare with this catalog instead of the site's own /data.json
    #[arg(long, value_name = "FILE|URL")]
    pub compare: Option<String>,
    /// Print the files as CSV
    #[arg(long)]
    pub csv: bool,
    /// Write a data.json with drafts for the files that are not listed
    #[arg(long, value_name = "FILE")]
    pub data_json: Option<PathBuf>,
    /// Keep drafts for the files that are not listed among the portal's records
    #[arg(long)]
    pub drafts: bool,
}

#[derive(Debug, Args)]
pub struct QueryWorker {
    /// Memory for rows, in megabytes
    #[arg(long, value_name = "MB")]
    pub memory_mb: usize,
    /// The folder for what does not fit into memory
    #[arg(long, value_name = "DIR")]
    pub spill: PathBuf,
    /// Disk for what does not fit into memory, in megabytes
    #[arg(long, value_name = "MB")]
    pub spill_mb: u64,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// The folder with the demonstration's files [default: demo/dist here, or beside the installed program]
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// The address to serve on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Build the portal and leave, without serving
    #[arg(long)]
    pub build_only: bool,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// Files, folders or databases to serve at once, such as data.csv or postgres://reader@db/permits, beside what is in the
    /// data directory; without --data they are all there is, and nothing is kept. The rows of databases stay where they are
    #[arg(value_name = "FILE|URL|FOLDER|DATABASE")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub reading: Reading,
    /// The address to serve on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The address of /livez, /readyz, /metrics and /version [default: 127.0.0.1:9090]
    #[arg(long, value_name = "ADDRESS")]
    pub admin_listen: Option<SocketAddr>,
    /// Run no jobs in this process
    #[arg(long)]
    pub no_worker: bool,
}

#[derive(Debug, Args)]
pub struct Harvest {
    /// The address of a catalog or site, a file or folder, or the name of a source that is kept
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// Harvest now, and keep no schedule
    #[arg(long)]
    pub once: bool,
    /// Keep a schedule, too, such as "daily 04:00" or "cron 0 4 * * 1"; times are UTC
    #[arg(long, value_name = "TIMES", conflicts_with = "once")]
    pub every: Option<String>,
    /// The kind of source, as `townhall source kinds` lists them [default: found out]
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The organization that records without a publisher belong to
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    /// What the kind of source understands besides, such as `--option organization=water`
    #[arg(long = "option", value_name = "NAME=VALUE")]
    pub options: Vec<String>,
    /// Tell what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Fetch and read everything, whether it has changed or not
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct SourceArgs {
    #[command(subcommand)]
    pub command: SourceCommand,
}

/// What is done with sources.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// List the sources with how they stand
    List,
    /// List the kinds of sources with what can be set for each
    Kinds,
    /// Show the settings of a source and its last harvests
    Show {
        /// The source
        name: String,
    },
    /// Keep the sources of a file (TOML with [[source]] tables, or one source in JSON), new or changed
    Put {
        /// The file; `-` for standard input
        file: PathBuf,
    },
    /// Do not harvest a source any more; its records stay
    Remove {
        /// The source
        name: String,
    },
    /// Tell what a harvest did: the newest one, or the one of a number
    Report {
        /// The source
        name: String,
        /// The number of the harvest
        run: Option<u32>,
    },
    /// List what vanished and waits for a decision
    Held {
        /// The source
        name: String,
    },
    /// Withdraw what vanished and waits for a decision
    LetGo {
        /// The source
        name: String,
        /// Why, for the pages of the records
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Keep what vanished and waits for a decision: it is not the source's any more
    Keep {
        /// The source
        name: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct DatabaseArgs {
    #[command(subcommand)]
    pub command: DatabaseCommand,
}

/// What is done with databases.
#[derive(Debug, Subcommand)]
pub enum DatabaseCommand {
    /// Keep a connection and publish its tables; again under the same name: change it
    Add(DatabaseAdd),
    /// List the connections
    List,
    /// Show the tables and columns of a connection as they would be published
    Show {
        /// The connection
        name: String,
    },
    /// Bring what is published of a connection up to date; a new version comes only where something changed
    Refresh {
        /// The connection
        name: String,
        /// Leave it to the worker of a running portal
        #[arg(long)]
        later: bool,
    },
    /// Forget a connection and retire what was published of it
    Remove {
        /// The connection
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct DatabaseAdd {
    /// What it is called here and in addresses: small letters, digits, - and _
    pub name: String,
    /// Where it is, without the password: postgres://…, mysql://…, sqlite:FILE, odbc:CONNECTION STRING
    #[arg(value_name = "ADDRESS")]
    pub address: String,
    /// The variable of the environment that has the password
    #[arg(long, value_name = "VARIABLE", conflicts_with = "password_file")]
    pub password_env: Option<String>,
    /// The file that has the password
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Leave the rows in the database and ask for them each time
    #[arg(long, conflicts_with = "snapshot")]
    pub live: bool,
    /// Copy the rows, a version whenever they changed (the default)
    #[arg(long)]
    pub snapshot: bool,
    /// Only these tables; `*` stands for any text
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub tables: Vec<String>,
    /// Not these tables
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Only these columns of the tables named
    #[arg(long, value_name = "TABLE.COLUMN", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Not these columns, such as `*.ssn`: they are not shown, and can't be filtered or sorted by
    #[arg(long, value_name = "TABLE.COLUMN", value_delimiter = ',')]
    pub except_columns: Vec<String>,
    /// Publish its tables at once, instead of keeping them as drafts
    #[arg(long)]
    pub publish: bool,
    /// The organization of its datasets
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
}

#[derive(Debug, Args)]
pub struct Worker {
    /// Leave when no job is waiting
    #[arg(long)]
    pub once: bool,
}

#[derive(Debug, Args)]
pub struct ClusterArgs {
    #[command(subcommand)]
    pub role: ClusterRole,
}

/// What a machine of a cluster does.
#[derive(Debug, Subcommand)]
pub enum ClusterRole {
    /// Take queries from portals and share their work out
    Scheduler(ClusterScheduler),
    /// Do such work: read tables, compute
    Executor(ClusterExecutor),
}

#[derive(Debug, Args)]
pub struct ClusterScheduler {
    /// The address to listen on; nothing asks for a password there, so choose one of a closed network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50050")]
    pub listen: SocketAddr,
    /// The name or address under which executors reach it [default: that of --listen]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
}

#[derive(Debug, Args)]
pub struct ClusterExecutor {
    /// The scheduler [default: the setting query.cluster]
    #[arg(long, value_name = "URL")]
    pub scheduler: Option<url::Url>,
    /// The address to listen on, with this port and the next; port 0 takes free ones. Choose one of a closed network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The name or address under which the others reach it [default: that of --listen]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// The folder for intermediate results [default: cluster/ in the data directory]
    #[arg(long, value_name = "DIR")]
    pub work: Option<PathBuf>,
    /// Pieces of work at the same time [default: one for each processor]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<usize>,
    /// Memory for rows, in megabytes; what does not fit goes to the disk
    #[arg(long, value_name = "MB", default_value_t = 2048)]
    pub memory_mb: u64,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Files, folders or addresses: catalogs (also .json.gz and JSON lines) and data files
    #[arg(required = true, value_name = "FILE|URL|FOLDER")]
    pub inputs: Vec<String>,
    /// Tell what would happen and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Publish data files that come without metadata at once, instead of keeping them as drafts
    #[arg(long)]
    pub publish: bool,
    /// Which distributions that hold tables become tables
    #[arg(long, value_enum, default_value_t = TablesFrom::Local)]
    pub tables: TablesFrom,
    /// The organization of data files that come without metadata
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
    /// How many findings to print; the counts are always complete
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub max_findings: usize,
}

/// How data files are read, where guessing is not enough.
#[derive(Debug, Default, Args)]
pub struct Reading {
    /// The delimiter of data files, instead of guessing: one character, or `tab`
    #[arg(long, value_name = "CHARACTER")]
    pub delimiter: Option<String>,
    /// The encoding of data files, instead of guessing, such as windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// The line of the header in data files, counted from 1; 0: there is none
    #[arg(long, value_name = "LINE")]
    pub header: Option<u32>,
    /// The sheet of workbooks, the table of PDF or SQLite files or the file in archives, by name or by number from 1, instead of the first with a table (of PDF files: the largest)
    #[arg(long, value_name = "NAME")]
    pub part: Option<String>,
    /// Where the columns of fixed-width text stand: a CSV file with `column`, `start` and `length`; for `import` also the
    /// columns of other files: a CSV file with `column` and `type`, or a known name such as hmda-2018-public
    #[arg(long, value_name = "FILE")]
    pub layout: Option<PathBuf>,
    /// The type of a column, such as `zip=text` (text, integer, number, boolean, date, timestamp, datetime)
    #[arg(long = "type", value_name = "COLUMN=TYPE")]
    pub types: Vec<String>,
}

/// Where tables may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TablesFrom {
    /// Files beside the catalog, or given on the command line
    Local,
    /// Those, and distributions that have to be fetched from other servers
    All,
    /// None
    None,
}

#[derive(Debug, Args)]
pub struct Export {
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The catalog format
    #[arg(long, value_name = "NAME", default_value = "dcat-us-1.1")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// The older edition: a file, an address, or - for standard input
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The newer edition
    #[arg(value_name = "NEW")]
    pub new: String,
    /// A field whose changes mean nothing, such as `modified` or `distribution/modified`
    #[arg(long, value_name = "FIELD")]
    pub ignore: Vec<String>,
    /// The order of lists means nothing
    #[arg(long)]
    pub any_order: bool,
    /// Of data files: the columns by which rows are known again, with commas; without it whole rows are compared
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub key: Vec<String>,
    /// Compare the rows of the files, also where their names do not say that they are data
    #[arg(long)]
    pub rows: bool,
    #[command(flatten)]
    pub reading: Reading,
    /// What to print
    #[arg(long, value_enum, default_value_t = DiffForm::Text)]
    pub format: DiffForm,
    /// Exit with 1 when the editions differ
    #[arg(long)]
    pub exit_code: bool,
}

/// The forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffForm {
    /// For people
    Text,
    /// For programs; the same as --json
    Json,
    /// A feed with an entry for each record
    Atom,
    /// A page that stands alone
    Html,
}

#[derive(Debug, Args)]
pub struct Score {
    /// The catalog: a file, an address, or - for standard input
    #[arg(value_name = "FILE|URL")]
    pub input: String,
    /// Ask this scheme only (principles, udata, m-25-05, fair); can be given several times
    #[arg(long, value_name = "ID")]
    pub scheme: Vec<String>,
    /// Tell all checks of one dataset, by its identifier or title
    #[arg(long, value_name = "NAME")]
    pub dataset: Option<String>,
    /// What to print
    #[arg(long, value_enum, default_value_t = ScoresAs::Text)]
    pub format: ScoresAs,
    /// Exit with 1 when the mean of a scheme is lower than this, of 100
    #[arg(long, value_name = "POINTS")]
    pub at_least: Option<f64>,
}

/// The forms of scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScoresAs {
    /// For people
    Text,
    /// For programs; the same as --json
    Json,
    /// A row for each dataset, a column for each check
    Csv,
    /// A badge with the mean
    Svg,
}

#[derive(Debug, Args)]
pub struct License {
    /// Names, addresses or notices of licenses
    #[arg(value_name = "LICENSE", required_unless_present_any = ["files", "list"])]
    pub texts: Vec<String>,
    /// A file with the text of a license
    #[arg(long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// List every license that is known
    #[arg(long)]
    pub list: bool,
}

#[derive(Debug, Args)]
pub struct Validate {
    /// The catalogs: files, addresses, or - for standard input
    #[arg(required_unless_present_any = ["list_rules", "list_profiles"], value_name = "FILE|URL")]
    pub inputs: Vec<String>,
    /// Whose rules, or `auto` for what the file says of itself
    #[arg(long, value_name = "ID", default_value = "auto")]
    pub profile: String,
    /// Findings that are known: only new ones are told, and fail
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what was found as a baseline
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = VerdictForm::Summary)]
    pub format: VerdictForm,
    /// Tell what the harvester of data.gov would do with each record instead; exit with 1 when it would refuse or
    /// delete any
    #[arg(long)]
    pub would_harvest: bool,
    /// With --would-harvest: the edition that was harvested before
    #[arg(long, value_name = "FILE|URL", requires = "would_harvest")]
    pub known: Option<String>,
    /// How many findings to keep; the counts are always complete
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_errors: usize,
    /// How many causes to show
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub max_causes: usize,
    /// Print every rule, with its source and remedy
    #[arg(long)]
    pub list_rules: bool,
    /// With --list-rules: as a page of the documentation
    #[arg(long, requires = "list_rules", hide = true)]
    pub markdown: bool,
    /// Print the profiles
    #[arg(long)]
    pub list_profiles: bool,
}

/// The forms of a verdict besides --json.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictForm {
    /// The causes, the most frequent first
    Summary,
    /// Every finding, for people
    Text,
    /// Every finding as a table
    Csv,
    /// For code scanners (SARIF 2.1.0)
    Sarif,
    /// For build servers
    Junit,
    /// Annotations of GitHub's workflows
    Github,
    /// A page that stands alone
    Html,
}

impl VerdictForm {
    /// The report that it stands for; the summary is none.
    pub fn form(self) -> Option<townhall_app::ReportForm> {
        use townhall_app::ReportForm;
        match self {
            Self::Summary => None,
            Self::Text => Some(ReportForm::Text),
            Self::Csv => Some(ReportForm::Csv),
            Self::Sarif => Some(ReportForm::Sarif),
            Self::Junit => Some(ReportForm::Junit),
            Self::Github => Some(ReportForm::Github),
            Self::Html => Some(ReportForm::Html),
        }
    }
}

#[derive(Debug, Args)]
pub struct Fix {
    /// The catalog: a file, an address, or - for standard input
    #[arg(value_name = "FILE|URL")]
    pub input: String,
    /// Tell what would be mended and write nothing; exit with 1 when there is something
    #[arg(long)]
    pub check: bool,
    /// Where to write; - is standard output [default: FILE with .fixed.json at its end]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many records to show; the counts are always complete
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub max_records: usize,
}

#[derive(Debug, Args)]
pub struct Convert {
    /// A catalog (a file, an address, or - for standard input) that --to says the new form of; or data files, and last
    /// the file or folder to write, whose ending says its form. Without any, the forms are listed
    #[arg(value_name = "FILE|URL")]
    pub inputs: Vec<String>,
    /// What the file is, such as ckan; without it, its beginning tells
    #[arg(long, value_name = "ID")]
    pub from: Option<String>,
    /// What to convert to, such as dcat-us-3.0, turtle or xlsx
    #[arg(long, value_name = "ID")]
    pub to: Option<String>,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How many losses to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub max_findings: usize,
    #[command(flatten)]
    pub reading: Reading,
    /// List the forms as a page of the book
    #[arg(long, hide = true, conflicts_with = "inputs")]
    pub markdown: bool,
}

#[derive(Debug, Args)]
pub struct Query {
    /// One SELECT; each file is a table that is called as the file without its ending
    #[arg(value_name = "SQL")]
    pub sql: String,
    /// The data files, or - for standard input; `name=FILE` gives the table another name
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The form of the answer, such as csv, jsonl, parquet or xlsx [default: by the ending of --output; else a table on a
    /// terminal, and CSV elsewhere]
    #[arg(long, value_name = "NAME")]
    pub format: Option<String>,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub struct RecipeArgs {
    #[command(subcommand)]
    pub verb: RecipeVerb,
}

/// What is done with recipes.
#[derive(Debug, Subcommand)]
pub enum RecipeVerb {
    /// Keep a recipe, and make its table
    Put {
        /// The recipe as YAML, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Try a recipe without keeping anything: tells what is wrong, or shows the first rows
    Check {
        /// The recipe as YAML, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How many rows to show
        #[arg(long, value_name = "N", default_value_t = 10)]
        rows: usize,
    },
    /// Show a recipe as it was written
    Show {
        /// The recipe
        #[arg(value_name = "NAME")]
        name: String,
        /// List its revisions, newest first
        #[arg(long)]
        revisions: bool,
    },
    /// List the recipes
    List,
    /// Make the table of a recipe now
    Run {
        /// The recipe
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Take a recipe away; the table that it made stays as it is
    Retire {
        /// The recipe
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct Refresh {
    /// The table, or a dataset for all of its tables
    #[arg(value_name = "TABLE|DATASET")]
    pub name: String,
    /// From now on on a schedule (UTC), such as "every 6 hours", "daily 06:00" or "weekly monday 06:00"
    #[arg(long, value_name = "SCHEDULE", conflicts_with = "never")]
    pub every: Option<String>,
    /// No longer on a schedule
    #[arg(long)]
    pub never: bool,
}

#[derive(Debug, Args)]
pub struct Retype {
    /// The table: its id, or its dataset's slug or identifier
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// A column and its type, such as zip=text, fee=number:comma, day=date:day-first; auto lets the rows decide again
    #[arg(value_name = "COLUMN=TYPE[:FORMAT]")]
    pub columns: Vec<String>,
    /// What stands before the decimals of numbers in the whole table
    #[arg(long, value_enum, value_name = "SIGN")]
    pub decimal: Option<DecimalSign>,
    /// The order of day and month in the dates of the whole table
    #[arg(long, value_enum, value_name = "ORDER")]
    pub dates: Option<DayOrder>,
}

/// What stands before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecimalSign {
    /// As in 1,234.5
    Point,
    /// As in 1.234,5
    Comma,
}

/// The order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DayOrder {
    /// As in 31/12/2020
    DayFirst,
    /// As in 12/31/2020
    MonthFirst,
}

#[derive(Debug, Args)]
pub struct DictionaryArgs {
    /// The table: its id, or its dataset's slug or identifier
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// The file that describes its columns, to be written: JSON of ours, Table Schema, CSV on the Web, JSON Schema, or CSV
    /// with a row for each column; - for standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["restore", "revisions"])]
    pub file: Option<PathBuf>,
    /// Keep what is said of columns that the file leaves out
    #[arg(long, requires = "file")]
    pub keep: bool,
    /// The form to show it in: json, table-schema, csvw, json-schema, csv, or a format of tables such as xlsx
    #[arg(long, value_name = "FORM", default_value = "csv")]
    pub form: String,
    /// Put an earlier revision in force again, as a new one
    #[arg(long, value_name = "REVISION", conflicts_with = "revisions")]
    pub restore: Option<u32>,
    /// List the revisions, newest first
    #[arg(long)]
    pub revisions: bool,
}

#[derive(Debug, Args)]
pub struct Report {
    /// The table: its id, or its dataset's slug or identifier
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// The report; without it, those that there are
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// The form of the answer, such as csv, jsonl or xlsx
    #[arg(long, value_name = "NAME", default_value = "csv")]
    pub format: String,
    /// Keep the saved queries of a file, such as recipes/hmda/reports.json
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub add: Option<PathBuf>,
    /// Keep them for every table that has their columns, not for this one only
    #[arg(long, requires = "add")]
    pub every_table: bool,
}

#[derive(Debug, Args)]
pub struct QuArgs {
    #[command(subcommand)]
    pub command: QuCommand,
}

/// What can be done with datasets of Qu.
#[derive(Debug, Subcommand)]
pub enum QuCommand {
    /// Load a dataset, anew or again; what has not changed is left alone
    Load(QuLoadArgs),
    /// List the datasets with their slices
    List,
}

#[derive(Debug, Args)]
pub struct QuLoadArgs {
    /// The definition: JSON, with comments or without
    #[arg(value_name = "DEFINITION")]
    pub definition: PathBuf,
    /// A folder with the files that the definition names [default: its own]; can be given several times
    #[arg(long = "files", value_name = "DIR")]
    pub files: Vec<PathBuf>,
    /// A file for a table of the definition, in the place of those that it names, such as `hmda_lar=lar_2016.csv`
    #[arg(long = "slice-table", value_name = "TABLE=FILE")]
    pub slice_tables: Vec<String>,
    /// A column that files lack, put together of others and filled up with zeros, such as
    /// `fips_code=state_code:2+county_code:3`
    #[arg(long = "compose", value_name = "COLUMN=PARTS")]
    pub composed: Vec<String>,
    /// What it is called in addresses [default: the name of the file, or of the folder of a definition.json]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The organization that publishes it
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    /// Publish it at once, instead of keeping it as a draft
    #[arg(long)]
    pub publish: bool,
}

#[derive(Debug, Args)]
pub struct PageArgs {
    #[command(subcommand)]
    pub verb: PageVerb,
}

/// What is done with the page about a table.
#[derive(Debug, Subcommand)]
pub enum PageVerb {
    /// Write the page about a table from a document in YAML or JSON
    Put {
        /// The table: its id, or its dataset's slug or identifier
        #[arg(value_name = "TABLE")]
        table: String,
        /// The document; - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show the page about a table, or one to begin with
    Show {
        /// The table: its id, or its dataset's slug or identifier
        #[arg(value_name = "TABLE")]
        table: String,
        /// Show an earlier revision
        #[arg(long, value_name = "REVISION")]
        revision: Option<u32>,
    },
    /// List the pages there are
    List,
    /// List the revisions of a page, newest first
    Revisions {
        /// The table: its id, or its dataset's slug or identifier
        #[arg(value_name = "TABLE")]
        table: String,
    },
    /// Put an earlier revision in force again, as a new one
    Restore {
        /// The table: its id, or its dataset's slug or identifier
        #[arg(value_name = "TABLE")]
        table: String,
        /// The revision
        #[arg(value_name = "REVISION")]
        revision: u32,
    },
    /// Take the page about a table away; its revisions stay
    Retire {
        /// The table: its id, or its dataset's slug or identifier
        #[arg(value_name = "TABLE")]
        table: String,
    },
}

#[derive(Debug, Args)]
pub struct Merge {
    /// The catalogs: files, addresses, or - for standard input
    #[arg(required = true, num_args = 2.., value_name = "FILE|URL")]
    pub inputs: Vec<String>,
    /// What to do about two records with one identifier: fail, first, last, newest or rename
    #[arg(long, value_name = "POLICY", default_value = "fail")]
    pub conflict: String,
    /// The version to write [default: the latest among the files]
    #[arg(long, value_name = "NAME")]
    pub to: Option<String>,
    /// Let each record say which file it came from, under `mergedFrom`
    #[arg(long)]
    pub provenance: bool,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// Read every blob and compare its hash
    #[arg(long)]
    pub deep: bool,
    /// Rebuild the search index from the records
    #[arg(long)]
    pub rebuild_index: bool,
    /// Remove bytes that nothing refers to
    #[arg(long)]
    pub sweep: bool,
}

#[derive(Debug, Args)]
pub struct Config {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print the settings in force
    Show {
        /// Say where each comes from
        #[arg(long)]
        origin: bool,
    },
    /// Look for unknown keys and unusable values
    Check,
    /// Write a commented settings file into the data directory
    Init,
    /// Print the reference of all settings as Markdown
    Reference,
    /// Print a JSON Schema of the settings file
    Schema,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// The folder to write into
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct SavedQueryArgs {
    #[command(subcommand)]
    pub action: SavedQueryAction,
}

/// What is done with saved queries.
#[derive(Debug, Subcommand)]
pub enum SavedQueryAction {
    /// Keep a query, or write a new revision of it
    Put(SavedQueryPut),
    /// List the saved queries
    List,
    /// Show a query with its parameters
    Show {
        /// Its name
        name: String,
    },
    /// Take a query away; putting it again brings it back
    Retire {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct SavedQueryPut {
    /// Its name in addresses, such as open-permits
    pub name: String,
    /// The file with the query; - for standard input
    #[arg(value_name = "FILE", conflicts_with = "sql")]
    pub file: Option<PathBuf>,
    /// The query itself
    #[arg(long, value_name = "SELECT")]
    pub sql: Option<String>,
    /// Its title [default: the name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What it tells, in Markdown
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// What a parameter takes, and what unless another value is given: year, year=2024 or year:integer=2024; the types are
    /// text, integer, number, boolean and date
    #[arg(long, value_name = "NAME[:TYPE][=VALUE]")]
    pub parameter: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ApiArgs {
    #[command(subcommand)]
    pub action: ApiAction,
}

/// What is done with described APIs.
#[derive(Debug, Subcommand)]
pub enum ApiAction {
    /// Register an API by its description, or write a new revision of it
    Add(ApiAdd),
    /// List the registered APIs
    List,
    /// Show an API with its hosts and operations
    Show {
        /// Its name
        name: String,
    },
    /// Take an API away; adding it again brings it back
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Args)]
pub struct ApiAdd {
    /// Its name in addresses, such as weather
    pub name: String,
    /// Its description as JSON: OpenAPI 3, Swagger 2.0 or 1.2, or the methods of I/O Docs; - for standard input
    #[arg(value_name = "FILE|URL")]
    pub description: String,
    /// The apiconfig.json of I/O Docs, or the entry of this API in it
    #[arg(long, value_name = "FILE")]
    pub apiconfig: Option<PathBuf>,
    /// Where the API is [default: as the description says]
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// A host that may be asked, with its port where it has one; again for more [default: those of the description]
    #[arg(long, value_name = "HOST")]
    pub host: Vec<String>,
    /// The parameter that takes a visitor's key [default: as the description says]
    #[arg(long, value_name = "NAME", conflicts_with = "key_header")]
    pub key_param: Option<String>,
    /// The header that takes a visitor's key
    #[arg(long, value_name = "NAME")]
    pub key_header: Option<String>,
    /// A method that visitors may use beside GET and HEAD; again for more
    #[arg(long, value_name = "METHOD")]
    pub allow: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ScorecardArgs {
    #[command(subcommand)]
    pub verb: ScorecardVerb,
}

/// What is done with the scorecard.
#[derive(Debug, Subcommand)]
pub enum ScorecardVerb {
    /// Load offices from a CSV file, or those of the federal government that are shipped
    Load(ScorecardLoad),
    /// List the offices
    Offices,
    /// Look at the listing of an office, or at all, now
    Run {
        /// The office: its id, number, short name or name
        #[arg(value_name = "OFFICE")]
        office: Option<String>,
        /// Leave it to the worker of a running portal
        #[arg(long)]
        later: bool,
    },
    /// Freeze the quarters that have ended; `run` does so, too
    Freeze,
    /// Show where offices stand, or one of them and why
    Show {
        /// The office
        #[arg(value_name = "OFFICE")]
        office: Option<String>,
        /// The last day of the quarter [default: the one under way]
        #[arg(long, value_name = "DAY")]
        milestone: Option<jiff::civil::Date>,
    },
    /// Write a field of an office in the quarter under way
    Set(ScorecardSet),
    /// List the fields that can be written
    Fields,
    /// Tell which datasets of an office appeared, vanished and broke between two days
    Compare {
        /// The office
        #[arg(value_name = "OFFICE")]
        office: String,
        /// The earlier day
        #[arg(value_name = "FROM")]
        from: jiff::civil::Date,
        /// The later day
        #[arg(value_name = "TO")]
        to: jiff::civil::Date,
    },
}

#[derive(Debug, Args)]
pub struct ScorecardLoad {
    /// The CSV file: a column `name`, and as far as known `website`, `id`, `abbreviation`, `parent`, `cfo_act`, `omb_monitored`,
    /// `schema` (federal-v1.1, non-federal-v1.1, dcat-us-3.0), `listing_url`, `page_url`, `strategy_url`; or the dashboard's own
    #[arg(value_name = "FILE", required_unless_present = "federal", conflicts_with = "federal")]
    pub file: Option<PathBuf>,
    /// The offices of the federal government of the United States
    #[arg(long)]
    pub federal: bool,
    /// Take offices away that are not among these; what was seen of them stays
    #[arg(long)]
    pub replace: bool,
}

#[derive(Debug, Args)]
pub struct ScorecardSet {
    /// The office: its id, number, short name or name
    #[arg(value_name = "OFFICE")]
    pub office: String,
    /// The field; `townhall scorecard fields` lists them
    #[arg(value_name = "FIELD")]
    pub field: String,
    /// Its value
    #[arg(value_name = "VALUE", conflicts_with = "clear")]
    pub value: Option<String>,
    /// Take the value back
    #[arg(long)]
    pub clear: bool,
    /// A note on it, in Markdown
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Why it is so; needed where it takes the place of what was computed
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The last day of the quarter [default: the one under way]
    #[arg(long, value_name = "DAY")]
    pub milestone: Option<jiff::civil::Date>,
}
