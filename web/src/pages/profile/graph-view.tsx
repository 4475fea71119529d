// The call graph as SVG: boxes as large as what is spent in them, lines as wide as what passes along them.
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { mix } from "../../colour";
import { count, duration, exactDuration, percent, plural } from "../../format";
import { splitPath } from "../../names";
import { MONOSPACE, paletteFor, type Palette } from "../../palette";
import { ErrorNotice } from "../../ui/notice";
import { saveFile } from "../../ui/save";
import { useDark, useSize } from "../../ui/size";
import { callGraph, type Graph, type GraphEdge, type GraphNode } from "./graph";
import { layOut, type LayoutOutput, type Point } from "./graph-layout";
import type { Samples, Weight } from "./samples";

const KEYS = "Drag or arrow keys move, the wheel or + and − zoom, 0 shows all, Tab goes from function to function, Enter focuses on one.";
const MOST_CHARACTERS = 44; // of a line
const PADDING = 8;
const STEP = 60; // px that an arrow key moves
const LARGEST_SCALE = 3;
const FITTED_SCALE = 1.1; // at most, where all is shown
const SMALLEST_READABLE = 0.85; // of a graph that fits only smaller than this, the top of its heaviest part is shown

interface Line {
  readonly text: string;
  readonly size: number; // px
}

interface Box extends Point {
  readonly node: GraphNode;
  readonly lines: Line[];
  readonly width: number;
  readonly height: number;
}

interface Picture {
  readonly graph: Graph;
  readonly boxes: Box[];
  readonly layout: LayoutOutput;
}

interface View extends Point {
  readonly scale: number;
}

interface GraphViewProps {
  readonly samples: Samples;
  readonly weight: Weight;
  readonly total: number;
  readonly title: string; // the file's name
  readonly onFunction: (name: string) => void;
}

let measuring: CanvasRenderingContext2D | null = null;

function textWidth({ text, size }: Line): number {
  measuring ??= document.createElement("canvas").getContext("2d")!;
  measuring.font = `${size}px ${MONOSPACE}`;
  return measuring.measureText(text).width;
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : text.slice(0, 14) + "…" + text.slice(text.length - (MOST_CHARACTERS - 15));
}

const amount = (value: number, weight: Weight) => (weight === "ns" ? duration(value) : count(value));

// As in pprof: type grows with what is spent in the function itself.
function linesOf(node: GraphNode, name: string, { weight, total }: GraphViewProps, mostFlat: number): Line[] {
  const size = 10 + Math.ceil(10 * Math.sqrt(node.flat / Math.max(1, mostFlat)));
  const [path, rest] = splitPath(name);
  const dot = rest.indexOf(".");
  const flat = node.flat > 0 ? [`${amount(node.flat, weight)} (${percent(node.flat / total)})`] : [];
  const of = node.cum !== node.flat ? [`${node.flat > 0 ? "" : "0 "}of ${amount(node.cum, weight)} (${percent(node.cum / total)})`] : [];
  return [path + (dot < 0 ? "" : rest.slice(0, dot)), dot < 0 ? rest : rest.slice(dot + 1), ...flat, ...of]
    .filter((text) => text !== "")
    .map((text, i) => ({ text: shortened(text), size: i === 0 && dot >= 0 ? Math.max(9, size - 3) : size }));
}

async function picture(props: GraphViewProps): Promise<Picture> {
  const { samples, weight, total } = props;
  const graph = callGraph(samples, weight, total);
  const mostFlat = Math.max(...graph.nodes.map(({ flat }) => flat));
  const sized = graph.nodes.map((node) => {
    const lines = linesOf(node, samples.names[node.function], props, mostFlat);
    return { node, lines, width: Math.max(...lines.map(textWidth)) + 2 * PADDING, height: lines.reduce((sum, { size }) => sum + size * 1.25, 0) + 1.5 * PADDING };
  });
  const index = new Map(graph.nodes.map((node, i) => [node.function, i]));
  const layout = await layOut({
    nodes: sized,
    edges: graph.edges.map((edge) => ({
      from: index.get(edge.from)!,
      to: index.get(edge.to)!,
      weight: 1 + Math.round((50 * edge.weight) / total),
      labelWidth: textWidth({ text: amount(edge.weight, weight), size: 10 }) + 6,
    })),
  });
  return { graph, layout, boxes: sized.map((box, i) => ({ ...box, ...layout.nodes[i] })) };
}

// A smooth line through the points.
function pathOf(points: Point[]): string {
  const at = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  let path = `M ${at(points[0])}`;
  for (let i = 1; i + 1 < points.length; i++) path += ` Q ${at(points[i])} ${at({ x: (points[i].x + points[i + 1].x) / 2, y: (points[i].y + points[i + 1].y) / 2 })}`;
  return `${path} L ${at(points[points.length - 1])}`;
}

