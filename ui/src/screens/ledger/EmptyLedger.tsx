import { Action } from "../../shared/Action";
import { navigate } from "../../shared/route";
import { EmptyState } from "../../shared/States";
import { text } from "../../shared/text";

/** Nothing was booked yet: what comes here, and two ways to begin. */
export function EmptyLedger() {
  return (
    <EmptyState
      title={text.ledger.emptyTitle}
      actions={
        <>
          <Action look="primary" onClick={() => navigate("#/settings/accounts/import?kind=statement")}>
            {text.palette.importStatement}
          </Action>
          <Action onClick={() => navigate("#/money-in/payments/new")}>{text.palette.record}</Action>
        </>
      }
    >
      {text.ledger.emptyBody}
    </EmptyState>
  );
}
