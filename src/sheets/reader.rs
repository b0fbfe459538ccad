//! Files that somebody sent, read by a child process.

use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use csv::StringRecord;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use crate::sheets::child::{COMMAND, OURSELVES};
use crate::sheets::format::Format;
use crate::sheets::limits::Limits;
use crate::sheets::trouble::Trouble;
use crate::sheets::wire::{self, BATCH, END, FRAME_HEAD, HEAD, Parts, ROWS, TROUBLE};

/// How many files are read at once; who comes later waits.
const AT_ONCE: usize = 2;

/// Batches that are read ahead of the caller.
const AHEAD: usize = 2;

/// Has files read by child processes of this program.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

/// A row and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub cells: StringRecord,
}

/// The head of a file, and its rows as they come.
#[derive(Debug)]
pub struct Rows {
    head: Row,
    format: Format,
    said: mpsc::Receiver<Said>,
    /// The last word was said.
    over: bool,
}

/// What a child said.
#[derive(Debug)]
enum Said {
    Head(Format, Row),
    Rows(Vec<Row>),
    End(Format),
    Trouble(Trouble),
}

impl Reader {
    /// `program` is this program, or one that obeys the same command.
    pub fn new(program: PathBuf) -> Self {
        Self { program, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The program that runs here.
    pub fn of_this_program() -> Self {
        Self::new(OURSELVES.into())
    }

    /// Waits for its turn and has the file read. The child lives as long as the answer, at most `limits.seconds`, pauses of
    /// the caller included.
    ///
    /// # Errors
    /// When the file is no table, or its head cannot be read.
    pub async fn read(&self, source: impl AsyncRead + Send + 'static, limits: Limits) -> Result<Rows, Trouble> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Trouble::NoReader)?;
        let mut child = self.start().map_err(|e| {
            tracing::error!(error = %e, "no child process reads files");
            Trouble::NoReader
        })?;
        let (ears, mut said) = mpsc::channel(AHEAD);
        tokio::spawn(async move {
            let trouble = match timeout(limits.patience(), converse(&mut child, source, &limits, &ears)).await {
                Ok(Ok(())) => None,
                Ok(Err(trouble)) => Some(trouble),
                Err(_) => Some(Trouble::TookTooLong),
            };
            // Whatever it does by now, it has nothing more to say.
            let _ = child.kill().await;
            drop(turn);
            if let Some(trouble) = trouble {
                let _ = ears.send(Said::Trouble(trouble)).await;
            }
        });
        match said.recv().await {
            Some(Said::Head(format, head)) => Ok(Rows { head, format, said, over: false }),
            Some(Said::Trouble(trouble)) => Err(trouble),
            _ => Err(Trouble::NoReader),
        }
    }

    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .arg(COMMAND)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

impl Rows {
    pub fn head(&self) -> &StringRecord {
        &self.head.cells
    }

    /// The line on which the head stands, mostly 1.
    pub fn head_line(&self) -> u64 {
        self.head.line
    }

    /// What the file has turned out to be so far.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The rows that follow; `None` when there are no more.
    ///
    /// # Errors
    /// When the file cannot be read on. What came before is then not to be used.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, Trouble> {
        if self.over {
            return Ok(None);
        }
        let said = self.said.recv().await;
        if let Some(Said::Rows(rows)) = said {
            return Ok(Some(rows));
        }
        self.over = true;
        match said {
            Some(Said::End(format)) => {
                self.format = format;
                Ok(None)
            }
            Some(Said::Trouble(trouble)) => Err(trouble),
            _ => Err(Trouble::NoReader),
        }
    }
}

/// Hands the file to the child and the child's words to the caller, until one of the three has had enough.
async fn converse(
    child: &mut Child,
    source: impl AsyncRead + Send + 'static,
    limits: &Limits,
    ears: &mpsc::Sender<Said>,
) -> Result<(), Trouble> {
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Trouble::NoReader);
    };
    let ended = tokio::select! {
        ended = listen(output, limits, ears) => ended,
        broken = feed(input, source, limits) => return Err(broken),
        () = ears.closed() => return Ok(()),
    };
    match ended {
        Last::Said(last) => last,
        Last::Silence => Err(of_exit(child.wait().await.ok())),
        Last::Nonsense => {
            tracing::warn!("a child process that read a file spoke nonsense");
            Err(Trouble::Unreadable)
        }
    }
}

