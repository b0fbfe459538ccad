//! Names as they are common in Jiangxi: a hundred surnames by weight, given names of two or, seldom, one character.

use crate::demo::dice::Dice;

/// Weights fall as the surnames get rarer; no census of surnames stands behind them.
const SURNAMES: [(char, u32); 100] = [
    ('刘', 70),
    ('陈', 64),
    ('黄', 58),
    ('李', 56),
    ('王', 50),
    ('张', 50),
    ('吴', 38),
    ('胡', 36),
    ('罗', 34),
    ('周', 32),
    ('徐', 31),
    ('熊', 28),
    ('曾', 27),
    ('谢', 26),
    ('钟', 25),
    ('万', 24),
    ('彭', 23),
    ('邓', 22),
    ('杨', 22),
    ('肖', 21),
    ('郭', 20),
    ('朱', 20),
    ('余', 19),
    ('赖', 18),
    ('江', 18),
    ('叶', 17),
    ('何', 17),
    ('邱', 16),
    ('魏', 16),
    ('温', 15),
    ('廖', 15),
    ('郑', 14),
    ('程', 14),
    ('汪', 14),
    ('占', 13),
    ('涂', 13),
    ('袁', 13),
    ('林', 12),
    ('易', 12),
    ('龚', 12),
    ('傅', 11),
    ('宋', 11),
    ('蔡', 11),
    ('游', 10),
    ('欧', 10),
    ('晏', 10),
    ('简', 9),
    ('卢', 9),
    ('潘', 9),
    ('夏', 9),
    ('聂', 9),
    ('曹', 9),
    ('梁', 8),
    ('严', 8),
    ('左', 8),
    ('丁', 8),
    ('方', 8),
    ('付', 8),
    ('舒', 7),
    ('刁', 7),
    ('饶', 7),
    ('甘', 7),
    ('柳', 7),
    ('章', 7),
    ('雷', 6),
    ('喻', 6),
    ('范', 6),
    ('史', 6),
    ('华', 6),
    ('康', 6),
    ('石', 6),
    ('姜', 5),
    ('孙', 5),
    ('马', 5),
    ('高', 5),
    ('梅', 5),
    ('洪', 5),
    ('艾', 5),
    ('桂', 5),
    ('凌', 4),
    ('古', 4),
    ('幸', 4),
    ('宗', 4),
    ('尹', 4),
    ('管', 4),
    ('卓', 4),
    ('申', 3),
    ('巫', 3),
    ('田', 3),
    ('戴', 3),
    ('韩', 3),
    ('唐', 3),
    ('董', 3),
    ('苏', 3),
    ('吕', 3),
    ('沈', 3),
    ('任', 2),
    ('蓝', 2),
    ('缪', 2),
    ('阙', 2),
];

const MALE: [char; 48] = [
    '福', '生', '根', '国', '平', '华', '建', '志', '强', '春', '明', '水', '来', '长', '发', '小', '毛', '金', '军',
    '勇', '文', '辉', '林', '石', '宝', '财', '贵', '安', '德', '仁', '义', '和', '兵', '荣', '光', '新', '民', '才',
    '清', '松', '海', '龙', '云', '正', '祥', '茂', '伟', '斌',
];

const FEMALE: [char; 48] = [
    '桂', '花', '英', '秀', '兰', '莲', '梅', '香', '菊', '珍', '玉', '金', '凤', '春', '秋', '冬', '细', '满', '美',
    '红', '霞', '丽', '娟', '芳', '芬', '萍', '云', '燕', '琴', '娥', '仙', '珠', '巧', '月', '翠', '爱', '玲', '招',
    '连', '莉', '雪', '华', '群', '青', '小', '惠', '淑', '艳',
];

pub(super) fn surname(dice: &mut Dice) -> char {
    dice.weigh(&SURNAMES)
}

pub(super) fn full_name(dice: &mut Dice, surname: char, male: bool) -> String {
    let given = if male { &MALE } else { &FEMALE };
    let mut name = String::with_capacity(9);
    name.push(surname);
    name.push(dice.pick(given));
    if dice.percent(85) {
        name.push(dice.pick(given));
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_hundred_surnames_each_stand_once() {
        let surnames: HashSet<char> = SURNAMES.iter().map(|(surname, _)| *surname).collect();
        assert_eq!(surnames.len(), 100);
    }

    #[test]
    fn a_name_has_two_or_three_characters_and_begins_with_the_surname() {
        let mut dice = Dice::new(3);
        for male in [true, false].repeat(100) {
            let name = full_name(&mut dice, '阙', male);
            assert!(name.starts_with('阙') && (2..=3).contains(&name.chars().count()), "{name}");
        }
    }
}