function Head({ points, width, colour }: { points: Point[]; width: number; colour: string }) {
  const [before, tip] = points.slice(-2);
  const angle = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
  const size = 5 + width;
  return <path d={`M 0 0 L ${-size} ${-size / 2} L ${-size} ${size / 2} Z`} fill={colour} transform={`translate(${tip.x.toFixed(1)} ${tip.y.toFixed(1)}) rotate(${angle.toFixed(1)})`} />;
}

function Edge({ edge, placed, props, palette }: { edge: GraphEdge; placed: LayoutOutput["edges"][number]; props: GraphViewProps; palette: Palette }) {
  const { samples, weight, total } = props;
  const share = Math.min(1, edge.weight / total);
  const width = 1 + 5 * share;
  const colour = mix(palette.muted, palette.accent, Math.sqrt(share));
  return (
    <g>
      <title>{`${samples.names[edge.from]}\n→ ${samples.names[edge.to]}\n${weight === "ns" ? exactDuration(edge.weight) : count(edge.weight)} (${percent(share)})${edge.residual ? "\nby way of functions that are left out" : ""}`}</title>
      <path d={pathOf(placed.points)} fill="none" stroke={colour} stroke-width={width.toFixed(2)} stroke-dasharray={edge.residual ? "5 4" : undefined} />
      <Head points={placed.points} width={width} colour={colour} />
      <text x={placed.x} y={placed.y + 4} text-anchor="middle" font-size="10" fill={palette.ink} stroke={palette.ground} stroke-width="3" paint-order="stroke">
        {amount(edge.weight, weight)}
      </text>
    </g>
  );
}

function Node({ box, props, palette, onReach }: { box: Box; props: GraphViewProps; palette: Palette; onReach: (box: Box) => void }) {
  const { samples, weight, total, onFunction } = props;
  const { node, lines, x, y, width, height } = box;
  const name = samples.names[node.function];
  const figures = (value: number) => `${weight === "ns" ? exactDuration(value) : count(value)} (${percent(value / total)})`;
  let line = y - height / 2 + 0.5 * PADDING;
  return (
    <g
      class="graph-node"
      tabindex={0} // attributes of SVG are told apart by case
      role="link"
      aria-label={`${name}: flat ${figures(node.flat)}, cum ${figures(node.cum)}`}
      onClick={() => onFunction(name)}
      onFocus={() => onReach(box)}
      onKeyDown={(event) => event.key === "Enter" && onFunction(name)}
    >
      <title>{`${name}\nflat ${figures(node.flat)}\ncum ${figures(node.cum)}\nA click focuses on it`}</title>
      <rect
        x={x - width / 2}
        y={y - height / 2}
        width={width}
        height={height}
        rx="4"
        fill={mix(palette.lane, palette.accent, 0.3 * Math.min(1, node.cum / total))}
        stroke={mix(palette.line, palette.accent, Math.sqrt(Math.min(1, node.cum / total)))}
      />
      {lines.map(({ text, size }, i) => {
        line += size * 1.25;
        return (
          <text key={i} x={x} y={line} text-anchor="middle" font-size={size} fill={palette.ink}>
            {text}
          </text>
        );
      })}
    </g>
  );
}

// What is drawn, as a file that stands alone.
function download(svg: SVGSVGElement, { layout }: Picture, title: string, palette: Palette): void {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(Math.ceil(layout.width)));
  copy.setAttribute("height", String(Math.ceil(layout.height)));
  copy.setAttribute("viewBox", `0 0 ${Math.ceil(layout.width)} ${Math.ceil(layout.height)}`);
  copy.firstElementChild!.removeAttribute("transform");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of [["width", "100%"], ["height", "100%"], ["fill", palette.ground]]) ground.setAttribute(key, value);
  copy.prepend(ground);
  saveFile(`${title}.svg`, new XMLSerializer().serializeToString(copy), "image/svg+xml");
}

function fit({ layout, boxes }: Picture, width: number, height: number, whole: boolean): View {
  const all = Math.min(FITTED_SCALE, width / (layout.width + 20), height / (layout.height + 20));
  if (whole || all >= SMALLEST_READABLE) return { scale: all, x: (width - layout.width * all) / 2, y: (height - layout.height * all) / 2 };
  const scale = SMALLEST_READABLE;
  const [x, y] = [width / 2 - boxes[0].x * scale, 30 - (boxes[0].y - boxes[0].height / 2) * scale];
  return { scale, x: layout.width * scale <= width ? (width - layout.width * scale) / 2 : Math.min(10, x), y: Math.min(10, y) };
}

