//! The chain: each seal is held to the one before by a keyed hash.

use chrono::{DateTime, Utc};
use entities::{seal, values::SealStream};
use ring::hmac;
use uuid::Uuid;

use crate::access::hex;
use crate::seals::record::canonical;

/// The key of the chain.
pub(in crate::seals) struct ChainKey(hmac::Key);

/// The last seal of a stream as it goes on: nothing before the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::seals) struct End {
    pub seq: i64,
    pub link: Vec<u8>,
}

impl ChainKey {
    pub(in crate::seals) fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The link of a row that comes after `end`.
    pub(in crate::seals) fn link(
        &self,
        stream: SealStream,
        end: &End,
        row_id: Uuid,
        row_hash: &[u8],
        sealed_at: DateTime<Utc>,
    ) -> Vec<u8> {
        let fields = [
            stream.to_string(),
            (end.seq + 1).to_string(),
            hex(&end.link),
            row_id.to_string(),
            hex(row_hash),
            sealed_at.timestamp_micros().to_string(),
        ];
        let text = canonical(fields.into_iter().map(Some));
        hmac::sign(&self.0, text.as_bytes()).as_ref().to_vec()
    }

    /// Whether a seal stands where it was made, unchanged.
    pub(in crate::seals) fn holds(&self, end: &End, seal: &seal::Model) -> bool {
        seal.seq == end.seq + 1 && self.link(seal.stream, end, seal.row_id, &seal.row_hash, seal.sealed_at) == seal.link
    }

    /// Whether what `other` seals belongs behind `end`, where `seal` stands: whole seals changed places, or what they say did.
    pub(in crate::seals) fn belongs(&self, end: &End, seal: &seal::Model, other: &seal::Model) -> bool {
        [seal.sealed_at, other.sealed_at].into_iter().any(|at| {
            let link = self.link(other.stream, end, other.row_id, &other.row_hash, at);
            link == other.link || link == seal.link
        })
    }

    /// Seals rows, in order.
    pub(in crate::seals) fn seal(
        &self,
        stream: SealStream,
        mut end: End,
        rows: impl IntoIterator<Item = (Uuid, Vec<u8>)>,
        sealed_at: DateTime<Utc>,
    ) -> Vec<seal::Model> {
        let mut seals = Vec::new();
        for (row_id, row_hash) in rows {
            let link = self.link(stream, &end, row_id, &row_hash, sealed_at);
            end = End { seq: end.seq + 1, link: link.clone() };
            seals.push(seal::Model { stream, seq: end.seq, row_id, row_hash, link, sealed_at });
        }
        seals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(key: &ChainKey, n: u128) -> Vec<seal::Model> {
        let rows = (1..=n).map(|n| (Uuid::from_u128(n), vec![u8::try_from(n).unwrap(); 32]));
        key.seal(SealStream::Audit, End::default(), rows, DateTime::UNIX_EPOCH)
    }

    /// The first seal that does not hold.
    fn broken(key: &ChainKey, seals: &[seal::Model]) -> Option<i64> {
        let mut end = End::default();
        for seal in seals {
            if !key.holds(&end, seal) {
                return Some(seal.seq);
            }
            end = End { seq: seal.seq, link: seal.link.clone() };
        }
        None
    }

    #[test]
    fn a_chain_holds_under_its_own_key_alone() {
        let key = ChainKey::new(&[1; 32]);
        let seals = chain(&key, 9);
        assert_eq!(broken(&key, &seals), None);
        assert_eq!(broken(&ChainKey::new(&[2; 32]), &seals), Some(1));
    }

    #[test]
    fn whatever_is_changed_in_a_seal_breaks_it_there() {
        let key = ChainKey::new(&[1; 32]);
        let changes: [fn(&mut seal::Model); 6] = [
            |seal| seal.stream = SealStream::Ledger,
            |seal| seal.row_id = Uuid::nil(),
            |seal| seal.row_hash[31] ^= 1,
            |seal| seal.link[0] ^= 1,
            |seal| seal.sealed_at += chrono::TimeDelta::microseconds(1),
            |seal| seal.seq += 1,
        ];
        for change in changes {
            let mut seals = chain(&key, 9);
            change(&mut seals[4]);
            assert_eq!(broken(&key, &seals), Some(seals[4].seq));
        }
    }

    #[test]
    fn seals_that_changed_places_are_recognised() {
        let key = ChainKey::new(&[1; 32]);
        let seals = chain(&key, 9);
        let end = End { seq: 4, link: seals[3].link.clone() };
        let mut whole = (seals[4].clone(), seals[7].clone());
        std::mem::swap(&mut whole.0, &mut whole.1);
        std::mem::swap(&mut whole.0.seq, &mut whole.1.seq);
        assert!(!key.holds(&end, &whole.0) && key.belongs(&end, &whole.0, &whole.1));
        let mut said = (seals[4].clone(), seals[7].clone());
        std::mem::swap(&mut said.0.row_id, &mut said.1.row_id);
        std::mem::swap(&mut said.0.row_hash, &mut said.1.row_hash);
        assert!(!key.holds(&end, &said.0) && key.belongs(&end, &said.0, &said.1));
        assert!(!key.belongs(&end, &seals[4], &seals[6]) || key.holds(&end, &seals[4]));
    }
}
