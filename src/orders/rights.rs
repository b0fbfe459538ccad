//! Who places orders, who takes them on, and who looks on.

crate::rights! {
    /// Draft, place, settle and cancel the orders of one's enterprise, and record whom it hired.
    PlaceOrders: Enterprise;
    /// Accept or return orders of one's area, and set seats of classes aside for them.
    AcceptOrders: CountyClerk;
    /// Look at orders: one's own, or those of one's area.
    ReadOrders: Enterprise, CountyClerk, CountyChecker, Supervisor, Auditor;
}
