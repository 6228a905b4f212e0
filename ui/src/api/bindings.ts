// Generated from the engine's types: make bindings. Do not edit.
// Routes in replies: /today · /money-in/match/<transaction id> · /money-in/payments/<number> ·
// /money-in/invoices/<number> · /payouts/batches/<id> · /automations/outbox · /customers/<id> ·
// /ledger/journal/<entry> · /ledger/tie-out · /settings/<section> · /confirm/<batch id>.
/* eslint-disable */

export type AccountAdd = { 
/**
 * Its name.
 */
name: string, 
/**
 * `bank` or `cash`.
 */
kind: string, 
/**
 * Currency code; the base currency when empty.
 */
currency: string, 
/**
 * Opening balance, decimal string; zero when empty.
 */
opening: string, };

export type AccountRow = { 
/**
 * Its name, such as `Mercury`.
 */
name: string, 
/**
 * `bank` or `cash`.
 */
kind: string, 
/**
 * Currency.
 */
currency: string, 
/**
 * Ledger account, such as `Assets:Bank:Mercury`.
 */
ledger_account: string, 
/**
 * Opening balance.
 */
opening: Amount, 
/**
 * Balance in the ledger.
 */
balance: Amount, 
/**
 * Balance the last statement ended with, if it said so.
 */
statement_balance: Amount | null, 
/**
 * Date of the last statement line, ISO date.
 */
last_line_on: string | null, 
/**
 * How many lines have been imported.
 */
lines: number, };

export type AlertRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * Kind.
 */
kind: string, 
/**
 * How bad.
 */
severity: Severity, 
/**
 * The situation.
 */
title: string, 
/**
 * The cause.
 */
reason: string, 
/**
 * Money at stake.
 */
amount: Amount | null, 
/**
 * Since when, RFC 3339.
 */
since: string, 
/**
 * When it was resolved, RFC 3339.
 */
resolved_at: string | null, 
/**
 * Through what the founder was told: `email`, `slack`.
 */
told: Array<string>, 
/**
 * Where it is decided.
 */
route: string, };

export type Alerts = { 
/**
 * At most 500.
 */
alerts: Array<AlertRow>, };

export type AliasRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * The name as the bank writes it.
 */
payer: string, 
/**
 * The customer.
 */
customer: string, 
/**
 * When it was confirmed, ISO date.
 */
since: string, };

export type AllocationForm = { 
/**
 * Invoice number.
 */
invoice: string, 
/**
 * Decimal string.
 */
amount: string, };

export type AllocationRow = { 
/**
 * Invoice number.
 */
invoice: string, 
/**
 * Due date.
 */
due: string, 
/**
 * Days late; 0 when not.
 */
days_late: number, 
/**
 * Total.
 */
total: Amount, 
/**
 * Open before this payment.
 */
open: Amount, 
/**
 * Goes to it.
 */
apply: Amount, 
/**
 * Open after.
 */
left: Amount, };

export type Amount = { 
/**
 * Decimal string with all the currency's decimals.
 */
amount: string, 
/**
 * Currency code.
 */
currency: string, };

export type Amounts = { 
/**
 * At most 1,000.
 */
amounts: Array<Amount>, };

export type AnalyticsInput = { 
/**
 * So many days up to today, 1 to 366.
 */
days: number, };

export type ApprovalPassphrase = { 
/**
 * The present one; empty where none is set.
 */
present: string, 
/**
 * The new one; empty to ask for none any more.
 */
secret: string, };

export type Approve = { 
/**
 * The batch.
 */
batch: string, 
/**
 * Its digest, as shown.
 */
digest: string, 
/**
 * The approval passphrase, where one is set.
 */
passphrase: string | null, };

export type AuditIndex = { 
/**
 * Sequence numbers, newest first.
 */
keys: Array<number>, };

export type AuditRow = { 
/**
 * Sequence number.
 */
key: number, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Who.
 */
actor: string, 
/**
 * What, such as `match.confirm`.
 */
action: string, 
/**
 * About what.
 */
subject: string, 
/**
 * Details, one line.
 */
detail: string, 
/**
 * First 8 hex digits of its hash.
 */
seal: string, };

export type AutomationAnalytics = { 
/**
 * The first day that is counted (of UTC); later than asked for where nothing ran before.
 */
from: string, 
/**
 * One a job that has a run in these days, those that failed most first.
 */
jobs: Array<JobAnalytics>, 
/**
 * All of them together.
 */
all: JobAnalytics, 
/**
 * What was sent, by kind.
 */
sent: Array<SentCount>, 
/**
 * Bank lines that were booked without the founder.
 */
lines_alone: number, 
/**
 * Bank lines that the founder decided.
 */
lines_decided: number, };

export type Away = { 
/**
 * When the program last looked at the clock, RFC 3339.
 */
from: string, 
/**
 * When it looked again, RFC 3339.
 */
until: string, 
/**
 * What it came to, in one sentence.
 */
say: string, 
/**
 * By job.
 */
rows: Array<MissedRow>, };

export type AwayFound = { 
/**
 * It; none when nothing was missed or it was seen.
 */
away: Away | null, };

export type BackupRow = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * When it was made, RFC 3339.
 */
at: string, 
/**
 * Size in bytes.
 */
bytes: number, };

export type BalanceRow = { 
/**
 * Account name.
 */
account: string, 
/**
 * Balance, debit positive.
 */
balance: Amount, 
/**
 * Postings in it.
 */
postings: number, };

export type Balances = { 
/**
 * By account, then currency.
 */
rows: Array<BalanceRow>, 
/**
 * Sum of assets in the base currency, and so on; debit positive.
 */
totals: Array<BalanceRow>, 
/**
 * ISO date.
 */
as_of: string, };

export type BalancesInput = { 
/**
 * ISO date; empty for now.
 */
as_of: string, };

export type Batch = { 
/**
 * Its id.
 */
id: string, 
/**
 * `refund`…
 */
kind: string, 
/**
 * Title: `Refund $60.00 to Nordhavn A/S`.
 */
title: string, 
/**
 * `proposed`, `approved`, `sent`, `settled`, `failed`, `rejected`, `void`.
 */
state: string, 
/**
 * Revision: any change makes a new one.
 */
revision: number, 
/**
 * When it was frozen, RFC 3339.
 */
frozen_at: string, 
/**
 * The rail's name in words.
 */
rail: string, 
/**
 * Account it leaves, as the founder calls it: `Mercury`, `Stripe balance, USD`.
 */
source: string, 
/**
 * The same in the chart of accounts: `Assets:Stripe:USD`.
 */
source_account: string, 
/**
 * That account's balance now.
 */
balance: Amount, 
/**
 * And after.
 */
balance_after: Amount, 
/**
 * Total.
 */
total: Amount, 
/**
 * Items.
 */
items: Array<BatchItem>, 
/**
 * Items held back, with reason.
 */
held: Array<string>, 
/**
 * SHA-256 over what is shown, hex.
 */
digest: string, 
/**
 * RFC 3339; no answer until then means no payment.
 */
expires_at: string, 
/**
 * While it can be taken back.
 */
leaving: Leaving | null, 
/**
 * Why an approval was voided.
 */
void_reason: string | null, 
/**
 * What happened.
 */
history: Array<HistoryLine>, 
/**
 * Whether approving asks for the approval passphrase.
 */
needs_passphrase: boolean, };

export type BatchItem = { 
/**
 * Its id.
 */
id: string, 
/**
 * Payee's name; control and bidi characters arrive as visible escapes.
 */
payee: string, 
/**
 * What for.
 */
text: string, 
/**
 * Amount.
 */
amount: Amount, 
/**
 * Where it goes, masked.
 */
destination: string, 
/**
 * `proposed`, `approved`, `sending`, `sent`, `settled`, `failed`, `unknown`, `void`.
 */
state: string, };

export type Batches = { 
/**
 * At most 200.
 */
batches: Array<Batch>, };

export type BookedLine = { 
/**
 * In words: `Paid NB-202611-0118 in full`.
 */
text: string, 
/**
 * Journal numbers of its entries.
 */
entries: Array<number>, 
/**
 * Who: `you` or a rule.
 */
by: string, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Whether it can be undone.
 */
undoable: boolean, };

export type ById = { 
/**
 * The id.
 */
id: string, };

export type ByKeys = { 
/**
 * At most 500 keys of the list's index.
 */
keys: Array<number>, };

export type ByName = { 
/**
 * The name.
 */
name: string, };

export type ByNumber = { 
/**
 * The number; a draft's id also does.
 */
number: string, };

export type ByPath = { 
/**
 * Absolute path.
 */
path: string, };

export type ByText = { 
/**
 * Words, an amount, a date or an id; empty shows all.
 */
text: string, };

export type Cancel = { 
/**
 * The task.
 */
task: string, };

export type Candidate = { 
/**
 * `1`, `2`…
 */
key: string, 
/**
 * `invoices`, `payment` (recorded, undeposited), `transfer` (own accounts), `refund` (sent by us).
 */
kind: string, 
/**
 * Whose.
 */
title: string, 
/**
 * Which and when due.
 */
sub: string, 
/**
 * Open amount of it all.
 */
open: Amount, 
/**
 * Received minus open: negative is short.
 */
difference: Amount, 
/**
 * Invoice numbers, payment number or the other line's id.
 */
targets: Array<string>, 
/**
 * Why it fits and why not.
 */
evidence: Array<Evidence>, 
/**
 * Differences that can be chosen with it.
 */
choices: Array<Difference>, 
/**
 * Credit the customer has, for `credit`.
 */
credit: Amount | null, 
/**
 * In another currency: what the table of rates says the line is worth. Confirming needs an exchange.
 */
exchange?: ExchangeProposal | null, };

export type CardPayment = { 
/**
 * The provider's id.
 */
id: string, 
/**
 * How much of it the provider can give back.
 */
refundable: Amount, };

export type CashPart = { 
/**
 * Account name.
 */
name: string, 
/**
 * The account in the books.
 */
account: string, 
/**
 * Balance.
 */
amount: Amount, };

export type CashPoint = { 
/**
 * ISO date.
 */
date: string, 
/**
 * Balance at the end of that day, base currency.
 */
amount: Amount, };

export type Categories = { 
/**
 * Account names, the most used first.
 */
accounts: Array<string>, };

export type ChargeResolve = { 
/**
 * Its id.
 */
id: string, 
/**
 * `invoice`, `credit`, `category`.
 */
to: string, 
/**
 * The invoice's number, the customer's id or name, or the account.
 */
target: string, };

