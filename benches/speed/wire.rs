//! HTTP/1.1 clients that keep their connection and send prepared requests as fast as they are answered.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Whole requests in the order in which they are sent; a list of one is sent again and again.
pub(crate) type Asks = Arc<Vec<Vec<u8>>>;

/// What happened in a round.
#[derive(Default)]
pub(crate) struct Run {
    pub statuses: Vec<u16>,
    pub times: Vec<Duration>,
    pub took: Duration,
}

impl Run {
    /// Answers of 2xx per second; anything else is a failure of the benchmark.
    pub(crate) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn answers(&self, status: u16) -> i64 {
        i64::try_from(self.statuses.iter().filter(|s| **s == status).count()).unwrap()
    }

    pub(crate) fn percentile_ms(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times
            .get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
            .map_or(0.0, |t| t.as_secs_f64() * 1e3)
    }
}

pub(crate) fn request(method: &str, path: &str, token: Option<&str>, cookie: Option<&str>, body: &str) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    if let Some(token) = token {
        head = format!("{head}Authorization: Bearer {token}\r\n");
    }
    if let Some(cookie) = cookie {
        head = format!("{head}Cookie: {cookie}\r\n");
    }
    if !body.is_empty() {
        head = format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    format!("{head}\r\n{body}").into_bytes()
}

/// One page, over and over.
pub(crate) fn same(path: &str) -> Asks {
    Arc::new(vec![request("GET", path, None, None, "")])
}

/// Sends for `time` over `clients` connections; ends early when a list of more than one is used up.
pub(crate) async fn drive(address: SocketAddr, clients: usize, time: Duration, asks: Asks) -> Run {
    apart(address, clients, Some(time), asks).await
}

/// Sends each once over `clients` connections, however long it takes.
pub(crate) async fn each_once(address: SocketAddr, clients: usize, asks: Vec<Vec<u8>>) -> Run {
    apart(address, clients, None, Arc::new(asks)).await
}

/// The clients have a thread of their own, as they would have a machine of their own: they take no turns from the server's.
async fn apart(address: SocketAddr, clients: usize, time: Option<Duration>, asks: Asks) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let all = move || runtime.block_on(crowd(address, clients, time, asks));
    tokio::task::spawn_blocking(all).await.unwrap()
}

async fn crowd(address: SocketAddr, clients: usize, time: Option<Duration>, asks: Asks) -> Run {
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut crowd = Vec::new();
    for _ in 0..clients {
        let (asks, next) = (Arc::clone(&asks), Arc::clone(&next));
        crowd.push(tokio::spawn(async move {
            let mut line = Line::open(address).await;
            let mut run = Run::default();
            let again = time.is_some() && asks.len() == 1;
            while time.is_none_or(|time| began.elapsed() < time) {
                let i = next.fetch_add(1, Ordering::Relaxed);
                let Some(ask) = (if again { asks.first() } else { asks.get(i) }) else { break };
                let sent = Instant::now();
                let (status, body) = line.ask(ask).await;
                assert!((200..300).contains(&status), "an answer was {status}: {}", String::from_utf8_lossy(&body));
                run.times.push(sent.elapsed());
                run.statuses.push(status);
            }
            run
        }));
    }
    let mut all = Run::default();
    for one in crowd {
        let one = one.await.unwrap();
        all.statuses.extend(one.statuses);
        all.times.extend(one.times);
    }
    all.took = began.elapsed();
    all
}

/// The body of one page.
pub(crate) async fn get(address: SocketAddr, path: &str) -> Vec<u8> {
    let (status, body) = Line::open(address).await.ask(&request("GET", path, None, None, "")).await;
    assert_eq!(status, 200, "{path}");
    body
}

/// A connection that stays open.
pub(crate) struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(128 << 10) }
    }

    pub(crate) async fn ask(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await;
        };
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        if let Some(length) = header(&text, "content-length:") {
            let length: usize = length.parse().unwrap();
            while self.buffer.len() < head + length {
                self.read().await;
            }
            return (status, self.buffer[head..].to_vec());
        }
        if header(&text, "transfer-encoding:").is_some() {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.read().await;
            }
        }
        (status, self.buffer[head..].to_vec())
    }

    async fn read(&mut self) {
        assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server hung up");
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn header<'t>(head: &'t str, name: &str) -> Option<&'t str> {
    head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// A server of our framework that answers every request with the same text of so many bytes.
pub(crate) async fn static_twin(size: usize) -> SocketAddr {
    #[rocket::get("/")]
    fn page(text: &rocket::State<String>) -> rocket::response::content::RawHtml<String> {
        rocket::response::content::RawHtml(text.inner().clone())
    }
    let port = free_port().await;
    let figment = rocket::figment::Figment::from(rocket::Config::release_default())
        .merge(("address", "127.0.0.1"))
        .merge(("port", port))
        .merge(("log_level", "off"))
        .merge(("shutdown.ctrlc", false));
    let twin = rocket::custom(figment).manage("x".repeat(size)).mount("/", rocket::routes![page]).attach(
        rocket::fairing::AdHoc::on_response("large pieces", |_, response| {
            Box::pin(async move { response.set_max_chunk_size(65_536) })
        }),
    );
    tokio::spawn(async move { drop(twin.launch().await) });
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    wait_for(address).await;
    address
}

pub(crate) async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

pub(crate) async fn wait_for(address: SocketAddr) {
    for _ in 0..200 {
        if TcpStream::connect(address).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no server at {address}");
}
