//! Records, jobs, audit in SQLite or PostgreSQL; blobs on disk or in object storage
