//! What one person comes to: the standard, the uplift that applies, and the parts in which it falls due. Whole fen, rounded
//! half up once, and the parts sum to the amount.

use entities::{
    standard_uplift, subsidy_standard,
    values::{Fen, UpliftId, UpliftKind},
};

/// What is known of one person when an amount is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// 贫困劳动力
    pub poor: bool,
    /// 残疾人
    pub disabled: bool,
    /// Has a certificate of a skill: of a level or an ability, not of a completed course.
    pub certificate: bool,
}

/// What a class was approved under: all that an amount depends on but the person.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub standard: subsidy_standard::Model,
    /// Those of the area and the trade on that day.
    pub uplifts: Vec<standard_uplift::Model>,
    /// The most of all uplifts, in percent.
    pub most: i64,
    /// Planned minutes, for a standard by the hour.
    pub minutes: i64,
    /// What was reserved for a seat, if it was already: nobody comes to more.
    pub ceiling: Option<Fen>,
}

/// The parts in which an amount falls due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tranches {
    pub start: Fen,
    pub completion: Fen,
    pub outcome: Fen,
}

/// What is paid for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entitlement {
    /// By the standard alone.
    pub base: Fen,
    /// The uplift that counts, and the row that it stands in.
    pub percent: i64,
    pub kind: Option<UpliftKind>,
    pub uplift: Option<UpliftId>,
    pub amount: Fen,
    pub tranches: Tranches,
}

const MINUTES: i128 = 60;

fn half_up(number: i128, by: i128) -> Fen {
    Fen(i64::try_from((2 * number + by) / (2 * by)).unwrap_or(i64::MAX))
}

fn applies(uplift: &standard_uplift::Model, facts: Facts) -> bool {
    let is_one = match uplift.kind {
        // Only rows of the trade of the class are among the terms.
        UpliftKind::ListedTrade => true,
        UpliftKind::Poor => facts.poor,
        UpliftKind::Disabled => facts.disabled,
    };
    is_one && (facts.certificate || !uplift.certificate)
}

impl Terms {
    /// By the standard alone: what a class shows as the amount for a person.
    pub(crate) fn base(&self) -> Fen {
        self.amount(0)
    }

    /// The most that one seat can cost: somebody to whom everything applies.
    pub(crate) fn ceiling(&self) -> Fen {
        self.entitlement(Facts { poor: true, disabled: true, certificate: true }).amount
    }

    /// The amount with so many percent more, rounded once; never above the cap of a standard by the hour.
    fn amount(&self, percent: i64) -> Fen {
        let (fen, share) = (i128::from(self.standard.fen.0), i128::from(100 + percent));
        let amount = if self.standard.per_hour {
            half_up(fen * i128::from(self.minutes.max(0)) * share, MINUTES * 100)
        } else {
            half_up(fen * share, 100)
        };
        [self.standard.cap_fen, self.ceiling].into_iter().flatten().fold(amount, Fen::min)
    }

    /// The percent that count, and the row that is told for them: what does not add counts alone, so the highest of those, or
    /// the sum of those that add, whichever is more; at most what the policy allows.
    fn uplift(&self, facts: Facts) -> (i64, Option<&standard_uplift::Model>) {
        let key = |row: &&standard_uplift::Model| (row.percent, std::cmp::Reverse(row.kind), std::cmp::Reverse(row.id));
        let these =
            |stackable| self.uplifts.iter().filter(move |row| row.stackable == stackable && applies(row, facts));
        let alone = these(false).max_by_key(key);
        let first = these(true).max_by_key(key);
        let alone_percent = alone.map_or(0, |row| i64::from(row.percent));
        let together: i64 = these(true).map(|row| i64::from(row.percent)).sum();
        let (percent, row) = if alone_percent >= together { (alone_percent, alone) } else { (together, first) };
        (percent.min(self.most.max(0)), row)
    }

