//! What PostgreSQL's catalog says of tables.

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgPool, PgRow};

use crate::describe::{ColumnDescription, Form, LeftOut, TableDescription, TableName, comment, gathered};
use crate::error::DatabaseError;
use crate::limits::{COLUMNS_MAX, TABLES_MAX, VALUES_MAX};

/// What stands between values that are told as one text.
const BETWEEN: char = '\u{1f}';

pub(super) async fn tables(pool: &PgPool) -> Result<Vec<TableName>, DatabaseError> {
    let rows = sqlx::query(
        "select n.nspname::text, c.relname::text, n.nspname = current_schema()
         from pg_catalog.pg_class c
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
           and not c.relispartition
           and n.nspname <> 'information_schema'
           and n.nspname not like 'pg\\_%'
           and has_schema_privilege(n.oid, 'usage')
           and has_any_column_privilege(c.oid, 'select')
           and not exists (select 1 from pg_catalog.pg_depend d
                           where d.objid = c.oid and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'e')
         order by n.nspname <> current_schema(), n.nspname, c.relname
         limit $1",
    )
    .bind(TABLES_MAX as i64)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(TableName {
                schema: Some(row.try_get(0)?),
                name: row.try_get(1)?,
                is_usual: row.try_get::<Option<bool>, _>(2)?.unwrap_or(false),
            })
        })
        .collect()
}

pub(super) async fn describe(
    connection: &mut PgConnection,
    table: &TableName,
) -> Result<TableDescription, DatabaseError> {
    let found = sqlx::query(
        "select c.oid::int8, c.relkind::text, obj_description(c.oid, 'pg_class')
         from pg_catalog.pg_class c
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')",
    )
    .bind(table.schema.as_deref().unwrap_or("public"))
    .bind(&table.name)
    .fetch_optional(&mut *connection)
    .await?
    .ok_or_else(|| DatabaseError::NoTable { table: table.shown() })?;
    let oid: i64 = found.try_get(0)?;

    let rows = sqlx::query(
        "select a.attname::text, b.typname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                col_description(a.attrelid, a.attnum), b.typtype::text, b.typcategory::text,
                case when t.typtype = 'd' then t.typtypmod else a.atttypmod end,
                (select string_agg(e.enumlabel::text, chr(31) order by e.enumsortorder)
                 from pg_catalog.pg_enum e where e.enumtypid = b.oid),
                (select string_agg(pg_get_constraintdef(k.oid), chr(31))
                 from pg_catalog.pg_constraint k
                 where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum])
         from pg_catalog.pg_attribute a
         join pg_catalog.pg_type t on t.oid = a.atttypid
         join pg_catalog.pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
         where a.attrelid = $1::int8::oid and a.attnum > 0 and not a.attisdropped
           and has_column_privilege(a.attrelid, a.attnum, 'select')
         order by a.attnum
         limit $2",
    )
    .bind(oid)
    .bind(COLUMNS_MAX as i64)
    .fetch_all(&mut *connection)
    .await?;
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    for row in &rows {
        match column(row)? {
            Ok(column) => columns.push(column),
            Err(column) => left_out.push(column),
        }
    }

    let keys = sqlx::query(
        "select a.attname::text
         from pg_catalog.pg_index i
         cross join lateral unnest(i.indkey::int2[]) with ordinality k(number, place)
         join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
         where i.indrelid = $1::int8::oid and i.indisprimary
         order by k.place",
    )
    .bind(oid)
    .fetch_all(&mut *connection)
    .await?;
    let primary_key = keys.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_, DatabaseError>>()?;

    let keys = sqlx::query(
        "select k.conname::text, a.attname::text,
                case when n.nspname = current_schema() then c.relname::text else n.nspname || '.' || c.relname end,
                f.attname::text
         from pg_catalog.pg_constraint k
         cross join lateral unnest(k.conkey, k.confkey) with ordinality p(here, there, place)
         join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.here
         join pg_catalog.pg_attribute f on f.attrelid = k.confrelid and f.attnum = p.there
         join pg_catalog.pg_class c on c.oid = k.confrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where k.conrelid = $1::int8::oid and k.contype = 'f'
         order by k.conname, p.place",
    )
    .bind(oid)
    .fetch_all(&mut *connection)
    .await?;
    let keys = keys
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)))
        .collect::<Result<Vec<_>, DatabaseError>>()?;

    Ok(TableDescription {
        name: table.clone(),
        is_view: matches!(found.try_get::<String, _>(1)?.as_str(), "v" | "m"),
        comment: comment(found.try_get(2)?),
        columns,
        left_out,
        primary_key,
        foreign_keys: gathered(keys),
    })
}

