// Small pieces that figures are shown with.
import type { ComponentChildren } from "preact";
import { duration, exactDuration } from "../format";
import { groupName, shortName } from "../names";

export function Duration({ ns }: { ns: number }) {
  return (
    <span class="figure" title={exactDuration(ns)}>
      {duration(ns)}
    </span>
  );
}

export function FunctionName({ name, length }: { name: string; length?: number }) {
  return (
    <span class={name === "" ? "code muted" : "code"} title={name}>
      {name === "" ? groupName(name) : shortName(name, length)}
    </span>
  );
}

export function KeyFigure({ label, title, children }: { label: string; title?: string; children: ComponentChildren }) {
  return (
    <div class="key-figure" title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
