//! File formats to and from record batches; pure
