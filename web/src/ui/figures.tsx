// Small pieces that figures are shown with.
import type { ComponentChildren } from "preact";
import { duration, exactDuration } from "../format";
import { groupName, splitPath } from "../names";

export function Duration({ ns }: { ns: number }) {
  return (
    <span class="figure" title={exactDuration(ns)}>
      {duration(ns)}
    </span>
  );
}

// Where the room does not suffice, the path gives way, not the function.
export function FunctionName({ name }: { name: string }) {
  if (name === "") return <span class="code muted">{groupName(name)}</span>;
  const [path, rest] = splitPath(name);
  return (
    <span class="code function" title={name}>
      {path !== "" && <span class="function-path">{path.slice(0, -1)}</span>}
      <span class="function-name">{path !== "" ? "/" + rest : rest}</span>
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
