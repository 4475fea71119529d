// The part of the trace that is shown. Moves glide to where they go; the glide keeps the point that a zoom is anchored to.

const NARROWEST = 1; // ns
const GLIDE = 32; // ms: time constant; over in about 120 ms

export interface Range {
  readonly start: number;
  readonly width: number;
}

export class Viewport {
  private shown: Range;
  private goal: Range;

  constructor(public span: number) {
    this.shown = this.goal = this.clamp({ start: 0, width: span });
  }

  get start(): number {
    return this.shown.start;
  }

  get width(): number {
    return this.shown.width;
  }

  get end(): number {
    return this.shown.start + this.shown.width;
  }

  // Where a glide under way will end: what the network is asked for.
  get target(): Range {
    return this.goal;
  }

  get isWhole(): boolean {
    return this.goal.start === 0 && this.goal.width === this.span;
  }

  // Another length of the axis. What was shown stays, or the whole.
  setSpan(span: number): void {
    const whole = this.isWhole;
    this.span = span;
    this.goal = this.clamp(whole ? { start: 0, width: span } : this.goal);
  }

  private clamp({ start, width }: Range): Range {
    const clamped = Math.max(Math.min(NARROWEST, this.span), Math.min(width, this.span));
    return { start: Math.max(0, Math.min(start, this.span - clamped)), width: clamped };
  }

  glideTo(range: Range): void {
    this.goal = this.clamp(range);
  }

  jumpTo(range: Range): void {
    this.shown = this.goal = this.clamp(range);
  }

  // `anchor` is the place in the view, 0 to 1, that stays where it is.
  zoom(factor: number, anchor: number): void {
    const at = this.shown.start + anchor * this.shown.width;
    const width = this.clamp({ start: 0, width: this.goal.width * factor }).width;
    this.glideTo({ start: at - anchor * width, width });
  }

  pan(share: number): void {
    this.glideTo({ start: this.goal.start + share * this.goal.width, width: this.goal.width });
  }

  // With room around it, so that its ends are seen.
  fit(from: number, to: number): void {
    const width = Math.max(to - from, NARROWEST);
    this.glideTo({ start: from - width * 0.08, width: width * 1.16 });
  }

  // Shows a moment in the middle unless it is in sight already.
  reveal(from: number, to: number): void {
    const { start, width } = this.goal;
    if (to < start || from > start + width) this.glideTo({ start: (from + to - width) / 2, width });
  }

  // Moves on by some milliseconds; false when there is nothing left to move.
  step(elapsed: number, pixels: number): boolean {
    const { shown, goal } = this;
    if (shown === goal) return false;
    const share = 1 - Math.exp(-elapsed / GLIDE);
    const start = shown.start + (goal.start - shown.start) * share;
    const width = shown.width + (goal.width - shown.width) * share;
    const near = (0.25 * goal.width) / Math.max(1, pixels);
    const arrived = Math.abs(start - goal.start) < near && Math.abs(start + width - goal.start - goal.width) < near;
    this.shown = arrived ? goal : { start, width };
    return true;
  }
}
