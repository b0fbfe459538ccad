//! Who draws, who calls, who goes there, who reads. The institution learns nothing of whom is called.

crate::rights! {
    /// Draw the sample of a class.
    DrawSamples: CountyClerk;
    /// Write down that somebody was called in vain.
    MakeCalls: CountyClerk;
    /// Write down what somebody answered: on the phone, or at home in the village.
    RecordAnswers: CountyClerk, VillageWorker;
    /// See calls: those of the county, or the visits in one's village.
    SeeCallBacks: CountyClerk, CountyChecker, VillageWorker, Supervisor, Auditor;
    /// See how a sample was drawn, and draw it again.
    SeeSamples: CountyClerk, CountyChecker, Supervisor, Auditor;
}
