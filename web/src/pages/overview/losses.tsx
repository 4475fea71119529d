// What of a damaged trace was lost, and where.
import { useState } from "preact/hooks";
import type { Loss, Overview } from "../../api/types";
import { count } from "../../format";
import { lossSentence } from "../../losses";
import { stretchLink } from "../timeline/fragment";

const SHOWN = 5;

function LossLine({ loss, span }: { loss: Loss; span: number }) {
  return (
    <li>
      <a href={stretchLink(loss.from_ns, loss.to_ns, span)} title="Show this stretch in the timeline">
        {loss.text}
      </a>
    </li>
  );
}

export function Losses({ overview }: { overview: Overview }) {
  const { losses, span_ns: span } = overview;
  const [all, setAll] = useState(false);
  const sentence = lossSentence(overview);
  if (!sentence) return null;
  const folds = losses.length > SHOWN;
  return (
    <section class="notice losses" aria-label="Losses">
      <p class="losses-sentence">
        <span class="swatch gap-swatch" /> <strong>{sentence}</strong> The rest of the file is complete; figures leave out what was lost.
      </p>
      <ul class={all ? "losses-all" : undefined}>
        {losses.slice(0, all ? losses.length : SHOWN).map((loss, i) => <LossLine key={i} loss={loss} span={span} />)}
      </ul>
      {folds && (
        <button type="button" class="button" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the first ${SHOWN}` : `Show all ${count(losses.length)}`}
        </button>
      )}
    </section>
  );
}
