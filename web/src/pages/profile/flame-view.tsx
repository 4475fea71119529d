// The flame graph with its pointer, its keys, and what it says about a frame.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { duration, exactDuration, percent, plural } from "../../format";
import { keyOf } from "../../keys";
import { prepareCanvas, useDark, useSize } from "../../ui/size";
import { boxAt, drawFlame, frameBeside, frameTop, layoutFlame, nodeName, ROW, type FlameScene } from "./flame";
import { weightOf, type Weight } from "./samples";
import type { FlameNode, FlameTree } from "./tree";

const KEYS = "Arrow keys move, Enter zooms, Escape shows all";

interface FlameViewProps {
  readonly tree: FlameTree;
  readonly names: string[];
  readonly weight: Weight;
  readonly total: number; // what shares are of: the whole profile
  readonly noun: string;
  readonly matches: ReadonlySet<number> | null;
  readonly title?: string; // where several stand on one page
  readonly upward?: boolean;
  readonly actions?: (name: string) => ComponentChildren; // what can be done with a function
}

function describe(scene: FlameScene, node: FlameNode, total: number, noun: string): string {
  const share = weightOf(node, scene.weight) / total;
  const self = weightOf({ ns: node.selfNs, count: node.selfCount }, scene.weight) / total;
  const parts = [percent(share), duration(node.ns), plural(node.count, noun)];
  if (self > 0 && node.children.length > 0 && !scene.upward) parts.push(`itself ${percent(self)}`);
  return parts.join(" · ");
}

export function FlameView(props: FlameViewProps) {
  const { tree, names, weight, matches, total, noun, upward = false } = props;
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

  // What belongs to another tree lives until the effect above has run.
  const shownFocus = rootOf(focus) === tree.root ? focus : tree.root;
  const shownHovered = hovered && rootOf(hovered) === tree.root ? hovered : null;
  const scene: FlameScene = { tree, names, weight, focus: shownFocus, matches, hovered: shownHovered, dark, upward };
  const rows = useMemo(() => layoutFlame(scene, width), [tree, weight, shownFocus, width]);

  useLayoutEffect(() => {
    if (upward) host.current!.scrollTop = host.current!.scrollHeight;
  }, [rows, upward]);

  useLayoutEffect(() => {
    if (width === 0) return;
    const { clientHeight: height } = host.current!; // what the rows have just made it
    const context = prepareCanvas(canvas.current!, width, height);
    context.translate(0, -top);
    drawFlame(context, scene, rows, top, height);
  }, [rows, width, lastHeight, top, shownHovered, matches, dark, names]);

  const nodeAt = (event: MouseEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    return boxAt(scene, rows, event.clientX - box.left, event.clientY - box.top + top)?.node ?? null;
  };

  const moveTo = (node: FlameNode | null) => {
    if (!node) return;
    setHovered(node);
    const y = frameTop(scene, rows, node);
    const scroller = host.current!;
    if (y < scroller.scrollTop) scroller.scrollTop = y;
    if (y + ROW > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = y + ROW - scroller.clientHeight;
  };

  const onKey = (event: KeyboardEvent) => {
    const at = shownHovered ?? shownFocus;
    const command = keyOf(event, "flame");
    if (command === null) return;
    if (command === "flame-focus") setFocus(at);
    else if (command === "flame-all") setFocus(tree.root);
    else moveTo(frameBeside(scene, rows, at, event.key));
    event.preventDefault();
  };

  const told = shownHovered ?? shownFocus;
  return (
    <div class="flame">
      <p class="flame-says">
        {props.title && <strong>{props.title}</strong>}
        <span class="code flame-name" title={nodeName(scene, told)}>{nodeName(scene, told)}</span>
        <span class="figure muted" title={exactDuration(told.ns)}>{describe(scene, told, total, noun)}</span>
        <span class="flame-actions push">
          {told.function >= 0 && props.actions?.(names[told.function])}
          {shownFocus !== tree.root && (
            <button type="button" class="button" onClick={() => setFocus(tree.root)}>
              Show all
            </button>
          )}
        </span>
      </p>
      <div class="flame-scroll" ref={host} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <div style={{ height: `${rows.length * ROW}px` }}>
          <canvas
            ref={canvas}
            role="img"
            tabIndex={0}
            aria-label={props.title ?? "Flame graph"}
            title={shownHovered ? `${nodeName(scene, shownHovered)}\n${describe(scene, shownHovered, total, noun)}` : KEYS}
            onPointerMove={(event) => setHovered(nodeAt(event))}
            onPointerLeave={() => setHovered(null)}
            onClick={(event) => setFocus(nodeAt(event) ?? shownFocus)}
            onKeyDown={onKey}
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
