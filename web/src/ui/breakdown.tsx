// A bar of parts, each in the colour of its state.
import { duration, exactDuration, percent } from "../format";
import { stateCss, stateStyle } from "../states";

export interface Part {
  readonly name: string;
  readonly state: number;
  readonly ns: number;
}

function partClass(part: Part): string {
  return stateStyle(part.state).hatch ? "part hatch" : "part";
}

function describe(part: Part, total: number): string {
  return `${part.name}: ${exactDuration(part.ns)} (${percent(part.ns / total)})`;
}

// `full` is the time that the whole width stands for.
export function Breakdown({ parts, full, large }: { parts: Part[]; full: number; large?: boolean }) {
  const total = parts.reduce((sum, part) => sum + part.ns, 0);
  const shown = parts.filter((part) => part.ns > 0);
  return (
    <div class={large ? "breakdown breakdown-large" : "breakdown"} title={shown.map((part) => describe(part, total)).join("\n")}>
      {shown.map((part) => (
        <span
          key={part.name}
          class={partClass(part)}
          style={{ width: `${(100 * part.ns) / Math.max(full, total, 1)}%`, backgroundColor: stateCss(part.state) }}
        />
      ))}
    </div>
  );
}

export function Swatch({ state }: { state: number }) {
  return <span class={stateStyle(state).hatch ? "swatch hatch" : "swatch"} style={{ backgroundColor: stateCss(state) }} />;
}

export function Legend({ parts, figures }: { parts: Part[]; figures?: boolean }) {
  const total = parts.reduce((sum, part) => sum + part.ns, 0);
  return (
    <ul class="legend">
      {parts.map((part) => (
        <li key={part.name} title={figures ? exactDuration(part.ns) : undefined}>
          <Swatch state={part.state} />
          <span>{part.name}</span>
          {figures && (
            <span class="figure muted">
              {duration(part.ns)} · {percent(part.ns / total)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
