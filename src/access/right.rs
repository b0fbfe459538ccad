//! A right is a type, and the proof of holding it is an argument.

use std::{marker::PhantomData, ops::Deref};

use entities::values::{AccountId, DelegationId, Role};

use crate::access::Actor;
use crate::data::Doer;

/// Something that one may be allowed to do.
pub trait Right: Send + Sync + 'static {
    const HELD_BY: &'static [Role];
}

/// Proof that the actor holds `R`; only this storey can make one.
#[derive(Debug)]
pub struct Can<R: Right>(pub(super) Actor, pub(super) PhantomData<R>);

impl<R: Right> Can<R> {
    pub fn actor(&self) -> &Actor {
        &self.0
    }
}

impl<R: Right> Clone for Can<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<R: Right> Deref for Can<R> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

impl<R: Right> Doer for Can<R> {
    fn doer(&self) -> (AccountId, Role) {
        self.0.doer()
    }

    fn in_place_of(&self) -> Option<(DelegationId, AccountId)> {
        Doer::in_place_of(&self.0)
    }
}
