//! What passes between a worker and its parent: a length, a kind, and bytes.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// A query, to the worker.
    Query = b'Q',
    /// A piece of a file, to the worker: its number and its bytes.
    Bytes = b'B',
    /// A piece of a file is asked for.
    Piece = b'P',
    /// Rows, as a part of an Arrow stream.
    Rows = b'R',
    /// The query was refused or failed.
    Refusal = b'E',
    /// All rows have been sent.
    End = b'Z',
}

impl Kind {
    fn of(byte: u8) -> io::Result<Self> {
        [Self::Query, Self::Bytes, Self::Piece, Self::Rows, Self::Refusal, Self::End]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a message of no known kind"))
    }
}

/// The most bytes of one message. Pieces of files and batches of rows are far smaller.
const FRAME_BYTES_MAX: u32 = 1 << 30;

fn head(kind: Kind, length: usize) -> io::Result<[u8; 5]> {
    let length = u32::try_from(length).ok().filter(|length| *length <= FRAME_BYTES_MAX);
    let length =
        length.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a message is too large"))?;
    let [a, b, c, d] = length.to_le_bytes();
    Ok([kind as u8, a, b, c, d])
}

fn length(head: [u8; 5]) -> io::Result<(Kind, usize)> {
    let [kind, a, b, c, d] = head;
    let length = u32::from_le_bytes([a, b, c, d]);
    if length > FRAME_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is too large"));
    }
    Ok((Kind::of(kind)?, length as usize))
}

/// Writes a message, on a thread.
pub(super) fn write(out: &mut impl Write, kind: Kind, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&head(kind, bytes.len())?)?;
    out.write_all(bytes)?;
    out.flush()
}

/// Reads a message, on a thread; none at the end.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<(Kind, Vec<u8>)>> {
    let mut first = [0; 5];
    match from.read_exact(&mut first) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let (kind, length) = length(first)?;
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(Some((kind, bytes)))
}

/// Writes a message.
pub(super) async fn send(out: &mut (impl AsyncWrite + Unpin), kind: Kind, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&head(kind, bytes.len())?).await?;
    out.write_all(bytes).await?;
    out.flush().await
}

/// Messages that come in. Waiting for one can be given up and taken up again: what has come of it is kept.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    head: [u8; 5],
    body: Option<(Kind, Vec<u8>)>,
    /// How much of the head has come, or of the body once there is one.
    filled: usize,
}

impl Incoming {
    /// The next message; fails at the end.
    pub(super) async fn next(&mut self, from: &mut (impl AsyncRead + Unpin)) -> io::Result<(Kind, Vec<u8>)> {
        loop {
            let missing = match &mut self.body {
                None => &mut self.head[self.filled..],
                Some((_, bytes)) => &mut bytes[self.filled..],
            };
            if !missing.is_empty() {
                match from.read(missing).await? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    count => self.filled += count,
                }
                continue;
            }
            self.filled = 0;
            match self.body.take() {
                Some(message) => return Ok(message),
                None => {
                    let (kind, length) = length(self.head)?;
                    self.body = Some((kind, vec![0; length]));
                }
            }
        }
    }
}
