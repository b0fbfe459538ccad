//! Who may look at what. That somebody may look at all is a right of the registry, `people::RevealPeople`.

crate::rights! {
    /// Identity numbers and bank accounts: those who check papers. Whoever only calls people needs the phone.
    RevealNumbers: CountyClerk, CountyChecker;
    /// Who looked at one's own numbers.
    SeeOwnReveals: Trainee;
}
