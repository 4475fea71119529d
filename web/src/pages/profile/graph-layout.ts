// Has the bundle that lays graphs out loaded when it is first needed.

export interface Point {
  readonly x: number;
  readonly y: number;
}

// Edges by the indices of their nodes; weight: how straight an edge should be.
export interface LayoutInput {
  readonly nodes: { readonly width: number; readonly height: number }[];
  readonly edges: { readonly from: number; readonly to: number; readonly weight: number; readonly labelWidth: number }[];
}

// Middles of nodes and of edges' labels, in the order of the input.
export interface LayoutOutput {
  readonly width: number;
  readonly height: number;
  readonly nodes: Point[];
  readonly edges: (Point & { readonly points: Point[] })[];
}

declare global {
  interface Window {
    kymoLayOut?: (input: LayoutInput) => LayoutOutput;
  }
}

let loading: Promise<void> | null = null;

function loadScript(): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/graph.js";
    script.onload = () => resolve();
    script.onerror = () => {
      loading = null;
      reject(new Error("The part of kymo that lays out graphs could not be loaded. Is kymo still running?"));
    };
    document.head.append(script);
  });
}

export async function layOut(input: LayoutInput): Promise<LayoutOutput> {
  await (loading ??= loadScript());
  return window.kymoLayOut!(input);
}
