// Where a statement is wrong.

export interface Place {
  readonly at: number; // of the text, in UTF-16 as the page has it
  readonly end: number;
  readonly line: number; // both from 1 on
  readonly column: number;
}

// offset: as the server counts, in bytes of UTF-8.
export function placeOf(text: string, offset: number): Place {
  const at = new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text).subarray(0, offset)).length;
  const word = /^(?:[\p{L}\p{N}_]+|[^])/u.exec(text.slice(at))?.[0] ?? "";
  const before = text.slice(0, at).split("\n");
  return { at, end: at + word.length, line: before.length, column: before[before.length - 1].length + 1 };
}
