import { text } from "../shared/text";

/** What stands in the window until the books are open: the same as in `index.html`, which shows it before any script. */
export function Starting() {
  return (
    <div className="starting">
      <b aria-hidden="true">{text.common.purser.charAt(0)}</b>
      {text.common.purser}
    </div>
  );
}
