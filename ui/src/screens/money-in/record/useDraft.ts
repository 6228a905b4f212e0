import { useEffect, useRef } from "react";
import type { PaymentForm } from "../../../api/bindings";
import { asApiError, command } from "../../../api/client";
import { text } from "../../../shared/text";

const REST_MS = 500;
const words = text.moneyIn.record;

export interface Draft {
  /** Keeps no more and resolves when a save that is under way has ended: it must not outlive the recorded payment. */
  stop: () => Promise<void>;
  /** Keeps again, after a payment that was not recorded. */
  resume: () => void;
}

/** Keeps the form on this machine: half a second after the last keystroke, and when the screen is left. */
export function useDraft(form: PaymentForm, initial: PaymentForm, say: (sentence: string) => void): Draft {
  const saved = useRef(initial);
  const latest = useRef(form);
  const over = useRef(false);
  const saving = useRef<Promise<void>>(Promise.resolve());
  const speak = useRef(say);
  useEffect(() => {
    latest.current = form;
    speak.current = say;
  });
  const keep = useRef(() => {
    if (over.current || latest.current === saved.current) return;
    const now = latest.current;
    saved.current = now;
    saving.current = command("payment_draft_save", now).then(
      () => speak.current(words.draft),
      (raw: unknown) => speak.current(`${words.draftFailed}: ${asApiError(raw).message}`),
    );
  });
  useEffect(() => {
    const timer = window.setTimeout(() => keep.current(), REST_MS);
    return () => window.clearTimeout(timer);
  }, [form]);
  useEffect(() => {
    const save = keep.current;
    return () => save();
  }, []);
  return {
    stop: () => {
      over.current = true;
      return saving.current;
    },
    resume: () => {
      over.current = false;
    },
  };
}
