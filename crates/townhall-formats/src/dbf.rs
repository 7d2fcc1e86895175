//! dBASE tables, as dBASE III to 7, Clipper, FoxPro and shapefiles have them.
//!
//! Every value stands at a fixed place as text or in a few bytes, so that one that makes no sense spoils nothing else: it is
//! kept as it stands among the rejects. Records that are marked as deleted are left out and counted. Memos are in a file
//! beside the table; their columns are empty and named in `read_as`.

use std::fs::File;
use std::io::{BufReader, Read};

use encoding_rs::Encoding;
use serde_json::{Map, Value, json};
use townhall_model::table::ColumnType;

use crate::delimited::{guess_encoding, named_encoding};
use crate::format::has_extension;
use crate::text::{append_date, append_instant};
use crate::unfold::ingest_declared;
use crate::{Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, ReadOptions};

/// dBASE.
pub struct Dbf;

const INFO: FormatInfo = FormatInfo {
    name: "dbf",
    label: "dBASE",
    extensions: &["dbf"],
    media_types: &["application/vnd.dbf", "application/dbase", "application/x-dbf"],
    can_read: true,
    can_write: false,
    streams: false,
};

/// First bytes of the versions there are.
const VERSIONS: [u8; 16] =
    [0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x7B, 0x83, 0x8B, 0x8C, 0x8E, 0xCB, 0xF5];

/// Bytes before the descriptions of the fields.
const HEADER_BYTES: usize = 32;

/// Bytes of the description of a field, and of one of dBASE 7.
const FIELD_BYTES: [usize; 2] = [32, 48];

/// Bytes of records that the encoding is guessed from, where the file does not name it.
const GUESS_BYTES: usize = 256 * 1024;

/// The day that Julian days are counted to: 1970-01-01.
const EPOCH_JULIAN: i64 = 2_440_588;

/// The numbers of a code page (the "language driver"), its name, and its characters.
type CodePage = (&'static [u8], &'static str, &'static str);

/// The characters 128 to 255 of code pages that the web does not know.
const CODE_PAGES: [CodePage; 4] = [
    (
        &[0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B],
        "cp437",
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
    ),
    (
        &[0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37],
        "cp850",
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}",
    ),
    (
        &[0x1F, 0x22, 0x23, 0x40, 0x64, 0x87],
        "cp852",
        "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}",
    ),
    (
        &[0x08, 0x17, 0x66],
        "cp865",
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø₧ƒáíóúñÑªº¿⌐¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}",
    ),
];

/// The numbers of other code pages, and what the web calls them.
const LANGUAGE_DRIVERS: [(&[u8], &str); 14] = [
    (&[0x03, 0x57, 0x58, 0x59], "windows-1252"),
    (&[0x26, 0x65], "ibm866"),
    (&[0x13, 0x7B], "shift_jis"),
    (&[0x4D, 0x7A], "gbk"),
    (&[0x4E, 0x79], "euc-kr"),
    (&[0x4F, 0x78], "big5"),
    (&[0x50, 0x7C], "windows-874"),
    (&[0x7D], "windows-1255"),
    (&[0x7E], "windows-1256"),
    (&[0xC8], "windows-1250"),
    (&[0xC9], "windows-1251"),
    (&[0xCA], "windows-1254"),
    (&[0xCB], "windows-1253"),
    (&[0xCC], "windows-1257"),
];

