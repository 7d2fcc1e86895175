//! Metadata dialects: reading, writing and converting catalogues; pure