// Dragging and the wheel.
function usePointing(svg: RefObject<SVGSVGElement | null>, setView: (next: (view: View) => View) => void, there: boolean) {
  const dragged = useRef(false);
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      setView((view) => zoomed(view, Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [there]);
  const onPointerDown = (down: PointerEvent) => {
    const element = svg.current!;
    let [x, y] = [down.clientX, down.clientY];
    dragged.current = false;
    const move = (event: PointerEvent) => {
      const [dx, dy] = [event.clientX - x, event.clientY - y];
      if (!dragged.current && Math.hypot(dx, dy) < 4) return;
      dragged.current = true;
      [x, y] = [event.clientX, event.clientY];
      setView((view) => ({ ...view, x: view.x + dx, y: view.y + dy }));
    };
    const end = () => {
      element.ownerDocument.removeEventListener("pointermove", move);
      element.ownerDocument.removeEventListener("pointerup", end);
      element.ownerDocument.removeEventListener("pointercancel", end);
    };
    element.ownerDocument.addEventListener("pointermove", move);
    element.ownerDocument.addEventListener("pointerup", end);
    element.ownerDocument.addEventListener("pointercancel", end);
  };
  // The click that ends a drag is none.
  const onClickCapture = (event: MouseEvent) => dragged.current && event.stopPropagation();
  return { onPointerDown, onClickCapture };
}

function zoomed(view: View, by: number, x: number, y: number): View {
  const scale = Math.max(0.05, Math.min(LARGEST_SCALE, view.scale * by));
  const ratio = scale / view.scale;
  return { scale, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

export function GraphView(props: GraphViewProps) {
  const { samples, weight, total, title } = props;
  const host = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const { width, height } = useSize(host);
  const palette = paletteFor(useDark());
  const [drawn, setDrawn] = useState<Picture | null>(null);
  const [error, setError] = useState("");
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const pointing = usePointing(svg, setView, drawn !== null);

  useEffect(() => {
    let wanted = true;
    picture(props).then((made) => wanted && setDrawn(made), (failure: Error) => wanted && setError(failure.message));
    return () => void (wanted = false);
  }, [samples, weight, total]);
  useEffect(() => {
    if (drawn && width > 0) setView(fit(drawn, width, height, false));
  }, [drawn, width > 0]);

  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !drawn) return;
    const moves: Record<string, [number, number]> = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    const move = moves[event.key];
    if (move) setView({ ...view, x: view.x + move[0], y: view.y + move[1] });
    else if (event.key === "+" || event.key === "=") setView(zoomed(view, 1.3, width / 2, height / 2));
    else if (event.key === "-") setView(zoomed(view, 1 / 1.3, width / 2, height / 2));
    else if (event.key === "0") setView(fit(drawn, width, height, true));
    else return;
    event.preventDefault();
  };
  // A function that the keyboard reaches comes into sight.
  const reach = (box: Box) => {
    if (!svg.current?.querySelector(".graph-node:focus-visible")) return;
    setView((at) => {
      const [x, y] = [at.x + box.x * at.scale, at.y + box.y * at.scale];
      return { ...at, x: x < 60 || x > width - 60 ? at.x + width / 2 - x : at.x, y: y < 30 || y > height - 30 ? at.y + height / 2 - y : at.y };
    });
  };
  const drawing = useMemo(
    () =>
      drawn && (
        <>
          {drawn.graph.edges.map((edge, i) => <Edge key={`${edge.from} ${edge.to}`} edge={edge} placed={drawn.layout.edges[i]} props={props} palette={palette} />)}
          {drawn.boxes.map((box) => <Node key={box.node.function} box={box} props={props} palette={palette} onReach={reach} />)}
        </>
      ),
    [drawn, palette, width, height],
  );

  if (error) return <ErrorNotice message={error} />;
  return (
    <section class="graph">
      <div class="profile-tools">
        {drawn && (
          <span class="muted figure" role="status">
            {plural(drawn.graph.nodes.length, "function")}, {plural(drawn.graph.edges.length, "call")}
            {drawn.graph.dropped > 0 && ` · ${plural(drawn.graph.dropped, "function")} with little left out`}
          </span>
        )}
        <span class="push button-row">
          <button type="button" class="button" aria-label="Zoom out" onClick={() => setView(zoomed(view, 1 / 1.3, width / 2, height / 2))}>−</button>
          <button type="button" class="button" aria-label="Zoom in" onClick={() => setView(zoomed(view, 1.3, width / 2, height / 2))}>+</button>
          <button type="button" class="button" disabled={!drawn} onClick={() => setView(fit(drawn!, width, height, true))}>Show all</button>
          <button type="button" class="button" disabled={!drawn} onClick={() => download(svg.current!, drawn!, title, palette)}>Download SVG</button>
        </span>
      </div>
      <div class="graph-host" ref={host} tabIndex={0} onKeyDown={onKey} aria-label={`Call graph. ${KEYS}`} role="group">
        <svg ref={svg} width="100%" height="100%" font-family={MONOSPACE} {...pointing}>
          <g transform={`translate(${view.x.toFixed(1)} ${view.y.toFixed(1)}) scale(${view.scale.toFixed(3)})`}>{drawing}</g>
        </svg>
      </div>
      <p class="muted">{KEYS}</p>
    </section>
  );
}