export type ChargeRow = { 
/**
 * The provider's id of the charge or of the movement.
 */
id: string, 
/**
 * The provider.
 */
title: string, 
/**
 * A customer's payment; else a movement of which nothing else is known.
 */
is_charge: boolean, 
/**
 * The day.
 */
on: string, 
/**
 * What the provider says of it.
 */
text: string, 
/**
 * Negative where it left.
 */
amount: Amount, 
/**
 * How much of it the provider can give back.
 */
refundable: Amount, 
/**
 * The entry that booked it.
 */
entry: number | null, 
/**
 * Our id of the customer, where they are known.
 */
customer_id: string | null, 
/**
 * Their name; may be empty.
 */
customer_name: string, 
/**
 * Their open invoices in its currency.
 */
open: Array<InvoiceRow>, };

export type ChargesWaiting = { 
/**
 * Oldest first, at most 500.
 */
rows: Array<ChargeRow>, };

export type Company = { 
/**
 * Legal name.
 */
name: string, 
/**
 * Address, lines separated by line breaks.
 */
address: string, 
/**
 * Tax number as printed, such as `EIN 84-2231907`.
 */
tax_id: string, 
/**
 * Where customers ask.
 */
email: string, 
/**
 * Base currency; fixed once the books have entries.
 */
currency: string, 
/**
 * First day of the books; fixed once the books have entries.
 */
books_start: string, 
/**
 * IANA zone.
 */
zone: string, 
/**
 * Prefix of invoice numbers, such as `NB`.
 */
invoice_prefix: string, 
/**
 * Days until an invoice is due.
 */
terms_days: number, 
/**
 * Seconds in which an approval can be taken back, 0 to 300.
 */
undo_seconds: number, };

export type CompanyCreated = { 
/**
 * Opens the books and every backup without the keychain.
 */
recovery_code: string, };

export type Connect = { 
/**
 * `smtp`.
 */
provider: string, 
/**
 * The address of an HTTP provider; empty for its own.
 */
base_url: string, 
/**
 * Options by name.
 */
options: Record<string, string>, 
/**
 * Secrets by name. What is left out stays as it is, while the address stays.
 */
secrets: Record<string, string>, };

export type Connected = { 
/**
 * How it does now.
 */
connection: ConnectionRow, 
/**
 * The store's sequence after it.
 */
sequence: number, 
/**
 * One sentence.
 */
say: string, };

export type ConnectionListener = { 
/**
 * Its port on 127.0.0.1.
 */
port: number, 
/**
 * `listening`, `failing`, or `asleep` where no process works on the books.
 */
state: string, 
/**
 * That in a sentence, with what to do.
 */
text: string, 
/**
 * Events that were believed, each counted once, since it listens.
 */
accepted: number, 
/**
 * Events that came again.
 */
repeated: number, 
/**
 * Messages that were not believed.
 */
refused: number, 
/**
 * Why the last one was refused.
 */
last_refused: string | null, 
/**
 * When, RFC 3339.
 */
last_refused_at: string | null, };

export type ConnectionRate = { 
/**
 * Requests in the busiest stretch.
 */
used: number, 
/**
 * Of so many.
 */
limit: number, 
/**
 * In so many seconds.
 */
seconds: number, 
/**
 * How often the provider asked to slow down.
 */
slowed: number, 
/**
 * When, RFC 3339.
 */
at: string, };

export type ConnectionRow = { 
/**
 * `smtp:main`.
 */
id: string, 
/**
 * `smtp`.
 */
provider: string, 
/**
 * The provider's name on screen.
 */
title: string, 
/**
 * The account's name at Purser.
 */
name: string, 
/**
 * The address of an HTTP provider; empty for others.
 */
base_url: string, 
/**
 * Options by name; no secret is among them.
 */
options: Record<string, string>, 
/**
 * Names of the secrets that the vault keeps.
 */
secrets: Array<string>, 
/**
 * `unchecked`, `ok`, `failing`, `needs_secret`.
 */
state: string, 
/**
 * When it was connected, RFC 3339.
 */
connected_at: string, 
/**
 * When the provider was last asked, RFC 3339.
 */
checked_at: string | null, 
/**
 * When it last worked, RFC 3339.
 */
last_ok: string | null, 
/**
 * What is wrong, while something is.
 */
trouble: ConnectionTrouble | null, 
/**
 * Use of the provider's limit, where it has one.
 */
rate: ConnectionRate | null, 
/**
 * What listens for it, where it has a port to listen on.
 */
listener: ConnectionListener | null, };

export type ConnectionTrouble = { 
/**
 * Stable code: `unreachable`, `timed_out`, `tls`, `secret_refused`, `permission_missing`, `refused`,
 * `rate_limited`, `provider_fault`, `secret_missing`.
 */
code: string, 
/**
 * One sentence.
 */
text: string, 
/**
 * Since when, RFC 3339.
 */
since: string, 
/**
 * What would help: `secret` (enter another), `settings` (change them), `again` (ask later).
 */
fix: string, };

export type Connections = { 
/**
 * What is connected, oldest first.
 */
connections: Array<ConnectionRow>, 
/**
 * What can be connected.
 */
providers: Array<ProviderRow>, };

export type Counters = { 
/**
 * Subscriptions whose last payment failed; absent where no provider tells of any.
 */
failed_payments: number | null, 
/**
 * Batches that wait for approval.
 */
payouts_proposed: number, 
/**
 * Providers' payouts that the bank has not shown.
 */
payouts_underway: number, 
/**
 * Money at providers that waits for its reason.
 */
cards_waiting: number, 
/**
 * Messages and payments that wait to leave, or whose end is not known.
 */
outbox_waiting: number, };

export type Counts = { 
/**
 * All decisions.
 */
today: number, 
/**
 * Bank lines that need the founder.
 */
matching: number, 
/**
 * Payments that need the founder.
 */
payments: number, 
/**
 * Money at providers that needs the founder.
 */
cards: number, 
/**
 * Batches that wait for approval.
 */
payouts: number, 
/**
 * Outbox effects that need the founder.
 */
outbox: number, 
/**
 * Jobs that need the founder.
 */
jobs: number, 
/**
 * Connections and settings that need the founder.
 */
settings: number, };

export type CreateCompany = { 
/**
 * The company's name.
 */
company: string, 
/**
 * Base currency code.
 */
currency: string, 
/**
 * First day of the books, ISO date.
 */
books_start: string, 
/**
 * IANA time zone.
 */
zone: string, 
/**
 * The first bank account's name; empty for none.
 */
account: string, 
/**
 * Its opening balance, a decimal string; empty for zero.
 */
opening: string, 
/**
 * Where no keychain answers: the passphrase of the vault file.
 */
passphrase: string | null, };

export type CreditLine = { 
/**
 * The transaction id.
 */
line: string, 
/**
 * The customer's id.
 */
customer: string, };

export type CsvMapping = { 
/**
 * `auto`, `utf-8`, `windows-1252`, `utf-16le`…
 */
encoding: string, 
/**
 * `,`, `;`, `tab`, `|` or `auto`.
 */
separator: string, 
/**
 * `.`, `,` or `auto`.
 */
decimal: string, 
/**
 * `ymd`, `dmy`, `mdy` or `auto`.
 */
date_order: string, 
/**
 * Lines before the header.
 */
skip_lines: number, 
/**
 * Whether there is a header line.
 */
has_header: boolean, 
/**
 * Column of the bank's own id; empty for none.
 */
id: string, 
/**
 * Column of the date.
 */
date: string, 
/**
 * Column of the signed amount; empty where debit and credit have their own.
 */
amount: string, 
/**
 * Column of money out; empty for none.
 */
debit: string, 
/**
 * Column of money in; empty for none.
 */
credit: string, 
/**
 * Column that says debit or credit; empty for none.
 */
direction: string, 
/**
 * The word in it that means money out, such as `D`.
 */
direction_out: string, 
/**
 * The word in it that means money in, such as `C`; several divided by commas.
 */
direction_in: string, 
/**
 * Column of the currency; empty for the account's.
 */
currency: string, 
/**
 * Columns of the payer's name.
 */
payer: Array<string>, 
/**
 * Columns of the memo, joined.
 */
description: Array<string>, 
/**
 * Money out is positive in this file.
 */
inverted: boolean, 
/**
 * A row without date and amount continues the memo of the row above.
 */
continuation: boolean, 
/**
 * Rows may be longer or shorter than the header.
 */
ragged: boolean, 
/**
 * Rows at the end that are no transactions.
 */
footer_rows: number, };

export type CustomerAsked = { 
/**
 * The customer's id.
 */
id: string, 
/**
 * How many events at most; nothing or 0 for 60.
 */
events: number, };

export type CustomerDetail = { 
/**
 * Its row.
 */
row: CustomerRow, 
/**
 * Address with line breaks; may be empty.
 */
address: string, 
/**
 * ISO country; may be empty.
 */
country: string, 
/**
 * Confirmed names, as the bank writes them.
 */
names: Array<string>, 
/**
 * Open invoices in the base currency, oldest due first.
 */
open: Array<InvoiceRow>, 
/**
 * The latest payments recorded by hand, at most 20.
 */
payments: Array<PaymentRow>, 
/**
 * What recurs of them, and what does not count with the reason; without the customer's name.
 */
subscriptions: Array<RecurringPart>, 
/**
 * Invoices, money and mails, newest first, at most as many as were asked for.
 */
events: Array<CustomerEvent>, 
/**
 * Whether there are older ones.
 */
more_events: boolean, };

export type CustomerEvent = { 
/**
 * ISO date or RFC 3339.
 */
at: string, 
/**
 * `invoice`, `payment`, `transfer`, `charge`, `declined`, `refund`, `dispute`, `credit` or `mail`.
 */
kind: string, 
/**
 * What.
 */
text: string, 
/**
 * How much, if money moved or is asked for.
 */
amount: Amount | null, 
/**
 * Where it opens; empty where it opens nowhere.
 */
route: string, };

export type CustomerForm = { 
/**
 * Empty for a new one.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Email.
 */
email: string, 
/**
 * Address with line breaks.
 */
address: string, 
/**
 * ISO country.
 */
country: string, };

export type CustomerRow = { 
/**
 * Its key in the list.
 */
key: number, 
/**
 * Its id.
 */
id: string, 
/**
 * Name.
 */
name: string, 
/**
 * Email.
 */
email: string, 
/**
 * Open invoices.
 */
open_count: number, 
/**
 * Open, base currency.
 */
open: Amount, 
/**
 * Credit, base currency.
 */
credit: Amount, };

