// A dialog over the page: Escape or a click beside it closes it, and the focus goes back to where it was.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  readonly className: string;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ className, label, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current!.showModal(), []); // the next key is for it
  return (
    <dialog ref={dialog} class={className} aria-label={label} onClose={onClose} onClick={(event) => event.target === dialog.current && event.currentTarget.close()}>
      {children}
    </dialog>
  );
}
