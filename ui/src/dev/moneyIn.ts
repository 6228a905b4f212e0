import type { Candidate, CustomerDetail, InvoiceDetail, InvoiceRow, LineRow, MatchChoice, MatchDesk, MatchPreview, PaymentDetail, PaymentForm, PaymentPreview, PaymentRow } from "../api/bindings";
import { usd } from "./money";

const line = (key: number, id: string, payer: string, description: string, date: string, amount: string, headline: string, more: Partial<LineRow> = {}): LineRow => ({
  key, id, payer, description, date: `2026-11-${date}`, amount: usd(amount), account: "Mercury ••4821", state: "open", headline, alarm: false, ...more,
});

export const lines: LineRow[] = [
  line(1, "d3", "KESTREL LOGISTICS INTE", "WIRE REF NB1O42 I187 OCT", "16", "4785.00", "$15.00 short of NB-202610-0118"),
  line(2, "d2", "", "ONLINE PYMT 992 FT8841", "15", "1290.00", "Nothing fits. Alarm in 1 h", { alarm: true }),
  line(3, "d4", "VAN DER MEER BV", "NORTHBEAM FACTUUR", "16", "2400.00", "Three equal explanations: one invoice, or two of $1,200.00"),
  line(4, "d5", "J HOLLOWAY", "NB10421203", "17", "348.00", "NB-202611-0099 is already paid. Second payment?"),
  line(5, "l5", "HETZNER ONLINE GMBH", "INV 0882 SERVERS", "14", "-184.20", "Money that left wants a category"),
  line(11, "r1", "ATLAS FREIGHT LLC", "ATLAS INV 0131", "17", "3600.00", "NB-202611-0137", { state: "ready" }),
  line(12, "r2", "BRIGHTWELL DENTAL GRP", "NB10421229 SUBSCR", "17", "588.00", "", { state: "ready" }),
  line(13, "r3", "COPPERLINE STUDIO", "NB1042 1234 / NB1042 1242", "16", "1176.00", "", { state: "ready" }),
  line(21, "b1", "PINECREST SCHOOLS", "NB10421112", "14", "2940.00", "Paid NB-202610-0112 in full", { state: "booked" }),
  line(22, "b2", "RIDGEWAY FOODS", "NB10420998", "14", "3528.00", "Paid NB-202609-0098 in full", { state: "booked" }),
];

const kestrel: Candidate = {
  key: "1", kind: "invoices", title: "Kestrel Logistics International LLC", sub: "NB-202610-0118, due 14 Nov", open: usd("4800.00"), difference: usd("-15.00"), targets: ["NB-202610-0118"],
  evidence: [
    { mark: "fits", kind: "Reference", sentence: "“NB1O42 I187” reads as NB10421187 (O as 0, I as 1). Check digit is right", quote: "NB1O42 I187", route: "" },
    { mark: "partly", kind: "Amount", sentence: "$15.00 short (0.31 %). Their last 3 wires were each $15.00 short", quote: "", route: "/ledger/journal/18" },
    { mark: "fits", kind: "Payer", sentence: "Their name, cut at 22 letters. You confirmed this alias on 12 Mar", quote: "", route: "" },
    { mark: "fits", kind: "Time", sentence: "2 days after the due date; they usually pay 1 to 5 days late", quote: "", route: "" },
  ],
  choices: ["fee", "ask", "open", "credit"], credit: usd("40.00"),
};

export const desk: MatchDesk = {
  line: lines[0]!, raw: "2026-11-16,4785.00,USD,WIRE REF NB1O42 I187 OCT,KESTREL LOGISTICS INTE",
  why_asked: "The amount is not exact, and another open invoice has exactly this amount.",
  candidates: [
    kestrel,
    { key: "2", kind: "invoices", title: "Kestrel Labs Inc", sub: "NB-202611-0131, due 1 Dec", open: usd("4785.00"), difference: usd("0.00"), targets: ["NB-202611-0131"], choices: [], credit: null,
      evidence: [
        { mark: "fits", kind: "Amount", sentence: "Exact", quote: "", route: "" },
        { mark: "not", kind: "Reference", sentence: "The reference is not theirs", quote: "", route: "" },
        { mark: "not", kind: "Payer", sentence: "Only the first word of the name", quote: "", route: "" },
      ] },
    { key: "3", kind: "invoices", title: "Kestrel Logistics International LLC", sub: "NB-202610-0118, due 14 Nov · NB-202611-0140, due 30 Nov", open: usd("9600.00"), difference: usd("-4815.00"), targets: ["NB-202610-0118", "NB-202611-0140"], choices: ["fee", "ask", "open"], credit: null,
      evidence: [
        { mark: "fits", kind: "Payer", sentence: "Their name", quote: "", route: "" },
        { mark: "not", kind: "Amount", sentence: "$4,815.00 short", quote: "", route: "" },
      ] },
  ],
  booked: null, rule_account: null,
};

