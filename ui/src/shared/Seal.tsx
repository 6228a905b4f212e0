import { useState } from "react";
import css from "./Seal.module.css";
import { text } from "./text";

/** Hex in groups of four. */
export function sealGroups(digest: string): string {
  return digest.match(/.{1,4}/g)?.join(" ") ?? digest;
}

/** First 8 and last 8 hex digits; a short one whole. */
export function shortSeal(digest: string): string {
  return digest.length <= 16 ? sealGroups(digest) : `${sealGroups(digest.slice(0, 8))} … ${sealGroups(digest.slice(-8))}`;
}

/** The seal of a list: short, whole on click, copied with the second click. */
export function Seal({ digest, label }: { digest: string; label: string }) {
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState(false);
  return (
    <div>
      <div className="label">{label}</div>
      <button
        type="button"
        className={css.seal}
        aria-expanded={open}
        title={open ? text.common.copy : text.common.whole}
        onClick={() => {
          if (!open) {
            setOpen(true);
            return;
          }
          navigator.clipboard.writeText(digest).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {open ? sealGroups(digest) : shortSeal(digest)}
      </button>
      {copied ? <span className="small sec">{text.common.copied}</span> : null}
    </div>
  );
}