    /// What somebody of whom these facts hold comes to.
    pub(crate) fn entitlement(&self, facts: Facts) -> Entitlement {
        let (percent, row) = self.uplift(facts);
        let amount = self.amount(percent);
        let due = |percent: i32| half_up(i128::from(amount.0) * i128::from(percent), 100);
        let (start, begun) =
            (self.standard.start_percent, self.standard.start_percent + self.standard.completion_percent);
        Entitlement {
            base: self.base(),
            percent,
            kind: row.map(|row| row.kind),
            uplift: row.map(|row| row.id),
            amount,
            tranches: Tranches { start: due(start), completion: due(begun) - due(start), outcome: amount - due(begun) },
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entities::values::{Programme, StandardId, StandardStatus, SubsidyKind, SubsidyPayee};
    use proptest::prelude::*;

    use super::*;

    fn standard(fen: i64, cap: Option<i64>, (start, completion, outcome): (i32, i32, i32)) -> subsidy_standard::Model {
        subsidy_standard::Model {
            id: StandardId::new(),
            programme: Programme::Skill,
            occupation: None,
            level: None,
            area_code: "360000".into(),
            payee: SubsidyPayee::Institution,
            kind: SubsidyKind::Training,
            fen: Fen(fen),
            per_hour: cap.is_some(),
            cap_fen: cap.map(Fen),
            start_percent: start,
            completion_percent: completion,
            outcome_percent: outcome,
            valid_from: NaiveDate::MIN,
            valid_to: None,
            document_no: String::new(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: None,
            version: 1,
        }
    }

    fn uplift(kind: UpliftKind, percent: i32, stackable: bool) -> standard_uplift::Model {
        standard_uplift::Model {
            id: UpliftId::new(),
            area_code: "360000".into(),
            kind,
            occupation: None,
            percent,
            certificate: true,
            stackable,
            valid_from: NaiveDate::MIN,
            valid_to: None,
            document_no: String::new(),
            status: StandardStatus::InForce,
            proposed_by: None,
            proposed_at: None,
            enacted_by: None,
            enacted_at: None,
            version: 1,
        }
    }

    /// Jiangxi 2019: listed trades and the disabled 20 percent, the poor 10, with a certificate, the highest counts.
    fn jiangxi() -> Vec<standard_uplift::Model> {
        vec![
            uplift(UpliftKind::Poor, 10, false),
            uplift(UpliftKind::Disabled, 20, false),
            uplift(UpliftKind::ListedTrade, 20, false),
        ]
    }

    fn terms(standard: subsidy_standard::Model, uplifts: Vec<standard_uplift::Model>, minutes: i64) -> Terms {
        Terms { standard, uplifts, most: 20, minutes, ceiling: None }
    }

    #[test]
    fn the_highest_uplift_counts_alone_and_only_with_a_certificate() {
        let all = jiangxi();
        let poor = Facts { poor: true, certificate: true, ..Facts::default() };
        let unlisted = terms(standard(120_000, None, (0, 100, 0)), all[..2].to_vec(), 0);
        let of = |facts| {
            let found = unlisted.entitlement(facts);
            (found.amount.0, found.percent, found.kind)
        };
        assert_eq!(of(Facts::default()), (120_000, 0, None));
        assert_eq!(of(poor), (132_000, 10, Some(UpliftKind::Poor)));
        assert_eq!(of(Facts { certificate: false, ..poor }), (120_000, 0, None));
        assert_eq!(of(Facts { disabled: true, ..poor }), (144_000, 20, Some(UpliftKind::Disabled)));
        assert_eq!(unlisted.ceiling(), Fen(144_000));
        let listed = terms(standard(120_000, None, (0, 100, 0)), all, 0);
        assert_eq!(listed.entitlement(poor).kind, Some(UpliftKind::ListedTrade));
        assert_eq!((listed.base(), listed.ceiling()), (Fen(120_000), Fen(144_000)));
    }

    #[test]
    fn uplifts_that_add_add_up_to_the_most_that_is_allowed() {
        let adding = vec![uplift(UpliftKind::Poor, 10, true), uplift(UpliftKind::Disabled, 15, true)];
        let mut terms = terms(standard(100_000, None, (0, 100, 0)), adding, 0);
        let both = Facts { poor: true, disabled: true, certificate: true };
        assert_eq!((terms.entitlement(both).percent, terms.entitlement(both).amount), (20, Fen(120_000)));
        terms.most = 40;
        assert_eq!(terms.entitlement(both).percent, 25);
    }

    #[test]
    fn an_hour_costs_what_it_costs_up_to_the_cap() {
        let by_hour = |minutes| terms(standard(2_500, Some(200_000), (0, 100, 0)), Vec::new(), minutes).base();
        assert_eq!(
            [by_hour(0), by_hour(60), by_hour(90), by_hour(4_800), by_hour(4_860)].map(|fen| fen.0),
            [0, 2_500, 3_750, 200_000, 200_000]
        );
    }

    #[test]
    fn half_a_fen_is_a_fen_and_the_last_part_takes_the_rest() {
        let odd = terms(standard(5, None, (50, 30, 20)), vec![uplift(UpliftKind::ListedTrade, 10, false)], 0);
        let found = odd.entitlement(Facts { certificate: true, ..Facts::default() });
        assert_eq!(found.amount, Fen(6));
        assert_eq!(found.tranches, Tranches { start: Fen(3), completion: Fen(2), outcome: Fen(1) });
    }

    fn facts() -> impl Strategy<Value = Facts> {
        any::<(bool, bool, bool)>().prop_map(|(poor, disabled, certificate)| Facts { poor, disabled, certificate })
    }

    fn uplifts() -> impl Strategy<Value = Vec<standard_uplift::Model>> {
        let kinds = [UpliftKind::ListedTrade, UpliftKind::Poor, UpliftKind::Disabled];
        let one = (0..3_usize, 1..=60_i32, any::<bool>())
            .prop_map(move |(kind, percent, adds)| uplift(kinds[kind], percent, adds));
        proptest::collection::vec(one, 0..5)
    }

    proptest! {
        #[test]
        fn an_amount_keeps_its_bounds_and_its_parts_sum_to_it(
            fen in 0..=10_000_000_i64, cap in proptest::option::of(0..=10_000_000_i64), minutes in 0..=100_000_i64,
            start in 0..=50_i32, outcome in 0..=50_i32, rows in uplifts(), facts in facts(), most in 0..=40_i64,
        ) {
            let terms = Terms { most, ..terms(standard(fen, cap, (start, 100 - start - outcome, outcome)), rows, minutes) };
            let found = terms.entitlement(facts);
            let Tranches { start, completion, outcome } = found.tranches;
            prop_assert_eq!(start + completion + outcome, found.amount);
            prop_assert!([start, completion, outcome].iter().all(|part| *part >= Fen(0)));
            prop_assert!(found.base <= found.amount && found.amount <= terms.ceiling());
            prop_assert!(found.percent <= most);
            if let Some(cap) = cap {
                prop_assert!(terms.ceiling() <= Fen(cap));
            } else {
                prop_assert!(found.amount.0 * 100 <= fen * (100 + most) + 50);
            }
            prop_assert_eq!(found.kind.is_some(), found.uplift.is_some());
        }

        #[test]
        fn more_hours_never_cost_less(
            fen in 0..=1_000_000_i64, cap in 0..=100_000_000_i64, less in 0..=50_000_i64, more in 0..=50_000_i64,
            rows in uplifts(), facts in facts(),
        ) {
            let of = |minutes| terms(standard(fen, Some(cap), (0, 100, 0)), rows.clone(), minutes).entitlement(facts).amount;
            prop_assert!(of(less) <= of(less + more));
        }

        #[test]
        fn in_whatever_order_uplifts_stand_the_amount_is_the_same(
            fen in 0..=1_000_000_i64, (rows, mixed) in uplifts().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
            facts in facts(),
        ) {
            let of = |rows| terms(standard(fen, None, (10, 80, 10)), rows, 0).entitlement(facts);
            prop_assert_eq!(of(rows), of(mixed));
        }

        #[test]
        fn nobody_comes_to_more_than_was_reserved_for_a_seat(
            fen in 0..=1_000_000_i64, ceiling in 0..=1_000_000_i64, rows in uplifts(), facts in facts(),
        ) {
            let terms = Terms { ceiling: Some(Fen(ceiling)), ..terms(standard(fen, None, (0, 60, 40)), rows, 0) };
            prop_assert!(terms.entitlement(facts).amount <= Fen(ceiling));
        }
    }
}