function matchLine({ id }: { id: string }): MatchDesk {
  const row = lines.find((one) => one.id === id) ?? { ...lines[0]!, id };
  if (row.state === "booked") return { ...desk, line: row, why_asked: "", candidates: [], booked: { text: row.headline, entries: [201, 202], by: "the matching run", at: "2026-11-14T13:15:00Z", undoable: true } };
  if (id === "d3") return desk;
  if (id === "d4") return { ...desk, line: row, why_asked: "Three explanations fit equally well.", candidates: desk.candidates.slice(1, 2) };
  if (row.amount.amount.startsWith("-")) return { ...desk, line: row, why_asked: "Money that left wants a category; the payee is not known yet.", candidates: [], rule_account: "Expenses:Hosting" };
  if (row.state === "ready") return { ...desk, line: row, why_asked: "It came after the last matching run.", candidates: [{ ...desk.candidates[1]!, key: "1", title: "Atlas Freight LLC", sub: "NB-202611-0137, due 24 Nov", open: row.amount, targets: ["NB-202611-0137"] }] };
  return { ...desk, line: row, why_asked: "Nothing fits.", candidates: [] };
}

const FEE: MatchPreview = {
  received: usd("4785.00"), open: usd("4800.00"), difference: usd("-15.00"), problem: null, button: "Match and book $15.00 as bank fee",
  postings: [
    { account: "Assets:Bank:Mercury", note: "", amount: usd("4785.00") },
    { account: "Expenses:Fees:Bank", note: "", amount: usd("15.00") },
    { account: "Assets:Receivable", note: "Kestrel, NB-202610-0118", amount: usd("-4800.00") },
  ],
  then: ["NB-202610-0118 is marked paid, 2 days late", "The November reminder to Kestrel is cancelled", "Receipt waits in the outbox for ap@kestrel-logistics.com"],
};

function matchPreview(choice: MatchChoice): MatchPreview {
  if (choice.amounts.length > 0) return { ...FEE, difference: usd("0.00"), button: `Match $4,785.00 to ${choice.targets.length} invoices`, then: ["As you split it"] };
  if (choice.targets.length > 1) return { ...FEE, open: usd("9600.00"), difference: usd("-4815.00"), button: "Match $4,785.00, leave $4,815.00 open" };
  if (choice.targets[0] !== "NB-202610-0118") return { ...FEE, open: usd("4785.00"), difference: usd("0.00"), postings: FEE.postings.slice(0, 1), then: [`${choice.targets[0]} is marked paid`], button: "Match $4,785.00" };
  if (choice.difference === "fee") return FEE;
  return { ...FEE, postings: FEE.postings.slice(0, 1), then: ["NB-202610-0118 stays open with $15.00"], button: "Match $4,785.00, leave $15.00 open" };
}

const invoice = (key: number, number: string, customer: string, issued: string, due: string, state: string, total: string, open: string, days = 0): InvoiceRow => ({
  key, number, id: `inv${key}`, customer, issued, due, state, days_overdue: days, total: usd(total), open: usd(open),
});

export const invoices: InvoiceRow[] = [
  invoice(144, "Draft", "Tidewater Labs", "2026-11-17", "2026-12-01", "draft", "1764.00", "0.00"),
  invoice(142, "NB-202611-0142", "Fathom Robotics", "2026-11-14", "2026-11-28", "paid_late", "1899.50", "0.00"),
  invoice(139, "NB-202611-0139", "Marlow & Finch LLP", "2026-11-12", "2026-11-26", "open", "4200.00", "4200.00"),
  invoice(137, "NB-202611-0137", "Atlas Freight LLC", "2026-11-10", "2026-11-24", "open", "3600.00", "3600.00"),
  invoice(126, "NB-202611-0126", "Copperline Studio", "2026-11-01", "2026-11-15", "partly_paid", "1176.00", "588.00"),
  invoice(125, "NB-202610-0125", "Nordhavn A/S", "2026-10-28", "2026-11-11", "paid", "2352.00", "0.00"),
  invoice(118, "NB-202610-0118", "Kestrel Logistics International LLC", "2026-10-15", "2026-11-14", "overdue", "4800.00", "4800.00", 3),
  invoice(109, "NB-202610-0109", "Juniper Analytics", "2026-10-08", "2026-10-22", "void", "588.00", "0.00"),
  invoice(104, "NB-202610-0104", "Brightwell Dental Group", "2026-10-01", "2026-10-31", "overdue", "1200.00", "1200.00", 17),
];

