//! Turns what a server sends into UTF-8: unpacks gzip, reads UTF-16, drops byte-order marks, counts bytes.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE};
use flate2::bufread::MultiGzDecoder;
use townhall_model::{Finding, Severity};

use crate::limits::CHUNK_BYTES;

/// What was done to the bytes before they could be scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwrapping {
    Gzip,
    ByteOrderMark,
    Utf16(&'static Encoding),
}

impl Unwrapping {
    pub fn finding(self) -> Finding {
        match self {
            Self::Gzip => {
                Finding::new("READ-GZIP", Severity::Info, "the file is compressed with gzip and was unpacked")
            }
            Self::ByteOrderMark => Finding::new(
                "READ-BOM",
                Severity::Warning,
                "the file begins with a byte-order mark, which was dropped",
            )
            .with_source("RFC 8259, section 8.1")
            .with_fix("save the file as UTF-8 without a byte-order mark"),
            Self::Utf16(encoding) => {
                let message = format!("the file is {}, not UTF-8, and was converted", encoding.name());
                Finding::new("READ-UTF16", Severity::Warning, message)
                    .with_source("RFC 8259, section 8.1")
                    .with_fix("save the file as UTF-8")
            }
        }
    }
}

/// Looks at the first bytes and gives the stream of UTF-8 behind them.
pub fn unwrap<'r>(input: impl Read + 'r) -> io::Result<(Box<dyn Read + 'r>, Vec<Unwrapping>)> {
    let mut done = Vec::new();
    let (head, input) = look(input)?;
    let mut input: Box<dyn Read + 'r> = Box::new(input);
    let mut head = head;
    if head.starts_with(&[0x1f, 0x8b]) {
        done.push(Unwrapping::Gzip);
        let (unpacked_head, unpacked) =
            look(MultiGzDecoder::new(BufReader::with_capacity(CHUNK_BYTES, input)))?;
        head = unpacked_head;
        input = Box::new(unpacked);
    }
    let (encoding, mark_bytes) = match head.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (None, 3),
        [0xff, 0xfe, ..] => (Some(UTF_16LE), 2),
        [0xfe, 0xff, ..] => (Some(UTF_16BE), 2),
        // JSON begins with two ASCII characters, so a zero byte gives UTF-16 away even without a mark.
        [first, 0, ..] if *first != 0 => (Some(UTF_16LE), 0),
        [0, second, ..] if *second != 0 => (Some(UTF_16BE), 0),
        _ => (None, 0),
    };
    if mark_bytes > 0 {
        io::copy(&mut input.by_ref().take(mark_bytes), &mut io::sink())?;
    }
    match encoding {
        Some(encoding) => {
            done.push(Unwrapping::Utf16(encoding));
            input = Box::new(Transcoder::new(input, encoding));
        }
        None if mark_bytes > 0 => done.push(Unwrapping::ByteOrderMark),
        None => {}
    }
    Ok((input, done))
}

/// The first bytes of a stream, and the stream with them still in front.
fn look<'r>(mut input: impl Read + 'r) -> io::Result<(Vec<u8>, impl Read + 'r)> {
    let mut head = Vec::new();
    input.by_ref().take(4).read_to_end(&mut head)?;
    Ok((head.clone(), io::Cursor::new(head).chain(input)))
}

/// Converts a stream to UTF-8 as it is read; what can't be converted becomes U+FFFD.
pub struct Transcoder<R> {
    input: BufReader<R>,
    decoder: Decoder,
    is_finished: bool,
    /// Converted bytes that did not fit the last request.
    rest: Vec<u8>,
}

impl<R: Read> Transcoder<R> {
    /// Converts from this encoding.
    pub fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input: BufReader::with_capacity(CHUNK_BYTES, input),
            decoder: encoding.new_decoder_without_bom_handling(),
            is_finished: false,
            rest: Vec::new(),
        }
    }

    fn convert(&mut self, output: &mut [u8]) -> io::Result<usize> {
        while !self.is_finished {
            let input = self.input.fill_buf()?;
            let is_last = input.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, output, is_last);
            self.input.consume(read);
            self.is_finished = is_last && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            // The decoder wants room for a few whole characters.
            const ROOM_BYTES_MIN: usize = 64;
            if output.len() >= ROOM_BYTES_MIN {
                return self.convert(output);
            }
            let mut room = [0; ROOM_BYTES_MIN];
            let written = self.convert(&mut room)?;
            self.rest.extend_from_slice(&room[..written]);
        }
        let length = self.rest.len().min(output.len());
        output[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        Ok(length)
    }
}
