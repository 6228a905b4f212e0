import { IconCheck, IconCompass, IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import type { HostState } from "../../api/bindings";
import { useCommand } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { Key } from "../../shared/Key";
import { useKeys } from "../../shared/keys/useKeys";
import { RunningWork } from "../../shared/longWork";
import { ErrorState } from "../../shared/States";
import { text } from "../../shared/text";
import { CompanyForm } from "./CompanyForm";
import css from "./FirstRun.module.css";
import { Recovery } from "./Recovery";
import { Restore } from "./Restore";

type Step = { at: "doors" } | { at: "company" } | { at: "restore" } | { at: "recovery"; code: string };

/**
 * One sentence, two doors, three promises. No account, no tour. From the moment in which a company is being made until
 * `onReady`, `onFounding(true)` asks to be kept on screen: the recovery code is shown once.
 */
export function FirstRun({ host, onFounding, onReady }: { host: HostState; onFounding?: (founding: boolean) => void; onReady: () => void }) {
  const [step, setStep] = useState<Step>({ at: "doors" });
  const back = () => setStep({ at: "doors" });
  switch (step.at) {
    case "doors":
      return <Doors host={host} onOwn={() => setStep({ at: "company" })} onRestore={() => setStep({ at: "restore" })} onReady={onReady} />;
    case "company":
      return <CompanyForm host={host} onBack={back} onFounding={onFounding} onCreated={(code) => setStep({ at: "recovery", code })} />;
    case "restore":
      return <Restore host={host} onBack={back} onReady={onReady} />;
    case "recovery":
      return <Recovery code={step.code} onDone={onReady} />;
  }
}

function Doors({ host, onOwn, onRestore, onReady }: { host: HostState; onOwn: () => void; onRestore: () => void; onReady: () => void }) {
  const demo = useCommand("open_demo");
  const explore = () => {
    if (!demo.isPending) demo.mutate({ days: null, seed: null }, { onSuccess: onReady });
  };
  useKeys("screen", [{ keys: ["Enter"], label: text.firstRun.demoButton, hint: true, run: explore }]);
  const promises = host.vault === "passphrase_file" ? text.firstRun.promises.with(1, text.firstRun.promiseFileVault) : text.firstRun.promises;
  return (
    <main className={css.page}>
      <div className={css.column}>
        <div className={css.brand}>
          <span className={css.mark} aria-hidden="true">
            P
          </span>
          <span className="h2">{text.common.purser}</span>
        </div>
        <h1 className={css.sentence}>
          {text.firstRun.sentence1}
          <br />
          {text.firstRun.sentence2}
        </h1>
        <p className={css.sub}>{text.firstRun.sub}</p>
        <div className={css.doors}>
          <section className={css.door} aria-labelledby="door-demo">
            <IconCompass size={20} stroke={1.7} aria-hidden="true" />
            <h2 id="door-demo">{text.firstRun.demoTitle}</h2>
            <p className="sec">{text.firstRun.demoBody}</p>
            <Action look="primary" size="tall" combo="Enter" disabled={demo.isPending} onClick={explore}>
              {demo.isPending ? text.firstRun.demoMaking : text.firstRun.demoButton}
            </Action>
            <p className="small sec">{text.firstRun.demoSub}</p>
          </section>
          <section className={css.door} aria-labelledby="door-own">
            <IconPlugConnected size={20} stroke={1.7} aria-hidden="true" />
            <h2 id="door-own">{text.firstRun.ownTitle}</h2>
            <p className="sec">{text.firstRun.ownBody}</p>
            <Action size="tall" onClick={onOwn}>
              {text.firstRun.ownButton}
            </Action>
            <p className="small sec">
              {text.firstRun.ownSub}{" "}
              <button type="button" className="link small" onClick={onRestore}>
                {text.firstRun.restore}
              </button>
              .
            </p>
          </section>
        </div>
        {demo.isPending ? <RunningWork /> : null}
        {demo.error ? <ErrorState title={text.firstRun.demoFailed} error={demo.error} /> : null}
        <ul className={css.promises}>
          {promises.map((promise) => (
            <li key={promise}>
              <IconCheck size={14} stroke={2} aria-hidden="true" />
              {promise}
            </li>
          ))}
        </ul>
      </div>
      <footer className={css.foot}>
        <span>{text.firstRun.version(host.version)}</span>
        <span className="row">
          {text.firstRun.colours} <Key combo="Mod ," apart />
        </span>
      </footer>
    </main>
  );
}
