// Draws a flame graph on a canvas: root on top (or at the bottom, upward), every package in its own muted hue.
import { fitName } from "../../names";
import { packageHue } from "../../palette";
import { weightOf, type Weight } from "./samples";
import type { FlameNode, FlameTree } from "./tree";

export const ROW = 19;
const FONT = "11px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
const NARROWEST = 0.6; // px; thinner boxes are left out
const PADDING = 4;

export interface FlameScene {
  readonly tree: FlameTree;
  readonly names: string[];
  readonly weight: Weight;
  readonly focus: FlameNode; // fills the width
  readonly matches: ReadonlySet<number> | null; // functions that the search found
  readonly hovered: FlameNode | null;
  readonly dark: boolean;
  readonly upward: boolean; // towards the callers
}

export interface FlameBox {
  readonly node: FlameNode;
  readonly x: number;
  readonly width: number;
}

// The boxes in sight, row by row. Ancestors of the focus fill the width too.
export function layoutFlame(scene: FlameScene, width: number): FlameBox[][] {
  const rows: FlameBox[][] = [];
  const place = (node: FlameNode, x: number, boxWidth: number) => {
    (rows[node.depth] ??= []).push({ node, x, width: boxWidth });
    const total = weightOf(node, scene.weight);
    let childX = x;
    for (const child of node.children) {
      const childWidth = total > 0 ? (boxWidth * weightOf(child, scene.weight)) / total : 0;
      if (childWidth < NARROWEST && scene.tree.order === "weight") break; // all that follow are thinner
      if (childWidth >= NARROWEST) place(child, childX, childWidth);
      childX += childWidth;
    }
  };
  for (let above = scene.focus.parent; above; above = above.parent) rows[above.depth] = [{ node: above, x: 0, width }];
  place(scene.focus, 0, width);
  return rows;
}

export function fillOf(scene: FlameScene, node: FlameNode): string {
  if (node.function < 0) return scene.dark ? "#2b323a" : "#e4e8ec";
  const hue = packageHue(scene.names[node.function]);
  if (scene.matches) {
    if (scene.matches.has(node.function)) return scene.dark ? "#f4c152" : "#f0b429";
    return scene.dark ? `hsl(${hue} 8% 26%)` : `hsl(${hue} 12% 90%)`;
  }
  return scene.dark ? `hsl(${hue} 22% 36%)` : `hsl(${hue} 42% 83%)`;
}

export function textOf(scene: FlameScene, node: FlameNode): string {
  const matched = scene.matches?.has(node.function);
  if (matched) return "#1b1606";
  if (scene.matches) return scene.dark ? "#b9c0c7" : "#5a626b";
  return scene.dark ? "#f1f4f6" : "#1d252c";
}

export function nodeName(scene: FlameScene, node: FlameNode): string {
  return node.function < 0 ? "all" : scene.names[node.function];
}

// Where a row is drawn, counted from the top.
function lineOf(scene: FlameScene, rows: FlameBox[][], depth: number): number {
  return scene.upward ? rows.length - 1 - depth : depth;
}

export function drawFlame(context: CanvasRenderingContext2D, scene: FlameScene, rows: FlameBox[][], top: number, height: number): void {
  context.font = FONT;
  context.textBaseline = "middle";
  const character = context.measureText("0").width;
  const first = Math.max(0, Math.floor(top / ROW));
  const last = Math.min(rows.length - 1, Math.ceil((top + height) / ROW));
  for (let line = first; line <= last; line++) {
    const y = line * ROW;
    for (const box of rows[lineOf(scene, rows, line)] ?? []) {
      const { node, x, width } = box;
      const above = node.depth < scene.focus.depth;
      context.globalAlpha = above ? 0.75 : 1;
      context.fillStyle = fillOf(scene, node);
      context.fillRect(x, y, width > 2 ? width - 1 : width, ROW - 1);
      const text = fitName(nodeName(scene, node), Math.floor((width - 2 * PADDING) / character));
      if (text) {
        context.fillStyle = textOf(scene, node);
        context.fillText(text, x + PADDING, y + ROW / 2);
      }
      context.globalAlpha = 1;
      if (node === scene.hovered) {
        context.strokeStyle = scene.dark ? "#ffffff" : "#11181e";
        context.lineWidth = 1.5;
        context.strokeRect(x + 0.75, y + 0.75, Math.max(1, width - 2.5), ROW - 2.5);
      }
    }
  }
}

export function boxAt(scene: FlameScene, rows: FlameBox[][], x: number, y: number): FlameBox | null {
  const row = rows[lineOf(scene, rows, Math.floor(y / ROW))];
  return row?.find((box) => x >= box.x && x < box.x + box.width) ?? null;
}

// Where an arrow key leads from a frame: along the row among what is drawn, or up and down the stack.
export function frameBeside(scene: FlameScene, rows: FlameBox[][], node: FlameNode, key: string): FlameNode | null {
  const outward = scene.upward ? "ArrowUp" : "ArrowDown";
  if (key === "ArrowUp" || key === "ArrowDown") {
    if (key !== outward) return node.parent;
    const next = rows[node.depth + 1]?.find((box) => box.node.parent === node);
    return next?.node ?? null;
  }
  const row = rows[node.depth] ?? [];
  const at = row.findIndex((box) => box.node === node);
  return row[at + (key === "ArrowLeft" ? -1 : 1)]?.node ?? null;
}

// The top of a frame's row in the picture.
export function frameTop(scene: FlameScene, rows: FlameBox[][], node: FlameNode): number {
  return lineOf(scene, rows, node.depth) * ROW;
}
