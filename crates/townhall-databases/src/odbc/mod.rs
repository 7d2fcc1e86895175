//! ODBC: SQL Server, Oracle, DB2 and whatever else has a driver.
//!
//! Drivers differ in nearly everything, so little is asked of them: names quoted as they say, equality and order of whole
//! numbers, equality of texts. How many rows are taken is decided here, by leaving. A connection is made for each question
//! and works on a thread of its own, since the interface waits.

mod describe;
mod flavor;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use odbc_api::parameter::InputParameter;
use odbc_api::{Connection, ConnectionOptions, Cursor, IntoParameter, environment};
use tokio::sync::Semaphore;

use self::flavor::OdbcFlavor;
use crate::address::Address;
use crate::describe::{TableDescription, TableName};
use crate::error::DatabaseError;
use crate::kind::{Database, DatabaseInfo, DatabaseKind, OpenSettings, RowStream};
use crate::limits::ODBC_CELL_BYTES_MAX;
use crate::request::{Condition, RowsRequest, Value};
use crate::rows::{Sink, channel};
use crate::sql::{self, Flavor, Pushes, Statement, date_text, moment_text};

/// ODBC.
pub struct Odbc;

const INFO: DatabaseInfo = DatabaseInfo {
    name: "odbc",
    label: "ODBC",
    schemes: &["odbc"],
    example: "odbc:Driver={ODBC Driver 18 for SQL Server};Server=db.example.gov;Database=permits;UID=reader",
};

#[async_trait]
impl DatabaseKind for Odbc {
    fn info(&self) -> &'static DatabaseInfo {
        &INFO
    }

    async fn open(
        &self,
        address: &Address,
        settings: &OpenSettings,
    ) -> Result<Arc<dyn Database>, DatabaseError> {
        let way = Way { text: address.connection_string(), settings: settings.clone() };
        let asked = way.clone();
        let quote = blocking(move || {
            let connection = asked.connect()?;
            Ok(connection.identifier_quote_char().ok().flatten())
        })
        .await?;
        let flavor = OdbcFlavor { quote: quote.filter(|quote| !quote.is_whitespace()).unwrap_or('"') };
        let turns = Arc::new(Semaphore::new(settings.connections as usize));
        Ok(Arc::new(Opened { way, flavor, turns }))
    }
}

/// How to get there. The text has the password in it.
#[derive(Clone)]
struct Way {
    text: String,
    settings: OpenSettings,
}

impl Way {
    fn connect(&self) -> Result<Connection<'static>, DatabaseError> {
        let unreachable = |error: odbc_api::Error| DatabaseError::Unreachable { detail: error.to_string() };
        let seconds = u32::try_from(self.settings.patience.as_secs()).unwrap_or(10);
        let options = ConnectionOptions { login_timeout_sec: Some(seconds), ..ConnectionOptions::default() };
        environment()
            .and_then(|environment| environment.connect_with_connection_string(&self.text, options))
            .map_err(unreachable)
    }
}

struct Opened {
    way: Way,
    flavor: OdbcFlavor,
    turns: Arc<Semaphore>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a database reached by ODBC")
    }
}

impl Opened {
    /// Runs work with a connection, when it is its turn.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(Connection<'static>) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let turns = self.turns.clone().acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(self.way.settings.patience, turns).await else {
            return Err(DatabaseError::Unreachable {
                detail: "no connection became free in time".to_owned(),
            });
        };
        let way = self.way.clone();
        blocking(move || {
            let _turn = turn;
            work(way.connect()?)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DatabaseError> + Send + 'static,
) -> Result<T, DatabaseError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(DatabaseError::Refused { detail: error.to_string() }))
}

#[async_trait]
impl Database for Opened {
    async fn tables(&self) -> Result<Vec<TableName>, DatabaseError> {
        self.with(|connection| describe::tables(&connection)).await
    }

    async fn describe(&self, table: &TableName) -> Result<TableDescription, DatabaseError> {
        let table = table.clone();
        self.with(move |connection| describe::describe(&connection, &table)).await
    }

    fn pushes(&self, table: &TableDescription, condition: &Condition) -> Pushes {
        sql::pushes(&self.flavor, table, condition)
    }

    fn orders(&self, table: &TableDescription, column: &str) -> bool {
        table.column(column).is_some_and(|column| self.flavor.orders(column))
    }

    fn statement(&self, table: &TableDescription, request: &RowsRequest) -> Result<Statement, DatabaseError> {
        sql::rows(&self.flavor, table, request)
    }

    fn counting(&self, table: &TableDescription, condition: &Condition) -> Result<Statement, DatabaseError> {
        sql::counting(&self.flavor, table, condition)
    }

