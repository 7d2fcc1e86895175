//! Text of pictures, recognized by a program of this machine: tesseract.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use townhall_pdf::{OcrEngine, RecognizedWord, Rect};

/// The program tesseract.
#[derive(Debug, Clone)]
pub struct Tesseract {
    /// Its name or path.
    pub program: PathBuf,
    /// The languages that it is told, such as `eng+spa`; its own default when empty.
    pub languages: String,
}

/// How long it may take for a page.
const PATIENCE: Duration = Duration::from_secs(120);

/// Most bytes that it may answer for a page.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;

impl OcrEngine for Tesseract {
    fn recognize(&self, png: &[u8], dots_per_inch: u32) -> Result<Vec<RecognizedWord>, String> {
        let mut command = Command::new(&self.program);
        command.args(["-", "-", "--psm", "6", "--dpi", &dots_per_inch.to_string()]);
        if !self.languages.is_empty() {
            command.args(["-l", &self.languages]);
        }
        // Pages are worked on side by side already.
        command.env("OMP_THREAD_LIMIT", "1");
        command.arg("tsv").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| {
            format!("`{}` can't be started ({error}); install tesseract-ocr", self.program.display())
        })?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (sender, receiver) = mpsc::channel();
        let answer = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(png)));
            scope.spawn(move || {
                let mut text = String::new();
                let read = stdout.map(|stdout| stdout.take(ANSWER_BYTES_MAX).read_to_string(&mut text));
                let _ = sender.send(read.is_some_and(|read| read.is_ok()).then_some(text));
            });
            let complaint = scope.spawn(move || {
                let mut text = String::new();
                let _ = stderr.map(|stderr| stderr.take(4_096).read_to_string(&mut text));
                text
            });
            let answer = receiver.recv_timeout(PATIENCE);
            if answer.is_err() {
                let _ = child.kill();
            }
            let status = child.wait();
            let complaint = complaint.join().unwrap_or_default();
            match (answer, status) {
                (Ok(Some(text)), Ok(status)) if status.success() => Ok(text),
                (Err(_), _) => Err(format!("it took more than {} seconds for a page", PATIENCE.as_secs())),
                _ => Err(complaint.lines().next().unwrap_or("it gave no answer").to_owned()),
            }
        })?;
        Ok(words(&answer))
    }
}

/// Reads the words of a table of tesseract: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn words(answer: &str) -> Vec<RecognizedWord> {
    let mut line = (0.0, 0.0);
    let mut words = Vec::new();
    for row in answer.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [level, _, _, _, _, _, left, top, width, height, confidence, ..] = cells[..] else { continue };
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let (left, top, width, height) = (number(left), number(top), number(width), number(height));
        match level {
            "4" => line = (top, top + height),
            "5" => {
                let text = cells.get(11).map(|text| text.trim()).unwrap_or_default();
                // Lines of a table are taken for letters that stand upright.
                let is_line = text.chars().all(|c| matches!(c, '|' | '_' | '—' | '[' | ']'));
                if !text.is_empty() && !is_line {
                    words.push(RecognizedWord {
                        text: text.to_owned(),
                        rect: Rect::new(left, top, left + width, top + height),
                        line,
                        confidence: number(confidence) / 100.0,
                    });
                }
            }
            _ => {}
        }
    }
    words
}
