import type { InspectedOp } from '../../../main/contract/model-inspection.ts';

/** A node's place in the drawing; `x` and `y` are its upper left corner. */
export interface PlacedOp {
  readonly op: InspectedOp;
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly nodes: readonly PlacedOp[];
  /** From the middle of a node's lower edge to the middle of another's upper edge. */
  readonly edges: readonly { readonly from: PlacedOp; readonly to: PlacedOp }[];
  readonly width: number;
  readonly height: number;
}

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 38;
const GAP_X = 20;
const GAP_Y = 26;
const MARGIN = 16;

/** Operators that only move numbers about: shown on request. */
export function isPlumbing({ flops, parameters }: InspectedOp): boolean {
  return flops === 0 && parameters === 0;
}

/**
 * Places nodes in rows from top to bottom, each below all that it reads (longest path), and orders a row by the middle of
 * what its nodes read (Sugiyama's barycentre, one sweep). Edges through nodes that are left out are drawn straight through.
 */
export function layoutGraph(ops: readonly InspectedOp[], shown: (op: InspectedOp) => boolean): GraphLayout {
  const byId = new Map(ops.map((op) => [op.id, op]));
  const sources = new Map<number, number[]>();
  for (const op of ops) sources.set(op.id, sourcesOf(op, byId, shown));
  const visible = ops.filter(shown);
  const row = new Map<number, number>();
  for (const { id } of visible) {
    row.set(id, Math.max(-1, ...(sources.get(id) ?? []).map((from) => row.get(from) ?? -1)) + 1);
  }
  const rows: InspectedOp[][] = [];
  for (const op of visible) {
    const at = row.get(op.id) ?? 0;
    rows[at] = [...(rows[at] ?? []), op];
  }
  const widest = Math.max(1, ...rows.map((members) => members.length));
  const width = widest * (NODE_WIDTH + GAP_X) - GAP_X + 2 * MARGIN;
  const placed = new Map<number, PlacedOp>();
  for (const [at, members] of rows.entries()) {
    const middle = (op: InspectedOp) => {
      const places = (sources.get(op.id) ?? []).flatMap((from) => placed.get(from)?.x ?? []);
      return places.length === 0 ? width / 2 : places.reduce((sum, x) => sum + x, 0) / places.length;
    };
    const ordered = members.toSorted((a, b) => middle(a) - middle(b) || a.id - b.id);
    const left = (width - (ordered.length * (NODE_WIDTH + GAP_X) - GAP_X)) / 2;
    for (const [column, op] of ordered.entries()) {
      placed.set(op.id, {
        op,
        x: left + column * (NODE_WIDTH + GAP_X),
        y: MARGIN + at * (NODE_HEIGHT + GAP_Y),
      });
    }
  }
  const edges = visible.flatMap((op) =>
    (sources.get(op.id) ?? []).flatMap((from) => {
      const [start, end] = [placed.get(from), placed.get(op.id)];
      return start === undefined || end === undefined ? [] : [{ from: start, to: end }];
    }),
  );
  const height = 2 * MARGIN + Math.max(1, rows.length) * (NODE_HEIGHT + GAP_Y) - GAP_Y;
  return { nodes: [...placed.values()], edges, width, height };
}

/** The shown nodes that a node reads, directly or through nodes that are left out. */
function sourcesOf(
  op: InspectedOp,
  byId: ReadonlyMap<number, InspectedOp>,
  shown: (op: InspectedOp) => boolean,
): number[] {
  const found = new Set<number>();
  const seen = new Set<number>();
  const queue = [...op.from];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const source = byId.get(id);
    if (source === undefined || seen.has(id)) continue;
    seen.add(id);
    if (shown(source)) found.add(id);
    else queue.push(...source.from);
  }
  return [...found];
}
