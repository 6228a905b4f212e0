//! The one list of the application interface. A new query or command is added here and
//! in the module it names; the window's TypeScript, the socket and the command line follow.

use super::types::*;

crate::api::registry::methods! {
    // The program before and around the books.
    query host_state(Nothing) -> HostState => host::state;
    command create_company(CreateCompany) -> CompanyCreated => host::create_company;
    command open_demo(OpenDemo) -> Done => host::open_demo;
    command delete_demo(Nothing) -> Done => host::delete_demo;
    command unlock(Unlock) -> Done => host::unlock;
    command lock(Nothing) -> Done => host::lock;
    command touch(Nothing) -> Done => host::touch;
    command handover(Nothing) -> Done => host::handover;
    command unlock_with_recovery_code(Unlock) -> Done => host::unlock_with_recovery_code;
    command restore(Restore) -> Done => host::restore;

    // Every screen.
    query status(Nothing) -> Status => today::status;
    query tray(Nothing) -> Tray => tray::tray;
    query search(ByText) -> FoundList => search::search;
    command undo(ById) -> Done => undo::undo;
    command cancel(Cancel) -> Done => files::cancel;

    // Today.
    query today(Nothing) -> Today => today::today;
    query attention(Nothing) -> Vec<Decision> => today::attention;
    query money_moved(Amounts) -> MoneyMoved => moved::money_moved;
    command snooze(Snooze) -> Done => today::snooze;
    command attention_done(ById) -> Done => today::done;

    // Money in: match.
    query match_index(ByText) -> MatchIndex => matching::index;
    query match_rows(ByKeys) -> Vec<LineRow> => matching::rows;
    query match_line(ById) -> MatchDesk => matching::line;
    query match_preview(MatchChoice) -> MatchPreview => matching::preview;
    query find_invoices(ByText) -> InvoicesFound => invoices::find;
    query categories(Nothing) -> Categories => ledger::categories;
    command match_confirm(MatchChoice) -> Done => matching::confirm;
    command match_confirm_ready(Nothing) -> Done => matching::confirm_ready;
    command match_reject(MatchChoice) -> Done => matching::reject;
    command match_undo(ById) -> Done => matching::undo_line;
    command match_file(FileLine) -> Done => matching::file;
    command match_credit(CreditLine) -> Done => matching::credit;
    command match_run(MatchRunInput) -> MatchRun => matching::run;

    // Money in: payments.
    query payments_index(PaymentsFilter) -> PaymentsIndex => payments::index;
    query payments_rows(ByKeys) -> Vec<PaymentRow> => payments::rows;
    query payment(ByNumber) -> PaymentDetail => payments::detail;
    query proof(ById) -> ProofPicture => payments::proof;
    query payment_preview(PaymentForm) -> PaymentPreview => payments::preview;
    query payment_draft(Nothing) -> PaymentForm => payments::draft;
    command payment_draft_save(PaymentForm) -> Done => payments::draft_save;
    command payment_record(PaymentForm) -> PaymentRecorded => payments::record;
    command payment_deposit(Deposit) -> Done => payments::deposit;
    query charges_waiting(Nothing) -> ChargesWaiting => charges::waiting;
    command charge_resolve(ChargeResolve) -> Done => charges::resolve;
    command refund_propose(RefundPropose) -> Batch => approvals::propose_refund;

    // Money in: invoices and customers.
    query invoices_index(InvoicesFilter) -> InvoicesIndex => invoices::index;
    query invoices_rows(ByKeys) -> Vec<InvoiceRow> => invoices::rows;
    query invoice(ByNumber) -> InvoiceDetail => invoices::detail;
    query customers_index(ByText) -> CustomersIndex => invoices::customers_index;
    query customers_rows(ByKeys) -> Vec<CustomerRow> => invoices::customers_rows;
    query customers(ByText) -> CustomersFound => invoices::customers;
    query customer(CustomerAsked) -> CustomerDetail => invoices::customer;
    command customer_save(CustomerForm) -> CustomerRow => invoices::customer_save;
    command invoice_create(InvoiceForm) -> InvoiceMade => invoices::create;
    command invoice_issue(ByNumber) -> InvoiceMade => invoices::issue;
    command invoice_void(ByNumber) -> Done => invoices::void;
    command invoice_write_off(WriteOffForm) -> Done => invoices::write_off;
    command invoice_write_off_undo(ByNumber) -> Done => invoices::write_off_undo;
    command invoice_tell_application(ByNumber) -> Done => invoices::tell_application;
    command invoice_pdf(ByNumber) -> Written => invoices::pdf;

    // Money out and the outbox. Approving and resuming exist only in the confirm window.
    query batches(Nothing) -> Batches => approvals::batches;
    query batch(ById) -> Batch => approvals::batch;
    query outbox(Nothing) -> Outbox => approvals::outbox;
    query message_preview(ById) -> MessagePreview => messages::preview;
    release approve(Approve) -> Done => approvals::approve;
    release resume_all(Nothing) -> Done => approvals::resume_all;
    command approval_undo(ById) -> Done => approvals::undo_approval;
    command batch_reject(ById) -> Done => approvals::reject;
    command effect_resolve(EffectResolve) -> Done => approvals::resolve;
    command pause_all(Nothing) -> Done => approvals::pause_all;

    // Automations: jobs and their runs.
    query jobs(Nothing) -> Jobs => jobs::list;
    query counters(Nothing) -> Counters => jobs::counters;
    query job(ByName) -> JobDetail => jobs::detail;
    query job_schedule_preview(JobSchedule) -> SchedulePreview => jobs::schedule_preview;
    query runs_index(RunsFilter) -> RunsIndex => jobs::index;
    query runs_rows(ByKeys) -> Vec<RunRow> => jobs::rows;
    query run_log(RunLogInput) -> RunLog => jobs::log;
    query away(Nothing) -> AwayFound => jobs::away;
    query watched_folder(Nothing) -> WatchedFolder => jobs::watched;
    command job_run(JobRun) -> RunRow => jobs::run;
    command job_pause(ByName) -> Done => jobs::pause;
    command job_resume(ByName) -> Done => jobs::resume;
    command job_schedule(JobSchedule) -> Done => jobs::schedule;
    command job_cancel(ByName) -> Done => jobs::cancel;
    query automation_analytics(AnalyticsInput) -> AutomationAnalytics => jobs::analytics;
    command jobs_rest(JobsRestSet) -> Done => jobs::rest;
    command missed_decide(MissedDecide) -> Done => jobs::missed_decide;
    command away_seen(Nothing) -> Done => jobs::away_seen;
    command watched_folder_save(WatchedFolder) -> Done => jobs::watched_save;

    // Ledger.
    query journal_index(JournalFilter) -> JournalIndex => ledger::index;
    query journal_rows(ByKeys) -> JournalRows => ledger::rows;
    query entry(ById) -> EntryDetail => ledger::entry;
    query balances(BalancesInput) -> Balances => ledger::balances;
    query tie_out(Nothing) -> TieOut => ledger::tie_out;
    query provider_payouts_index(Nothing) -> ProviderPayoutsIndex => ledger::provider_payouts_index;
    query provider_payouts_rows(ByKeys) -> Vec<ProviderPayoutRow> => ledger::provider_payouts_rows;
    query audit_index(ByText) -> AuditIndex => ledger::audit_index;
    query audit_rows(ByKeys) -> Vec<AuditRow> => ledger::audit_rows;

    // Files in and out.
    query import_preview(ImportStatement) -> ImportPreview => files::preview;
    query imports(Nothing) -> Imports => files::imports;
    command import_statement(ImportStatement) -> Imported => files::statement;
    command import_customers(ImportTable) -> Imported => files::customers;
    command import_invoices(ImportTable) -> Imported => files::invoices;
    command import_undo(ById) -> Done => files::undo_import;
    command export(Export) -> Written => files::export;
    command export_list(ExportList) -> Written => files::export_list;

    // Settings.
    query company(Nothing) -> Company => settings::company;
    command company_save(Company) -> Done => settings::company_save;
    query accounts(Nothing) -> Vec<AccountRow> => settings::accounts;
    command account_add(AccountAdd) -> Done => settings::account_add;
    query rules(Nothing) -> Vec<RuleRow> => settings::rules;
    command rule_delete(ById) -> Done => settings::rule_delete;
    query rates(Nothing) -> Vec<RateRow> => settings::rates;
    command rate_add(RateAdd) -> Done => settings::rate_add;
    command rate_delete(ById) -> Done => settings::rate_delete;
    query aliases(Nothing) -> Vec<AliasRow> => settings::aliases;
    command alias_delete(ById) -> Done => settings::alias_delete;
    query security(Nothing) -> Security => settings::security;
    command security_save(SecuritySave) -> Done => settings::security_save;
    command approval_passphrase_set(ApprovalPassphrase) -> Done => settings::approval_passphrase_set;
    query connections(Nothing) -> Connections => connections::connections;
    command connect(Connect) -> Connected => connections::connect;
    command connection_check(ById) -> Connections => connections::check;
    command disconnect(ById) -> Done => connections::disconnect;
    query notifications(Nothing) -> NotificationSettings => messages::notifications;
    command notifications_save(NotificationSettings) -> Done => messages::notifications_save;
    query alerts(Nothing) -> Alerts => messages::alerts;
    command sync(SyncInput) -> SyncReport => sync::sync;
    query metrics(MetricsInput) -> Metrics => metrics::metrics;
    command metrics_save(MetricsSave) -> Done => metrics::metrics_save;
    query glance(Nothing) -> Glance => metrics::glance;
    query backups(Nothing) -> Vec<BackupRow> => settings::backups;
    command backup(ByPath) -> Written => settings::backup;
    query backup_copies(Nothing) -> ByPath => settings::backup_copies;
    command backup_copies_save(ByPath) -> Done => settings::backup_copies_save;
    command verify(Nothing) -> Verified => settings::verify;
}
