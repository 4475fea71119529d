// A profile's stacks as a tree of functions, root first, and as a table of functions.
import type { ProfileReply } from "../../api/types";

export type Weight = "ns" | "count";

export interface FlameNode {
  readonly function: number; // -1: the root that holds all
  readonly depth: number;
  readonly parent: FlameNode | null;
  ns: number;
  count: number;
  selfNs: number;
  selfCount: number;
  readonly children: FlameNode[]; // heaviest first once the tree is built
}

export interface FlameTree {
  readonly root: FlameNode;
  readonly depth: number;
}

function node(fn: number, parent: FlameNode | null): FlameNode {
  return { function: fn, depth: parent ? parent.depth + 1 : 0, parent, ns: 0, count: 0, selfNs: 0, selfCount: 0, children: [] };
}

export function weightOf(node: { ns: number; count: number }, weight: Weight): number {
  return weight === "ns" ? node.ns : node.count;
}

export function buildTree(profile: ProfileReply, weight: Weight): FlameTree {
  const root = node(-1, null);
  const byFunction = new Map<FlameNode, Map<number, FlameNode>>();
  let depth = 0;
  for (const stack of profile.stacks) {
    let here = root;
    here.ns += stack.ns;
    here.count += stack.count;
    for (let i = stack.frames.length - 1; i >= 0; i--) {
      const fn = profile.frames[stack.frames[i]].function;
      let children = byFunction.get(here);
      if (!children) byFunction.set(here, (children = new Map()));
      let child = children.get(fn);
      if (!child) {
        child = node(fn, here);
        children.set(fn, child);
        here.children.push(child);
      }
      child.ns += stack.ns;
      child.count += stack.count;
      here = child;
    }
    here.selfNs += stack.ns;
    here.selfCount += stack.count;
    depth = Math.max(depth, here.depth);
  }
  for (const parent of byFunction.keys()) parent.children.sort((a, b) => weightOf(b, weight) - weightOf(a, weight));
  return { root, depth };
}

export interface FunctionRow {
  readonly name: string;
  readonly file: string;
  flat: number;
  cum: number;
  count: number;
}

// Each function counts once per stack, however often it calls itself.
export function functionTable(profile: ProfileReply, weight: Weight): FunctionRow[] {
  const rows: FunctionRow[] = profile.functions.map(({ name, file }) => ({ name, file, flat: 0, cum: 0, count: 0 }));
  const lastStack = new Int32Array(rows.length).fill(-1);
  profile.stacks.forEach((stack, number) => {
    const amount = weightOf(stack, weight);
    stack.frames.forEach((frame, i) => {
      const fn = profile.frames[frame].function;
      if (i === 0) rows[fn].flat += amount;
      if (lastStack[fn] === number) return;
      lastStack[fn] = number;
      rows[fn].cum += amount;
      rows[fn].count += stack.count;
    });
  });
  return rows.filter((row) => row.count > 0);
}
