//! The tables, in numbered steps that are never edited once released.

use sqlx::{AnyPool, Row};

use crate::dialect::Dialect;
use crate::error::StoreError;

/// The steps; the number of a step is its place, counted from 1.
const STEPS: &[&str] = &[
    // 1: the first schema. A record's document and original stand in its newest revision, not twice.
    "
    create table counters (name text primary key, value bigint not null);
    insert into counters (name, value) values ('changes', 0), ('audit', 0), ('positions', 0);
    create table meta (key text primary key, value text not null);
    create table organizations (
        id text primary key,
        slug text not null unique,
        name text not null unique,
        parent_id text references organizations (id)
    );
    create table records (
        id text primary key,
        kind text not null,
        key text not null,
        identifier text,
        slug text not null,
        title text not null,
        organization_id text references organizations (id),
        parent_id text references records (id),
        status text not null,
        access_level text,
        dialect text not null,
        content_hash text not null,
        source text not null,
        position bigint not null,
        revision bigint not null,
        suggested text,
        facts text,
        note text,
        created_at text not null,
        changed_at text not null,
        unique (kind, key)
    );
    create index records_position on records (kind, position);
    create index records_organization on records (organization_id);
    create index records_identifier on records (identifier);
    create table slugs (
        space text not null,
        slug text not null,
        record_id text not null references records (id),
        primary key (space, slug)
    );
    create table revisions (
        record_id text not null references records (id),
        number bigint not null,
        at text not null,
        actor text not null,
        action text not null,
        document text not null,
        original {bytes} not null,
        content_hash text not null,
        changed_fields text not null,
        note text,
        primary key (record_id, number)
    );
    create table sources (source text primary key, checked_at text not null);
    create table changes (
        seq bigint primary key,
        at text not null,
        actor text not null,
        subject text not null,
        subject_id text not null,
        action text not null
    );
    create table audit (
        seq bigint primary key,
        at text not null,
        actor text not null,
        action text not null,
        subject text not null,
        subject_id text not null,
        note text
    );
    create index audit_subject on audit (subject, subject_id, seq);
    create table blobs (id text primary key, bytes bigint not null, created_at text not null);
    create table blob_references (
        blob_id text not null references blobs (id),
        owner text not null,
        primary key (blob_id, owner)
    );
    create index blob_references_owner on blob_references (owner);
    create table files (
        record_id text not null references records (id),
        distribution text not null,
        name text not null,
        media_type text not null,
        blob_id text not null references blobs (id),
        bytes bigint not null,
        at text not null,
        primary key (record_id, distribution)
    );
    create table tables (
        id text primary key,
        record_id text not null references records (id),
        distribution text not null,
        title text not null,
        version bigint not null,
        created_at text not null,
        unique (record_id, distribution)
    );
    create table table_versions (
        table_id text not null references tables (id),
        number bigint not null,
        at text not null,
        actor text not null,
        rows bigint not null,
        column_count bigint not null,
        source text not null,
        manifest text not null,
        primary key (table_id, number)
    );
    create table jobs (
        id text primary key,
        kind text not null,
        payload text not null,
        actor text not null,
        queue text not null,
        dedupe text,
        state text not null,
        priority bigint not null,
        attempts bigint not null,
        run_after text not null,
        lease_until text,
        worker text,
        cancel bigint not null,
        done bigint not null,
        total bigint not null,
        message text not null,
        result text,
        reason text,
        created_at text not null,
        updated_at text not null
    );
    create index jobs_waiting on jobs (state, run_after);
    create index jobs_recent on jobs (state, updated_at);
    create unique index jobs_dedupe on jobs (dedupe) where state in ('queued', 'running');
    ",
    // 2: what the tools keep for a while.
    "
    create table reports (
        id text primary key,
        kind text not null,
        name text not null,
        settings text not null,
        input_blob text not null references blobs (id),
        result_blob text not null references blobs (id),
        created_at text not null,
        expires_at text not null
    );
    create index reports_expiry on reports (expires_at);
    ",
    // 3: reports on several files, with the file that was made, and those that a job still works on. Reports live for
    // days at most, so those of the old shape go rather than move.
    "
    delete from blob_references where owner like 'report:%';
    drop table reports;
    create table reports (
        id text primary key,
        kind text not null,
        settings text not null,
        result_blob text references blobs (id),
        made_name text,
        made_type text,
        made_blob text references blobs (id),
        job_id text,
        created_at text not null,
        expires_at text not null
    );
    create index reports_expiry on reports (expires_at);
    create table report_inputs (
        report_id text not null references reports (id),
        position bigint not null,
        name text not null,
        blob_id text not null references blobs (id),
        primary key (report_id, position)
    );
    ",
    // 4: what columns mean, each writing a revision.
    "
    create table dictionaries (
        table_id text not null references tables (id),
        revision bigint not null,
        at text not null,
        actor text not null,
        described bigint not null,
        document text not null,
        primary key (table_id, revision)
    );
    ",
    // 5: what staff write down by name, each writing a revision; the head says which is the newest.
    "
    create table documents (
        kind text not null,
        name text not null,
        revision bigint not null,
        primary key (kind, name)
    );
    create table document_revisions (
        kind text not null,
        name text not null,
        revision bigint not null,
        at text not null,
        actor text not null,
        subject text,
        title text not null,
        text text not null,
        retired bigint not null,
        primary key (kind, name, revision)
    );
    ",
    // 6: what harvest sources list, and what each harvest did.
    "
    create table harvest_sources (source text primary key, runs bigint not null);
    create table harvest_parts (
        source text not null,
        part text not null,
        state text not null,
        primary key (source, part)
    );
    create table harvest_items (
        source text not null,
        item text not null,
        record_id text references records (id),
        part text not null,
        state text not null,
        hash text not null,
        title text not null,
        parent text,
        reason text,
        since text not null,
        absences bigint not null,
        returns bigint not null,
        primary key (source, item)
    );
    create index harvest_items_record on harvest_items (record_id);
    create index harvest_items_parent on harvest_items (source, parent);
    create table harvest_runs (
        source text not null,
        number bigint not null,
        state text not null,
        actor text not null,
        began_at text not null,
        seen_at text not null,
        ended_at text,
        report text not null,
        reason text,
        primary key (source, number)
    );
    create index harvest_runs_recent on harvest_runs (began_at);
    create table harvest_records (
        source text not null,
        number bigint not null,
        item text not null,
        record_id text,
        action text not null,
        before bigint not null,
        after bigint not null,
        title text not null,
        note text,
        primary key (source, number, item)
    );
    create table harvest_findings (
        source text not null,
        number bigint not null,
        place bigint not null,
        code text not null,
        finding text not null,
        primary key (source, number, place)
    );
    ",
    // 7: the scorecard: offices, what was seen of them, what people wrote down, and quarters that ended. Kept apart from
    // records, as other bodies' listings are watched, not published.
    "
    create table scorecard_offices (id text primary key, document text not null);
    create table scorecard_looks (
        office text not null,
        number bigint not null,
        milestone text not null,
        at text not null,
        seen_at text not null,
        facts text not null,
        standing text not null,
        listing_blob text references blobs (id),
        errors_blob text references blobs (id),
        primary key (office, number)
    );
    create index scorecard_looks_milestone on scorecard_looks (milestone, office, number);
    create table scorecard_regressions (
        office text not null,
        look bigint not null,
        kind text not null,
        milestone text not null,
        at text not null,
        message text not null,
        primary key (office, look, kind)
    );
    create index scorecard_regressions_recent on scorecard_regressions (at);
    create table scorecard_entries (
        milestone text not null,
        office text not null,
        field text not null,
        number bigint not null,
        value text not null,
        note text not null,
        reason text not null,
        at text not null,
        actor text not null,
        primary key (milestone, office, field, number)
    );
    create table scorecard_finals (
        milestone text not null,
        office text not null,
        document text not null,
        listing_blob text references blobs (id),
        errors_blob text references blobs (id),
        frozen_at text not null,
        primary key (milestone, office)
    );
    create index scorecard_finals_office on scorecard_finals (office, milestone);
    ",
    // 8: the links that records name, each address once, with what checks found in runs of the same.
    "
    create table links (
        id text primary key,
        url text not null,
        host text not null,
        file_name text not null,
        state text not null,
        verdict text not null,
        status bigint not null,
        first_status bigint not null,
        content_type text not null,
        since text,
        failures bigint not null,
        failing_since text,
        worked_at text,
        checked_at text,
        next_at text not null,
        checks bigint not null,
        detail text
    );
    create index links_due on links (host, next_at, id);
    create index links_next on links (next_at);
    create index links_state on links (state, verdict);
    create index links_file on links (file_name, state);
    create table link_runs (
        link_id text not null references links (id),
        from_at text not null,
        until_at text not null,
        count bigint not null,
        verdict text not null,
        status bigint not null,
        primary key (link_id, from_at)
    );
    create table link_uses (
        record_id text not null references records (id),
        number bigint not null,
        link_id text not null references links (id),
        role text not null,
        distribution bigint not null,
        title text,
        media_type text not null,
        format text,
        primary key (record_id, number)
    );
    create index link_uses_link on link_uses (link_id);
    create table link_progress (name text primary key, value bigint not null);
    ",
    // 9: copies of files that links lead to. They outlive their links for a while.
    "
    create table mirrors (
        link_id text primary key,
        url text not null,
        blob_id text references blobs (id),
        bytes bigint not null,
        media_type text not null,
        etag text,
        last_modified text,
        copied_at text not null,
        seen_at text not null,
        reason text,
        withdrawn bigint not null
    );
    ",
];

