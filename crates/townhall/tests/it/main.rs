//! The real program, from the outside: commands, exit codes, pages, and what is left after a crash.

mod crash;
mod harness;
mod import;
mod serve;
