import type { EffectRow } from "../api/bindings";
import { useQueryApi } from "../api/hooks";
import { useClock } from "../shared/company";
import { momentText } from "../shared/format/time";
import { unreachable, useOfflineSince } from "../shared/online";
import { routeHref } from "../shared/route";
import { OfflineBanner } from "../shared/States";
import { text } from "../shared/text";

const words = text.offline;
const WAITING = ["held", "queued", "sending", "unknown"];

/** "3 emails and 1 payment", and whether it is one thing alone; null when nothing waits. */
export function waitingWords(effects: readonly EffectRow[]): { what: string; one: boolean } | null {
  const waiting = effects.filter((effect) => WAITING.includes(effect.state));
  const emails = waiting.filter((effect) => effect.kind.startsWith("email")).length;
  const money = waiting.filter((effect) => effect.kind.startsWith("money")).length;
  const others = waiting.length - emails - money;
  const parts = [...(emails ? [words.emails(emails)] : []), ...(money ? [words.money(money)] : []), ...(others ? [words.others(others)] : [])];
  const last = parts.pop();
  if (last === undefined) return null;
  return { what: parts.length === 0 ? last : `${parts.join(", ")} ${text.common.and} ${last}`, one: waiting.length === 1 };
}

/** Over every screen while nothing gets through: since when, what waits, where it stands. Nothing is disabled. */
export function Offline() {
  const clock = useClock();
  const since = useOfflineSince();
  const connections = useQueryApi("connections", {});
  const silent = unreachable(connections.data?.connections ?? []);
  if (since) return <Banner sentence={words.since(momentText(since.toISOString(), clock))} />;
  return silent ? <Banner sentence={words.unreachable(silent.titles.join(` ${text.common.and} `), momentText(silent.since, clock))} /> : null;
}

function Banner({ sentence }: { sentence: string }) {
  const outbox = useQueryApi("outbox", {});
  const waiting = outbox.data ? waitingWords(outbox.data.effects) : null;
  return (
    <OfflineBanner action={<a href={routeHref("automations", "outbox")}>{words.outbox}</a>}>
      <strong>{sentence}</strong> {words.goOn} {waiting ? words.waits(waiting.what, waiting.one) : outbox.data ? words.nothing : null}
    </OfflineBanner>
  );
}
