//! Why a file is not read.

use crate::base::error::Args;
use crate::base::{Error, FieldError};
use crate::sheets::limits::MEBI;

/// Why a file is not read. The list is closed: whatever a file does ends in one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is nothing in it.
    Empty,
    /// Bytes that are no text in the encoding of the file. The column is the number of the cell.
    Encoding {
        line: u64,
        column: u64,
    },
    /// A character that no text has.
    Nul {
        line: u64,
        column: u64,
    },
    /// UTF-16 that does not say so by its first bytes.
    Utf16,
    /// Something else: a program, a picture, a page, an archive.
    NotATable,
    /// A workbook as Excel wrote it before 2007, or a binary one.
    OldExcel,
    /// A workbook with programs in it.
    Macros,
    /// A workbook under a password.
    Encrypted,
    /// A workbook that is torn, or not as any spreadsheet program writes one.
    Unreadable,
    /// A workbook that was made to harm its reader: far too many parts, paths that lead outside, a bomb.
    Unsafe,
    /// In MiB, as sent.
    TooLarge {
        most: u64,
    },
    /// In MiB, unpacked.
    Unpacked {
        most: u64,
    },
    TooManySheets {
        most: u64,
    },
    TooManyCells {
        most: u64,
    },
    TooManyRows {
        most: u64,
    },
    TooManyColumns {
        line: u64,
        most: u64,
    },
    LongCell {
        line: u64,
        column: u64,
        most: u64,
    },
    TookTooLong,
    /// The file broke off while it was read: a disk or a connection.
    BrokeOff,
    /// Nobody can read files here at present.
    NoReader,
}

impl Trouble {
    /// Each of them, for whoever must have a word for every one.
    pub const ALL: [Self; 20] = [
        Self::Empty,
        Self::Encoding { line: 0, column: 0 },
        Self::Nul { line: 0, column: 0 },
        Self::Utf16,
        Self::NotATable,
        Self::OldExcel,
        Self::Macros,
        Self::Encrypted,
        Self::Unreadable,
        Self::Unsafe,
        Self::TooLarge { most: 0 },
        Self::Unpacked { most: 0 },
        Self::TooManySheets { most: 0 },
        Self::TooManyCells { most: 0 },
        Self::TooManyRows { most: 0 },
        Self::TooManyColumns { line: 0, most: 0 },
        Self::LongCell { line: 0, column: 0, most: 0 },
        Self::TookTooLong,
        Self::BrokeOff,
        Self::NoReader,
    ];

    pub(super) fn too_large(bytes: u64) -> Self {
        Self::TooLarge { most: bytes / MEBI }
    }

    pub(super) fn unpacked(bytes: u64) -> Self {
        Self::Unpacked { most: bytes / MEBI }
    }

    /// Its stable name, and the key of its text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "file.empty",
            Self::Encoding { .. } => "file.encoding",
            Self::Nul { .. } => "file.nul",
            Self::Utf16 => "file.utf16",
            Self::NotATable => "file.not_a_table",
            Self::OldExcel => "file.old_excel",
            Self::Macros => "file.macros",
            Self::Encrypted => "file.encrypted",
            Self::Unreadable => "file.unreadable",
            Self::Unsafe => "file.unsafe",
            Self::TooLarge { .. } => "file.too_large",
            Self::Unpacked { .. } => "file.unpacked",
            Self::TooManySheets { .. } => "file.too_many_sheets",
            Self::TooManyCells { .. } => "file.too_many_cells",
            Self::TooManyRows { .. } => "file.too_many_rows",
            Self::TooManyColumns { .. } => "file.too_many_columns",
            Self::LongCell { .. } => "file.long_cell",
            Self::TookTooLong => "file.took_too_long",
            Self::BrokeOff => "file.broke_off",
            Self::NoReader => "file.no_reader",
        }
    }

    /// The numbers that its text may quote; 0 where there is none.
    pub(super) fn numbers(self) -> [u64; 3] {
        match self {
            Self::Encoding { line, column } | Self::Nul { line, column } => [line, column, 0],
            Self::TooManyColumns { line, most } => [line, 0, most],
            Self::LongCell { line, column, most } => [line, column, most],
            Self::TooLarge { most }
            | Self::Unpacked { most }
            | Self::TooManySheets { most }
            | Self::TooManyCells { most }
            | Self::TooManyRows { most } => [0, 0, most],
            _ => [0; 3],
        }
    }

    /// The trouble of that code with these numbers.
    pub(super) fn from_parts(code: &str, [line, column, most]: [u64; 3]) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|trouble| trouble.code() == code)?;
        Some(match found {
            Self::Encoding { .. } => Self::Encoding { line, column },
            Self::Nul { .. } => Self::Nul { line, column },
            Self::TooLarge { .. } => Self::TooLarge { most },
            Self::Unpacked { .. } => Self::Unpacked { most },
            Self::TooManySheets { .. } => Self::TooManySheets { most },
            Self::TooManyCells { .. } => Self::TooManyCells { most },
            Self::TooManyRows { .. } => Self::TooManyRows { most },
            Self::TooManyColumns { .. } => Self::TooManyColumns { line, most },
            Self::LongCell { .. } => Self::LongCell { line, column, most },
            plain => plain,
        })
    }

    /// The same at the field in which the file was sent.
    pub fn at(self, field: &'static str) -> Error {
        Error::Invalid(vec![FieldError { field: field.into(), code: self.code().into(), args: self.args() }])
    }

    pub fn args(self) -> Args {
        let names = ["line", "column", "most"].into_iter().zip(self.numbers());
        names.filter(|(_, number)| *number > 0).map(|(name, number)| (name, number.to_string())).collect()
    }
}

/// Told at the field `file`.
impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        trouble.at("file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_has_its_own_code_and_is_found_by_it() {
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::from_parts(trouble.code(), [0; 3]), Some(trouble));
        }
        let long = Trouble::LongCell { line: 7, column: 3, most: 4_000 };
        assert_eq!(Trouble::from_parts(long.code(), long.numbers()), Some(long));
        assert_eq!(Trouble::from_parts("file.other", [0; 3]), None);
    }

    #[test]
    fn a_trouble_is_told_at_the_field_of_the_file_with_its_place() {
        let Error::Invalid(fields) = Trouble::Encoding { line: 4, column: 2 }.into() else { panic!("told otherwise") };
        assert_eq!((fields[0].field.as_ref(), fields[0].code.as_ref()), ("file", "file.encoding"));
        assert_eq!(fields[0].args, [("line", "4".to_owned()), ("column", "2".to_owned())]);
    }
}
