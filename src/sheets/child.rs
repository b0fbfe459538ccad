//! The child process that reads a file somebody sent. It can compute, read its standard input and write its standard
//! output; it can open nothing, start nothing, and grow no larger than this.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use csv::StringRecord;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::sheets::limits::MEBI;
use crate::sheets::table::Table;
use crate::sheets::trouble::Trouble;
use crate::sheets::wire::{BATCH, END, Frame, HEAD, LIMITS, Parts, ROWS, TROUBLE, format_byte};

/// The argument that makes a process such a child. It is no command of the command line.
pub const COMMAND: &str = "read-sheet";

/// The program of this process, also after its file was replaced by a newer one.
pub(super) const OURSELVES: &str = "/proc/self/exe";

/// Bytes that the process may have, program and all.
const MEMORY: u64 = 512 * MEBI;

/// What the process may use besides.
const BOUNDS: [(Resource, u64); 6] = [
    (Resource::Data, MEMORY),
    (Resource::Cpu, 20),
    (Resource::Fsize, 0),
    (Resource::Core, 0),
    // Standard input and output are open already; no file and no socket can be opened.
    (Resource::Nofile, 0),
    (Resource::Nproc, 0),
];

/// Reads limits and a file from standard input and says what is in it on standard output.
pub fn run() -> ExitCode {
    // The allocator sets a gigabyte aside as soon as a program starts, and keeps to a bound only if it finds one then. So
    // the program is started a second time, under the bound.
    if getrlimit(Resource::As).maximum.is_none_or(|most| most > MEMORY) {
        return again().unwrap_or(ExitCode::FAILURE);
    }
    if BOUNDS.iter().try_for_each(|(resource, most)| bound(*resource, *most)).is_err() {
        return ExitCode::FAILURE;
    }
    let mut out = io::stdout().lock();
    match tell(&mut io::stdin().lock(), &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Starts this program anew in this process; comes back only when that fails.
fn again() -> io::Result<ExitCode> {
    bound(Resource::As, MEMORY)?;
    let name = std::env::args_os().next().unwrap_or_default();
    Err(Command::new(OURSELVES).arg0(name).arg(COMMAND).exec())
}

fn bound(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

fn tell(source: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut limits = [0; LIMITS];
    source.read_exact(&mut limits)?;
    let limits = Parts(&limits).limits().ok_or(io::ErrorKind::InvalidData)?;
    let mut said = Vec::with_capacity(2 * BATCH);
    let mut end = match Table::open(source, &limits) {
        Ok(table) => tell_table(table, out, &mut said)?,
        Err(trouble) => Err(trouble),
    };
    said.clear();
    match &mut end {
        Ok(format) => {
            let mut frame = Frame::begin(END, &mut said);
            frame.byte(*format);
            frame.end();
        }
        Err(trouble) => {
            let mut frame = Frame::begin(TROUBLE, &mut said);
            frame.text(trouble.code());
            for number in trouble.numbers() {
                frame.number(number);
            }
            frame.end();
        }
    }
    out.write_all(&said)?;
    out.flush()
}

/// Says the head and the rows; gives back the format that the file turned out to have.
fn tell_table<R: Read>(
    mut table: Table<R>,
    out: &mut impl Write,
    said: &mut Vec<u8>,
) -> io::Result<Result<u8, Trouble>> {
    let mut frame = Frame::begin(HEAD, said);
    frame.byte(format_byte(table.format())).row(table.head_line(), table.head());
    frame.end();
    out.write_all(said)?;
    out.flush()?;
    let mut record = StringRecord::new();
    loop {
        said.clear();
        let mut frame = Frame::begin(ROWS, said);
        let more = loop {
            match table.next(&mut record) {
                Ok(Some(line)) => {
                    frame.row(line, &record);
                    if frame.size() >= BATCH {
                        break Ok(true);
                    }
                }
                Ok(None) => break Ok(false),
                Err(trouble) => break Err(trouble),
            }
        };
        frame.end();
        match more {
            Ok(true) => out.write_all(said)?,
            Ok(false) => {
                out.write_all(said)?;
                return Ok(Ok(format_byte(table.format())));
            }
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
}
