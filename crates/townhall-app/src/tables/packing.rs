//! Files packed while they are sent.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use townhall_formats::FormatInfo;

use super::Export;
use crate::Error;
use crate::stream::written_by;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Packing {
    /// Not at all.
    #[default]
    Plain,
    /// As gzip.
    Gzip,
    /// As Zstandard.
    Zstd,
}

impl Packing {
    /// The format and the packing that the ending of a file's name stands for, such as `csv.gz`.
    pub fn of_ending(ending: &str) -> (&str, Self) {
        for packing in [Self::Gzip, Self::Zstd] {
            if let Some(format) = ending.strip_suffix(packing.ending()) {
                return (format, packing);
            }
        }
        (ending, Self::Plain)
    }

    /// What it adds to a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// The media type of a file of a format.
    pub(crate) fn content_type(self, format: &FormatInfo) -> String {
        match self {
            Self::Plain => format.content_type(),
            Self::Gzip => "application/gzip".to_owned(),
            Self::Zstd => "application/zstd".to_owned(),
        }
    }
}

/// A file, packed as it is sent.
pub(super) fn packed(export: Export, packing: Packing) -> Result<Export, Error> {
    let Export { content_type, name, mut bytes, cut } = export;
    let content_type = match packing {
        Packing::Plain => return Ok(Export { content_type, name, bytes, cut }),
        Packing::Gzip => "application/gzip".to_owned(),
        Packing::Zstd => "application/zstd".to_owned(),
    };
    let (chunks, mut received) = tokio::sync::mpsc::channel(2);
    tokio::spawn(async move {
        while let Some(chunk) = bytes.next().await {
            let failed = chunk.is_err();
            if chunks.send(chunk).await.is_err() || failed {
                return;
            }
        }
    });
    let bytes = written_by(move |out| {
        let mut chunks = std::iter::from_fn(|| received.blocking_recv());
        let mut out = match packing {
            Packing::Zstd => {
                let mut packer = zstd::stream::write::Encoder::new(out, ZSTD_LEVEL)?;
                pour(&mut chunks, &mut packer)?;
                packer.finish()?
            }
            _ => {
                let mut packer = GzEncoder::new(out, Compression::fast());
                pour(&mut chunks, &mut packer)?;
                packer.finish()?
            }
        };
        Ok(out.flush()?)
    });
    Ok(Export { content_type, name: format!("{name}{}", packing.ending()), bytes, cut })
}

/// Quick rather than small: whoever downloads waits for it.
const ZSTD_LEVEL: i32 = 3;

fn pour(
    chunks: &mut impl Iterator<Item = io::Result<bytes::Bytes>>,
    out: &mut impl Write,
) -> Result<(), Error> {
    for chunk in chunks {
        out.write_all(&chunk?)?;
    }
    Ok(())
}