    async fn rows(
        &self,
        table: &TableDescription,
        request: &RowsRequest,
    ) -> Result<RowStream, DatabaseError> {
        let statement = self.statement(table, request)?;
        let (mut sink, stream) = channel(table, &request.columns)?;
        let (limit, offset) = (request.limit, request.offset);
        let turns = self.turns.clone().acquire_owned();
        let Ok(Ok(turn)) = tokio::time::timeout(self.way.settings.patience, turns).await else {
            return Err(DatabaseError::Unreachable {
                detail: "no connection became free in time".to_owned(),
            });
        };
        let way = self.way.clone();
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let outcome = way.connect().and_then(|connection| {
                let timeout = match limit {
                    Some(_) => way.settings.timeout,
                    None => way.settings.long_timeout,
                };
                run(&connection, &statement, timeout.as_secs() as usize, limit, offset, &mut sink)
            });
            sink.end_blocking(outcome);
        });
        Ok(stream)
    }

    async fn count(&self, table: &TableDescription, condition: &Condition) -> Result<u64, DatabaseError> {
        let statement = self.counting(table, condition)?;
        let timeout = self.way.settings.timeout.as_secs() as usize;
        self.with(move |connection| {
            let values = bound(&statement);
            let cursor = execute(&connection, &statement, values.as_slice(), timeout)?;
            let mut cursor = cursor.ok_or_else(|| refused("it gave no count"))?;
            let mut text = Vec::new();
            let row = cursor.next_row().map_err(of_driver)?;
            row.ok_or_else(|| refused("it gave no count"))?.get_text(1, &mut text).map_err(of_driver)?;
            String::from_utf8_lossy(&text).trim().parse().map_err(|_| refused("its count is no number"))
        })
        .await
    }

    async fn close(&self) {
        self.turns.close();
    }
}

fn refused(detail: &str) -> DatabaseError {
    DatabaseError::Refused { detail: detail.to_owned() }
}

fn of_driver(error: odbc_api::Error) -> DatabaseError {
    let detail = error.to_string();
    // The state of timeouts; drivers print it first.
    if detail.contains("HYT00") { DatabaseError::TimedOut } else { DatabaseError::Refused { detail } }
}

fn bound(statement: &Statement) -> Vec<Box<dyn InputParameter>> {
    let value = |value: &Value| -> Box<dyn InputParameter> {
        match value {
            Value::Text(text) => Box::new(text.clone().into_parameter()),
            Value::Integer(number) => Box::new((*number).into_parameter()),
            Value::Number(number) => Box::new((*number).into_parameter()),
            Value::Boolean(truth) => Box::new(i64::from(*truth).into_parameter()),
            Value::Date(days) => Box::new(date_text(*days).into_parameter()),
            Value::Timestamp(micros) | Value::Datetime(micros) => {
                Box::new(moment_text(*micros).into_parameter())
            }
        }
    };
    statement.parameters.iter().map(value).collect()
}

fn execute<'c>(
    connection: &'c Connection<'static>,
    statement: &Statement,
    values: &[Box<dyn InputParameter>],
    timeout: usize,
) -> Result<Option<impl Cursor + use<'c>>, DatabaseError> {
    // Not every driver has a clock.
    let run = |timeout| connection.execute(&statement.text, values, timeout);
    match run(Some(timeout.max(1))) {
        Err(error) if error.to_string().contains("HYC00") => run(None),
        outcome => outcome,
    }
    .map_err(of_driver)
}

/// Puts the rows of a statement into the sink, until there are enough, no more, or nobody wants them.
fn run(
    connection: &Connection<'static>,
    statement: &Statement,
    timeout: usize,
    limit: Option<u64>,
    offset: u64,
    sink: &mut Sink,
) -> Result<(), DatabaseError> {
    let values = bound(statement);
    let Some(mut cursor) = execute(connection, statement, values.as_slice(), timeout)? else {
        return Ok(());
    };
    let mut text = Vec::new();
    let (mut passed, mut taken) = (0, 0);
    while limit.is_none_or(|limit| taken < limit) {
        let Some(mut row) = cursor.next_row().map_err(of_driver)? else { break };
        if passed < offset {
            passed += 1;
            continue;
        }
        for index in 0..sink.cells.len() {
            text.clear();
            let place = u16::try_from(index + 1).map_err(|_| refused("it has too many columns"))?;
            match row.get_wide_text(place, &mut text).map_err(of_driver)? {
                true => {
                    if text.len() > ODBC_CELL_BYTES_MAX {
                        return Err(refused("a cell is too large"));
                    }
                    let text = String::from_utf16_lossy(&text);
                    sink.weigh(text.len())?;
                    sink.cells[index].text(Some(&text));
                }
                false => sink.cells[index].none(),
            }
        }
        taken += 1;
        if !sink.end_row_blocking()? {
            break;
        }
    }
    Ok(())
}