export type CustomersFound = { 
/**
 * At most 50, best first.
 */
customers: Array<CustomerRow>, };

export type CustomersIndex = { 
/**
 * Keys, names that begin so first, then by name.
 */
keys: Array<number>, 
/**
 * All customers.
 */
total: number, };

export type Decision = { 
/**
 * Its id.
 */
id: string, 
/**
 * `unmatched_line`, `short_payment`, `approve_batch`, `effect_unknown`, `verify_failed`…
 */
kind: string, 
/**
 * How bad.
 */
severity: Severity, 
/**
 * The situation.
 */
title: string, 
/**
 * The cause.
 */
reason: string, 
/**
 * Money at stake.
 */
amount: Amount | null, 
/**
 * Since when, RFC 3339.
 */
since: string, 
/**
 * Until when, RFC 3339.
 */
due: string | null, 
/**
 * Actions that resolve it, such as `confirm`, `file`, `approve`, `done`, `snooze`.
 */
actions: Array<string>, 
/**
 * What it is about, such as `line:<id>` or `batch:<id>`.
 */
subject: string, 
/**
 * Facts shown when it is opened.
 */
facts: Array<Fact>, 
/**
 * Where it is decided, as a route such as `/money-in/match/<id>`.
 */
route: string, };

export type Deposit = { 
/**
 * Payment number.
 */
payment: string, 
/**
 * Name of a cash account: bank deposits are booked by their bank line.
 */
account: string, };

export type Difference = "none" | "fee" | "ask" | "open" | "credit" | "over" | "fx";

export type Done = { 
/**
 * The store's sequence after it: older replies of queries are dropped.
 */
sequence: number, 
/**
 * One sentence of what was done.
 */
say: string, 
/**
 * Takes it back, where that is possible.
 */
undo: string | null, };

export type EffectResolve = { 
/**
 * The effect.
 */
id: string, 
/**
 * `sent` (it arrived), `again` (send it once more), `drop`.
 */
answer: string, };

export type EffectRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * `email.receipt`, `money.refund`…
 */
kind: string, 
/**
 * What it does, in words.
 */
title: string, 
/**
 * `held`, `queued`, `sending`, `sent`, `failed`, `unknown`, `cancelled`.
 */
state: string, 
/**
 * Why it waits; empty when it does not.
 */
waits_for: string, 
/**
 * `keyed`, `lookup` or `neither`.
 */
delivery: string, 
/**
 * RFC 3339.
 */
since: string, 
/**
 * Times tried.
 */
attempts: number, 
/**
 * Whether what it says can be looked at.
 */
has_preview: boolean, 
/**
 * Last error.
 */
error: string | null, 
/**
 * What the receiver calls it, such as the refund's id there.
 */
provider_id: string | null, 
/**
 * Amount, for money.
 */
amount: Amount | null, };

export type EntryDetail = { 
/**
 * Its row.
 */
row: JournalRow, 
/**
 * Its postings.
 */
postings: Array<PostingLine>, 
/**
 * What adds up to it.
 */
why: Array<WhyPart>, 
/**
 * Who booked it, in words.
 */
by: string, 
/**
 * RFC 3339.
 */
booked_at: string, 
/**
 * First and last 4 hex digits of its audit row's hash.
 */
seal: string, 
/**
 * Raw statement line behind it.
 */
raw: string | null, 
/**
 * Entry that it reverses.
 */
reverses: number | null, 
/**
 * Entry that reverses it.
 */
reversed_by: number | null, };

export type Evidence = { 
/**
 * Whether it fits.
 */
mark: Mark, 
/**
 * `Reference`, `Amount`, `Payer`, `Time`, `History`.
 */
kind: string, 
/**
 * The sentence.
 */
sentence: string, 
/**
 * The piece of the memo it speaks of, to be shown in mono; empty for none.
 */
quote: string, 
/**
 * Where its fact opens; empty for none.
 */
route: string, };

export type ExchangeChoice = { 
/**
 * How much of the invoices' currency one unit of the line's is worth, decimal; may be empty.
 */
rate: string, 
/**
 * What the whole line is worth in the invoices' currency, decimal; may be empty.
 */
value: string, 
/**
 * Where that comes from; “stated by the founder” when empty.
 */
source: string, };

export type ExchangeProposal = { 
/**
 * `1 EUR = 1.0899 USD`.
 */
rate: string, 
/**
 * The rate's day.
 */
on: string, 
/**
 * Where the rate comes from.
 */
source: string, 
/**
 * What the line is worth, in the invoices' currency.
 */
value: Amount, 
/**
 * Value minus open: negative is short.
 */
difference: Amount, 
/**
 * Whether the difference is within 5 %.
 */
close: boolean, };

export type Export = { 
/**
 * `hledger`, `beancount`, `csv`.
 */
format: string, 
/**
 * Absolute path.
 */
path: string, };

export type ExportList = { 
/**
 * `invoices`, `payments`, `lines` or `customers`.
 */
list: string, 
/**
 * The list's state filter; empty for all.
 */
state: string, 
/**
 * The list's free text.
 */
text: string, 
/**
 * The list's order.
 */
sort: string, 
/**
 * Absolute path of the file; empty for the folder `exports` beside the books.
 */
path: string, };

export type Fact = { 
/**
 * What it is.
 */
label: string, 
/**
 * Its value in words, or an amount's text.
 */
value: string, };

export type FileLine = { 
/**
 * The transaction id.
 */
line: string, 
/**
 * Account name.
 */
account: string, 
/**
 * Whether lines of this payee go there from now on.
 */
remember: boolean, };

export type FormProblem = { 
/**
 * The field's name.
 */
field: string, 
/**
 * The sentence.
 */
say: string, };

export type Found = { 
/**
 * `decision`, `invoice`, `customer`, `payment`, `line`, `entry`.
 */
kind: string, 
/**
 * First line.
 */
title: string, 
/**
 * Second line.
 */
sub: string, 
/**
 * Where it opens.
 */
route: string, 
/**
 * Amount, if any.
 */
amount: Amount | null, };

export type FoundList = { 
/**
 * At most 20 in order: what needs you, then records.
 */
found: Array<Found>, };

export type Glance = { 
/**
 * `2026-11`.
 */
month: string, 
/**
 * The first day of the month.
 */
from: string, 
/**
 * Today.
 */
to: string, 
/**
 * The first of the days that it is compared with.
 */
before_from: string, 
/**
 * And the last.
 */
before_to: string, 
/**
 * What recurs, by currency; empty where no subscription is known.
 */
recurring: Array<GlanceRecurring>, 
/**
 * What was earned, by currency.
 */
earned: Array<GlanceEarned>, 
/**
 * What providers keep, by currency.
 */
kept: Array<GlanceKept>, 
/**
 * When a provider last told of subscriptions, RFC 3339; absent where none ever did.
 */
told_at: string | null, 
/**
 * Whether one is connected that tells of them.
 */
connected: boolean, };

export type GlanceEarned = { 
/**
 * This month so far.
 */
now: Amount, 
/**
 * In the same days of the month before.
 */
before: Amount, };

export type GlanceKept = { 
/**
 * The provider.
 */
title: string, 
/**
 * The account in the books.
 */
account: string, 
/**
 * What stands there.
 */
balance: Amount, 
/**
 * What is on its way to the bank.
 */
underway: Amount, };

export type GlanceRecurring = { 
/**
 * A month.
 */
mrr: Amount, 
/**
 * By how much it changed since the month began.
 */
change: Amount, 
/**
 * Customers who pay.
 */
customers: number, };

export type HistoryLine = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * What happened and by whom.
 */
text: string, };

export type HostState = { 
/**
 * Which screen to show.
 */
state: HostStateKind, 
/**
 * The data folder.
 */
folder: string, 
/**
 * The program's version.
 */
version: string, 
/**
 * Why it cannot be opened, in one sentence.
 */
message: string | null, 
/**
 * `keychain` or `passphrase_file`: where a new company's key would be kept here.
 */
vault: string, };

export type HostStateKind = "no_company" | "needs_passphrase" | "needs_recovery_code" | "open" | "failed";

export type ImportPreview = { 
/**
 * The mapping found or given.
 */
mapping: CsvMapping, 
/**
 * Header names.
 */
columns: Array<string>, 
/**
 * First raw lines.
 */
head: Array<string>, 
/**
 * First rows as they would be booked.
 */
rows: Array<PreviewRow>, 
/**
 * Rows in the file.
 */
total: number, 
/**
 * What is unclear, in words.
 */
problems: Array<string>, 
/**
 * Rows that would be refused, first 50.
 */
rejected: Array<RejectedLine>, };

export type ImportRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * `statement`, `customers`, `invoices`.
 */
kind: string, 
/**
 * File name.
 */
file: string, 
/**
 * Account.
 */
account: string, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * Rows that were new.
 */
new: number, 
/**
 * Whether it was undone.
 */
undone: boolean, };

export type ImportStatement = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * Real account's name; may be empty where there is only one.
 */
account: string, 
/**
 * `auto` or `csv`.
 */
format: string, 
/**
 * Mapping for an export that has not Purser's own columns; the account's last one when absent.
 */
mapping: CsvMapping | null, 
/**
 * Import the good rows although some are bad.
 */
skip_bad: boolean, };

export type ImportTable = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * Import the good rows although some are bad.
 */
skip_bad: boolean, };

export type Imported = { 
/**
 * `csv`…
 */
format: string, 
/**
 * Rows read.
 */
read: number, 
/**
 * Rows that are new.
 */
new: number, 
/**
 * Rows that were known.
 */
known: number, 
/**
 * Rows refused; with any of these nothing was imported unless asked.
 */
rejected: Array<RejectedLine>, 
/**
 * The import's id; none when nothing was imported.
 */
import: string | null, 
/**
 * Columns that were not used.
 */
ignored_columns: Array<string>, 
/**
 * Lines matched, filed or recognised at once.
 */
booked: number, 
/**
 * What was done.
 */
done: Done, };

export type Imports = { 
/**
 * At most 100.
 */
imports: Array<ImportRow>, };

