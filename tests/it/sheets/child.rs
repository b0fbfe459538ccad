//! The process that reads what somebody sent: it can do nothing else, and whatever becomes of it, the server goes on.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sidan::sheets::{Format, Limits, Reader, Trouble};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{reader, send_within};

/// The program under a name of its own, so that its processes are told from those of other tests.
struct Named {
    folder: tempfile::TempDir,
}

impl Named {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_sidan"), folder.path().join("program")).unwrap();
        Self { folder }
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    fn reader(&self) -> Reader {
        Reader::new(self.program())
    }

    /// The processes that run now.
    fn running(&self) -> Vec<i32> {
        let program = self.program().display().to_string();
        let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        let is_ours =
            |pid: &i32| fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.starts_with(&program));
        pids.filter(is_ours).collect()
    }

    async fn until(&self, count: usize) -> Vec<i32> {
        loop {
            let running = self.running();
            if running.len() == count {
                return running;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn proc(pid: i32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap()
}

/// Starts a reading whose file never ends; the head is read, and what holds it open comes along.
async fn endless(reader: &Reader) -> (sidan::sheets::Rows, tokio::io::DuplexStream) {
    let (mut ours, theirs) = tokio::io::duplex(1 << 20);
    // As much as is read before the head is told.
    ours.write_all("姓名,住址\n".repeat(10_000).as_bytes()).await.unwrap();
    (reader.read(theirs, Limits::default()).await.unwrap(), ours)
}

#[tokio::test]
async fn a_child_can_open_nothing_start_nothing_and_knows_nothing() {
    let named = Named::new();
    let (rows, _open) = endless(&named.reader()).await;
    let pid = named.until(1).await[0];
    let limits = proc(pid, "limits");
    let most = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let words: Vec<&str> = line[name.len()..].split_whitespace().collect();
        assert_eq!(words[0], words[1], "{name} can be raised again");
        words[0].to_owned()
    };
    assert_eq!(most("Max open files"), "0");
    assert_eq!(most("Max address space"), (512 << 20).to_string());
    assert_eq!(most("Max data size"), (512 << 20).to_string());
    assert_eq!(most("Max cpu time"), "20");
    assert_eq!(most("Max file size"), "0");
    assert_eq!(most("Max core file size"), "0");
    assert_eq!(most("Max processes"), "0");
    assert_eq!(proc(pid, "environ"), "");
    assert_eq!(fs::read_link(format!("/proc/{pid}/cwd")).unwrap(), PathBuf::from("/"));
    let open = fs::read_dir(format!("/proc/{pid}/fd")).unwrap().map(|entry| entry.unwrap().path());
    let open: Vec<String> = open.map(|fd| fs::read_link(fd).unwrap().display().to_string()).collect();
    // Whoever started the tests may have left a pipe open in all that they start.
    assert!(open.iter().all(|what| what.starts_with("pipe:") || what == "/dev/null"), "{open:?}");
    assert_eq!(fs::read_dir(format!("/proc/{pid}/task")).unwrap().count(), 1, "it has threads");
    drop(rows);
    named.until(0).await;
}

#[tokio::test]
async fn a_child_that_hangs_is_killed_and_told_as_such() {
    let named = Named::new();
    let (mut ours, theirs) = tokio::io::duplex(1 << 20);
    ours.write_all("姓名,住址\n".as_bytes()).await.unwrap();
    let impatient = Limits { seconds: 1, ..Limits::default() };
    assert_eq!(named.reader().read(theirs, impatient).await.map(drop), Err(Trouble::TookTooLong));
    named.until(0).await;
}

/// A stream that is kept and not read does not keep its child.
#[tokio::test]
async fn a_caller_who_falls_asleep_loses_the_child() {
    let named = Named::new();
    let text = "姓名,住址\n".repeat(400_000).into_bytes();
    let limits = Limits { seconds: 2, ..Limits::of_the_operator() };
    let mut rows = named.reader().read(Cursor::new(text), limits).await.unwrap();
    named.until(0).await;
    let mut end = rows.next().await;
    while matches!(end, Ok(Some(_))) {
        end = rows.next().await;
    }
    assert_eq!(end, Err(Trouble::TookTooLong));
    assert_eq!(rows.next().await, Ok(None));
}

#[tokio::test]
async fn a_child_that_is_killed_is_a_trouble_and_the_next_one_reads() {
    let named = Named::new();
    let reader = named.reader();
    let (mut rows, _open) = endless(&reader).await;
    kill_process(Pid::from_raw(named.until(1).await[0]).unwrap(), Signal::KILL).unwrap();
    let mut end = rows.next().await;
    while matches!(end, Ok(Some(_))) {
        end = rows.next().await;
    }
    assert_eq!(end, Err(Trouble::TookTooLong));
    let found = send_within(&reader, b"a,b\n1,2\n".to_vec(), Limits::default()).await.unwrap();
    assert_eq!((found.format, found.rows.len()), (Format::Ascii, 2));
}

#[tokio::test]
async fn a_program_that_speaks_nonsense_or_none_is_a_trouble() {
    for (program, trouble) in [
        ("/bin/cat", Trouble::Unreadable),
        ("/bin/false", Trouble::Unreadable),
        ("/usr/bin/yes", Trouble::Unreadable),
        ("/no/such/program", Trouble::NoReader),
    ] {
        let reader = Reader::new(program.into());
        let end = send_within(&reader, b"a,b\n1,2\n".to_vec(), Limits::default()).await;
        assert_eq!(end, Err(trouble), "{program}");
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_is_no_shorter_file() {
    struct Breaks;
    impl tokio::io::AsyncRead for Breaks {
        fn poll_read(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            _: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<std::io::Result<()>> {
            std::task::Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
        }
    }
    let source = Cursor::new(b"a,b\n1,2\n".to_vec()).chain(Breaks);
    assert_eq!(reader().read(source, Limits::default()).await.map(drop), Err(Trouble::BrokeOff));
}

#[tokio::test]
async fn what_is_too_large_is_refused_while_it_comes() {
    let source = tokio::io::repeat(b'\n');
    assert_eq!(reader().read(source, Limits::default()).await.map(drop), Err(Trouble::NotATable));
    let source = Cursor::new(b"PK\x03\x04".to_vec()).chain(tokio::io::repeat(b'x'));
    assert_eq!(reader().read(source, Limits::default()).await.map(drop), Err(Trouble::TooLarge { most: 10 }));
}

#[tokio::test]
async fn no_more_than_two_children_run_at_once_and_all_get_their_turn() {
    let named = Named::new();
    let reader = named.reader();
    let text = |n: usize| format!("编号,住址\n{}", format!("{n},敖山镇镜山村\n").repeat(2_000)).into_bytes();
    let mut all = tokio::task::JoinSet::new();
    for n in 0..20 {
        let reader = reader.clone();
        all.spawn(async move { (n, send_within(&reader, text(n), Limits::default()).await.unwrap()) });
    }
    let mut most = 0;
    let mut done = 0;
    while done < 20 {
        most = most.max(named.running().len());
        while let Some(Ok((n, found))) = all.try_join_next() {
            assert_eq!(found.rows.len(), 2_001);
            assert_eq!(found.rows[2_000].1[0], n.to_string());
            done += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!((1..=2).contains(&most), "{most} at once");
}

/// Lines of 400 bytes that are made as they are read.
struct Lines {
    left: usize,
}

impl tokio::io::AsyncRead for Lines {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buf: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        while self.left > 0 && buf.remaining() >= 400 {
            buf.put_slice(&[&[b'x'; 199][..], b",", &[b'y'; 199], b"\n"].concat());
            self.left -= 1;
        }
        std::task::Poll::Ready(Ok(()))
    }
}

/// Eighty megabytes, in a process of its own: other tests use memory too.
#[tokio::test]
async fn twenty_large_files_at_once_leave_the_memory_of_the_server_as_it_was() {
    const ALONE: &str = "SIDAN_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "sheets::child::twenty_large_files_at_once_leave_the_memory_of_the_server_as_it_was";
        let run =
            Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(ALONE, "1").output().unwrap();
        let told = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(run.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    let resident = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let reader = reader();
    let before = resident();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let reader = reader.clone();
        all.spawn(async move {
            let text = Lines { left: 10_000 };
            let mut rows = reader.read(text, Limits::default()).await.unwrap();
            let mut count = 0;
            while let Some(batch) = rows.next().await.unwrap() {
                count += batch.len();
            }
            assert_eq!(count, 9_999);
        });
    }
    while let Some(done) = all.join_next().await {
        done.unwrap();
    }
    let grown = resident() - before;
    assert!(grown < 64 * 1_024, "{grown} KiB");
}
