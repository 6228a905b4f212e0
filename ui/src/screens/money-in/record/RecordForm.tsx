import { Checkbox, TextInput } from "@mantine/core";
import { IconPaperclip, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { FormProblem, PaymentForm } from "../../../api/bindings";
import { asApiError, type ApiError } from "../../../api/client";
import { useCommand, useQueryApi } from "../../../api/hooks";
import { shell } from "../../../api/shell";
import { Action } from "../../../shared/Action";
import { Body } from "../../../shared/Body";
import { useClock } from "../../../shared/company";
import { AmountField, DayField } from "../../../shared/fields";
import { dayIn } from "../../../shared/format/time";
import { useKeys } from "../../../shared/keys/useKeys";
import { useMoneyText } from "../../../shared/Money";
import { navigate, routeHref } from "../../../shared/route";
import { Segments } from "../../../shared/Segments";
import { ErrorState, Problem } from "../../../shared/States";
import { text } from "../../../shared/text";
import { useUndo } from "../../../shared/Undo";
import { useDelayed } from "../../../shared/useDelayed";
import { Postings } from "../../../shared/Why";
import { fileName } from "../../settings/import/ImportPage";
import { CustomerField } from "../CustomerField";
import { Allocations } from "./Allocations";
import { ReceiptSheet } from "./ReceiptSheet";
import css from "./Record.module.css";
import { useDraft } from "./useDraft";

const words = text.moneyIn.record;
const PREVIEW_MS = 120;
const PROOFS = [{ name: words.proofKind, extensions: ["pdf", "jpg", "jpeg", "png"] }];

interface Props {
  initial: PaymentForm;
  onKept: (sentence: string) => void;
  onAnother: (empty: PaymentForm) => void;
  onLeave: () => void;
}

/** How it arrived, who, how much, when; what it pays; proof, receipt, what this books. */
export function RecordForm({ initial, onKept, onAnother, onLeave }: Props) {
  const clock = useClock();
  const [form, setForm] = useState<PaymentForm>(() => ({ ...initial, received_on: initial.received_on || dayIn(clock.now, clock.zone) }));
  const [name, setName] = useState("");
  const [touched, setTouched] = useState<Record<string, boolean>>({});
  const [openPdf, setOpenPdf] = useState(false);
  const [shellProblem, setShellProblem] = useState<ApiError | null>(null);
  const asked = useDelayed(form, PREVIEW_MS);
  const preview = useQueryApi("payment_preview", sent(asked));
  const record = useCommand("payment_record");
  const { show } = useUndo();
  const money = useMoneyText();
  const draft = useDraft(form, initial, onKept);
  const sending = useRef(false);

  const data = preview.data;
  const set = (change: Partial<PaymentForm>) => setForm((before) => ({ ...before, ...change }));
  const touch = (field: string) => setTouched((before) => ({ ...before, [field]: true }));
  const shownProblem = (field: string): string | undefined => {
    const found = data?.problems.find((problem) => problem.field === field);
    const written = field === "allocations" || field === "received_on" || touched[field] || touched.all;
    return found && written ? found.say : undefined;
  };
  const elsewhere = (data?.problems ?? []).filter((problem) => !AT_FIELDS.includes(problem.field));
  const customerName = name || data?.paper?.received_from || "";

  const submit = async (another: boolean) => {
    if (sending.current || record.isPending) return;
    touch("all");
    if (form === asked && !preview.isPlaceholderData && (data?.problems.length ?? 0) > 0) return;
    sending.current = true;
    await draft.stop();
    record.mutate(sent(form), {
      onSettled: () => {
        sending.current = false;
      },
      onError: draft.resume,
      onSuccess: (made) => {
        show({ ...made.done, say: made.missing_glyphs ? `${made.done.say} ${words.missingGlyphs(made.missing_glyphs)}` : made.done.say });
        const open = openPdf ? shell().openPath(made.receipt_path) : Promise.resolve();
        open.then(
          () => (another ? onAnother(emptied(form)) : navigate(routeHref("money-in", "payments", made.payment))),
          (raw: unknown) => setShellProblem(asApiError(raw)),
        );
      },
    });
  };
  useKeys("screen", [
    { keys: ["Mod Enter"], label: words.recordKey, hint: true, whileTyping: true, run: () => void submit(false) },
    { keys: ["Esc"], label: words.leaveKey, hint: true, whileTyping: true, run: onLeave },
  ]);
  const pickProof = () => {
    setShellProblem(null);
    shell()
      .pickFile(words.proofChoose, PROOFS)
      .then(
        (path) => path && set({ proof: path }),
        (raw: unknown) => setShellProblem(asApiError(raw)),
      );
  };
  return (
    <Body
      side={440}
      railLabel={words.paper}
      main={
        <form
          className={css.page}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void submit(false);
          }}
        >
          <h1>{words.title}</h1>
          <div className={css.how}>
            <p className={css.label}>{words.how}</p>
            <Segments label={words.how} options={words.methods} value={form.method} onChange={(method) => set({ method })} />
            {shownProblem("method") ? <p className="danger small">{shownProblem("method")}</p> : null}
          </div>
          <div className={css.fields}>
            <CustomerField
              label={words.customer}
              placeholder={words.customerHint}
              nothing={words.noCustomer}
              value={form.customer}
              name={customerName}
              error={shownProblem("customer")}
              autoFocus={initial.customer === ""}
              onBlur={() => touch("customer")}
              onChange={(row) => {
                setName(row?.name ?? "");
                set({ customer: row?.id ?? "", allocations: [] });
              }}
            />
            <div onBlur={() => touch("amount")}>
              <AmountField label={words.amount} value={form.amount} currency={form.currency} error={shownProblem("amount") ?? shownProblem("currency")} onChange={(amount) => set({ amount })} />
            </div>
            <DayField label={words.receivedOn} value={form.received_on} error={shownProblem("received_on")} onChange={(received_on) => set({ received_on })} />
            <TextInput
              label={words.references[form.method] ?? words.references.cash}
              value={form.reference}
              maxLength={120}
              autoComplete="off"
              error={shownProblem("reference")}
              onChange={(event) => set({ reference: event.currentTarget.value })}
            />
          </div>
          <Allocations form={form} preview={data} name={customerName} problem={shownProblem("allocations")} onChange={(allocations) => set({ allocations })} />
          <div className={css.two}>
            <div>
              <p className={css.label}>{words.proof}</p>
              {form.proof ? (
                <div className={css.proof}>
                  <IconPaperclip size={16} stroke={1.7} aria-hidden="true" />
                  <div>
                    <p className="name">{fileName(form.proof)}</p>
                    <p className="small sec">{words.proofKept}</p>
                  </div>
                  <button type="button" className={css.remove} aria-label={words.proofRemove} onClick={() => set({ proof: "" })}>
                    <IconX size={15} stroke={1.8} />
                  </button>
                </div>
              ) : (
                <Action icon={<IconPaperclip size={15} stroke={1.7} />} onClick={pickProof}>
                  {words.proofChoose}
                </Action>
              )}
              <Problem error={shellProblem} />
            </div>
            <div>
              <p className={css.label}>{words.receipt}</p>
              <div className={css.checks}>
                {data?.email ? (
                  <Checkbox label={words.emailTo(data.email)} checked={form.email_receipt} onChange={(event) => set({ email_receipt: event.currentTarget.checked })} />
                ) : form.customer ? (
                  <p className="sec">{words.emailNone}</p>
                ) : null}
                <Checkbox label={words.openPdf} checked={openPdf} onChange={(event) => setOpenPdf(event.currentTarget.checked)} />
              </div>
            </div>
          </div>
          <div className={css.section}>
            <TextInput label={words.note} value={form.note} maxLength={500} autoComplete="off" error={shownProblem("note")} onChange={(event) => set({ note: event.currentTarget.value })} />
          </div>
          {data && data.postings.length > 0 ? (
            <div className={css.books}>
              <p className={css.label}>{words.books}</p>
              <Postings rows={data.postings} />
            </div>
          ) : null}
          {preview.error ? <ErrorState title={words.previewFailed} error={preview.error} /> : null}
          {record.error ? <ErrorState title={words.failed} error={record.error} /> : null}
          <Elsewhere problems={touched.all ? elsewhere : []} />
          <div className={css.actions}>
            <Action type="submit" look="primary" size="tall" combo="Mod Enter" disabled={record.isPending}>
              {form.amount ? words.button(money({ amount: form.amount, currency: form.currency })) : words.buttonPlain}
            </Action>
            <Action size="tall" disabled={record.isPending} onClick={() => void submit(true)}>
              {words.another}
            </Action>
            <p className="small sec">{words.offline}</p>
          </div>
        </form>
      }
      rail={
        <div className={css.rail}>
          <div className={css.railHead}>
            <h2 className={css.label}>{words.paper}</h2>
            <span className="small sec">{words.paperSize}</span>
          </div>
          {data?.paper ? <ReceiptSheet paper={data.paper} /> : <p className="sec">{words.paperEmpty}</p>}
        </div>
      }
    />
  );
}

const AT_FIELDS = ["customer", "amount", "currency", "method", "received_on", "reference", "note", "allocations"];

function Elsewhere({ problems }: { problems: readonly FormProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="danger" role="alert">
      {problems.map((problem) => (
        <li key={problem.field}>{problem.say}</li>
      ))}
    </ul>
  );
}

/** An emptied amount gives nothing to its invoice. */
function sent(form: PaymentForm): PaymentForm {
  return { ...form, allocations: form.allocations.map((row) => ({ ...row, amount: row.amount || "0" })) };
}

/** The next payment of a stack comes the same way on the same day. */
function emptied(form: PaymentForm): PaymentForm {
  return { ...form, customer: "", amount: "", reference: "", note: "", allocations: [], proof: "", email_receipt: true };
}