export type InvoiceDetail = { 
/**
 * Its row.
 */
row: InvoiceRow, 
/**
 * The provider that issued it and can void it, such as `Stripe`; empty for one of your own.
 */
provider: string, 
/**
 * Payment reference.
 */
reference: string, 
/**
 * Company and customer as printed.
 */
company: string, 
/**
 * Company's address lines.
 */
company_lines: Array<string>, 
/**
 * Customer's lines.
 */
customer_lines: Array<string>, 
/**
 * Customer's email.
 */
email: string, 
/**
 * Lines with text, quantity, price, amount.
 */
lines: Array<InvoicePaperLine>, 
/**
 * Net total.
 */
net: Amount, 
/**
 * Tax.
 */
tax: Amount, 
/**
 * How to pay by transfer.
 */
instructions: Array<Fact>, 
/**
 * What happened.
 */
history: Array<HistoryLine>, 
/**
 * Journal numbers.
 */
entries: Array<number>, 
/**
 * Card payments that settled it.
 */
cards: Array<CardPayment>, 
/**
 * How far its provider has come in collecting it, as sentences; empty where it collects nothing.
 */
collection: string, 
/**
 * The provider's page on which its customer can pay it or confirm the payment, while that is to be done; else empty.
 */
pay_page: string, 
/**
 * Whether your application can be told again that it is paid: it is, and one is connected.
 */
can_tell: boolean, };

export type InvoiceForm = { 
/**
 * Customer id or name.
 */
customer: string, 
/**
 * Currency code.
 */
currency: string, 
/**
 * ISO date; today when empty.
 */
issued: string, 
/**
 * ISO date; by the company's terms when empty.
 */
due: string, 
/**
 * Lines.
 */
lines: Array<InvoiceLineForm>, 
/**
 * Issue at once.
 */
issue: boolean, };

export type InvoiceLineForm = { 
/**
 * What.
 */
text: string, 
/**
 * How many, whole.
 */
quantity: number, 
/**
 * Price of one, decimal string.
 */
price: string, 
/**
 * Tax in percent as a decimal string; empty for none.
 */
tax_percent: string, };

export type InvoiceMade = { 
/**
 * Number, or the draft's id.
 */
number: string, 
/**
 * What was done.
 */
done: Done, };

export type InvoicePaperLine = { 
/**
 * What.
 */
text: string, 
/**
 * How many.
 */
quantity: number, 
/**
 * Price of one.
 */
price: Amount, 
/**
 * Amount.
 */
amount: Amount, };

export type InvoiceRow = { 
/**
 * The list's key.
 */
key: number, 
/**
 * Number; a draft has none and shows `Draft`.
 */
number: string, 
/**
 * Its id, also for drafts.
 */
id: string, 
/**
 * Customer's name.
 */
customer: string, 
/**
 * ISO date.
 */
issued: string, 
/**
 * ISO date.
 */
due: string, 
/**
 * `draft`, `open`, `partly_paid`, `paid`, `paid_late`, `overdue`, `void`, `written_off`.
 */
state: string, 
/**
 * Days overdue; 0 when not.
 */
days_overdue: number, 
/**
 * Total.
 */
total: Amount, 
/**
 * Open.
 */
open: Amount, };

export type InvoicesFilter = { 
/**
 * `all`, `open`, `overdue`, `paid`, `draft`, `void`, `written_off`.
 */
state: string, 
/**
 * Free text.
 */
text: string, 
/**
 * `issued`, `number` or `customer`, with `-` in front for the largest first; empty for newest first.
 */
sort: string, };

export type InvoicesFound = { 
/**
 * At most 50, best first.
 */
invoices: Array<InvoiceRow>, };

export type InvoicesIndex = { 
/**
 * Keys in the order asked for.
 */
keys: Array<number>, 
/**
 * Open invoices in the base currency.
 */
open_count: number, 
/**
 * Their sum.
 */
open_sum: Amount, 
/**
 * Of that overdue.
 */
overdue_sum: Amount, 
/**
 * All invoices.
 */
total: number, };

export type JobAnalytics = { 
/**
 * The job; empty for all of them.
 */
job: string, 
/**
 * Its name on screen.
 */
title: string, 
/**
 * Runs that were begun and are over.
 */
runs: number, 
/**
 * Of these, how many succeeded.
 */
succeeded: number, 
/**
 * And in percent, such as `99.8`, rounded down, so that a failure never reads `100.0`; none without runs.
 */
percent: string | null, 
/**
 * Runs that failed.
 */
failed: number, 
/**
 * Runs that needed more than one attempt.
 */
again: number, 
/**
 * Times that were not run, by a rule or by the founder.
 */
skipped: number, 
/**
 * How long a run took on average, in milliseconds.
 */
usual_ms: number | null, 
/**
 * How long the longest took.
 */
longest_ms: number, };

export type JobCounters = { 
/**
 * Jobs whose last run failed.
 */
failed_jobs: number, 
/**
 * Batches of money out that wait for the founder.
 */
pending_payouts: number, 
/**
 * Effects with an unknown end.
 */
unknown_effects: number, };

export type JobDetail = { 
/**
 * Its row.
 */
row: JobRow, 
/**
 * `skip`, `latest_once`, `all`.
 */
catch_up: string, 
/**
 * In words.
 */
catch_up_words: string, 
/**
 * How often it is tried again, in words.
 */
retries: string, 
/**
 * How long an attempt may take, in words.
 */
time_out: string, 
/**
 * Whether it rests while everything is paused.
 */
sends: boolean, 
/**
 * The next five times, RFC 3339.
 */
next: Array<string>, 
/**
 * Whether the founder changed its schedule.
 */
changed: boolean, 
/**
 * The schedule as the program has it.
 */
own_schedule: string, 
/**
 * Its last 50 runs, newest first.
 */
runs: Array<RunRow>, 
/**
 * What the founder should know of it.
 */
runbook: JobRunbook, };

export type JobHealth = "healthy" | "warning" | "error";

export type JobOpen = { 
/**
 * Its key.
 */
key: number, 
/**
 * Its number.
 */
number: number, 
/**
 * `running`, or `queued` before its next attempt.
 */
state: JobRunState, 
/**
 * Not before, RFC 3339.
 */
due_at: string, };

export type JobRow = { 
/**
 * Its name for ever.
 */
name: string, 
/**
 * Its name on screen.
 */
title: string, 
/**
 * The schedule as it is typed.
 */
schedule: string, 
/**
 * The schedule in words, with its zone.
 */
words: string, 
/**
 * The zone's name.
 */
time_zone: string, 
/**
 * `active` or `paused`.
 */
state: string, 
/**
 * Since when it is paused, RFC 3339.
 */
paused_at: string | null, 
/**
 * What it needs of the founder before it can run.
 */
needs: string | null, 
/**
 * How it is.
 */
health: JobHealth, 
/**
 * When its last run was over, RFC 3339.
 */
last_run: string | null, 
/**
 * What became of it.
 */
last_status: JobRunState | null, 
/**
 * What it said.
 */
last_result: string, 
/**
 * Its error.
 */
last_error: string | null, 
/**
 * When it runs next, RFC 3339.
 */
next_run: string | null, 
/**
 * Its last 20 runs, oldest first.
 */
bars: Array<RunBar>, 
/**
 * Number of the run that is at work or waits for another attempt.
 */
open: JobOpen | null, };

export type JobRun = { 
/**
 * Its name.
 */
name: string, 
/**
 * Answer when it is over, at most this many seconds later; 0 answers at once.
 */
wait_seconds: number, };

export type JobRunState = "queued" | "running" | "succeeded" | "failed" | "skipped" | "cancelled";

export type JobRunbook = { 
/**
 * What it does.
 */
what: string, 
/**
 * When it runs, as the program has it.
 */
when: string, 
/**
 * What it changes.
 */
affects: string, 
/**
 * What to do when it fails.
 */
troubleshoot: string, 
/**
 * How to do the same by hand.
 */
manual: string, 
/**
 * How to take back what it did.
 */
rollback: string, };

export type JobSchedule = { 
/**
 * Its name.
 */
name: string, 
/**
 * `every 5 min`, or five cron fields.
 */
schedule: string, 
/**
 * A zone of the IANA list; empty follows the company.
 */
zone: string, 
/**
 * `skip`, `latest_once`, `all`; empty as the program has it.
 */
catch_up: string, };

export type Jobs = { 
/**
 * One each.
 */
rows: Array<JobRow>, 
/**
 * Runs that ended today.
 */
runs_today: number, 
/**
 * What waits elsewhere.
 */
counters: JobCounters, 
/**
 * The hours in which they rest; none where they do not.
 */
rest: JobsRest | null, };

export type JobsRest = { 
/**
 * When it begins, such as `03:00`.
 */
from: string, 
/**
 * When it is over; the next day where it is not after `from`.
 */
until: string, 
/**
 * Whether it is now.
 */
now: boolean, };

export type JobsRestSet = { 
/**
 * When it begins, such as `03:00`; empty, as `until`, for none.
 */
from: string, 
/**
 * When it is over.
 */
until: string, };

export type JournalFilter = { 
/**
 * Account or its beginning; empty for all.
 */
account: string, 
/**
 * First day, ISO date; empty for all.
 */
from: string, 
/**
 * Last day, ISO date; empty for all.
 */
to: string, 
/**
 * Words, an amount or an entry number.
 */
text: string, 
/**
 * `date` or `entry`, with `-` in front for the newest first; empty for the newest day first.
 */
sort: string, 
/**
 * The last key of the page before; none for the first page.
 */
after: number | null, };

export type JournalIndex = { 
/**
 * Entry numbers in the order asked for; with the newest day first at most 2,000, else all.
 */
keys: Array<number>, 
/**
 * Whether older ones fit too.
 */
more: boolean, 
/**
 * Entries in the whole ledger.
 */
total: number, };

export type JournalRow = { 
/**
 * Entry number.
 */
key: number, 
/**
 * ISO date.
 */
date: string, 
/**
 * What happened.
 */
text: string, 
/**
 * Where it went, short.
 */
to: string, 
/**
 * Where it came from, short.
 */
from: string, 
/**
 * Sum of its debits in its first currency.
 */
amount: Amount, 
/**
 * Whether it was reversed.
 */
reversed: boolean, };

export type JournalRows = { 
/**
 * Rows.
 */
rows: Array<JournalRow>, };

export type Leaving = { 
/**
 * The batch.
 */
batch: string, 
/**
 * What leaves, in words.
 */
title: string, 
/**
 * Total.
 */
amount: Amount, 
/**
 * When it leaves, RFC 3339.
 */
leaves_at: string, 
/**
 * Whole seconds until then.
 */
seconds_left: number, };