export const invoiceDetail: InvoiceDetail = {
  row: invoices[2]!, provider: "", reference: "NB10421393", company: "Northbeam Analytics, Inc.", company_lines: ["228 Harbor Street, Portland, ME 04101"],
  customer_lines: ["Marlow & Finch LLP", "9 Court Row, Boston, MA"], email: "accounts@marlowfinch.example",
  lines: [
    { text: "Scale plan, 12 Nov 2026 to 11 Nov 2027", quantity: 1, price: usd("3588.00"), amount: usd("3588.00") },
    { text: "Extra seats", quantity: 6, price: usd("72.00"), amount: usd("432.00") },
    { text: "Onboarding, two hours", quantity: 2, price: usd("90.00"), amount: usd("180.00") },
  ],
  net: usd("4200.00"), tax: usd("0.00"),
  instructions: [{ label: "Bank", value: "Mercury, Choice Financial Group" }, { label: "ABA", value: "091311229" }, { label: "Account", value: "202048214821" }, { label: "Reference", value: "NB10421393" }],
  history: [{ at: "2026-11-12T19:31:00Z", text: "Issued with number 0139. Lines are frozen since" }, { at: "2026-11-12T19:22:00Z", text: "Draft written by you" }], cards: [], entries: [310], collection: "", pay_page: "", can_tell: false,
};

function invoiceOf({ number }: { number: string }): InvoiceDetail {
  const row = invoices.find((one) => one.number === number || one.id === number) ?? { ...invoices[6]!, number };
  return row === invoices[2] ? invoiceDetail : { ...invoiceDetail, row, customer_lines: [row.customer] };
}

export const customers = [
  { key: 1, id: "c1", name: "Brightwell Dental Group", email: "billing@brightwelldental.example", open_count: 3, open: usd("3600.00"), credit: usd("0.00") },
  { key: 2, id: "c2", name: "Kestrel Labs Inc", email: "ap@kestrel-labs.example", open_count: 1, open: usd("4785.00"), credit: usd("0.00") },
  { key: 3, id: "c3", name: "Kestrel Logistics International LLC", email: "ap@kestrel-logistics.example", open_count: 2, open: usd("9600.00"), credit: usd("40.00") },
];

/** One customer opened. */
function customerOf({ id }: { id: string }): CustomerDetail {
  const row = customers.find((one) => one.id === id) ?? { ...customers[0]!, id, name: "Osprey Health" };
  const first = row.name.split(" ")[0] ?? "";
  const open = invoices.filter((one) => one.customer.startsWith(first) && one.open.amount !== "0.00");
  return {
    row, address: "41 Elm Avenue\nConcord, NH 03301", country: "US", names: [row.name.toUpperCase().slice(0, 22)], open,
    payments: payments.filter((one) => one.customer === row.name),
    subscriptions: [{ subscription: "sub_1", customer: "cus_1", customer_id: null, customer_name: "", price: "price_1", name: "Scale", quantity: 4, every: "month", plan: "4 × Scale, every month", gross: usd("588.00"), discount: usd("0.00"), amount: usd("588.00"), left_out: null, discount_unknown: false, past_due: false }],
    more_events: true,
    events: [
      { at: "2026-11-16T14:02:00Z", kind: "mail", text: "Receipt R-202611-0031 by email: queued", amount: null, route: "/automations/outbox" },
      { at: "2026-11-16", kind: "payment", text: "P-202611-0031 by check", amount: usd("2500.00"), route: "/money-in/payments/P-202611-0031" },
      { at: "2026-11-02T08:00:00Z", kind: "declined", text: "Card payment of 588.00 USD declined: Your card was declined.", amount: null, route: "" },
      { at: "2026-10-20", kind: "transfer", text: "Paid NB-202610-0105 in full, $15.00 bank fee", amount: usd("4785.00"), route: "/money-in/match/d3" },
      { at: "2026-10-15", kind: "invoice", text: "NB-202610-0118 issued", amount: usd("4800.00"), route: "/money-in/invoices/NB-202610-0118" },
    ],
  };
}

