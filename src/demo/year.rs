//! The year's table: people done of the target, by programme, for the province and its prefectures.

use std::fmt;

use entities::values::Programme;

use crate::base::money::grouped;
use crate::base::rate::Rate;
use crate::demo::figures::PROGRAMMES;

/// What the year came to, read from the counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    pub year: i32,
    /// The province first, then the prefectures in code order.
    pub areas: Vec<YearOfArea>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearOfArea {
    pub area_code: String,
    pub name: String,
    /// In the order of [`PROGRAMMES`].
    pub rates: Vec<Rate>,
}

impl Year {
    /// The province's rate of a programme.
    pub fn rate(&self, programme: Programme) -> Option<Rate> {
        let place = PROGRAMMES.iter().position(|of| *of == programme)?;
        self.areas.first()?.rates.get(place).copied()
    }
}

/// The two rates were published with one and with two decimals.
fn decimals(programme: Programme) -> u32 {
    match programme {
        Programme::Entrepreneurship => 1,
        Programme::Ecommerce | Programme::Skill => 2,
    }
}

fn heading(programme: Programme) -> [&'static str; 2] {
    match programme {
        Programme::Entrepreneurship => ["创业培训", "Entrepreneurship"],
        Programme::Ecommerce => ["电商培训", "E-commerce"],
        Programme::Skill => ["职业技能培训", "Skill"],
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} 年培训任务完成情况　Training of {}, people done of the target", self.year, self.year)?;
        let mut lines = vec![
            std::iter::once("地区".to_owned())
                .chain(PROGRAMMES.map(|of| heading(of)[0].to_owned()))
                .collect::<Vec<_>>(),
            std::iter::once("Area".to_owned()).chain(PROGRAMMES.map(|of| heading(of)[1].to_owned())).collect(),
        ];
        for area in &self.areas {
            let cells = area.rates.iter().zip(PROGRAMMES).map(|(rate, of)| cell(*rate, decimals(of)));
            lines.push(std::iter::once(area.name.clone()).chain(cells).collect());
        }
        let column = |n: usize| lines.iter().filter_map(|line| line.get(n)).map(|cell| width(cell)).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=PROGRAMMES.len()).map(column).collect();
        for line in &lines {
            for (n, (cell, wide)) in line.iter().zip(&widths).enumerate() {
                let space = " ".repeat(wide - width(cell));
                if n == 0 { write!(f, "{cell}{space}")? } else { write!(f, "   {space}{cell}")? }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// `149,900 / 120,000 = 124.9 %`
fn cell(rate: Rate, decimals: u32) -> String {
    let (done, target) = (grouped(rate.done), grouped(rate.target));
    match rate.percent(decimals) {
        Some(percent) => format!("{done} / {target} = {percent} %"),
        None => format!("{done} / —"),
    }
}

/// Columns that a terminal takes: two for a Chinese character.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2E80}' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_as_it_was_published() {
        let area = |name: &str, startup, ecommerce| YearOfArea {
            area_code: String::new(),
            name: name.into(),
            rates: vec![startup, ecommerce],
        };
        let year = Year {
            year: 2016,
            areas: vec![
                area("全省", Rate::new(149_900, 120_000), Rate::new(60_485, 50_000)),
                area("鹰潭市", Rate::new(1_846, 1_500), Rate::new(0, 0)),
            ],
        };
        let table = year.to_string();
        assert!(table.contains("149,900 / 120,000 = 124.9 %"), "{table}");
        assert!(table.contains("60,485 / 50,000 = 120.97 %"), "{table}");
        let wide: Vec<usize> = table.lines().skip(1).map(width).collect();
        assert!(wide.windows(2).all(|w| w[0] == w[1]), "{table}");
        assert_eq!(year.rate(Programme::Ecommerce), Some(Rate::new(60_485, 50_000)));
    }
}