export type LineRow = { 
/**
 * The list's key.
 */
key: number, 
/**
 * The transaction id.
 */
id: string, 
/**
 * Payer as the bank wrote it; `No name` is the screen's business.
 */
payer: string, 
/**
 * Memo as the bank wrote it.
 */
description: string, 
/**
 * ISO date.
 */
date: string, 
/**
 * Signed: negative leaves.
 */
amount: Amount, 
/**
 * Account it came to.
 */
account: string, 
/**
 * `open`, `ready`, `booked`, `filed`, `transfer`.
 */
state: string, 
/**
 * One line on what it might be.
 */
headline: string, 
/**
 * Whether time is running.
 */
alarm: boolean, };

export type LogLine = { 
/**
 * 1, 2, 3…
 */
index: number, 
/**
 * RFC 3339.
 */
at: string, 
/**
 * `info`, `warning`, `error`.
 */
level: string, 
/**
 * What it says.
 */
text: string, };

export type Mark = "fits" | "partly" | "not";

export type MatchChoice = { 
/**
 * The transaction id.
 */
line: string, 
/**
 * As in [`Candidate::kind`].
 */
kind: string, 
/**
 * Invoice numbers (in order of allocation), a payment number or a line id.
 */
targets: Array<string>, 
/**
 * Amounts per invoice for a split; empty allocates in order.
 */
amounts: Array<Amount>, 
/**
 * Where the difference goes.
 */
difference: Difference, 
/**
 * What the line is worth in the invoices' currency, where that is another.
 */
exchange?: ExchangeChoice | null, };

export type MatchDesk = { 
/**
 * The line.
 */
line: LineRow, 
/**
 * Raw line of the statement.
 */
raw: string, 
/**
 * Why the founder is asked; empty once booked.
 */
why_asked: string, 
/**
 * Best first, at most 5.
 */
candidates: Array<Candidate>, 
/**
 * What it was booked as, once booked.
 */
booked: BookedLine | null, 
/**
 * The category a remembered payee rule would file it under.
 */
rule_account: string | null, };

export type MatchIndex = { 
/**
 * Lines that need the founder, newest first.
 */
needs_you: Array<number>, 
/**
 * Their sum in the base currency.
 */
needs_you_sum: Amount, 
/**
 * Lines whose one explanation only waits for a nod.
 */
ready: Array<number>, 
/**
 * Lines booked without asking in the last 7 days.
 */
booked: Array<number>, 
/**
 * Their sum in the base currency.
 */
booked_sum: Amount, };

export type MatchPreview = { 
/**
 * Received.
 */
received: Amount, 
/**
 * Open.
 */
open: Amount, 
/**
 * Received minus open.
 */
difference: Amount, 
/**
 * Postings.
 */
postings: Array<PostingLine>, 
/**
 * What follows, in words.
 */
then: Array<string>, 
/**
 * The button's words.
 */
button: string, 
/**
 * Why it cannot be done; then there are no postings.
 */
problem: string | null, };

export type MatchResult = { 
/**
 * Transaction id.
 */
transaction: string, 
/**
 * `matched`, `suggested`, `unmatched`.
 */
state: string, 
/**
 * Invoice numbers of the best explanation.
 */
invoices: Array<string>, 
/**
 * 0.0 to 1.0 as a decimal string on the wire of this interface.
 */
confidence: string, 
/**
 * Why.
 */
reasons: Array<string>, 
/**
 * Other explanations.
 */
alternatives: Array<Array<string>>, 
/**
 * Received minus open, decimal.
 */
difference: string, 
/**
 * `full`, `partial`, `combined`, `over`, `short`, `duplicate`, `fx`, `none`.
 */
kind: string, };

export type MatchRun = { 
/**
 * One per open line.
 */
results: Array<MatchResult>, 
/**
 * How many were booked.
 */
booked: number, };

export type MatchRunInput = { 
/**
 * Book it.
 */
apply: boolean, };

export type MessagePreview = { 
/**
 * The effect.
 */
id: string, 
/**
 * `email` or `slack`.
 */
channel: string, 
/**
 * The sender, where an account is connected.
 */
from: string, 
/**
 * The recipient.
 */
to: string, 
/**
 * The subject; empty for chat.
 */
subject: string, 
/**
 * An HTML page to be shown in a frame without scripts or remote content; empty for chat.
 */
html: string, 
/**
 * The plain text.
 */
text: string, 
/**
 * Names of the attachments.
 */
attachments: Array<string>, };

export type Metrics = { 
/**
 * First day.
 */
from: string | null, 
/**
 * Last day.
 */
to: string, 
/**
 * At the end of the first day; empty without one.
 */
start: Array<RecurringRevenue>, 
/**
 * At the end of the last day.
 */
end: Array<RecurringRevenue>, 
/**
 * From the one to the other, by currency.
 */
flows: Array<RecurringFlow>, 
/**
 * How it fared between them, by currency.
 */
ratios: Array<RecurringRatios>, 
/**
 * Everything that changed, by currency, kind and customer.
 */
changes: Array<RecurringChange>, 
/**
 * Whether subscriptions that are past due count.
 */
past_due_counts: boolean, 
/**
 * When a provider last told of subscriptions, RFC 3339; absent where none ever did.
 */
told_at: string | null, 
/**
 * Whether one is connected that tells of them.
 */
connected: boolean, };

export type MetricsInput = { 
/**
 * First day, ISO; absent for the end alone.
 */
from: string | null, 
/**
 * Last day, ISO; absent for today.
 */
to: string | null, };

export type MetricsSave = { 
/**
 * Whether subscriptions whose last invoice is not paid count as recurring revenue.
 */
past_due_counts: boolean, };

export type MissedDecide = { 
/**
 * Key of the row.
 */
key: number, 
/**
 * `skip`, `latest_once`, `all`.
 */
catch_up: string, };

export type MissedRow = { 
/**
 * Its key.
 */
key: number, 
/**
 * The job.
 */
job: string, 
/**
 * Its name on screen.
 */
title: string, 
/**
 * How many times passed.
 */
missed: number, 
/**
 * The first, RFC 3339.
 */
first_at: string, 
/**
 * The last, RFC 3339.
 */
last_at: string, 
/**
 * What is done about them: `skip`, `latest_once`, `all`.
 */
decided: string, 
/**
 * Whether the founder decided it.
 */
by_founder: boolean, };

export type MoneyMoved = { 
/**
 * Above zero.
 */
came: Array<Amount>, 
/**
 * Below zero, with its sign.
 */
went: Array<Amount>, };

export type Nothing = Record<symbol, never>;

export type NotificationSettings = { 
/**
 * Severities told by mail.
 */
email: Array<Severity>, 
/**
 * To whom; empty for the company's own address.
 */
email_to: string, 
/**
 * The name of the mail account that carries it.
 */
email_account: string, 
/**
 * Severities told in Slack.
 */
slack: Array<Severity>, 
/**
 * The name of the webhook.
 */
slack_account: string, 
/**
 * Whether reports are mailed too.
 */
reports: boolean, 
/**
 * Mail accounts that are connected. Saving leaves it as it is.
 */
email_accounts: Array<string>, 
/**
 * Webhooks that are connected. Saving leaves it as it is.
 */
slack_accounts: Array<string>, 
/**
 * The company's own address. Saving leaves it as it is.
 */
company_email: string, };

export type OpenDemo = { 
/**
 * Days of card payments that it has behind it; absent for as many as its books.
 */
days: number | null, 
/**
 * Another number, another company; absent for the usual one.
 */
seed: number | null, };

export type Outbox = { 
/**
 * What has not been sent, oldest first, then the last 100 sent.
 */
effects: Array<EffectRow>, 
/**
 * Since when all is paused.
 */
paused_since: string | null, };

export type PaperLine = { 
/**
 * What.
 */
text: string, 
/**
 * How much.
 */
amount: Amount, };

export type PaymentDetail = { 
/**
 * Its row.
 */
row: PaymentRow, 
/**
 * What it paid.
 */
allocations: Array<PaperLine>, 
/**
 * The receipt.
 */
paper: ReceiptPaper | null, 
/**
 * Receipt's path on this machine.
 */
receipt_path: string | null, 
/**
 * Note.
 */
note: string, 
/**
 * Proof file: name as given, size in bytes and hash.
 */
proof: Fact | null, 
/**
 * Who recorded it and when; what happened since.
 */
history: Array<HistoryLine>, 
/**
 * Refund proposals and sent refunds.
 */
refundable: Amount, 
/**
 * Journal numbers.
 */
entries: Array<number>, 
/**
 * Whether it can still be undone.
 */
undo: string | null, };

export type PaymentForm = { 
/**
 * Customer id.
 */
customer: string, 
/**
 * Decimal string.
 */
amount: string, 
/**
 * Currency code.
 */
currency: string, 
/**
 * `cash`, `check`, `wire`, `ach`, `money_order`, `bank_transfer`.
 */
method: string, 
/**
 * ISO date; today when empty.
 */
received_on: string, 
/**
 * Check number, wire reference…
 */
reference: string, 
/**
 * A note for the books.
 */
note: string, 
/**
 * Per invoice; empty allocates oldest first.
 */
allocations: Array<AllocationForm>, 
/**
 * Absolute path of a proof file; empty for none.
 */
proof: string, 
/**
 * Queue the receipt for the customer's e-mail address.
 */
email_receipt: boolean, };

export type PaymentPreview = { 
/**
 * The customer's open invoices in this currency.
 */
rows: Array<AllocationRow>, 
/**
 * Sum of what is applied.
 */
applied: Amount, 
/**
 * Rest that becomes credit.
 */
credit: Amount, 
/**
 * Postings.
 */
postings: Array<PostingLine>, 
/**
 * The paper.
 */
paper: ReceiptPaper | null, 
/**
 * Where the receipt goes; none where the customer has no address.
 */
email: string | null, 
/**
 * What is wrong with the form, field and sentence.
 */
problems: Array<FormProblem>, };

export type PaymentRecorded = { 
/**
 * Payment number, such as `P-202611-0031`.
 */
payment: string, 
/**
 * Receipt number.
 */
receipt: string, 
/**
 * Absolute path of the receipt PDF.
 */
receipt_path: string, 
/**
 * What was done.
 */
done: Done, 
/**
 * Characters no font had; shown as their code in the PDF.
 */
missing_glyphs: string, };