fn column(row: &PgRow) -> Result<Result<ColumnDescription, LeftOut>, DatabaseError> {
    let name: String = row.try_get(0)?;
    let (base, category): (String, String) = (row.try_get(1)?, row.try_get(6)?);
    let is_enum = row.try_get::<String, _>(5)? == "e";
    let form = match (base.as_str(), category.as_str()) {
        ("int2" | "int4" | "int8" | "oid", _) => Form::Integer,
        ("float8", _) => Form::Number,
        ("float4", _) => Form::ShortNumber,
        ("numeric", _) if is_whole(row.try_get(7)?) => Form::Integer,
        ("numeric", _) => Form::Decimal,
        ("bool", _) => Form::Boolean,
        ("date", _) => Form::Date,
        ("timestamp", _) => Form::Datetime,
        ("timestamptz", _) => Form::Timestamp,
        ("text" | "varchar" | "bpchar" | "citext" | "name", _) => Form::Text,
        ("bytea", _) => return Ok(Err(LeftOut { name, reason: "bytes are not published".to_owned() })),
        (_, "A") => Form::AsJson,
        _ if is_enum => Form::Text,
        // Compositions print as rows of PostgreSQL; as JSON everybody reads them.
        (_, "C") => Form::AsJson,
        _ => Form::AsText,
    };
    let labels: Option<String> = row.try_get(8)?;
    let checks: Option<String> = row.try_get(9)?;
    let mut values: Vec<String> = match (labels, checks) {
        (Some(labels), _) => labels.split(BETWEEN).map(str::to_owned).collect(),
        (None, Some(checks)) => checks.split(BETWEEN).find_map(listed).unwrap_or_default(),
        (None, None) => Vec::new(),
    };
    values.truncate(VALUES_MAX);
    Ok(Ok(ColumnDescription {
        name,
        kind: form.kind(),
        native: row.try_get(2)?,
        nullable: !row.try_get::<bool, _>(3)?,
        comment: comment(row.try_get(4)?),
        values,
        form,
        is_certain: true,
    }))
}

/// Whether decimals of a type modifier are whole numbers of at most 18 digits.
fn is_whole(modifier: i32) -> bool {
    let (precision, scale) = (((modifier - 4) >> 16) & 0xffff, (modifier - 4) & 0x7ff);
    modifier >= 4 && scale == 0 && precision <= 18
}

/// The values of a check such as `CHECK ((x = ANY (ARRAY['a'::text, 'b'::text])))`.
fn listed(check: &str) -> Option<Vec<String>> {
    let (before, rest) = check.split_once("ARRAY[")?;
    // A list that is not to be, or one beside other conditions, lists nothing.
    if !before.trim_end().trim_end_matches('(').trim_end().ends_with("= ANY") || before.contains(" OR ") {
        return None;
    }
    let mut values = Vec::new();
    let mut rest = rest;
    loop {
        rest = rest.trim_start_matches([' ', ',', '(']);
        match rest.chars().next()? {
            ']' => return Some(values),
            '\'' => {
                let mut value = String::new();
                let mut characters = rest[1..].char_indices().peekable();
                let end = loop {
                    match characters.next()? {
                        (_, '\'') if characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                            characters.next();
                            value.push('\'');
                        }
                        (place, '\'') => break place + 2,
                        (_, c) => value.push(c),
                    }
                };
                values.push(value);
                rest = &rest[end..];
            }
            _ => {
                let end = rest.find([',', ']', ':', ')'])?;
                values.push(rest[..end].trim().to_owned());
                rest = &rest[end..];
            }
        }
        rest = &rest[rest.find([',', ']'])?..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_lists_values_tells_them() {
        let check = "CHECK ((status = ANY (ARRAY['open'::text, 'it''s, shut'::text])))";
        assert_eq!(listed(check), Some(vec!["open".to_owned(), "it's, shut".to_owned()]));
        assert_eq!(listed("CHECK ((size = ANY (ARRAY[1, 2])))"), Some(vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(
            listed(
                "CHECK (((c)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))"
            ),
            Some(vec!["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(listed("CHECK ((size > 3))"), None);
        assert_eq!(listed("CHECK ((size <> ALL (ARRAY[1, 2])))"), None);
    }

    #[test]
    fn decimals_without_a_fraction_are_whole_numbers() {
        assert!(is_whole((10 << 16) + 4));
        assert!(!is_whole(((10 << 16) | 2) + 4));
        assert!(!is_whole((30 << 16) + 4));
        assert!(!is_whole(-1));
    }
}
