import type { ArrayInfo } from '../../contract/arrays.ts';
import type { TypedArray } from '../../contract/typed-arrays.ts';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Sql } from '../sql.ts';
import { type ArrayRow, findArrayRow, insertArrayRow, listArrayRows, userOfArray } from './array-rows.ts';
import type { ArrayStore, NewArray } from './array-store.ts';
import {
  type ChunkGrid,
  chunkGrid,
  chunkOrigin,
  chunkPosition,
  chunksTouching,
  clippedShape,
  elementCount,
  suggestChunkShape,
} from './chunk-grid.ts';
import { createChunkRows, hashOfChunks } from './chunk-rows.ts';
import { bytesOf, decodeBytes, encodeElsewhere } from './codec.ts';
import { copyRegion } from './copy-region.ts';
import { boxOf, sameShape } from './selection.ts';
import { allocate, isTypedAs } from './typed-arrays.ts';
import { createZarrStore } from './zarr-store.ts';

const origin = (rank: number): number[] => new Array<number>(rank).fill(0);

/** The array store over an open file. */
export function createArrayStore(sql: Sql, clock: Clock): ArrayStore {
  const chunks = createChunkRows(sql);

  const rowOf = (id: string): ArrayRow => {
    const row = findArrayRow(sql, id);
    if (!row) throw new UserError('array.unknown', `There is no array ${id} in this project.`, { id });
    return row;
  };
  const gridOf = ({ info }: ArrayRow): ChunkGrid => chunkGrid(info.shape, info.chunkShape);

  function assertOpen({ info }: ArrayRow, values?: TypedArray): void {
    if (info.contentHash !== null) throw new Error(`Array ${info.name} (${info.id}) is sealed`);
    if (values && !isTypedAs(info.dtype, values)) {
      throw new Error(`Array ${info.name} holds ${info.dtype}, not ${values.constructor.name}`);
    }
  }

  /** Brings values to a full chunk whose pad is zero, so that equal data always have equal bytes. */
  function padded(
    { info }: ArrayRow,
    grid: ChunkGrid,
    chunk: readonly number[],
    values: TypedArray,
  ): TypedArray {
    const clipped = clippedShape(grid, chunk);
    const full = elementCount(grid.chunkShape);
    const inside = elementCount(clipped);
    if (values.length !== full && values.length !== inside) {
      throw new Error(
        `A chunk of ${info.name} has ${full} values (${inside} inside the array), not ${values.length}`,
      );
    }
    if (full === inside) return values;
    const out = allocate(info.dtype, full);
    const rank = grid.shape.length;
    const fromShape = values.length === full ? grid.chunkShape : clipped;
    copyRegion(
      { data: values, shape: fromShape, start: origin(rank) },
      { data: out, shape: grid.chunkShape, start: origin(rank) },
      clipped,
    );
    return out;
  }

  function writeBox(
    row: ArrayRow,
    start: readonly number[],
    shape: readonly number[],
    values: TypedArray,
  ): void {
    assertOpen(row, values);
    const grid = gridOf(row);
    const stop = start.map((from, axis) => from + shape[axis]);
    boxOf(
      grid.shape,
      start.map((from, axis) => ({ start: from, stop: stop[axis] })),
    );
    if (values.length !== elementCount(shape)) {
      throw new Error(`${values.length} values do not fill a box of [${shape}] in ${row.info.name}`);
    }
    const length = elementCount(grid.chunkShape);
    for (const chunk of chunksTouching(grid, start, stop)) {
      const from = chunkOrigin(grid, chunk);
      const clipped = clippedShape(grid, chunk);
      const low = from.map((at, axis) => Math.max(at, start[axis]));
      const extent = from.map((at, axis) => Math.min(at + clipped[axis], stop[axis]) - low[axis]);
      const position = chunkPosition(grid, chunk);
      const old = sameShape(extent, clipped) ? null : chunks.read(row.row, position, row.info.dtype, length);
      const full = old ?? allocate(row.info.dtype, length);
      copyRegion(
        { data: values, shape, start: low.map((at, axis) => at - start[axis]) },
        { data: full, shape: grid.chunkShape, start: low.map((at, axis) => at - from[axis]) },
        extent,
      );
      chunks.write(row.row, position, full);
    }
  }

  function seal(id: string): ArrayInfo {
    const row = rowOf(id);
    if (row.info.contentHash !== null) return row.info;
    const hashes = chunks.hashes(row.row);
    const missing = gridOf(row).total - hashes.length;
    if (missing !== 0) {
      throw new UserError(
        'array.incomplete',
        `The array “${row.info.name}” lacks ${missing} of its chunks, so it cannot be finished: run the step that writes it again.`,
        { name: row.info.name, missing },
      );
    }
    const { dtype, shape, chunkShape } = row.info;
    const contentHash = hashOfChunks(
      dtype,
      shape,
      chunkShape,
      hashes.map((chunk) => chunk.hash),
    );
    sql.run('UPDATE arrays SET content_hash = ? WHERE row = ?', contentHash, row.row);
    return { ...row.info, contentHash };
  }

  function create(spec: NewArray): ArrayInfo {
    const info = newInfo(spec);
    insertArrayRow(sql, clock, info);
    return rowOf(info.id).info;
  }

  const store: ArrayStore = {
    create: (spec) => sql.transaction(() => create(spec)),
    put: (spec, data) =>
      sql.transaction(() => {
        const { id } = create(spec);
        writeBox(rowOf(id), origin(spec.shape.length), spec.shape, data);
        return seal(id);
      }),
    writeChunk: (id, chunk, values) =>
      sql.transaction(() => {
        const row = rowOf(id);
        assertOpen(row, values);
        const grid = gridOf(row);
        const position = chunkPosition(grid, chunk);
        chunks.write(row.row, position, padded(row, grid, chunk, values));
      }),
    async encodeChunk(id, chunk, values) {
      const row = rowOf(id);
      assertOpen(row, values);
      const bytes = bytesOf(padded(row, gridOf(row), chunk, values));
      return { chunk, ...(await encodeElsewhere(bytes)) };
    },
    writeEncoded: (id, { chunk, hash, bytes }) =>
      sql.transaction(() => {
        const row = rowOf(id);
        assertOpen(row);
        chunks.writeEncoded(row.row, chunkPosition(gridOf(row), chunk), hash, bytes);
      }),
    write: (id, start, shape, values) => sql.transaction(() => writeBox(rowOf(id), start, shape, values)),
    writeRows: (id, first, values) =>
      sql.transaction(() => {
        const row = rowOf(id);
        const inner = row.info.shape.slice(1);
        const rows = values.length / elementCount(inner);
        writeBox(row, [first, ...inner.map(() => 0)], [rows, ...inner], values);
      }),
    readChunk(id, chunk) {
      const row = rowOf(id);
      const grid = gridOf(row);
      const position = chunkPosition(grid, chunk);
      const shape = clippedShape(grid, chunk);
      const length = elementCount(grid.chunkShape);
      const full = chunks.read(row.row, position, row.info.dtype, length);
      if (full && elementCount(shape) === length) return { shape, data: full };
      const data = allocate(row.info.dtype, elementCount(shape));
      if (full) {
        const start = origin(shape.length);
        copyRegion({ data: full, shape: grid.chunkShape, start }, { data, shape, start }, shape);
      }
      return { shape, data };
    },
    hasChunk(id, chunk) {
      const row = rowOf(id);
      return chunks.has(row.row, chunkPosition(gridOf(row), chunk));
    },
    read: (id, selection) => store.readAs(id, rowOf(id).info.dtype, selection),
    readAs(id, dtype, selection) {
      const row = rowOf(id);
      if (row.info.dtype !== dtype)
        throw new Error(`Array ${row.info.name} holds ${row.info.dtype}, not ${dtype}`);
      const grid = gridOf(row);
      const { start, stop, shape } = boxOf(grid.shape, selection);
      const length = elementCount(grid.chunkShape);
      const data = allocate(dtype, elementCount(shape));
      for (const chunk of chunksTouching(grid, start, stop)) {
        const full = chunks.read(row.row, chunkPosition(grid, chunk), dtype, length);
        if (!full) continue;
        const from = chunkOrigin(grid, chunk);
        const low = from.map((at, axis) => Math.max(at, start[axis]));
        const extent = from.map((at, axis) => Math.min(at + grid.chunkShape[axis], stop[axis]) - low[axis]);
        copyRegion(
          { data: full, shape: grid.chunkShape, start: low.map((at, axis) => at - from[axis]) },
          { data, shape, start: low.map((at, axis) => at - start[axis]) },
          extent,
        );
      }
      return { shape, data };
    },
    seal: (id) => sql.transaction(() => seal(id)),
    info: (id) => rowOf(id).info,
    find: (id) => findArrayRow(sql, id)?.info ?? null,
    list: () => listArrayRows(sql).map(({ info }) => info),
    zarrStore(id) {
      const { row, info } = rowOf(id);
      const grid = chunkGrid(info.shape, info.chunkShape);
      return createZarrStore(info, {
        encoded: (chunk) => chunks.encoded(row, chunkPosition(grid, chunk)),
        write: (chunk, bytes) =>
          store.writeChunk(id, chunk, decodeBytes(bytes, info.dtype, elementCount(grid.chunkShape))),
      });
    },
    storedBytes: (id) => chunks.count(rowOf(id).row).bytes,
    delete: (id) =>
      sql.transaction(() => {
        const { row, info } = rowOf(id);
        const user = userOfArray(sql, id);
        if (user) {
          throw new UserError(
            'array.in-use',
            `The array “${info.name}” belongs to ${user}: delete that first.`,
            { name: info.name, user },
          );
        }
        sql.run('DELETE FROM arrays WHERE row = ?', row);
      }),
  };
  return store;
}

function newInfo(spec: NewArray): ArrayInfo {
  const chunkShape = [...(spec.chunkShape ?? suggestChunkShape(spec.shape, spec.dtype))];
  chunkGrid(spec.shape, chunkShape);
  const axes = spec.axes ?? [];
  if (axes.length > 0 && axes.length !== spec.shape.length) {
    throw new Error(`${axes.length} axes do not describe a shape of ${spec.shape.length} dimensions`);
  }
  return {
    id: newId(),
    name: spec.name,
    shape: [...spec.shape],
    chunkShape,
    dtype: spec.dtype,
    unit: spec.unit ?? '',
    axes: axes.map(({ name = '', unit = '', step }) => ({
      name,
      unit,
      ...(step === undefined ? {} : { step }),
    })),
    contentHash: null,
    attributes: { ...spec.attributes },
  };
}
