//! A run: day by day, with what goes wrong, and a calm end after which everything has to agree.

use chrono::{Duration, NaiveTime};
use purser_sandbox::Fault;

use crate::auditor;
use crate::company::{APPLICATION, Company};
use crate::dice::Dice;
use crate::founder::Founder;

/// Hours after which the program looks again.
const STEP_HOURS: i64 = 8;
/// Days at the end in which nothing goes wrong: what became visible late has to have been seen.
const CALM_DAYS: i64 = 3;
/// Tries of one request: so many faults in a row end a sync in its middle.
const TRIES: usize = 5;
/// What can become of a write, at its worst.
const WRITE_FAULTS: [Fault; 7] = [
    Fault::TimeoutAfterActing,
    Fault::ConnectionResetAfterActing,
    Fault::ServerErrorAfterActing,
    Fault::ServerError,
    Fault::TimeoutBeforeActing,
    Fault::ConnectionReset,
    Fault::TooManyRequests { retry_after_seconds: 0 },
];

/// Lives through a run; what does not agree at its end, and what happened in it.
pub fn live(seed: u64, days: u32) -> (Vec<String>, String) {
    let mut run = Run { company: Company::open(seed), founder: Founder::new(seed), dice: Dice::new(seed) };
    let end = run.company.now() + Duration::days(i64::from(days) - CALM_DAYS);
    while run.company.now() < end {
        run.day();
    }
    run.company.calm();
    let calm = run.company.now() + Duration::days(CALM_DAYS);
    while run.company.now() < calm {
        run.hours();
    }
    // The last second of a day, so that “the end of today” is now; a minute before, so that what was decided can leave.
    let tomorrow = run.company.now().date_naive() + Duration::days(1);
    let midnight = tomorrow.and_time(NaiveTime::MIN).and_utc();
    for seconds in [61, 1, 1] {
        run.company.live(midnight - Duration::seconds(seconds));
        run.look();
    }
    let mut found = auditor::audit(&mut run.company, &run.founder);
    if !found.is_empty() {
        found.push(auditor::keep(&run.company, seed));
    }
    (found, auditor::lived(&run.company, &run.founder))
}

struct Run {
    company: Company,
    founder: Founder,
    dice: Dice,
}

impl Run {
    fn day(&mut self) {
        if self.dice.once_in(40) {
            // Three days without the machine, or so long that the card processor has forgotten what happened.
            let days = if self.dice.once_in(12) { 33 } else { 3 };
            self.sleep(Duration::days(days));
        }
        for _ in 0..24 / STEP_HOURS {
            self.trouble();
            self.hours();
            self.company.clock_is_wrong(Duration::zero());
            self.company.sandbox.set_fault_rate(200);
            if self.dice.once_in(20) {
                self.company.restart(&mut self.dice);
            }
        }
    }

    fn sleep(&mut self, time: Duration) {
        self.company.close();
        self.company.pass(time);
        self.company.begin();
    }

    /// What will go wrong in the next hours, beside the faults that chance draws.
    fn trouble(&mut self) {
        match self.dice.below(60) {
            // The network is down.
            0 => self.company.sandbox.set_fault_rate(10_000),
            // The world's clock jumps while it is asked.
            1 => {
                let seconds = self.dice.between(60, 3 * 86_400);
                let path = if self.dice.once_in(2) { "/v1/events" } else { "/v1/balance_transactions" };
                self.company.sandbox.plan_fault(Some("GET"), path, Fault::ClockJump { seconds });
            }
            // The machine's clock is wrong for a while.
            2 => {
                let by = Duration::minutes(self.dice.between(-150, 150));
                self.company.clock_is_wrong(by);
            }
            // A sync ends in its middle, and with it the program.
            3 => {
                let paths = ["/v1/balance_transactions", "/v1/events", "/v1/invoices", "/v1/charges"];
                let path = paths[self.dice.below(4) as usize];
                for _ in 0..TRIES {
                    self.company.sandbox.plan_fault(Some("GET"), path, Fault::ServerError);
                }
                self.company.pass(Duration::hours(1));
                self.company.jobs();
                self.company.kill();
                self.company.begin();
            }
            // The next thing that the card processor is told, or the next mail, gets stuck on its way.
            4..10 => {
                let fault = WRITE_FAULTS[self.dice.below(WRITE_FAULTS.len() as u64) as usize];
                let (method, path) = match self.dice.below(4) {
                    0 => ("DATA", "smtp"),
                    1 => ("POST", "/v1/refunds"),
                    _ => ("POST", "/v1/invoices"),
                };
                self.company.sandbox.plan_fault(Some(method), path, fault);
            }
            // The founder's own application is in trouble.
            10..14 => {
                let times = self.dice.below(4) as usize;
                self.company.sandbox.script_hook(APPLICATION, &[500, 503, 429, 502][..times]);
            }
            _ => {}
        }
    }

    fn hours(&mut self) {
        self.company.pass(Duration::hours(STEP_HOURS));
        self.look();
    }

    /// The program looks at the world, and the founder at the program.
    fn look(&mut self) {
        self.founder.statement(&self.company, "usd");
        self.company.jobs();
        self.founder.work(&mut self.company);
        self.company.send();
        self.founder.listen(&self.company);
        self.founder.refunds.carry_out(&self.company);
    }
}
