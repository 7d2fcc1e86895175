//! Queries over tables, sandboxed
