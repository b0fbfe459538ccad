//! Everything through the doors, on both databases: an embedded file, or a server where `TEST_DATABASE_URL` names one.
#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]
#![expect(clippy::panic, reason = "an answer that cannot be read has failed its test")]
#![expect(clippy::disallowed_methods, reason = "tests look into the tables")]
#![expect(clippy::too_many_lines, reason = "a journey is told in one piece")]
#![expect(unreachable_pub, reason = "what tests share is public among them")]
#![expect(clippy::indexing_slicing, reason = "a test that looks for what is not there has failed")]

mod accounts;
mod assessment;
mod attendance;
mod audits;
mod callbacks;
mod canary;
mod certificates;
mod check;
mod claims;
mod classes;
mod clawbacks;
mod complaints;
mod completion;
mod corrections;
mod courses;
mod delegations;
mod demo;
mod door;
mod dossiers;
mod duplicates;
mod eligibility;
mod enrolments;
mod exclusions;
mod exports;
mod finding;
mod funds;
mod holders;
mod home;
mod house;
mod imports;
mod inspections;
mod journeys;
mod keys;
mod ledger;
mod mailbox;
mod mydata;
mod notices;
mod oracle;
mod orders;
mod organisations;
mod payees;
mod payments;
mod people;
mod policy;
mod proof;
mod reveals;
mod revocations;
mod risk;
mod samples;
mod sanctions;
mod seals;
mod sheets;
mod standards;
mod supervision;
mod support;
mod tallies;
mod tampering;
mod targets;
mod teaching;
mod uploads;
mod villages;