export const draft: PaymentForm = { customer: "c1", amount: "2500.00", currency: "USD", method: "check", received_on: "2026-11-16", reference: "4471", note: "", allocations: [], proof: "/Users/founder/check-4471.jpg", email_receipt: true };

const paper = {
  company: "Northbeam Analytics, Inc.", company_lines: ["228 Harbor Street, Portland, ME 04101", "EIN 84-2231907"], number: "R-202611-0031", date: "2026-11-16", received_from: "Brightwell Dental Group",
  customer_lines: ["41 Elm Avenue, Concord, NH 03301"], amount: usd("2500.00"), amount_words: "Two thousand five hundred dollars, by check no. 4471",
  lines: [{ text: "Invoice NB-202609-0091", amount: usd("1200.00") }, { text: "Invoice NB-202610-0104", amount: usd("1200.00") }, { text: "Credit for your next invoice", amount: usd("100.00") }],
  after: "Open after this payment: $1,200.00 (NB-202611-0133, due 30 November).", thanks: "Thank you. Questions: billing@northbeam.example",
};

export const paymentPreview: PaymentPreview = {
  rows: [
    { invoice: "NB-202609-0091", due: "2026-09-30", days_late: 48, total: usd("1200.00"), open: usd("1200.00"), apply: usd("1200.00"), left: usd("0.00") },
    { invoice: "NB-202610-0104", due: "2026-10-31", days_late: 17, total: usd("1200.00"), open: usd("1200.00"), apply: usd("1200.00"), left: usd("0.00") },
    { invoice: "NB-202611-0133", due: "2026-11-30", days_late: 0, total: usd("1200.00"), open: usd("1200.00"), apply: usd("0.00"), left: usd("1200.00") },
  ],
  applied: usd("2400.00"), credit: usd("100.00"),
  postings: [
    { account: "Assets:Undeposited", note: "until the check is deposited", amount: usd("2500.00") },
    { account: "Assets:Receivable", note: "two invoices", amount: usd("-2400.00") },
    { account: "Liabilities:CustomerCredit", note: "Brightwell", amount: usd("-100.00") },
  ],
  paper, email: "billing@brightwelldental.example", problems: [],
};

function previewOf(form: PaymentForm): PaymentPreview {
  if (form.customer !== "" && form.amount !== "") return paymentPreview;
  const problems = [...(form.customer === "" ? [{ field: "customer", say: "Choose who paid." }] : []), ...(form.amount === "" ? [{ field: "amount", say: "Say how much came." }] : [])];
  return { rows: form.customer === "" ? [] : paymentPreview.rows.map((row) => ({ ...row, apply: usd("0.00"), left: row.open })), applied: usd("0.00"), credit: usd("0.00"), postings: [], paper: null, email: null, problems };
}

const payment = (key: number, number: string, customer: string, method: string, received: string, amount: string, state: string, reference: string): PaymentRow => ({
  key, number, customer, method, received_on: received, amount: usd(amount), state, reference,
});

export const payments: PaymentRow[] = [
  payment(31, "P-202611-0031", "Brightwell Dental Group", "check", "2026-11-16", "2500.00", "undeposited", "4471"),
  payment(30, "P-202611-0030", "Ridgeway Foods", "cash", "2026-11-15", "300.00", "undeposited", ""),
  payment(29, "P-202611-0029", "Nordhavn A/S", "wire", "2026-11-12", "2412.00", "deposited", "FT8821"),
  payment(28, "P-202611-0028", "Harbor Lane Press", "ach", "2026-11-03", "588.00", "undone", "0091"),
];

export const paymentDetail: PaymentDetail = {
  row: payments[0]!, allocations: paper.lines, paper, receipt_path: "/Users/founder/Purser/receipts/R-202611-0031.pdf", note: "Came by post",
  proof: { label: "check-4471.jpg", value: "412 kB, sha256 9f3c…" }, history: [{ at: "2026-11-16T14:02:00Z", text: "Recorded by you" }], refundable: usd("2500.00"), entries: [320], undo: "u31",
};

const done = (say: string, undo: string | null = null) => ({ sequence: 9, say, undo });

