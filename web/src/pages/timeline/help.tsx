// The keys, in an overlay.
import { useEffect, useRef } from "preact/hooks";

const KEYS: [keys: string[], does: string][] = [
  [["W", "S"], "zoom in, zoom out at the pointer"],
  [["A", "D"], "move left, right (also ← →)"],
  [["↑", "↓"], "scroll the lanes (page up, page down: faster)"],
  [["wheel"], "zoom at the pointer; over the names: scroll"],
  [["shift", "wheel"], "move left, right"],
  [["drag"], "move"],
  [["shift", "drag"], "select a span"],
  [["click"], "show a slice"],
  [["double click", "F"], "fit the selection"],
  [["click a name"], "fit the goroutine's life"],
  [[",", "."], "previous, next slice of the same goroutine"],
  [["0"], "the whole trace"],
  [["C"], "compact lanes"],
  [["L"], "filter all lanes"],
  [["G"], "filter goroutines"],
  [["P"], "pin the lane under the pointer, or the selection's, to the top; unpin it"],
  [["Esc"], "clear the selection"],
  [["?"], "these keys"],
];

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog ref={dialog} class="help" onClose={onClose} onClick={(event) => event.target === dialog.current && event.currentTarget.close()}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </dialog>
  );
}