/// How texts are written.
enum Script {
    Web(&'static Encoding),
    CodePage(&'static str, Vec<char>),
}

/// A field of the records.
struct Field {
    name: String,
    kind: u8,
    at: usize,
    bytes: usize,
    decimals: u8,
}

/// What the file says of itself.
struct Head {
    records: u64,
    record_bytes: usize,
    language_driver: u8,
    fields: Vec<Field>,
    /// Where the records begin.
    start: usize,
}

impl Format for Dbf {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let is_dated = matches!(head.get(2..4), Some([1..=12, 1..=31] | [0, 0]));
        let is_known = head.first().is_some_and(|version| VERSIONS.contains(version)) && is_dated;
        let start = head.get(8..10).map_or(0, |bytes| usize::from(u16::from_le_bytes([bytes[0], bytes[1]])));
        let is_ended =
            start > HEADER_BYTES && head.get(HEADER_BYTES..start).is_some_and(|rest| rest.contains(&0x0D));
        match (is_known && is_ended, has_extension(&INFO, name)) {
            (true, true) => Likelihood::Certain,
            (true, false) => Likelihood::Possible,
            (false, true) if !head.is_ascii() => Likelihood::Possible,
            _ => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let file = File::open(task.source).map_err(FormatError::io("open", name))?;
        let mut file = BufReader::with_capacity(1 << 20, file);
        let head = Head::read(&mut file, name)?;
        let mut body = Vec::new();
        file.by_ref()
            .take(GUESS_BYTES as u64)
            .read_to_end(&mut body)
            .map_err(FormatError::io("read", name))?;
        let script = Script::of(task.options, head.language_driver, &head.texts(&body))?;

        let shown: Vec<&Field> = head.fields.iter().filter(|field| field.kind != b'0').collect();
        let headers: Vec<_> = shown.iter().map(|field| field.name.as_str()).collect();
        let kinds: Vec<_> = shown.iter().map(|field| field.column_type()).collect();
        let mut reader = std::io::Cursor::new(body).chain(file);
        ingest_declared(task, &INFO, &headers, &kinds, |sink| {
            let (mut record, mut cells) = (vec![0; head.record_bytes], vec![String::new(); shown.len()]);
            let (mut read, mut deleted) = (0, 0);
            while read < head.records
                && fill(&mut reader, &mut record).map_err(FormatError::io("read", name))?
            {
                read += 1;
                match record[0] {
                    b'*' => {
                        deleted += 1;
                        continue;
                    }
                    // The end of the file, before what the header promises.
                    0x1A => {
                        read -= 1;
                        break;
                    }
                    _ => {}
                }
                for (cell, field) in cells.iter_mut().zip(&shown) {
                    cell.clear();
                    field.append(&record[field.at..field.at + field.bytes], &script, cell);
                }
                sink.row(&cells)?;
            }
            let memos = shown.iter().filter(|field| field.is_memo()).map(|field| field.name.clone());
            let memos: Vec<String> = memos.collect();
            let mut read_as = Map::from_iter([("encoding".to_owned(), json!(script.name()))]);
            let mut say = |key: &str, value: Value, is_worth_it: bool| {
                if is_worth_it {
                    read_as.insert(key.to_owned(), value);
                }
            };
            say("deleted_records", json!(deleted), deleted > 0);
            say("missing_records", json!(head.records - read), read < head.records);
            say("memo_columns", json!(memos), !memos.is_empty());
            Ok(read_as)
        })
    }
}

/// Reads a whole record; false at the end.
fn fill(reader: &mut impl Read, record: &mut [u8]) -> std::io::Result<bool> {
    match reader.read_exact(record) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

impl Head {
    fn read(file: &mut impl Read, name: &str) -> Result<Self, FormatError> {
        let damaged = |reason: &str| FormatError::damaged(name, &INFO, &reason);
        let mut bytes = vec![0; HEADER_BYTES];
        file.read_exact(&mut bytes).map_err(|_| damaged("it ends within its header"))?;
        let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let (start, record_bytes) = (short(8), short(10));
        let records = u64::from(u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]));
        let (is_seven, language_driver) = (bytes[0] & 0x07 == 0x04 && bytes[0] != 0x0C, bytes[29]);
        if start <= HEADER_BYTES || record_bytes < 2 {
            return Err(damaged("its header says that there are no fields"));
        }
        bytes.resize(start, 0);
        file.read_exact(&mut bytes[HEADER_BYTES..]).map_err(|_| damaged("it ends within its header"))?;
        // The header of dBASE 7 has 36 bytes more, and its fields have longer names.
        let (first, step) = if is_seven && start >= 68 + FIELD_BYTES[1] {
            (68, FIELD_BYTES[1])
        } else {
            (32, FIELD_BYTES[0])
        };
        let mut fields = Vec::new();
        let mut at = 1;
        for field in bytes[first..].chunks(step) {
            if field[0] == 0x0D || field.len() < step {
                break;
            }
            let field = Field::read(field, at);
            at += field.bytes;
            fields.push(field);
        }
        if fields.is_empty() {
            return Err(damaged("its header describes no field"));
        }
        if at > record_bytes {
            return Err(damaged("its fields are longer than its records"));
        }
        Ok(Self { records, record_bytes, language_driver, fields, start })
    }

    /// The texts of the first records.
    fn texts(&self, body: &[u8]) -> Vec<u8> {
        let fields = || self.fields.iter().filter(|field| field.kind == b'C');
        let records = body.chunks_exact(self.record_bytes);
        debug_assert!(self.start > HEADER_BYTES);
        let mut texts = Vec::new();
        for record in records {
            for field in fields() {
                texts.extend_from_slice(record[field.at..field.at + field.bytes].trim_ascii());
                texts.push(b'\n');
            }
        }
        texts
    }
}

impl Field {
    fn read(bytes: &[u8], at: usize) -> Self {
        let name_bytes = if bytes.len() == FIELD_BYTES[1] { 32 } else { 11 };
        let name = bytes[..name_bytes].split(|byte| *byte == 0).next().unwrap_or_default();
        let rest = if name_bytes == 32 { &bytes[32..] } else { &bytes[11..] };
        let kind = rest[0].to_ascii_uppercase();
        let (length, decimals) = if name_bytes == 32 { (rest[1], rest[2]) } else { (rest[5], rest[6]) };
        // Texts longer than 255 have the rest of their length where numbers have decimals.
        let bytes = usize::from(length) + if kind == b'C' { usize::from(decimals) * 256 } else { 0 };
        Self { name: encoding_rs::WINDOWS_1252.decode(name).0.trim().to_owned(), kind, at, bytes, decimals }
    }

