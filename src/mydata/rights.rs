//! Everybody may read what is kept about himself.

crate::rights! {
    /// The trainee's own data, in full.
    SeeOwnData: Trainee;
}
