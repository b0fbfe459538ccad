//! Messages leave by mail, once each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use entities::values::MailState;
use sidan::{
    base::Result,
    data::{
        Mailing, Work,
        courier::{Courier, Parcel, Smtp, Undelivered},
    },
};
use tokio::time::sleep;

use super::{Door, telling};
use crate::support::post::PostOffice;

#[tokio::test]
async fn a_message_is_mailed_only_where_there_is_an_address_and_a_server() {
    let door = Door::open_with(Mailing::On, "").await;
    let (with, without) = (door.account(Some("liu.min@example.com")).await, door.account(None).await);
    door.tell(with).await;
    door.tell(without).await;
    let work = Work::begin(&door.database, &door.clock).await.unwrap();
    work.tell(telling(with));
    work.finish().await.unwrap();
    let states: Vec<MailState> = door.messages().await.into_iter().map(|message| message.mail).collect();
    assert_eq!(states, [MailState::Pending, MailState::None, MailState::None]);
}

#[tokio::test]
async fn a_letter_arrives_over_smtp() {
    let door = Door::open_with(Mailing::On, "").await;
    let post = PostOffice::open();
    let to = door.account(Some("liu.min@example.com")).await;
    door.tell(to).await;
    let outbox = door.outbox(Smtp::open(&post.url, "四单 <sidan@example.org>").unwrap());
    assert_eq!(outbox.send_due().await.unwrap(), 1);
    assert_eq!(outbox.send_due().await.unwrap(), 0);

    let [message] = door.messages().await.try_into().unwrap();
    assert_eq!((message.mail, message.attempts, message.sent_at), (MailState::Sent, 1, Some(door.clock.now())));
    let [letter] = post.letters().try_into().unwrap();
    assert!(letter.contains(&format!("Message-ID: <{}@example.org>", message.id)), "{letter}");
    assert!(letter.contains("Date: Tue, 01 Nov 2016 01:00:00 +0000"), "{letter}");
    assert!(letter.contains("To: liu.min@example.com"), "{letter}");
}

#[tokio::test]
async fn a_worker_sends_by_itself_and_stops_when_told() {
    let door = Door::open_with(Mailing::On, "").await;
    let post = PostOffice::open();
    let to = door.account(Some("liu.min@example.com")).await;
    for _ in 0..20 {
        door.tell(to).await;
    }
    let sending = door.outbox(Smtp::open(&post.url, "sidan@example.org").unwrap()).start();
    while door.number("SELECT count(*) FROM message WHERE mail = 'sent'").await < 20 {
        sleep(Duration::from_millis(5)).await;
    }
    sending.close().await;
    assert_eq!(post.letters().len(), 20);
}

#[tokio::test]
async fn a_dead_mail_server_loses_no_letter_and_is_asked_ever_more_rarely() {
    let door = Door::open_with(Mailing::On, "").await;
    let to = door.account(Some("liu.min@example.com")).await;
    door.tell(to).await;
    let outbox = door.outbox(Smtp::open(&PostOffice::burnt_down(), "sidan@example.org").unwrap());
    for seconds in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        assert_eq!(outbox.send_due().await.unwrap(), 1);
        let [message] = door.messages().await.try_into().unwrap();
        assert_eq!((message.mail, message.last_error.as_deref()), (MailState::Pending, Some("connection")));
        assert_eq!(message.next_attempt_at.unwrap() - door.clock.now(), TimeDelta::seconds(seconds));
        door.clock.set(message.next_attempt_at.unwrap() - TimeDelta::seconds(1));
        assert_eq!(outbox.send_due().await.unwrap(), 0);
        door.clock.set(message.next_attempt_at.unwrap());
    }
    outbox.send_due().await.unwrap();
    let [message] = door.messages().await.try_into().unwrap();
    assert_eq!((message.mail, message.attempts), (MailState::Dead, 10));
    door.clock.set(door.clock.now() + TimeDelta::days(1));
    assert_eq!(outbox.send_due().await.unwrap(), 0);
}

/// Counts what it carries, and is slow enough for another worker to come by.
struct Walker(Arc<AtomicUsize>);

impl Courier for Walker {
    async fn carry(&self, _: Parcel) -> Result<(), Undelivered> {
        sleep(Duration::from_millis(50)).await;
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_carry_each_letter_once() {
    let door = Door::open_with(Mailing::On, "").await;
    let to = door.account(Some("liu.min@example.com")).await;
    for _ in 0..24 {
        door.tell(to).await;
    }
    let carried = Arc::new(AtomicUsize::new(0));
    let (one, other) = (door.outbox(Walker(carried.clone())), door.outbox(Walker(carried.clone())));
    let (first, second) = tokio::join!(one.send_due(), other.send_due());
    assert_eq!(first.unwrap() + second.unwrap(), 24);
    assert_eq!(carried.load(Ordering::SeqCst), 24);
}
