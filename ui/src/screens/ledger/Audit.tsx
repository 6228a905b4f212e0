import { useMemo, useState } from "react";
import type { AuditRow } from "../../api/bindings";
import { useQueryApi, useRows } from "../../api/hooks";
import { Action } from "../../shared/Action";
import { SearchField } from "../../shared/SearchField";
import { EmptyState, LoadingRows, Reply } from "../../shared/States";
import { text } from "../../shared/text";
import { auditAction, auditActor } from "../../shared/text/audit";
import { TopBar } from "../../shared/TopBar";
import { useDelayed } from "../../shared/useDelayed";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import { When } from "../../shared/When";
import css from "./Ledger.module.css";
import { countText } from "../../shared/locale";

const COLUMNS: Column<AuditRow>[] = [
  { key: "at", header: text.audit.at, width: 130, tone: "secondary", cell: (row) => <When at={row.at} /> },
  { key: "actor", header: text.audit.actor, width: 110, tone: "secondary", cell: (row) => <span title={row.actor}>{auditActor(row.actor)}</span> },
  { key: "action", header: text.audit.action, width: 196, tone: "name", cell: (row) => <span title={row.action}>{auditAction(row.action)}</span> },
  { key: "subject", header: text.audit.subject, width: 200, cell: (row) => <span title={row.subject}>{row.subject}</span> },
  { key: "detail", header: text.audit.detail, tone: "secondary", cell: (row) => <span title={row.detail}>{row.detail}</span> },
  { key: "seal", header: text.audit.seal, width: 110, align: "right", tone: "secondary", cell: (row) => <span className="mono">{row.seal}</span> },
];

/** What was decided, by whom, each row sealed with the one before. */
export function Audit() {
  const [typed, setTyped] = useState("");
  const asked = useDelayed(typed, 150);
  const index = useQueryApi("audit_index", { text: asked });
  const [shown, setShown] = useState({ first: 0, last: 40 });
  const [selected, setSelected] = useState<number | null>(null);
  const [opened, setOpened] = useState<number | null>(null);
  const keys = useMemo(() => index.data?.keys ?? [], [index.data]);
  const rows = useRows("audit_rows", keys, shown);
  const chosen = opened ?? selected ?? keys[0] ?? null;
  return (
    <>
      <TopBar section="ledger" />
      <div className={css.page}>
        <div className={css.filters}>
          <div className={css.search}>
            <SearchField label={text.audit.filter} placeholder={text.audit.filterHint} value={typed} onChange={setTyped} />
          </div>
          <span className="small sec">{index.data ? text.audit.count(countText(keys.length)) : null}</span>
        </div>
        <Reply of={index} title={text.states.notShown(text.nav.audit)} loading={<LoadingRows rows={14} height={30} twoLine={false} />}>
          {() => (
            <VirtualTable
              label={text.nav.audit}
              noun={text.audit.noun}
              columns={COLUMNS}
              keys={keys}
              row={rows.row}
              onWindow={setShown}
              height={30}
              selected={chosen}
              onSelect={(key) => {
                setSelected(key);
                if (opened !== null) setOpened(key);
              }}
              onOpen={(key) => setOpened(key === opened ? null : key)}
              detail={opened === null ? undefined : (key) => <AuditDetail row={rows.row(key)} />}
              empty={
                typed ? (
                  <EmptyState title={text.ledger.filteredTitle(typed)} actions={<Action onClick={() => setTyped("")}>{text.states.clearFilter}</Action>}>
                    {text.ledger.filteredBody}
                  </EmptyState>
                ) : (
                  <EmptyState title={text.audit.emptyTitle}>{text.audit.emptyBody}</EmptyState>
                )
              }
            />
          )}
        </Reply>
      </div>
    </>
  );
}

/** The whole line: nothing of it may be cut. */
function AuditDetail({ row }: { row: AuditRow | undefined }) {
  if (!row) return null;
  return (
    <div className={css.auditDetail}>
      <p>
        {row.action}, {row.subject}
      </p>
      <p className="sec">{row.detail}</p>
    </div>
  );
}
