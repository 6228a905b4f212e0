//! A run: day by day, with what goes wrong, and a calm end after which everything has to agree.

use chrono::{Duration, NaiveTime};
use purser_sandbox::Fault;
use serde_json::json;

use crate::auditor;
use crate::company::Company;
use crate::dice::Dice;
use crate::founder::Founder;

/// Hours after which the program looks again.
const STEP_HOURS: i64 = 6;
/// Days at the end in which nothing goes wrong: what became visible late has to have been seen.
const CALM_DAYS: i64 = 3;
/// Tries of one request: so many faults in a row end a sync in its middle.
const TRIES: usize = 5;

/// Lives through a run; what does not agree at its end.
pub fn live(seed: u64, days: u32) -> Vec<String> {
    let mut run = Run { company: Company::open(seed), founder: Founder::default(), dice: Dice::new(seed) };
    let end = run.company.now() + Duration::days(i64::from(days) - CALM_DAYS);
    while run.company.now() < end {
        run.day();
    }
    run.company.clock_is_wrong(Duration::zero());
    run.company.sandbox.calm();
    let calm = run.company.now() + Duration::days(CALM_DAYS);
    while run.company.now() < calm {
        run.hours();
    }
    // The last second of a day, so that “the end of today” is now.
    let tomorrow = run.company.now().date_naive() + Duration::days(1);
    run.company.live(tomorrow.and_time(NaiveTime::MIN).and_utc() - Duration::seconds(1));
    run.look();
    run.look();
    auditor::audit(&mut run.company, &run.founder)
}

struct Run {
    company: Company,
    founder: Founder,
    dice: Dice,
}

impl Run {
    fn day(&mut self) {
        if self.dice.once_in(40) {
            self.sleep();
        }
        for _ in 0..24 / STEP_HOURS {
            self.trouble();
            self.hours();
            self.company.clock_is_wrong(Duration::zero());
            self.company.sandbox.set_fault_rate(200);
            if self.dice.once_in(20) {
                self.restart();
            }
        }
    }

    /// Three days without the machine.
    fn sleep(&mut self) {
        self.company.close();
        self.company.live(self.company.now() + Duration::days(3));
        self.company.begin();
    }

    fn restart(&mut self) {
        if self.dice.once_in(2) {
            self.company.close();
        } else {
            self.company.kill();
        }
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
                self.company.live(self.company.now() + Duration::hours(1));
                self.sync();
                self.company.kill();
                self.company.begin();
            }
            _ => {}
        }
    }

    fn hours(&mut self) {
        self.company.live(self.company.now() + Duration::hours(STEP_HOURS));
        self.look();
    }

    /// The program looks at the world, and the founder at the program.
    fn look(&mut self) {
        self.sync();
        self.company.set_clock();
        self.company.program().scheduler().unwrap().step().unwrap();
        self.founder.work(&mut self.company);
        self.company.send();
    }

    /// That a provider cannot be reached is told and stops nothing; that the books cannot be written ends the run.
    fn sync(&self) {
        self.company.ok("sync", json!({"providers": ["stripe"]}));
    }
}
