// The frame of what stands below or beside the timeline: its size, its place, its buttons.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { recallNumber, remember } from "../../storage";
import type { Dock } from "./details";

interface PanelProps {
  readonly label: string;
  readonly dock: Dock;
  readonly onDock: (dock: Dock) => void;
  readonly onClose: () => void;
  readonly head: ComponentChildren;
  readonly sizes?: { bottom: number; right: number }; // to begin with, where none are remembered
  readonly remembered?: string;
  readonly children: ComponentChildren;
}

export function Panel({ label, dock, onDock, onClose, head, sizes: usual, remembered = "details", children }: PanelProps) {
  const [sizes, setSizes] = useState({
    bottom: recallNumber(`${remembered}.bottom`, usual?.bottom ?? 260),
    right: recallNumber(`${remembered}.right`, usual?.right ?? 420),
  });
  const grip = useRef<{ at: number; size: number } | null>(null);
  const position = (event: PointerEvent) => (dock === "bottom" ? event.clientY : event.clientX);
  const resize = (event: PointerEvent) => {
    if (!grip.current) return;
    const room = dock === "bottom" ? window.innerHeight : window.innerWidth;
    const size = Math.max(110, Math.min(room * 0.7, grip.current.size + grip.current.at - position(event)));
    setSizes({ ...sizes, [dock]: size });
    remember(`${remembered}.${dock}`, String(Math.round(size)));
  };
  const other = dock === "bottom" ? "right" : "bottom";
  return (
    <aside class={`details details-${dock}`} style={dock === "bottom" ? { height: `${sizes.bottom}px` } : { width: `${sizes.right}px` }} aria-label={label}>
      <div
        class="details-grip"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { at: position(event), size: sizes[dock] };
        }}
        onPointerMove={resize}
        onPointerUp={() => (grip.current = null)}
      />
      <div class="details-head">
        {head}
        <button type="button" class="button" title={`Move the panel to the ${other}`} onClick={() => onDock(other)}>
          {other === "right" ? "◨" : "⬓"}
        </button>
        <button type="button" class="button" title="Close (Esc)" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </div>
      {children}
    </aside>
  );
}
