// A profile as a call graph: functions and the calls between them, trimmed as pprof does.
import { weightOf, type Samples, type Weight } from "./samples";

export const NODE_FRACTION = 0.005; // of the total: functions with less are left out,
export const EDGE_FRACTION = 0.001; // and calls with less
export const MOST_NODES = 80;

export interface GraphNode {
  readonly function: number;
  flat: number;
  cum: number;
}

export interface GraphEdge {
  readonly from: number; // functions
  readonly to: number;
  weight: number;
  residual: boolean; // functions between them are left out
}

export interface Graph {
  readonly nodes: GraphNode[]; // most cum first
  readonly edges: GraphEdge[];
  readonly dropped: number; // functions that are left out
}

// What each function has: once a stack, however often it calls itself.
function allNodes({ all }: Samples, weight: Weight): GraphNode[] {
  const nodes = new Map<number, GraphNode>();
  for (const sample of all) {
    const amount = weightOf(sample, weight);
    for (const fn of new Set(sample.frames)) {
      let node = nodes.get(fn);
      if (!node) nodes.set(fn, (node = { function: fn, flat: 0, cum: 0 }));
      node.cum += amount;
      if (sample.frames[0] === fn) node.flat += amount;
    }
  }
  return [...nodes.values()].sort((a, b) => b.cum - a.cum || b.flat - a.flat || a.function - b.function);
}

// Calls between functions that are kept, from the root of each stack to its leaf; each counts once a stack.
function edgesBetween({ all }: Samples, kept: ReadonlySet<number>, weight: Weight): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const sample of all) {
    const amount = weightOf(sample, weight);
    const seen = new Set<string>();
    let parent = -1;
    let residual = false;
    for (let i = sample.frames.length - 1; i >= 0; i--) {
      const fn = sample.frames[i];
      if (!kept.has(fn)) {
        residual = true;
        continue;
      }
      const key = `${parent} ${fn}`;
      if (parent >= 0 && parent !== fn && !seen.has(key)) {
        seen.add(key);
        let edge = edges.get(key);
        if (!edge) edges.set(key, (edge = { from: parent, to: fn, weight: 0, residual }));
        edge.weight += amount;
        edge.residual &&= residual;
      }
      parent = fn;
      residual = false;
    }
  }
  return [...edges.values()];
}

function reaches(edges: Iterable<GraphEdge>, without: GraphEdge): boolean {
  const callees = new Map<number, number[]>();
  for (const edge of edges) {
    if (edge === without) continue;
    const of = callees.get(edge.from);
    if (of) of.push(edge.to);
    else callees.set(edge.from, [edge.to]);
  }
  const seen = new Set([without.from]);
  const open = [without.from];
  while (open.length > 0) {
    for (const next of callees.get(open.pop()!) ?? []) {
      if (next === without.to) return true;
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
  }
  return false;
}

// Calls past functions that are left out say nothing where another way leads to the same function: the lightest go first.
function withoutRedundant(edges: GraphEdge[]): GraphEdge[] {
  const kept = new Set(edges);
  for (const edge of edges.filter(({ residual }) => residual).sort((a, b) => a.weight - b.weight)) if (reaches(kept, edge)) kept.delete(edge);
  return [...kept];
}

// `total`: what shares are of. Every edge is between nodes that are kept.
export function callGraph(samples: Samples, weight: Weight, total: number): Graph {
  const every = allNodes(samples, weight);
  const nodes = every.filter(({ cum }) => cum >= NODE_FRACTION * total).slice(0, MOST_NODES);
  const edges = edgesBetween(samples, new Set(nodes.map((node) => node.function)), weight).filter((edge) => edge.weight >= EDGE_FRACTION * total);
  return { nodes, edges: withoutRedundant(edges), dropped: every.length - nodes.length };
}
