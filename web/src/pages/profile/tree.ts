// Stacks as a tree of functions. What is below a node is found out when it is looked at: of a large profile hardly anything is wide enough to
// be drawn.
import { weightOf, type Order, type Sample, type Samples, type Weight } from "./samples";

// Where stacks begin and which way they are walked: the frame at depth d is frames[first[sample] + step * (d - 1)].
interface Walk {
  readonly all: Sample[];
  readonly weight: Weight;
  readonly order: Order;
  readonly first: Int32Array;
  readonly step: 1 | -1;
}

export class FlameNode {
  readonly function: number; // -1: the root that holds all
  readonly parent: FlameNode | null;
  readonly depth: number;
  ns = 0;
  count = 0;
  since = Infinity; // when it first happened: ascends in order of time
  #below: FlameNode[] | null = null;
  #self = { ns: 0, count: 0 };
  readonly #walk: Walk;
  readonly #members: number[] = []; // samples that pass through it

  constructor(walk: Walk, fn: number, parent: FlameNode | null) {
    this.#walk = walk;
    this.function = fn;
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
  }

  add(member: number): void {
    const sample = this.#walk.all[member];
    this.#members.push(member);
    this.ns += sample.ns;
    this.count += sample.count;
    this.since = Math.min(this.since, sample.first);
  }

  // In the tree's order.
  get children(): FlameNode[] {
    return (this.#below ??= this.#expand());
  }

  get selfNs(): number {
    void this.children;
    return this.#self.ns;
  }

  get selfCount(): number {
    void this.children;
    return this.#self.count;
  }

  #expand(): FlameNode[] {
    const { all, weight, order, first, step } = this.#walk;
    const byFunction = new Map<number, FlameNode>();
    for (const member of this.#members) {
      const { frames, ns, count } = all[member];
      const at = first[member] + step * this.depth;
      if (at < 0 || at >= frames.length) {
        this.#self.ns += ns;
        this.#self.count += count;
        continue;
      }
      let child = byFunction.get(frames[at]);
      if (!child) byFunction.set(frames[at], (child = new FlameNode(this.#walk, frames[at], this)));
      child.add(member);
    }
    return [...byFunction.values()].sort((a, b) => (order === "time" ? a.since - b.since : weightOf(b, weight) - weightOf(a, weight)));
  }
}

export interface FlameTree {
  readonly root: FlameNode;
  readonly order: Order;
}

// From the goroutines' start functions to the leaves.
export function buildTree({ all }: Samples, weight: Weight, order: Order = "weight"): FlameTree {
  const first = Int32Array.from(all, ({ frames }) => frames.length - 1);
  const root = new FlameNode({ all, weight, order, first, step: -1 }, -1, null);
  all.forEach((_, member) => root.add(member));
  return { root, order };
}

// What stands above a function and what below, both from the function outward. A stack is cut where the function first occurs from its root:
// what it does when it calls itself is below.
export function buildSandwich({ all }: Samples, fn: number, weight: Weight): { callers: FlameTree; callees: FlameTree } {
  const at = Int32Array.from(all, ({ frames }) => frames.lastIndexOf(fn));
  const order = "weight";
  const callers = new FlameNode({ all, weight, order, first: at.map((place) => place + 1), step: 1 }, fn, null);
  const callees = new FlameNode({ all, weight, order, first: at.map((place) => place - 1), step: -1 }, fn, null);
  at.forEach((place, member) => {
    if (place < 0) return;
    callers.add(member);
    callees.add(member);
  });
  return { callers: { root: callers, order }, callees: { root: callees, order } };
}
