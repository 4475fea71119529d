// What was spent on the lines of a file.
import type { ProfileReply } from "../../api/types";
import { weightOf, type Samples, type Weight } from "./samples";

export interface LineFigures {
  flat: number;
  cum: number;
}

// What each line of a file has; once a stack, as functions have. `fn`: only that function's lines.
export function lineFigures(profile: ProfileReply, samples: Samples, file: string, weight: Weight, fn?: number): Map<number, LineFigures> {
  const lines = new Map<number, LineFigures>();
  for (const sample of samples.all) {
    const amount = weightOf(sample, weight);
    const seen = new Set<number>();
    let shown = 0; // frames of the sample: those that are hidden are not among them
    for (const number of profile.stacks[sample.stack].frames) {
      const frame = profile.frames[number];
      const of = profile.functions[frame.function];
      if (shown === sample.frames.length || of.name !== samples.names[sample.frames[shown]]) continue;
      const leaf = shown === 0;
      const wanted = of.file === file && (fn === undefined || sample.frames[shown] === fn);
      shown++;
      if (!wanted) continue;
      let line = lines.get(frame.line);
      if (!line) lines.set(frame.line, (line = { flat: 0, cum: 0 }));
      if (leaf) line.flat += amount;
      if (!seen.has(frame.line)) line.cum += amount;
      seen.add(frame.line);
    }
  }
  return lines;
}
