//! Documents as UTF-8, whatever they are written in, with the line that is being read.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::FormatError;
use crate::delimited::{guess_encoding, named_encoding};
use crate::limits::SNIFF_BYTES;

/// Bytes that are decoded at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A document that is being read.
pub(crate) struct Decoded {
    file: File,
    decoder: Decoder,
    bytes: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    is_done: bool,
    /// What it is written in.
    pub(crate) encoding: &'static Encoding,
    /// The line of the next character, from 1.
    pub(crate) line: u64,
    /// Bytes since this was last set to zero.
    pub(crate) piece_bytes: usize,
    /// Bytes after which a piece ends with an error.
    piece_bytes_max: usize,
}

impl Decoded {
    /// Opens a document. Its encoding is the wanted one, that of its byte-order mark, that which it declares, or guessed.
    pub(crate) fn open(
        path: &Path,
        name: &str,
        wanted: Option<&str>,
        declared: fn(&[u8]) -> Option<&'static Encoding>,
        piece_bytes_max: usize,
    ) -> Result<Self, FormatError> {
        let mut file = File::open(path).map_err(FormatError::io("open", name))?;
        let mut head = Vec::new();
        let read = Read::by_ref(&mut file).take(SNIFF_BYTES as u64).read_to_end(&mut head);
        read.map_err(FormatError::io("read", name))?;
        let (guessed, mark) = guess_encoding(&head);
        let encoding = match wanted {
            Some(label) => named_encoding(label)?,
            None if mark > 0 || guessed == UTF_16LE || guessed == UTF_16BE => guessed,
            // Whoever declares UTF-8 may have copied the line; and who could read the line did not read UTF-16.
            None => declared(&head)
                .filter(|declared| *declared != UTF_8 && declared.is_ascii_compatible())
                .unwrap_or(guessed),
        };
        file.seek(SeekFrom::Start(mark as u64)).map_err(FormatError::io("read", name))?;
        Ok(Self {
            file,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes: Vec::new(),
            ready: Vec::new(),
            at: 0,
            is_done: false,
            encoding,
            line: 1,
            piece_bytes: 0,
            piece_bytes_max,
        })
    }

    /// Decodes the next bytes; what the encoding does not know becomes `U+FFFD`.
    fn load(&mut self) -> io::Result<()> {
        self.bytes.resize(CHUNK_BYTES, 0);
        let read = loop {
            match self.file.read(&mut self.bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_done = read == 0;
        self.at = 0;
        self.ready.resize(3 * CHUNK_BYTES + 16, 0);
        let (mut consumed, mut written) = (0, 0);
        loop {
            let (result, taken, made, _) = self.decoder.decode_to_utf8(
                &self.bytes[consumed..read],
                &mut self.ready[written..],
                self.is_done,
            );
            consumed += taken;
            written += made;
            if result == CoderResult::InputEmpty {
                break;
            }
            self.ready.resize(self.ready.len() + CHUNK_BYTES, 0);
        }
        self.ready.truncate(written);
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let length = ready.len().min(output.len());
        output[..length].copy_from_slice(&ready[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.piece_bytes > self.piece_bytes_max {
            let message = format!("a tag or text has more than {} bytes", self.piece_bytes_max);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        while self.at == self.ready.len() && !self.is_done {
            self.load()?;
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, length: usize) {
        let passed = &self.ready[self.at..self.at + length];
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        self.at += length;
        self.piece_bytes += length;
    }
}
