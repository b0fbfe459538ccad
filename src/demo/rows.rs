//! Rows on their way into the tables, many at once.

use std::collections::BTreeMap;

use entities::{
    account, accreditation, assessment, attendance_mark, certificate, claim, claim_line, class_session, completion,
    course, decision, enrolment, enterprise_order, exclusion_entry, exclusion_list, export_job, hire, household,
    order_class, organisation, payment, person, posting, pot, progress, quota_use, role_grant, sequence, service_event,
    setting, subsidy_standard, target, training_class,
};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable};

use crate::areas::line;
use crate::base::{Heads, Result};
use crate::data::Work;
use crate::tallies;

/// Values of one statement: SQLite binds at most 32,766, PostgreSQL 65,535.
const BINDS: usize = 30_000;
/// More rows to a statement gain nothing.
const CHUNK: usize = 500;

macro_rules! rows {
    ($($table:ident),* $(,)?) => {
        /// Rows by table, in an order in which every row finds what it points to.
        #[derive(Debug, Default)]
        pub(super) struct Rows {
            $(pub $table: Vec<$table::Model>,)*
            /// What the people of each village count as.
            pub heads: BTreeMap<String, Heads>,
        }

        impl Rows {
            pub(super) fn len(&self) -> usize {
                0 $(+ self.$table.len())*
            }

            pub(super) async fn write(self, work: &Work) -> Result<()> {
                for (village, heads) in &self.heads {
                    work.shift(village, || line(village), |counted| counted.add(heads));
                }
                self.service_event.iter().for_each(|service| tallies::serve(work, service));
                $(insert::<$table::Entity, _>(work.db(), self.$table).await?;)*
                Ok(())
            }
        }
    };
}

rows![
    setting,
    sequence,
    organisation,
    accreditation,
    account,
    role_grant,
    household,
    person,
    service_event,
    subsidy_standard,
    target,
    pot,
    enterprise_order,
    course,
    training_class,
    class_session,
    order_class,
    enrolment,
    quota_use,
    hire,
    attendance_mark,
    assessment,
    completion,
    certificate,
    claim,
    claim_line,
    decision,
    payment,
    posting,
    progress,
    exclusion_list,
    exclusion_entry,
    export_job,
];

async fn insert<E, M>(db: &impl ConnectionTrait, rows: Vec<M>) -> Result<()>
where
    E: EntityTrait<Model = M>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    M: IntoActiveModel<E::ActiveModel>,
{
    let chunk = CHUNK.min(BINDS / E::Column::iter().count().max(1));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some = rows.by_ref().take(chunk).map(IntoActiveModel::into_active_model);
        E::insert_many(some).exec_without_returning(db).await?;
    }
    Ok(())
}
