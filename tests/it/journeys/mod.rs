//! Journeys: people who follow a training from an enterprise's order to the government's payment, through HTTP.

mod from_order_to_payment;
