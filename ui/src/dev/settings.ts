import { usd } from "./money";

export const settings: Record<string, unknown> = {
  connections: {
    connections: [
      { id: "smtp:main", provider: "smtp", title: "Email (SMTP)", name: "main", base_url: "", options: { name: "main", host: "smtp.example.com", tls: "starttls", port: "587", user: "billing", from: "Northbeam <billing@northbeam.example>" }, secrets: ["password"], state: "failing", connected_at: "2026-11-01T09:00:00Z", checked_at: "2026-11-17T12:00:00Z", last_ok: "2026-11-16T18:00:00Z", trouble: { code: "secret_refused", text: "smtp.example.com:587 refused the user and password. Enter a new password.", since: "2026-11-17T11:00:00Z", fix: "secret" }, rate: null, listener: null },
      { id: "slack:main", provider: "slack", title: "Slack", name: "main", base_url: "https://hooks.slack.com", options: { name: "main" }, secrets: ["webhook"], state: "ok", connected_at: "2026-11-01T09:00:00Z", checked_at: "2026-11-17T12:00:00Z", last_ok: "2026-11-17T12:00:00Z", trouble: null, rate: { used: 1, limit: 60, seconds: 60, slowed: 2, at: "2026-11-17T12:00:00Z" }, listener: null },
    ],
    providers: [
      { name: "smtp", title: "Email (SMTP)", purpose: "Receipts to customers, reports and alerts to you.", several: true, base_url: null, options: [
        { name: "name", label: "Name", help: "Tells several accounts apart.", required: false, default: "main", choices: [] },
        { name: "host", label: "Server", help: "The outgoing mail server.", required: true, default: "", choices: [] },
        { name: "tls", label: "Encryption", help: "How the line is protected.", required: true, default: "starttls", choices: ["starttls", "tls", "none"] },
      ], secrets: [{ name: "password", label: "Password", help: "Better an app password made for Purser.", required: false }] },
      { name: "stripe", title: "Stripe", purpose: "Invoices, charges, refunds and payouts.", several: false, base_url: "https://api.stripe.com", options: [], secrets: [{ name: "read_key", label: "Read key", help: "A restricted key that may read only.", required: true }] },
    ],
  },
  notifications: { email: ["critical", "high"], email_to: "", email_account: "main", slack: ["critical"], slack_account: "main", reports: true, email_accounts: ["main"], slack_accounts: [], company_email: "billing@northbeam.example" },
  alerts: { alerts: [{ id: "a1", kind: "connection_failing", severity: "high", title: "Email (SMTP) does not work", reason: "refused", amount: null, since: "2026-11-17T11:00:00Z", resolved_at: null, told: ["slack"], route: "/settings/connections/smtp:main" }] },
  message_preview: { id: "e1", channel: "email", from: "Northbeam <billing@northbeam.example>", to: "billing@brightwelldental.example", subject: "Receipt R-202611-0031 from Northbeam", html: "<p>Receipt R-202611-0031</p><script>parent.document.title='owned'</script>", text: "Receipt R-202611-0031", attachments: ["receipt-R-202611-0031.pdf"] },
  create_company: { recovery_code: "K7QX-2MPA-9WTR-D4HF-8ZCN-3VJE-6YBU-1GLS" },
  open_demo: { sequence: 1, say: "The demo company is open", undo: null },
  company: {
    name: "Northbeam Analytics, Inc.", address: "228 Harbor Street\nPortland, ME 04101", tax_id: "EIN 84-2231907", email: "billing@northbeam.example",
    currency: "USD", books_start: "2025-01-01", zone: "America/New_York", invoice_prefix: "NB", terms_days: 14, undo_seconds: 10,
  },
  accounts: [
    { name: "Mercury", kind: "bank", currency: "USD", ledger_account: "Assets:Bank:Mercury", opening: usd("42150.00"), balance: usd("84210.37"), statement_balance: usd("84210.37"), last_line_on: "2026-11-17", lines: 1204 },
    { name: "Petty cash", kind: "cash", currency: "USD", ledger_account: "Assets:Cash:Petty", opening: usd("0.00"), balance: usd("120.00"), statement_balance: null, last_line_on: null, lines: 0 },
  ],
  imports: { imports: [{ id: "i1", kind: "statement", file: "mercury-oct.csv", account: "Mercury", at: "2026-11-17T13:41:00Z", new: 214, undone: false }, { id: "i0", kind: "customers", file: "customers.csv", account: "", at: "2026-11-01T13:41:00Z", new: 41, undone: true }] },
  rules: [{ id: "r1", payee: "AWS EMEA", account: "Expenses:Hosting", used: 11 }],
  aliases: [{ id: "a1", payer: "KESTREL LOGISTICS INTE", customer: "Kestrel Logistics International LLC", since: "2026-03-12" }],
  security: { vault: "keychain", encryption: "SQLCipher, AES-256, 32 random bytes", approval_passphrase: false, store_id: "0192f0c1-7a10-7c3e-9a52-1f0e6a0b9c11", audit_head: "7f3a91c2…5d08e04b", audit_rows: 9120, folder: "/Users/founder/Purser" },
  backups: [{ path: "/Users/founder/Purser/backups/2026-11-17T03-02.purser", at: "2026-11-17T08:02:00Z", bytes: 12_400_000 }],
  backup_copies: { path: "" },
  backup_copies_save: { sequence: 4, say: "Nightly backups are copied to /Volumes/NAS/purser.", undo: null },
  backup: { path: "/Users/founder/Purser/backups/now.purser", bytes: 1, say: "Written, opened and checked." },
  import_preview: {
    mapping: { encoding: "utf-8", separator: ",", decimal: ".", date_order: "ymd", skip_lines: 0, has_header: true, id: "", date: "Date", amount: "Amount", debit: "", credit: "", direction: "", direction_out: "", currency: "", payer: ["Name"], description: ["Memo"], inverted: false },
    columns: ["Date", "Name", "Memo", "Amount", "Balance"],
    head: ["Date,Name,Memo,Amount,Balance", "2026-10-19,KESTREL LOGISTICS INTE,WIRE REF NB1O42 I187 OCT,4785.00,84210.37", "2026-10-19,BRIGHTWELL DENTAL GRP,NB10421229 SUBSCR,588.00,84798.37"],
    rows: [
      { line: 2, date: "2026-10-19", payer: "KESTREL LOGISTICS INTE", description: "WIRE REF NB1O42 I187 OCT", amount: usd("4785.00") },
      { line: 3, date: "2026-10-19", payer: "BRIGHTWELL DENTAL GRP", description: "NB10421229 SUBSCR", amount: usd("588.00") },
    ],
    total: 214, problems: [], rejected: [{ line: 214, reason: "Line 214 has 5 columns, the header has 6." }],
  },
};
