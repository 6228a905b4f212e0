import { IconAlertTriangle, IconCheck, IconWifiOff } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import type { ApiError } from "../api/client";
import { Action } from "./Action";
import css from "./States.module.css";
import { text } from "./text";

const PATIENCE_MS = 200;

/** True once `waiting` has lasted 200 ms; before that nothing is drawn. */
export function useLate(waiting: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setLate(false);
      return undefined;
    }
    const timer = window.setTimeout(() => setLate(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, [waiting]);
  return waiting && late;
}

/** Never connected, or filtered to nothing: what comes here, and two ways on. */
export function EmptyState({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className={css.state}>
      <h3 className="h2">{title}</h3>
      <p className={css.body}>{children}</p>
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </div>
  );
}

/** All done: what was done and when it looks again. */
export function ClearedState({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <div className={css.state}>
      <IconCheck size={20} stroke={1.7} className={css.check} aria-hidden="true" />
      <h3 className="h2">{title}</h3>
      <p className={css.body}>{children}</p>
      {actions ? <div className={css.actions}>{actions}</div> : null}
    </div>
  );
}

/** Grey bars in the shape of the real rows, after 200 ms, without shimmer. */
export function LoadingRows({ rows = 5, height = 52, twoLine = true }: { rows?: number; height?: number; twoLine?: boolean }) {
  const late = useLate(true);
  return (
    <div aria-busy="true" role="status" aria-label={late ? text.states.loading : undefined}>
      {late
        ? Array.from({ length: rows }, (_, index) => (
            <div key={index} className={css.bones} style={{ height }}>
              <span className="grow">
                <span className={css.bone} style={{ width: `${38 + ((index * 7) % 14)}%` }} />
                {twoLine ? <span className={css.bone} style={{ width: `${44 + ((index * 5) % 12)}%` }} /> : null}
              </span>
              <span className={css.bone} style={{ width: 56 }} />
            </div>
          ))
        : null}
    </div>
  );
}

interface ErrorProps {
  /** What was not done. */
  title: string;
  error?: ApiError | null;
  /** What is unharmed and why it failed, when the error's own sentence does not say it. */
  children?: ReactNode;
  /** The fix first. */
  actions?: ReactNode;
}

/** What was not done → what is unharmed → why → a fix → Copy details. */
export function ErrorState({ title, error, children, actions }: ErrorProps) {
  const [copied, setCopied] = useState(false);
  const details = error ? [title, error.message, error.code, error.detail ?? ""].filter(Boolean).join("\n") : title;
  const copy = () => {
    navigator.clipboard.writeText(details).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className={css.error} role="alert">
      <div className={css.errorTitle}>
        <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
        <h3>{title}</h3>
      </div>
      {error ? <p>{error.message}</p> : null}
      {children ? <div>{children}</div> : null}
      {error?.detail ? <pre className={css.detail} tabIndex={0} aria-label={text.states.details}>{error.detail}</pre> : null}
      <div className={css.actions}>
        {actions}
        <Action look="plain" onClick={copy}>
          {copied ? text.common.copied : text.states.copyDetails}
        </Action>
      </div>
    </div>
  );
}

/** An error of one act, in one line beside its button. */
export function Problem({ error }: { error: ApiError | null | undefined }) {
  if (!error) return null;
  return (
    <p className={`danger ${css.problem}`} role="alert">
      {error.message}
    </p>
  );
}

/** Neutral: being offline is normal. */
export function OfflineBanner({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.banner} role="status">
      <IconWifiOff size={16} stroke={1.8} aria-hidden="true" />
      <p className="grow">{children}</p>
      {action}
    </div>
  );
}

/** Time is running or a hand is needed: the amber panel. */
export function AttentionPanel({ children }: { children: ReactNode }) {
  return <div className={css.attention}>{children}</div>;
}

/** Draws a reply: bars while it is late, the error in place, old content whenever there is any. */
export function Reply<T>({ of, title, loading, children }: {
  of: UseQueryResult<T, ApiError>;
  /** What could not be shown, for the error. */
  title: string;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) {
    return (
      <div className={css.pad}>
        <ErrorState
          title={title}
          error={of.error}
          actions={
            <Action look="primary" onClick={() => void of.refetch()}>
              {text.states.again}
            </Action>
          }
        />
      </div>
    );
  }
  return <>{loading ?? <LoadingRows />}</>;
}