/// Writes the limits and the file. It comes back only when the file broke off: a child that has closed its ears has said
/// why, or has died.
async fn feed(mut input: ChildStdin, source: impl AsyncRead, limits: &Limits) -> Trouble {
    let mut source = pin!(source);
    let mut piece = vec![0; BATCH];
    let mut open = input.write_all(&wire::limits(limits)).await.is_ok();
    while open {
        match source.read(&mut piece).await {
            Ok(0) => open = false,
            Ok(got) => open = input.write_all(piece.get(..got).unwrap_or_default()).await.is_ok(),
            Err(_) => return Trouble::BrokeOff,
        }
    }
    drop(input);
    std::future::pending().await
}

/// How a child's talk ended.
enum Last {
    Said(Result<(), Trouble>),
    /// It closed its mouth before the last word.
    Silence,
    Nonsense,
}

/// Listens until the last word.
async fn listen(mut output: ChildStdout, limits: &Limits, ears: &mpsc::Sender<Said>) -> Last {
    let longest = usize::try_from(limits.record_bytes()).unwrap_or(usize::MAX).saturating_add(2 * BATCH);
    let (mut words, mut rows, mut head) = (Vec::new(), 0, false);
    loop {
        let mut frame = [0; FRAME_HEAD];
        if output.read_exact(&mut frame).await.is_err() {
            return Last::Silence;
        }
        let (tag, length) = wire::frame_head(frame);
        if length > longest {
            return Last::Nonsense;
        }
        words.resize(length, 0);
        if output.read_exact(&mut words).await.is_err() {
            return Last::Silence;
        }
        let Some(said) = understand(tag, &words) else { return Last::Nonsense };
        match &said {
            Said::Trouble(trouble) => return Last::Said(Err(*trouble)),
            Said::Head(..) if !head => head = true,
            Said::Rows(batch) if head => {
                rows += u64::try_from(batch.len()).unwrap_or(u64::MAX);
                if rows > limits.rows {
                    return Last::Nonsense;
                }
            }
            Said::End(_) if head => {}
            _ => return Last::Nonsense,
        }
        let last = matches!(said, Said::End(_));
        // Nobody listens: the caller went away, which is seen elsewhere.
        let _ = ears.send(said).await;
        if last {
            return Last::Said(Ok(()));
        }
    }
}

fn understand(tag: u8, words: &[u8]) -> Option<Said> {
    let mut parts = Parts(words);
    let said = match tag {
        HEAD => Said::Head(parts.format()?, row(&mut parts)?),
        ROWS => {
            let mut rows = Vec::new();
            while !parts.is_empty() {
                rows.push(row(&mut parts)?);
            }
            Said::Rows(rows)
        }
        END => Said::End(parts.format()?),
        TROUBLE => Said::Trouble(parts.trouble()?),
        _ => return None,
    };
    parts.is_empty().then_some(said)
}

fn row(parts: &mut Parts<'_>) -> Option<Row> {
    parts.row().map(|(line, cells)| Row { line, cells })
}

/// What a child's end without a last word means. Only its exit state is told in the log: what it says there could be of
/// the file.
fn of_exit(status: Option<ExitStatus>) -> Trouble {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.and_then(|status| status.signal());
    let state = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
    tracing::warn!(state, "a child process that read a file did not end well");
    // It used up its time on the processor.
    if signal.is_some_and(|signal| OUT_OF_TIME.contains(&signal)) { Trouble::TookTooLong } else { Trouble::Unreadable }
}

/// SIGKILL and SIGXCPU.
const OUT_OF_TIME: [i32; 2] = [9, 24];