/// Brings the database to this release's schema; refuses one that a later release made.
pub(crate) async fn migrate(
    pool: &AnyPool,
    dialect: Dialect,
    schema: Option<&str>,
) -> Result<(), StoreError> {
    let doing = StoreError::db("prepare its tables");
    let mut tx = pool.begin_with(dialect.begin()).await.map_err(&doing)?;
    if let Some(lock) = dialect.migration_lock() {
        sqlx::query(lock).execute(&mut *tx).await.map_err(&doing)?;
    }
    if let Some(create) = dialect.create_schema(schema) {
        // Only `dialect.rs` writes this, and it quotes the name.
        sqlx::query(sqlx::AssertSqlSafe(create)).execute(&mut *tx).await.map_err(&doing)?;
    }
    sqlx::query("create table if not exists schema_steps (number bigint primary key)")
        .execute(&mut *tx)
        .await
        .map_err(&doing)?;
    let found: i64 = sqlx::query("select coalesce(max(number), 0) from schema_steps")
        .fetch_one(&mut *tx)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(&doing)?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for (number, step) in (1_i64..).zip(STEPS).skip(usize::try_from(found).unwrap_or(0)) {
        for statement in dialect.schema(step).split(';').map(str::trim).filter(|text| !text.is_empty()) {
            // The text is this file's own.
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.map_err(&doing)?;
        }
        sqlx::query("insert into schema_steps (number) values ($1)")
            .bind(number)
            .execute(&mut *tx)
            .await
            .map_err(&doing)?;
    }
    tx.commit().await.map_err(&doing)
}