export type PaymentRow = { 
/**
 * The list's key.
 */
key: number, 
/**
 * Number.
 */
number: string, 
/**
 * Customer's name.
 */
customer: string, 
/**
 * Method.
 */
method: string, 
/**
 * ISO date.
 */
received_on: string, 
/**
 * Amount.
 */
amount: Amount, 
/**
 * `undeposited`, `deposited`, `undone`.
 */
state: string, 
/**
 * Reference.
 */
reference: string, };

export type PaymentsFilter = { 
/**
 * `all`, `undeposited`, `deposited`, `undone`.
 */
state: string, 
/**
 * Free text.
 */
text: string, 
/**
 * `received`, `number` or `customer`, with `-` in front for the largest first; empty for newest first.
 */
sort: string, };

export type PaymentsIndex = { 
/**
 * Keys in the order asked for.
 */
keys: Array<number>, 
/**
 * How many wait for their bank line.
 */
undeposited: number, 
/**
 * Their sum in the base currency.
 */
undeposited_sum: Amount, };

export type PostingLine = { 
/**
 * Account name.
 */
account: string, 
/**
 * Who or which invoice, in words.
 */
note: string, 
/**
 * Debit positive, credit negative.
 */
amount: Amount, };

export type PreviewRow = { 
/**
 * Line number.
 */
line: number, 
/**
 * ISO date.
 */
date: string, 
/**
 * Payer.
 */
payer: string, 
/**
 * Memo.
 */
description: string, 
/**
 * Signed amount.
 */
amount: Amount, };

export type ProofPicture = { 
/**
 * What the file said it is: `image/png`, `image/jpeg`, `application/pdf`.
 */
media: string, 
/**
 * The name that its sender gave it, as one clean line.
 */
name: string, 
/**
 * Size of the original in bytes.
 */
bytes: number, 
/**
 * SHA-256 of the original, hexadecimal.
 */
hash: string, 
/**
 * A PNG, base64.
 */
png: string, 
/**
 * Pixels.
 */
width: number, 
/**
 * Pixels.
 */
height: number, 
/**
 * Pages of the original; 1 for a picture.
 */
pages: number, 
/**
 * Pages that the picture shows.
 */
drawn: number, };

export type ProviderOption = { 
/**
 * Its name, as in `--option name=value`.
 */
name: string, 
/**
 * Its label.
 */
label: string, 
/**
 * One sentence.
 */
help: string, 
/**
 * Whether it must be given.
 */
required: boolean, 
/**
 * What holds where nothing is given.
 */
default: string, 
/**
 * The only values it takes; empty for free text.
 */
choices: Array<string>, };

export type ProviderPayoutRow = { 
/**
 * Its key.
 */
key: number, 
/**
 * The provider's id.
 */
id: string, 
/**
 * The provider.
 */
title: string, 
/**
 * The day it was made.
 */
created_on: string, 
/**
 * The day the provider expects it at the bank.
 */
expected_on: string, 
/**
 * `underway`, `arrived`, `failed`, `cancelled`, `before_the_books`.
 */
state: string, 
/**
 * What the provider says it sent.
 */
provider_says: Amount, 
/**
 * What the books have as sent; absent where it was before they began.
 */
ledger_says: Amount | null, 
/**
 * The entry that sent it.
 */
entry: number | null, 
/**
 * What the bank shows.
 */
bank_says: Amount | null, 
/**
 * The day of the bank's line.
 */
bank_on: string | null, 
/**
 * The bank's line.
 */
bank_text: string, 
/**
 * Its id.
 */
bank_line: string | null, 
/**
 * The entry in which both met.
 */
deposit: number | null, 
/**
 * What nobody has explained; zero where all agree.
 */
unexplained: Amount, };

export type ProviderPayoutsIndex = { 
/**
 * Keys of all of them.
 */
keys: Array<number>, };

export type ProviderRow = { 
/**
 * `smtp`.
 */
name: string, 
/**
 * The name on screen.
 */
title: string, 
/**
 * What it is for.
 */
purpose: string, 
/**
 * Whether several accounts can be connected.
 */
several: boolean, 
/**
 * The address of an HTTP provider where nothing else is said; absent for others.
 */
base_url: string | null, 
/**
 * Its options.
 */
options: Array<ProviderOption>, 
/**
 * Its secrets.
 */
secrets: Array<ProviderSecret>, };

export type ProviderSecret = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its label.
 */
label: string, 
/**
 * One sentence.
 */
help: string, 
/**
 * Whether nothing works without it.
 */
required: boolean, };

export type ProviderTieOut = { 
/**
 * The provider.
 */
title: string, 
/**
 * The account in the books.
 */
account: string, 
/**
 * What the provider said that there is; absent where it never did.
 */
provider_says: Amount | null, 
/**
 * What of it can be paid out.
 */
available: Amount | null, 
/**
 * When it said so, RFC 3339.
 */
told_at: string | null, 
/**
 * When the provider was last read, RFC 3339.
 */
read_at: string, 
/**
 * What the ledger says.
 */
ledger_says: Amount, 
/**
 * Provider minus ledger.
 */
unexplained: Amount | null, 
/**
 * Payouts that the bank has not shown.
 */
underway_count: number, 
/**
 * Their sum.
 */
underway: Amount, };

export type Ran = { 
/**
 * RFC 3339.
 */
at: string, 
/**
 * What.
 */
text: string, 
/**
 * With what result.
 */
result: string, 
/**
 * Whether it failed.
 */
failed: boolean, };

export type RateAdd = { 
/**
 * The currency of which one unit is worth…
 */
base: string, 
/**
 * …so much of this currency.
 */
quote: string, 
/**
 * Decimal, at most 15 digits.
 */
rate: string, 
/**
 * ISO date; today when empty.
 */
on: string, 
/**
 * Where it comes from; may be empty.
 */
source: string, };

export type RateRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * The currency of which one unit is worth…
 */
base: string, 
/**
 * …so much of this currency.
 */
quote: string, 
/**
 * Decimal.
 */
rate: string, 
/**
 * ISO date.
 */
on: string, 
/**
 * Where it comes from.
 */
source: string, 
/**
 * When it was entered, RFC 3339.
 */
at: string, };

export type ReceiptPaper = { 
/**
 * Company name.
 */
company: string, 
/**
 * Its address lines.
 */
company_lines: Array<string>, 
/**
 * Receipt number; in a preview the one that will most likely be given.
 */
number: string, 
/**
 * ISO date.
 */
date: string, 
/**
 * Customer's name.
 */
received_from: string, 
/**
 * Customer's address lines.
 */
customer_lines: Array<string>, 
/**
 * Amount.
 */
amount: Amount, 
/**
 * In words and how it came.
 */
amount_words: string, 
/**
 * What it pays.
 */
lines: Array<PaperLine>, 
/**
 * What is still open, in words; may be empty.
 */
after: string, 
/**
 * The last line.
 */
thanks: string, };

export type RecurringChange = { 
/**
 * `new`, `reactivation`, `expansion`, `contraction`, `churn`.
 */
kind: string, 
/**
 * When it began or ended, RFC 3339; absent where the provider tells only that it changed.
 */
on: string | null, 
/**
 * What happened, in words.
 */
text: string, 
/**
 * A month before.
 */
before: Amount, 
/**
 * A month after.
 */
after: Amount, 
/**
 * The difference.
 */
amount: Amount, 
/**
 * The provider's id of the customer.
 */
customer: string, 
/**
 * Our id of the customer, where they are known.
 */
customer_id: string | null, 
/**
 * The customer's name, else the provider's id.
 */
customer_name: string, };

export type RecurringFlow = { 
/**
 * At the end of the first day.
 */
start: Amount, 
/**
 * What changed.
 */
steps: Array<RecurringStep>, 
/**
 * At the end of the last day.
 */
end: Amount, 
/**
 * The difference.
 */
change: Amount, 
/**
 * The difference in percent of the start, such as `+3.6`; absent where there was nothing.
 */
percent: string | null, };

export type RecurringPart = { 
/**
 * The provider's id of the subscription.
 */
subscription: string, 
/**
 * The provider's id of the customer.
 */
customer: string, 
/**
 * Our id of the customer, where they are known.
 */
customer_id: string | null, 
/**
 * The customer's name, else the provider's id.
 */
customer_name: string, 
/**
 * The provider's id of the price.
 */
price: string, 
/**
 * The price's name; may be empty.
 */
name: string, 
/**
 * How many.
 */
quantity: number, 
/**
 * `month`, `3 months`, `year`.
 */
every: string, 
/**
 * All of that in words: `4 × Team, every month`; what it costs a month where the price has no name.
 */
plan: string, 
/**
 * A month of it without discounts.
 */
gross: Amount, 
/**
 * What running discounts take off.
 */
discount: Amount, 
/**
 * What it adds.
 */
amount: Amount, 
/**
 * Why it adds nothing.
 */
left_out: string | null, 
/**
 * A running discount is not known and was not taken off.
 */
discount_unknown: boolean, 
/**
 * Its last invoice is not paid; it counts all the same.
 */
past_due: boolean, };

export type RecurringRatios = { 
/**
 * The currency.
 */
currency: string, 
/**
 * Customers who paid at the start.
 */
customers_at_start: number, 
/**
 * How many of them left.
 */
customers_left: number, 
/**
 * Logo churn in percent: customers who left / customers at the start.
 */
logo_churn: string | null, 
/**
 * Gross MRR churn in percent: (contraction + churn) / start.
 */
gross_churn: string | null, 
/**
 * Net revenue retention in percent: (start + expansion − contraction − churn) / start; reactivation is not in it.
 */
net_retention: string | null, 
/**
 * Gross revenue retention in percent: the net one without expansion.
 */
gross_retention: string | null, 
/**
 * Quick ratio: (new + expansion + reactivation) / (contraction + churn).
 */
quick_ratio: string | null, 
/**
 * ARPA: recurring revenue / customers at the end, a month.
 */
revenue_per_customer: Amount | null, 
/**
 * Income that was booked after the first day up to the last.
 */
income: Amount, 
/**
 * Fees of providers and banks that were booked in the same days.
 */
fees: Amount, 
/**
 * Gross margin in percent: (income − fees) / income. The books tell no other cost of a sale. What plans of more than
 * a month earn is booked on each month's last day: before it, the margin of that month is too low.
 */
gross_margin: string | null, 
/**
 * LTV: ARPA × gross margin / logo churn a month. The churn of these days is divided by their months: whole ones from
 * a day of one month to the same day of another, else days × 12/365.
 */
lifetime_value: Amount | null, };

