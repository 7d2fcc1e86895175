//! The use cases and the jobs; who may do what
