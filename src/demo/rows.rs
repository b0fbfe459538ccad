//! Rows on their way into the tables, many at once.

use std::collections::BTreeMap;

use entities::{
    account, accreditation, assessment, attendance_mark, certificate, certificate_holder, claim, claim_line,
    class_session, completion, course, decision, enrolment, enterprise_order, exclusion_entry, exclusion_list,
    export_job, hire, holder, household, import_job, import_part, mark_request, notice, notice_line, order_class,
    organisation, payment, payment_batch, payment_line, person, posting, pot, progress, quota_use, role_grant,
    sequence, service_event, setting, standard_uplift, subsidy_standard, target, trainer, training_class, venue,
};

use crate::areas::line;
use crate::base::{Heads, Result};
use crate::data::{Work, bulk};
use crate::tallies;

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
                $(bulk::insert::<$table::Entity>(work, self.$table).await?;)*
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
    holder,
    account,
    role_grant,
    household,
    person,
    service_event,
    subsidy_standard,
    standard_uplift,
    target,
    pot,
    enterprise_order,
    course,
    venue,
    trainer,
    training_class,
    class_session,
    order_class,
    enrolment,
    quota_use,
    hire,
    attendance_mark,
    mark_request,
    assessment,
    completion,
    certificate,
    certificate_holder,
    claim,
    claim_line,
    notice,
    notice_line,
    decision,
    payment_batch,
    payment,
    payment_line,
    posting,
    progress,
    exclusion_list,
    exclusion_entry,
    export_job,
    import_job,
    import_part,
];