    /// Whether the value is in a file beside.
    fn is_memo(&self) -> bool {
        matches!(self.kind, b'M' | b'G' | b'P' | b'W') || (self.kind == b'B' && self.bytes == 10)
    }

    fn column_type(&self) -> Option<ColumnType> {
        match self.kind {
            b'C' | b'V' => Some(ColumnType::Text),
            b'N' if self.decimals == 0 && self.bytes <= 18 => Some(ColumnType::Integer),
            b'N' | b'F' | b'O' | b'Y' => Some(ColumnType::Number),
            b'B' if self.bytes == 8 => Some(ColumnType::Number),
            b'I' | b'+' => Some(ColumnType::Integer),
            b'L' => Some(ColumnType::Boolean),
            b'D' => Some(ColumnType::Date),
            b'T' | b'@' => Some(ColumnType::Datetime),
            _ => None,
        }
    }

    /// Appends the value as text; nothing where there is none.
    fn append(&self, bytes: &[u8], script: &Script, cell: &mut String) {
        let long = |bytes: &[u8]| <[u8; 8]>::try_from(bytes).ok();
        let text = |out: Vec<u8>, cell: &mut String| cell.push_str(&String::from_utf8_lossy(&out));
        match (self.kind, bytes.len()) {
            _ if self.is_memo() => {}
            (b'I', 4) => {
                let number = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                cell.push_str(itoa::Buffer::new().format(number));
            }
            // Big-endian with the sign turned round, so that bytes sort as numbers do.
            (b'+', 4) => {
                let number = i32::from_be_bytes([bytes[0] ^ 0x80, bytes[1], bytes[2], bytes[3]]);
                cell.push_str(itoa::Buffer::new().format(number));
            }
            (b'B', 8) => {
                let mut out = Vec::new();
                if let Some(bytes) = long(bytes) {
                    crate::text::append_number(f64::from_le_bytes(bytes), &mut out);
                }
                text(out, cell);
            }
            (b'Y', 8) => {
                let units = long(bytes).map_or(0, i64::from_le_bytes);
                let sign = if units < 0 { "-" } else { "" };
                let units = units.unsigned_abs();
                cell.push_str(&format!("{sign}{}.{:04}", units / 10_000, units % 10_000));
            }
            (b'T' | b'@', 8) => {
                let word =
                    |at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
                let (day, milliseconds) = (i64::from(word(0)), i64::from(word(4)));
                if day > 0 {
                    let mut out = Vec::new();
                    let micros = (day - EPOCH_JULIAN) * 86_400_000_000 + milliseconds * 1_000;
                    append_instant(micros, false, &mut out);
                    text(out, cell);
                }
            }
            (b'D', 8) if bytes.iter().all(u8::is_ascii_digit) => {
                let digits = String::from_utf8_lossy(bytes);
                if digits != "00000000" {
                    cell.push_str(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]));
                }
            }
            (b'D', 4) => {
                let day = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                if day > 0 {
                    let mut out = Vec::new();
                    append_date(i64::from(day) - EPOCH_JULIAN, &mut out);
                    text(out, cell);
                }
            }
            (b'L', _) => match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y') => cell.push_str("true"),
                Some(b'F' | b'f' | b'N' | b'n') => cell.push_str("false"),
                Some(b'?' | b' ' | 0) | None => {}
                Some(_) => script.append(bytes, cell),
            },
            (b'C' | b'V', _) => {
                let padding = |byte: &u8| matches!(byte, b' ' | 0);
                let end = bytes.iter().rposition(|byte| !padding(byte)).map_or(0, |last| last + 1);
                script.append(&bytes[..end], cell);
            }
            _ => {
                let padding = |byte: &u8| matches!(byte, b' ' | 0);
                let first = bytes.iter().position(|byte| !padding(byte)).unwrap_or(bytes.len());
                let end = bytes.iter().rposition(|byte| !padding(byte)).map_or(first, |last| last + 1);
                script.append(&bytes[first..end], cell);
            }
        }
    }
}

