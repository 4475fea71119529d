// Stacks as a tree of functions.
import { weightOf, type Samples, type Weight } from "./samples";

export interface FlameNode {
  readonly function: number; // -1: the root that holds all
  readonly depth: number;
  readonly parent: FlameNode | null;
  ns: number;
  count: number;
  selfNs: number;
  selfCount: number;
  children: FlameNode[]; // heaviest first once the tree is built
}

export interface FlameTree {
  readonly root: FlameNode;
  readonly depth: number;
}

const NONE: FlameNode[] = [];

function node(fn: number, parent: FlameNode | null): FlameNode {
  return { function: fn, depth: parent ? parent.depth + 1 : 0, parent, ns: 0, count: 0, selfNs: 0, selfCount: 0, children: NONE };
}

class Builder {
  readonly #root: FlameNode;
  readonly #byFunction = new Map<FlameNode, Map<number, FlameNode>>(); // of nodes with more than a few children
  #depth = 0;

  constructor(fn: number) {
    this.#root = node(fn, null);
  }

  #child(parent: FlameNode, fn: number): FlameNode {
    const { children } = parent;
    const few = children.length <= 8;
    const found = few ? children.find((child) => child.function === fn) : this.#byFunction.get(parent)?.get(fn);
    if (found) return found;
    const child = node(fn, parent);
    if (children === NONE) parent.children = [child];
    else children.push(child);
    if (!few) this.#byFunction.get(parent)!.set(fn, child);
    else if (children.length > 8) this.#byFunction.set(parent, new Map(children.map((each) => [each.function, each])));
    return child;
  }

  // Adds the way along frames, from `first` to `end` by `step`.
  add(frames: number[], first: number, end: number, step: number, ns: number, count: number): void {
    let here = this.#root;
    here.ns += ns;
    here.count += count;
    for (let i = first; i !== end; i += step) {
      here = this.#child(here, frames[i]);
      here.ns += ns;
      here.count += count;
    }
    here.selfNs += ns;
    here.selfCount += count;
    this.#depth = Math.max(this.#depth, here.depth);
  }

  finish(weight: Weight): FlameTree {
    const pending = [this.#root];
    for (let parent = pending.pop(); parent; parent = pending.pop()) {
      if (parent.children.length > 1) parent.children.sort((a, b) => weightOf(b, weight) - weightOf(a, weight));
      for (const child of parent.children) pending.push(child);
    }
    return { root: this.#root, depth: this.#depth };
  }
}

// From the goroutines' start functions to the leaves.
export function buildTree({ all }: Samples, weight: Weight): FlameTree {
  const builder = new Builder(-1);
  for (const { frames, ns, count } of all) builder.add(frames, frames.length - 1, -1, -1, ns, count);
  return builder.finish(weight);
}

// What stands above a function and what below, both from the function outward. A stack is cut where the function first occurs from its root:
// what it does when it calls itself is below.
export function buildSandwich({ all }: Samples, fn: number, weight: Weight): { callers: FlameTree; callees: FlameTree } {
  const callers = new Builder(fn);
  const callees = new Builder(fn);
  for (const { frames, ns, count } of all) {
    const at = frames.lastIndexOf(fn);
    if (at < 0) continue;
    callers.add(frames, at + 1, frames.length, 1, ns, count);
    callees.add(frames, at - 1, -1, -1, ns, count);
  }
  return { callers: callers.finish(weight), callees: callees.finish(weight) };
}
