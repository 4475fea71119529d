// A bundle of its own, graph.js, which the page loads when a call graph is first looked at: dagre, which lays it out.
import { graphlib, layout } from "@dagrejs/dagre";
import type { LayoutInput, LayoutOutput } from "./pages/profile/graph-layout";

function layOut({ nodes, edges }: LayoutInput): LayoutOutput {
  const graph = new graphlib.Graph({ multigraph: false });
  graph.setGraph({ rankdir: "TB", nodesep: 26, ranksep: 44, edgesep: 12 });
  nodes.forEach(({ width, height }, i) => graph.setNode(String(i), { width, height }));
  edges.forEach(({ from, to, weight, labelWidth }) => graph.setEdge(String(from), String(to), { weight, width: labelWidth, height: 14, labelpos: "c" }));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: nodes.map((_, i) => ({ x: graph.node(String(i)).x, y: graph.node(String(i)).y })),
    edges: edges.map(({ from, to }) => {
      const { points, x, y } = graph.edge(String(from), String(to));
      return { points, x: x ?? points[0].x, y: y ?? points[0].y };
    }),
  };
}

window.kymoLayOut = layOut;
