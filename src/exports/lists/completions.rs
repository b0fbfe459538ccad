//! 结业与证书: what came of people of an area, or of an institution's classes, in a year.

use entities::{certificate, completion, training_class, values::EnrolmentId};

use super::{Asked, List, Rows, cut};
use crate::base::Result;
use crate::completion::ReadResults;
use crate::exports::columns::{Codes, Column, Mask, Of};
use crate::exports::rows::{self, Named};

pub(in crate::exports) struct Completions;

pub(in crate::exports) struct Completed {
    completion: completion::Model,
    class: Option<training_class::Model>,
    certificate: Option<certificate::Model>,
    person: Option<Named>,
}

impl Completed {
    fn of_person(&self, tell: impl Fn(&Named) -> &str) -> String {
        self.person.as_ref().map(|person| tell(person).to_owned()).unwrap_or_default()
    }

    fn of_class(&self, tell: impl Fn(&training_class::Model) -> String) -> String {
        self.class.as_ref().map(tell).unwrap_or_default()
    }
}

type C = Column<Completed>;

static COLUMNS: [C; 16] = [
    C::new("name", "姓名", Of::Text(|c| c.of_person(|p| &p.name))).masked(Mask::Name),
    C::new("id_number", "身份证号", Of::Text(|c| c.of_person(|p| &p.private.id_number))).masked(Mask::Identity),
    C::new("area", "所在村", Of::Codes(Codes::Areas, |c| vec![c.completion.area_code.clone()])),
    C::new("class_number", "班级编号", Of::Text(|c| c.of_class(|class| class.number.clone()))),
    C::new("class_title", "班级名称", Of::Text(|c| c.of_class(|class| class.title.clone()))),
    C::new(
        "programme",
        "培训类别",
        Of::Codes(Codes::Words("programme"), |c| vec![c.completion.programme.as_str().to_owned()]),
    ),
    C::new("occupation", "职业", Of::Codes(Codes::Occupations, |c| vec![c.of_class(|class| class.occupation.clone())])),
    C::new("held_minutes", "应到分钟", Of::Number(|c| Some(i64::from(c.completion.held_minutes)))),
    C::new("credited_minutes", "实到分钟", Of::Number(|c| Some(i64::from(c.completion.credited_minutes)))),
    C::new("passed", "考核合格", Of::Flag(|c| c.completion.passed)),
    C::new("qualified", "结业合格", Of::Flag(|c| c.completion.qualified)),
    C::new("completed_on", "结业日期", Of::Day(|c| Some(c.completion.completed_on))),
    C::new(
        "certificate_kind",
        "证书类型",
        Of::Codes(Codes::Words("certificate_kind"), |c| {
            c.certificate.iter().map(|one| one.kind.as_str().to_owned()).collect()
        }),
    ),
    // Whoever holds a serial may look up who is behind it.
    C::new(
        "certificate",
        "证书编号",
        Of::Text(|c| c.certificate.as_ref().map(|one| one.serial.clone()).unwrap_or_default()),
    )
    .masked(Mask::Hidden),
    C::new("issued_on", "发证日期", Of::Day(|c| c.certificate.as_ref().map(|one| one.issued_on))),
    C::new(
        "certificate_status",
        "证书状态",
        Of::Codes(Codes::Words("certificate_status"), |c| {
            c.certificate.iter().map(|one| one.status.as_str().to_owned()).collect()
        }),
    ),
];

impl List for Completions {
    type Right = ReadResults;
    type Row = Completed;
    type After = (String, EnrolmentId);

    fn columns() -> &'static [C] {
        &COLUMNS
    }

    fn area(row: &Completed) -> &str {
        &row.completion.area_code
    }

    async fn count(asked: &Asked<'_>) -> Result<i64> {
        rows::count_completions(asked.db, asked.scope, asked.area(), asked.year()).await
    }

    async fn page(asked: &Asked<'_>, after: Option<Self::After>, limit: u64) -> Result<Rows<Self>> {
        let narrowed = (asked.area(), asked.year());
        let found = rows::page_of_completions(asked.db, asked.scope, narrowed, after, limit).await?;
        let seats: Vec<EnrolmentId> = found.iter().map(|row| row.enrolment_id).collect();
        let mut certificates = rows::certificates(asked.db, &seats).await?;
        let classes = rows::classes_of(asked.db, found.iter().map(|row| row.class_id)).await?;
        let people = rows::named(asked.db, asked.vault, found.iter().map(|row| row.person_id)).await?;
        let (found, after) = cut(found, limit, |row| (row.area_code.clone(), row.enrolment_id));
        let told = |completion: completion::Model| Completed {
            class: classes.get(&completion.class_id).cloned(),
            certificate: certificates.remove(&completion.enrolment_id),
            person: people.get(&completion.person_id).cloned(),
            completion,
        };
        Ok((found.into_iter().map(told).collect(), after))
    }
}
