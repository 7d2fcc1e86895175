//! Byte streams with back-pressure: what writes them waits for whoever reads them, and stops when nobody does.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::Stream;
use futures::StreamExt;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::Error;
use crate::limits::STALLED_SECONDS;

/// Bytes of a download, as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// How many bytes are gathered before they are handed on.
const CHUNK_BYTES: usize = 64 * 1024;

const STALLED: Duration = Duration::from_secs(STALLED_SECONDS);

/// How many chunks may wait for a slow reader.
const CHUNKS_WAITING_MAX: usize = 4;

/// The writing end: blocks while the reader is behind, fails when the reader has gone.
pub struct StreamWriter {
    buffer: BytesMut,
    chunks: mpsc::Sender<io::Result<Bytes>>,
    sent: Arc<AtomicU64>,
    stalled: Arc<AtomicBool>,
}

impl StreamWriter {
    fn send(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = self.buffer.split().freeze();
        self.sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        let chunk = match self.chunks.try_send(Ok(chunk)) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Full(chunk)) => chunk,
            Err(TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
        };
        // A reader that takes nothing for long must not hold a thread and what is computed for it.
        let sending = tokio::time::timeout(STALLED, self.chunks.send(chunk));
        match Handle::current().block_on(sending) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => {
                self.stalled.store(true, Ordering::Relaxed);
                Err(io::Error::new(io::ErrorKind::TimedOut, "nobody took the bytes any more"))
            }
        }
    }

    /// How many bytes were sent so far, also later.
    pub(crate) fn sent(&self) -> Arc<AtomicU64> {
        self.sent.clone()
    }
}

impl Write for StreamWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

/// Puts a byte-order mark before UTF-8.
pub fn with_byte_order_mark(bytes: ByteStream) -> ByteStream {
    futures::stream::once(async { Ok(Bytes::from_static(b"\xEF\xBB\xBF")) }).chain(bytes).boxed()
}

/// Puts something before and behind, such as the call of a function.
pub fn wrapped(before: String, bytes: ByteStream, behind: &'static str) -> ByteStream {
    let before = futures::stream::once(async { Ok(Bytes::from(before)) });
    let behind = futures::stream::once(async { Ok(Bytes::from_static(behind.as_bytes())) });
    before.chain(bytes).chain(behind).boxed()
}

/// Runs `write` on a blocking thread and streams what it writes. An error ends the stream with an error, so that a
/// client sees a cut transfer, never a short file that looks whole.
pub fn written_by(write: impl FnOnce(StreamWriter) -> Result<(), Error> + Send + 'static) -> ByteStream {
    let (chunks, receiver) = mpsc::channel(CHUNKS_WAITING_MAX);
    let failures = chunks.clone();
    let stalled = Arc::new(AtomicBool::new(false));
    let has_stalled = stalled.clone();
    tokio::task::spawn_blocking(move || {
        let buffer = BytesMut::with_capacity(CHUNK_BYTES);
        let writer = StreamWriter { buffer, chunks, sent: Arc::default(), stalled: stalled.clone() };
        if let Err(error) = write(writer)
            && !failures.is_closed()
            && !stalled.load(Ordering::Relaxed)
        {
            tracing::error!(error = %error, "an export ended early: {error}");
            // The reader may have left in the meantime; then nobody needs to know.
            let _ = failures.blocking_send(Err(io::Error::other(error.to_string())));
        }
    });
    receiver_stream(receiver, has_stalled)
}

fn receiver_stream(receiver: mpsc::Receiver<io::Result<Bytes>>, stalled: Arc<AtomicBool>) -> ByteStream {
    futures::stream::unfold((receiver, stalled), |(mut receiver, stalled)| async move {
        match receiver.recv().await {
            Some(chunk) => Some((chunk, (receiver, stalled))),
            // What was given up in the middle must not look whole.
            None if stalled.swap(false, Ordering::Relaxed) => {
                Some((Err(io::ErrorKind::TimedOut.into()), (receiver, stalled)))
            }
            None => None,
        }
    })
    // A compressor asks once more after the end.
    .fuse()
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_comes_out_in_order() {
        let stream = written_by(|mut out| {
            for n in 0..50_000_u32 {
                writeln!(out, "{n}")?;
            }
            out.flush()?;
            Ok(())
        });
        let chunks: Vec<_> = stream.collect().await;
        let text: Vec<u8> = chunks.into_iter().flat_map(|chunk| chunk.unwrap()).collect();
        assert!(text.starts_with(b"0\n1\n") && text.ends_with(b"49999\n"));
    }

    #[tokio::test]
    async fn asking_after_the_end_is_harmless() {
        let mut stream = written_by(|mut out| Ok(out.write_all(b"all").and_then(|()| out.flush())?));
        while stream.next().await.is_some() {}
        assert!(stream.next().await.is_none());
    }

    #[tokio::test]
    async fn a_failure_ends_the_stream_with_an_error() {
        let stream = written_by(|mut out| {
            out.write_all(b"some")?;
            out.flush()?;
            Err(Error::invalid("no more"))
        });
        let chunks: Vec<_> = stream.collect().await;
        assert!(chunks.last().unwrap().is_err());
    }

    #[tokio::test]
    async fn a_reader_that_leaves_stops_the_writer() {
        let (done, finished) = tokio::sync::oneshot::channel();
        let stream = written_by(move |mut out| {
            let outcome = (0..).try_for_each(|_: u64| out.write_all(&[b'x'; 4096]));
            let _ = done.send(outcome.is_err());
            Ok(())
        });
        drop(stream);
        assert!(finished.await.unwrap());
    }
}
