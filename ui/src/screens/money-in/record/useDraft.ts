import { useEffect, useRef } from "react";
import type { PaymentForm } from "../../../api/bindings";
import { asApiError, command } from "../../../api/client";
import { text } from "../../../shared/text";

const REST_MS = 500;
const words = text.moneyIn.record;

/**
 * Keeps the form on this machine: half a second after the last keystroke, and when the screen is left.
 * Returns what forgets it, for a form that was recorded.
 */
export function useDraft(form: PaymentForm, initial: PaymentForm, say: (sentence: string) => void): () => void {
  const saved = useRef(initial);
  const latest = useRef(form);
  const over = useRef(false);
  const speak = useRef(say);
  useEffect(() => {
    latest.current = form;
    speak.current = say;
  });
  const keep = useRef(async () => {
    if (over.current || latest.current === saved.current) return;
    const now = latest.current;
    saved.current = now;
    try {
      await command("payment_draft_save", now);
      speak.current(words.draft);
    } catch (raw) {
      speak.current(`${words.draftFailed}: ${asApiError(raw).message}`);
    }
  });
  useEffect(() => {
    const timer = window.setTimeout(() => void keep.current(), REST_MS);
    return () => window.clearTimeout(timer);
  }, [form]);
  useEffect(() => {
    const save = keep.current;
    return () => void save();
  }, []);
  return () => {
    over.current = true;
  };
}