export type RecurringRevenue = { 
/**
 * A month.
 */
mrr: Amount, 
/**
 * A year: twelve months.
 */
arr: Amount, 
/**
 * Customers who pay.
 */
customers: number, 
/**
 * What subscriptions that are past due add a month, or would add if they counted.
 */
past_due: Amount, 
/**
 * Everything that makes it up.
 */
parts: Array<RecurringPart>, };

export type RecurringStep = { 
/**
 * As in a change.
 */
kind: string, 
/**
 * The sum.
 */
amount: Amount, 
/**
 * How many customers.
 */
count: number, 
/**
 * Recurring revenue before this step.
 */
from: Amount, 
/**
 * And after it.
 */
to: Amount, };

export type RefundPropose = { 
/**
 * Payment number, or the provider's id of a card payment.
 */
payment: string, 
/**
 * Decimal string; all of it when empty.
 */
amount: string, };

export type RejectedLine = { 
/**
 * Line number as an editor shows it.
 */
line: number, 
/**
 * What is wrong and what to do.
 */
reason: string, };

export type Restore = { 
/**
 * Absolute path of the backup.
 */
path: string, 
/**
 * The recovery code; empty where this machine's vault still has the key.
 */
recovery_code: string, 
/**
 * Where no keychain answers: the passphrase of the new vault file.
 */
passphrase: string | null, };

export type RuleRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * The payer text that it fits.
 */
payee: string, 
/**
 * The category.
 */
account: string, 
/**
 * How many lines it filed.
 */
used: number, };

export type RunBar = { 
/**
 * Its number.
 */
number: number, 
/**
 * What it is.
 */
state: JobRunState, 
/**
 * Attempts that were begun.
 */
attempts: number, 
/**
 * How long its last attempt took, in milliseconds.
 */
took_ms: number | null, };

export type RunLog = { 
/**
 * The run; none where the job never ran.
 */
run: RunRow | null, 
/**
 * Its lines in order.
 */
lines: Array<LogLine>, };

export type RunLogInput = { 
/**
 * The job.
 */
name: string, 
/**
 * The run's number; 0 for its newest.
 */
number: number, };

export type RunRow = { 
/**
 * Its key.
 */
key: number, 
/**
 * The job's name.
 */
job: string, 
/**
 * The job's name on screen.
 */
title: string, 
/**
 * 1, 2, 3… of this job.
 */
number: number, 
/**
 * What it is.
 */
state: JobRunState, 
/**
 * Why it ran, in words.
 */
cause: string, 
/**
 * The time of the schedule that it is for, RFC 3339.
 */
planned_for: string, 
/**
 * Not before, RFC 3339.
 */
due_at: string, 
/**
 * When it began, RFC 3339.
 */
started_at: string | null, 
/**
 * When it was over, RFC 3339.
 */
ended_at: string | null, 
/**
 * How long its last attempt took, in milliseconds.
 */
took_ms: number | null, 
/**
 * Attempts that were begun.
 */
attempts: number, 
/**
 * What it said.
 */
result: string, 
/**
 * The code of its error.
 */
error_code: string | null, };

export type RunsFilter = { 
/**
 * A job's name; empty for all.
 */
job: string, };

export type RunsIndex = { 
/**
 * Keys.
 */
keys: Array<number>, };

export type SchedulePreview = { 
/**
 * In words.
 */
words: string, 
/**
 * The next five times, RFC 3339.
 */
next: Array<string>, 
/**
 * Why it cannot be.
 */
problem: string | null, };

export type Security = { 
/**
 * `keychain` or `passphrase_file`.
 */
vault: string, 
/**
 * Whether the store is encrypted, and how, in words.
 */
encryption: string, 
/**
 * Whether approvals ask for a passphrase, which also unlocks the screen. Without one it cannot be locked.
 */
approval_passphrase: boolean, 
/**
 * Minutes without the founder after which the window locks itself; none for never.
 */
lock_after_minutes?: number | null, 
/**
 * Store id.
 */
store_id: string, 
/**
 * First and last 8 hex digits of the audit head.
 */
audit_head: string, 
/**
 * Rows in the audit chain.
 */
audit_rows: number, 
/**
 * The data folder.
 */
folder: string, };

export type SecuritySave = { 
/**
 * 1 to 1440 minutes without the founder after which the window locks itself; none for never.
 */
lock_after_minutes: number | null, };

export type SentCount = { 
/**
 * In words, such as `Emails`.
 */
what: string, 
/**
 * How many.
 */
count: number, };

export type Severity = "critical" | "high" | "medium" | "low";

export type Snooze = { 
/**
 * The decision.
 */
id: string, 
/**
 * RFC 3339; empty for tomorrow 09:00 in the company's zone.
 */
until: string, };

export type Status = { 
/**
 * Company name.
 */
company: string, 
/**
 * Whether this is the demo company.
 */
demo: boolean, 
/**
 * Base currency.
 */
currency: string, 
/**
 * IANA zone.
 */
zone: string, 
/**
 * Today in that zone, ISO date.
 */
today: string, 
/**
 * Decisions.
 */
counts: Counts, 
/**
 * Effects that wait to leave.
 */
outbox_queued: number, 
/**
 * Effects approved and inside their undo window.
 */
leaving: Array<Leaving>, 
/**
 * When the books were last verified, RFC 3339.
 */
verified_at: string | null, 
/**
 * What the last verification found, when it found something.
 */
verify_problem: string | null, 
/**
 * When the last backup was made, RFC 3339.
 */
backup_at: string | null, 
/**
 * Since when everything is paused, RFC 3339.
 */
paused_since: string | null, 
/**
 * When the last statement was imported, RFC 3339.
 */
imported_at: string | null, 
/**
 * The store's sequence.
 */
sequence: number, };

export type SyncInput = { 
/**
 * Names of providers; empty for all.
 */
providers: Array<string>, 
/**
 * Reads what happened in so many last hours once more, 0 for everything (JS-10); absent for what is new.
 */
again_hours: number | null, };

export type SyncReport = { 
/**
 * By connection.
 */
sources: Array<SyncedSource>, 
/**
 * The books' sequence now.
 */
sequence: number, 
/**
 * One sentence.
 */
say: string, };

export type SyncedKind = { 
/**
 * `invoice`, `charge`, `movement`…
 */
kind: string, 
/**
 * Not seen before in this state.
 */
new: number, 
/**
 * Seen before.
 */
known: number, 
/**
 * Kept, but not understood.
 */
unreadable: number, };

export type SyncedSource = { 
/**
 * The connection: `stripe:main`.
 */
id: string, 
/**
 * By kind.
 */
kinds: Array<SyncedKind>, 
/**
 * Why it was not read to the end.
 */
error: string | null, 
/**
 * Where its balance and the books differ, in words.
 */
differences: Array<string>, };

export type TieOut = { 
/**
 * Per bank account.
 */
rows: Array<TieOutRow>, 
/**
 * Per provider and currency.
 */
providers: Array<ProviderTieOut>, };

export type TieOutRow = { 
/**
 * Account name.
 */
account: string, 
/**
 * Opening balance.
 */
opening: Amount, 
/**
 * Sum of imported lines.
 */
lines: Amount, 
/**
 * Lines.
 */
count: number, 
/**
 * What the bank says: opening plus lines.
 */
bank_says: Amount, 
/**
 * What the ledger says.
 */
ledger_says: Amount, 
/**
 * Bank minus ledger.
 */
unexplained: Amount, 
/**
 * Still in suspense, from this account.
 */
suspense: Amount, 
/**
 * Lines in suspense.
 */
suspense_count: number, 
/**
 * Date of the last line.
 */
last_line_on: string | null, };

export type Today = { 
/**
 * The queue, in its order: due within 24 h, then money, then by deadline.
 */
decisions: Array<Decision>, 
/**
 * Money at stake, base currency only.
 */
at_stake: Amount, 
/**
 * Decisions in other currencies, not in `at_stake`.
 */
other_currencies: number, 
/**
 * Estimated minutes for all of it.
 */
minutes: number, 
/**
 * Usable cash, base currency.
 */
cash: Amount, 
/**
 * Its parts.
 */
cash_parts: Array<CashPart>, 
/**
 * The last 90 days.
 */
cash_line: Array<CashPoint>, 
/**
 * Open invoices in the base currency.
 */
owed: Amount, 
/**
 * How many.
 */
owed_count: number, 
/**
 * Of that overdue.
 */
overdue: Amount, 
/**
 * The next dated facts.
 */
week: Array<WeekFact>, 
/**
 * What ran today, newest first.
 */
ran: Array<Ran>, };

export type Tray = { 
/**
 * Decisions; the number in the icon.
 */
count: number, 
/**
 * State in one line: what was read last, or since when all is paused.
 */
state: string, 
/**
 * Approved and inside the undo window, soonest first.
 */
leaving: Array<TrayLeaving>, 
/**
 * Such as `9 decisions, $16,941.80`.
 */
decisions: string, 
/**
 * The three most urgent.
 */
top: Array<TrayDecision>, 
/**
 * Such as `6 more in Today…`; empty when all are listed.
 */
more: string, 
/**
 * While all is paused: what waits, such as `Held: 1 payout, 4 emails…`.
 */
held: string | null, 
/**
 * Whether all is paused.
 */
paused: boolean, };

export type TrayDecision = { 
/**
 * Its id.
 */
id: string, 
/**
 * One line, with the amount and an ellipsis, because a window opens.
 */
text: string, 
/**
 * Where it is decided, as a route.
 */
route: string, 
/**
 * The batch that the confirm window shows, where the decision is an approval.
 */
batch: string | null, };

export type TrayLeaving = { 
/**
 * The batch.
 */
batch: string, 
/**
 * Such as `Refund of $60.00 leaves in 7 s`.
 */
text: string, };

export type Unlock = { 
/**
 * What was typed.
 */
secret: string, };

export type Verified = { 
/**
 * Whether everything agrees.
 */
ok: boolean, 
/**
 * Entries checked.
 */
entries: number, 
/**
 * Postings checked.
 */
postings: number, 
/**
 * Open items checked.
 */
items: number, 
/**
 * Audit rows checked.
 */
audit_rows: number, 
/**
 * Head of the audit chain.
 */
audit_head: string, 
/**
 * The first disagreement of each check, in words.
 */
problems: Array<string>, };

export type WatchedFolder = { 
/**
 * The folder; empty for none.
 */
folder: string, 
/**
 * The account that they are of; empty for the only one.
 */
account: string, };

export type WeekFact = { 
/**
 * ISO date.
 */
date: string, 
/**
 * What happens.
 */
text: string, 
/**
 * How much.
 */
amount: Amount | null, };