impl Script {
    fn of(options: &ReadOptions, driver: u8, texts: &[u8]) -> Result<Self, FormatError> {
        let page = |wanted: &dyn Fn(&CodePage) -> bool| {
            let (_, name, characters) = CODE_PAGES.iter().find(|page| wanted(page))?;
            Some(Self::CodePage(name, characters.chars().collect()))
        };
        if let Some(label) = &options.encoding {
            let named = page(&|(_, name, _)| name.eq_ignore_ascii_case(label));
            return named.map_or_else(|| Ok(Self::Web(named_encoding(label)?)), Ok);
        }
        // Newer programs write UTF-8 and name something else, or nothing.
        if !texts.is_ascii() && std::str::from_utf8(texts).is_ok() {
            return Ok(Self::Web(encoding_rs::UTF_8));
        }
        let named = LANGUAGE_DRIVERS.iter().find(|(drivers, _)| drivers.contains(&driver));
        let named = named.and_then(|(_, label)| Encoding::for_label(label.as_bytes())).map(Self::Web);
        let named = named.or_else(|| page(&|(drivers, ..)| drivers.contains(&driver)));
        Ok(named.unwrap_or_else(|| Self::Web(guess_encoding(texts).0)))
    }

    fn name(&self) -> String {
        match self {
            Self::Web(encoding) => encoding.name().to_ascii_lowercase(),
            Self::CodePage(name, _) => (*name).to_owned(),
        }
    }

    fn append(&self, bytes: &[u8], out: &mut String) {
        match self {
            Self::Web(encoding) => out.push_str(&encoding.decode_without_bom_handling(bytes).0),
            Self::CodePage(_, characters) => {
                out.extend(bytes.iter().map(|byte| match byte.checked_sub(128) {
                    None => char::from(*byte),
                    Some(above) => characters[usize::from(above)],
                }))
            }
        }
    }
}
