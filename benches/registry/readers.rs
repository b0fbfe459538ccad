//! Those who ask while the registry stands or is loaded.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::wire::{Line, Run};

/// One answer, whatever it says.
pub(crate) async fn once(address: SocketAddr, ask: &[u8]) -> (u16, Vec<u8>) {
    Line::open(address).await.ask(ask).await
}

/// One after the other over one connection.
pub(crate) async fn in_turn(address: SocketAddr, asks: &[Vec<u8>]) -> Run {
    let mut line = Line::open(address).await;
    let mut run = Run::default();
    for ask in asks {
        time(&mut run, &mut line, ask).await;
    }
    run
}

/// One after the other at a pace, over and over, until somebody says that it is enough. Who is answered late is asked late:
/// what was missed is not made up for.
pub(crate) async fn at_a_pace(
    address: SocketAddr,
    asks: &[Vec<u8>],
    every: Duration,
    mut enough: tokio::sync::oneshot::Receiver<()>,
) -> Run {
    let mut line = Line::open(address).await;
    let mut run = Run::default();
    let mut pace = tokio::time::interval(every);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for ask in asks.iter().cycle() {
        if enough.try_recv().is_ok() {
            break;
        }
        pace.tick().await;
        time(&mut run, &mut line, ask).await;
    }
    run
}

async fn time(run: &mut Run, line: &mut Line, ask: &[u8]) {
    let sent = Instant::now();
    let (status, body) = line.ask(ask).await;
    assert!((200..300).contains(&status), "an answer was {status}: {}", String::from_utf8_lossy(&body));
    run.times.push(sent.elapsed());
    run.statuses.push(status);
}