export type WhyPart = { 
/**
 * What.
 */
text: string, 
/**
 * How much.
 */
amount: Amount, 
/**
 * Where it opens; empty for none.
 */
route: string, };

export type WriteOffForm = { 
/**
 * Its number.
 */
number: string, 
/**
 * Why, for the audit; may be empty.
 */
reason: string, };

export type Written = { 
/**
 * Absolute path.
 */
path: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * What it is, in words.
 */
say: string, };

export interface Api {
  host_state: { kind: "query"; input: Nothing; output: HostState };
  create_company: { kind: "command"; input: CreateCompany; output: CompanyCreated };
  open_demo: { kind: "command"; input: OpenDemo; output: Done };
  delete_demo: { kind: "command"; input: Nothing; output: Done };
  unlock: { kind: "command"; input: Unlock; output: Done };
  lock: { kind: "command"; input: Nothing; output: Done };
  touch: { kind: "command"; input: Nothing; output: Done };
  handover: { kind: "command"; input: Nothing; output: Done };
  unlock_with_recovery_code: { kind: "command"; input: Unlock; output: Done };
  restore: { kind: "command"; input: Restore; output: Done };
  status: { kind: "query"; input: Nothing; output: Status };
  tray: { kind: "query"; input: Nothing; output: Tray };
  search: { kind: "query"; input: ByText; output: FoundList };
  undo: { kind: "command"; input: ById; output: Done };
  cancel: { kind: "command"; input: Cancel; output: Done };
  today: { kind: "query"; input: Nothing; output: Today };
  attention: { kind: "query"; input: Nothing; output: Array<Decision> };
  money_moved: { kind: "query"; input: Amounts; output: MoneyMoved };
  snooze: { kind: "command"; input: Snooze; output: Done };
  attention_done: { kind: "command"; input: ById; output: Done };
  match_index: { kind: "query"; input: ByText; output: MatchIndex };
  match_rows: { kind: "query"; input: ByKeys; output: Array<LineRow> };
  match_line: { kind: "query"; input: ById; output: MatchDesk };
  match_preview: { kind: "query"; input: MatchChoice; output: MatchPreview };
  find_invoices: { kind: "query"; input: ByText; output: InvoicesFound };
  categories: { kind: "query"; input: Nothing; output: Categories };
  match_confirm: { kind: "command"; input: MatchChoice; output: Done };
  match_confirm_ready: { kind: "command"; input: Nothing; output: Done };
  match_reject: { kind: "command"; input: MatchChoice; output: Done };
  match_undo: { kind: "command"; input: ById; output: Done };
  match_file: { kind: "command"; input: FileLine; output: Done };
  match_credit: { kind: "command"; input: CreditLine; output: Done };
  match_run: { kind: "command"; input: MatchRunInput; output: MatchRun };
  payments_index: { kind: "query"; input: PaymentsFilter; output: PaymentsIndex };
  payments_rows: { kind: "query"; input: ByKeys; output: Array<PaymentRow> };
  payment: { kind: "query"; input: ByNumber; output: PaymentDetail };
  proof: { kind: "query"; input: ById; output: ProofPicture };
  payment_preview: { kind: "query"; input: PaymentForm; output: PaymentPreview };
  payment_draft: { kind: "query"; input: Nothing; output: PaymentForm };
  payment_draft_save: { kind: "command"; input: PaymentForm; output: Done };
  payment_record: { kind: "command"; input: PaymentForm; output: PaymentRecorded };
  payment_deposit: { kind: "command"; input: Deposit; output: Done };
  charges_waiting: { kind: "query"; input: Nothing; output: ChargesWaiting };
  charge_resolve: { kind: "command"; input: ChargeResolve; output: Done };
  refund_propose: { kind: "command"; input: RefundPropose; output: Batch };
  invoices_index: { kind: "query"; input: InvoicesFilter; output: InvoicesIndex };
  invoices_rows: { kind: "query"; input: ByKeys; output: Array<InvoiceRow> };
  invoice: { kind: "query"; input: ByNumber; output: InvoiceDetail };
  customers_index: { kind: "query"; input: ByText; output: CustomersIndex };
  customers_rows: { kind: "query"; input: ByKeys; output: Array<CustomerRow> };
  customers: { kind: "query"; input: ByText; output: CustomersFound };
  customer: { kind: "query"; input: CustomerAsked; output: CustomerDetail };
  customer_save: { kind: "command"; input: CustomerForm; output: CustomerRow };
  invoice_create: { kind: "command"; input: InvoiceForm; output: InvoiceMade };
  invoice_issue: { kind: "command"; input: ByNumber; output: InvoiceMade };
  invoice_void: { kind: "command"; input: ByNumber; output: Done };
  invoice_write_off: { kind: "command"; input: WriteOffForm; output: Done };
  invoice_write_off_undo: { kind: "command"; input: ByNumber; output: Done };
  invoice_tell_application: { kind: "command"; input: ByNumber; output: Done };
  invoice_pdf: { kind: "command"; input: ByNumber; output: Written };
  batches: { kind: "query"; input: Nothing; output: Batches };
  batch: { kind: "query"; input: ById; output: Batch };
  outbox: { kind: "query"; input: Nothing; output: Outbox };
  message_preview: { kind: "query"; input: ById; output: MessagePreview };
  approve: { kind: "release"; input: Approve; output: Done };
  resume_all: { kind: "release"; input: Nothing; output: Done };
  approval_undo: { kind: "command"; input: ById; output: Done };
  batch_reject: { kind: "command"; input: ById; output: Done };
  effect_resolve: { kind: "command"; input: EffectResolve; output: Done };
  pause_all: { kind: "command"; input: Nothing; output: Done };
  jobs: { kind: "query"; input: Nothing; output: Jobs };
  counters: { kind: "query"; input: Nothing; output: Counters };
  job: { kind: "query"; input: ByName; output: JobDetail };
  job_schedule_preview: { kind: "query"; input: JobSchedule; output: SchedulePreview };
  runs_index: { kind: "query"; input: RunsFilter; output: RunsIndex };
  runs_rows: { kind: "query"; input: ByKeys; output: Array<RunRow> };
  run_log: { kind: "query"; input: RunLogInput; output: RunLog };
  away: { kind: "query"; input: Nothing; output: AwayFound };
  watched_folder: { kind: "query"; input: Nothing; output: WatchedFolder };
  job_run: { kind: "command"; input: JobRun; output: RunRow };
  job_pause: { kind: "command"; input: ByName; output: Done };
  job_resume: { kind: "command"; input: ByName; output: Done };
  job_schedule: { kind: "command"; input: JobSchedule; output: Done };
  job_cancel: { kind: "command"; input: ByName; output: Done };
  automation_analytics: { kind: "query"; input: AnalyticsInput; output: AutomationAnalytics };
  jobs_rest: { kind: "command"; input: JobsRestSet; output: Done };
  missed_decide: { kind: "command"; input: MissedDecide; output: Done };
  away_seen: { kind: "command"; input: Nothing; output: Done };
  watched_folder_save: { kind: "command"; input: WatchedFolder; output: Done };
  journal_index: { kind: "query"; input: JournalFilter; output: JournalIndex };
  journal_rows: { kind: "query"; input: ByKeys; output: JournalRows };
  entry: { kind: "query"; input: ById; output: EntryDetail };
  balances: { kind: "query"; input: BalancesInput; output: Balances };
  tie_out: { kind: "query"; input: Nothing; output: TieOut };
  provider_payouts_index: { kind: "query"; input: Nothing; output: ProviderPayoutsIndex };
  provider_payouts_rows: { kind: "query"; input: ByKeys; output: Array<ProviderPayoutRow> };
  audit_index: { kind: "query"; input: ByText; output: AuditIndex };
  audit_rows: { kind: "query"; input: ByKeys; output: Array<AuditRow> };
  import_preview: { kind: "query"; input: ImportStatement; output: ImportPreview };
  imports: { kind: "query"; input: Nothing; output: Imports };
  import_statement: { kind: "command"; input: ImportStatement; output: Imported };
  import_customers: { kind: "command"; input: ImportTable; output: Imported };
  import_invoices: { kind: "command"; input: ImportTable; output: Imported };
  import_undo: { kind: "command"; input: ById; output: Done };
  export: { kind: "command"; input: Export; output: Written };
  export_list: { kind: "command"; input: ExportList; output: Written };
  company: { kind: "query"; input: Nothing; output: Company };
  company_save: { kind: "command"; input: Company; output: Done };
  accounts: { kind: "query"; input: Nothing; output: Array<AccountRow> };
  account_add: { kind: "command"; input: AccountAdd; output: Done };
  rules: { kind: "query"; input: Nothing; output: Array<RuleRow> };
  rule_delete: { kind: "command"; input: ById; output: Done };
  rates: { kind: "query"; input: Nothing; output: Array<RateRow> };
  rate_add: { kind: "command"; input: RateAdd; output: Done };
  rate_delete: { kind: "command"; input: ById; output: Done };
  aliases: { kind: "query"; input: Nothing; output: Array<AliasRow> };
  alias_delete: { kind: "command"; input: ById; output: Done };
  security: { kind: "query"; input: Nothing; output: Security };
  security_save: { kind: "command"; input: SecuritySave; output: Done };
  approval_passphrase_set: { kind: "command"; input: ApprovalPassphrase; output: Done };
  connections: { kind: "query"; input: Nothing; output: Connections };
  connect: { kind: "command"; input: Connect; output: Connected };
  connection_check: { kind: "command"; input: ById; output: Connections };
  disconnect: { kind: "command"; input: ById; output: Done };
  notifications: { kind: "query"; input: Nothing; output: NotificationSettings };
  notifications_save: { kind: "command"; input: NotificationSettings; output: Done };
  alerts: { kind: "query"; input: Nothing; output: Alerts };
  sync: { kind: "command"; input: SyncInput; output: SyncReport };
  metrics: { kind: "query"; input: MetricsInput; output: Metrics };
  metrics_save: { kind: "command"; input: MetricsSave; output: Done };
  glance: { kind: "query"; input: Nothing; output: Glance };
  backups: { kind: "query"; input: Nothing; output: Array<BackupRow> };
  backup: { kind: "command"; input: ByPath; output: Written };
  backup_copies: { kind: "query"; input: Nothing; output: ByPath };
  backup_copies_save: { kind: "command"; input: ByPath; output: Done };
  verify: { kind: "command"; input: Nothing; output: Verified };
}