/** Fixtures of Money in and the confirm window. */
export const moneyIn: Record<string, unknown> = {
  match_index: ({ text }: { text: string }) =>
    text === ""
      ? { needs_you: [1, 2, 3, 4, 5], needs_you_sum: usd("8823.00"), ready: [11, 12, 13], booked: [21, 22], booked_sum: usd("6468.00") }
      : { needs_you: lines.filter((l) => l.state === "open" && `${l.payer} ${l.description}`.toLowerCase().includes(text.toLowerCase())).map((l) => l.key), needs_you_sum: usd("0.00"), ready: [], booked: [], booked_sum: usd("0.00") },
  match_rows: ({ keys }: { keys: number[] }) => lines.filter((row) => keys.includes(row.key)),
  match_line: matchLine,
  match_preview: matchPreview,
  match_confirm: done("Paid NB-202610-0118 in full, $15.00 bank fee.", "u1"),
  match_confirm_ready: done("Booked 3 lines."),
  match_reject: done("Not NB-202610-0118.", "u2"),
  match_undo: done("Taken back."),
  match_file: done("Filed under Expenses:Hosting.", "u3"),
  match_credit: done("Kept as credit of Brightwell Dental Group.", "u4"),
  match_run: { results: [], booked: 12 },
  find_invoices: ({ text }: { text: string }) => ({ invoices: invoices.filter((row) => row.state !== "draft" && `${row.number} ${row.customer}`.toLowerCase().includes(text.toLowerCase())) }),
  categories: { accounts: ["Expenses:Hosting", "Expenses:Software", "Expenses:Travel", "Equity:Owner"] },
  customers_index: ({ text }: { text: string }) => ({ keys: customers.filter((row) => row.name.toLowerCase().includes(text.toLowerCase())).map((row) => row.key), total: customers.length }),
  customers_rows: ({ keys }: { keys: number[] }) => customers.filter((row) => keys.includes(row.key)),
  customers: ({ text }: { text: string }) => ({ customers: customers.filter((row) => row.name.toLowerCase().startsWith(text.toLowerCase())) }),
  customer: customerOf,
  export_list: { path: "/Users/founder/invoices.csv", bytes: 2048, say: "9 rows were written as CSV. The file is in clear: whoever has it can read it." },
  payment_draft: draft,
  payment_draft_save: done("Draft kept on this machine."),
  payment_preview: previewOf,
  payment_record: { payment: "P-202611-0031", receipt: "R-202611-0031", receipt_path: paymentDetail.receipt_path, done: done("P-202611-0031 recorded.", "u31"), missing_glyphs: "" },
  payments_index: ({ state }: { state: string }) => ({ keys: payments.filter((row) => state === "all" || row.state === state).map((row) => row.key), undeposited: 2, undeposited_sum: usd("2800.00") }),
  payments_rows: ({ keys }: { keys: number[] }) => payments.filter((row) => keys.includes(row.key)),
  payment: ({ number }: { number: string }) => ({ ...paymentDetail, row: payments.find((row) => row.number === number) ?? payments[0] }),
  payment_deposit: done("P-202611-0030 is in Cash box."),
  invoices_index: ({ state }: { state: string }) => ({
    keys: invoices.filter((row) => state === "all" || row.state === state || (state === "open" && row.open.amount !== "0.00") || (state === "paid" && row.state === "paid_late")).map((row) => row.key),
    open_count: 5, open_sum: usd("14388.00"), overdue_sum: usd("6000.00"), total: 9,
  }),
  invoices_rows: ({ keys }: { keys: number[] }) => invoices.filter((row) => keys.includes(row.key)),
  invoice: invoiceOf,
  invoice_create: { number: "NB-202611-0145", done: done("NB-202611-0145 issued.") },
  invoice_issue: { number: "NB-202611-0144", done: done("NB-202611-0144 issued.") },
  invoice_write_off: { sequence: 4, say: "Wrote off $4,200.00 of NB-202611-0139.", undo: "u3" },
  invoice_write_off_undo: { sequence: 5, say: "NB-202611-0139 is open again.", undo: null },
  invoice_void: done("NB-202611-0139 is void."),
  invoice_tell_application: done("Your application is told again that NB-202611-0139 is paid."),
  invoice_pdf: { path: "/Users/founder/NB-202611-0139.pdf", bytes: 24210, say: "Invoice written." },
  approve: done("Approved. It leaves in 10 seconds."),
  resume_all: done("Released. 3 effects leave in order."),
};
