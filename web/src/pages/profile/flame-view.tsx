// The flame graph with its pointer and what it says about the frame beneath.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { duration, exactDuration, percent, plural } from "../../format";
import { prepareCanvas, useDark, useSize } from "../../ui/size";
import { boxAt, drawFlame, layoutFlame, nodeName, ROW, type FlameScene } from "./flame";
import { weightOf, type FlameNode, type FlameTree, type Weight } from "./tree";

interface FlameViewProps {
  readonly tree: FlameTree;
  readonly names: string[];
  readonly weight: Weight;
  readonly matches: ReadonlySet<number> | null;
}

function describe(scene: FlameScene, node: FlameNode): string {
  const share = weightOf(node, scene.weight) / weightOf(scene.tree.root, scene.weight);
  const self = weightOf({ ns: node.selfNs, count: node.selfCount }, scene.weight) / weightOf(scene.tree.root, scene.weight);
  const parts = [percent(share), duration(node.ns), plural(node.count, "time")];
  if (self > 0 && node.children.length > 0) parts.push(`itself ${percent(self)}`);
  return parts.join(" · ");
}

export function FlameView({ tree, names, weight, matches }: FlameViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height: lastHeight } = useSize(host);
  const dark = useDark();
  const [focus, setFocus] = useState<FlameNode>(tree.root);
  const [hovered, setHovered] = useState<FlameNode | null>(null);
  const [top, setTop] = useState(0);

  useEffect(() => {
    setFocus(tree.root);
    setHovered(null);
  }, [tree]);

  // A focus of another tree lives until the effect above has run.
  const shownFocus = rootOf(focus) === tree.root ? focus : tree.root;
  const scene: FlameScene = { tree, names, weight, focus: shownFocus, matches, hovered, dark };
  const rows = useMemo(() => layoutFlame(scene, width), [tree, weight, shownFocus, width]);

  useLayoutEffect(() => {
    if (width === 0) return;
    const { clientHeight: height } = host.current!; // what the rows have just made it
    const context = prepareCanvas(canvas.current!, width, height);
    context.translate(0, -top);
    drawFlame(context, scene, rows, top, height);
  }, [rows, width, lastHeight, top, hovered, matches, dark, names]);

  const nodeAt = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return boxAt(rows, event.clientX - box.left, event.clientY - box.top + top)?.node ?? null;
  };

  const told = hovered ?? shownFocus;
  return (
    <div class="flame">
      <p class="flame-says">
        <span class="code flame-name" title={nodeName(scene, told)}>{nodeName(scene, told)}</span>
        <span class="figure muted" title={exactDuration(told.ns)}>{describe(scene, told)}</span>
        {shownFocus !== tree.root && (
          <button type="button" class="button push" onClick={() => setFocus(tree.root)}>
            Show all
          </button>
        )}
      </p>
      <div class="flame-scroll" ref={host} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <div style={{ height: `${rows.length * ROW}px` }}>
          <canvas
            ref={canvas}
            role="img"
            aria-label="Flame graph"
            title={hovered ? `${nodeName(scene, hovered)}\n${describe(scene, hovered)}` : undefined}
            onPointerMove={(event) => setHovered(nodeAt(event))}
            onPointerLeave={() => setHovered(null)}
            onClick={(event) => setFocus(nodeAt(event) ?? shownFocus)}
          />
        </div>
      </div>
    </div>
  );
}

function rootOf(node: FlameNode): FlameNode {
  while (node.parent) node = node.parent;
  return node;
}
