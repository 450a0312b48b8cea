import type { ArrayInfo } from '../../contract/arrays.ts';
import type { ZarrStore } from './array-store.ts';
import { zarrCodecs } from './codec.ts';

/** Access to one array's chunks by grid coordinates, in their compressed form. */
export interface EncodedChunks {
  encoded(chunk: readonly number[]): Uint8Array | null;
  write(chunk: readonly number[], bytes: Uint8Array): void;
}

/**
 * The array's Zarr v3 metadata document. Unit, axes and the rest ride along as attributes; axis names are Zarr's
 * own dimension names as well.
 */
export function zarrMetadata(info: ArrayInfo): object {
  const { name, unit, axes, contentHash } = info;
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: info.shape,
    data_type: info.dtype,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: info.chunkShape } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: info.dtype === 'bool' ? false : 0,
    codecs: zarrCodecs,
    ...(axes.length > 0 ? { dimension_names: axes.map((axis) => axis.name || null) } : {}),
    attributes: { ...info.attributes, gyrus: { id: info.id, name, unit, axes, contentHash } },
  };
}

/** Key of a chunk below its array: `c/1/0`; `c` alone for a scalar. */
export function chunkKey(chunk: readonly number[]): string {
  return ['c', ...chunk].join('/');
}

/** One array behind Zarr's key-value interface. */
export function createZarrStore(info: ArrayInfo, chunks: EncodedChunks): ZarrStore {
  return {
    async get(key) {
      if (key === '/zarr.json') return new TextEncoder().encode(JSON.stringify(zarrMetadata(info), null, 2));
      const chunk = parseChunkKey(key, info.shape.length);
      return chunk === null ? undefined : (chunks.encoded(chunk) ?? undefined);
    },
    async set(key, value) {
      const chunk = parseChunkKey(key, info.shape.length);
      if (chunk === null) throw new Error(`${key} of array ${info.name} cannot be written`);
      chunks.write(chunk, value);
    },
  };
}

function parseChunkKey(key: string, rank: number): number[] | null {
  const [root, head, ...rest] = key.split('/');
  const known = root === '' && head === 'c' && rest.length === rank && rest.every((at) => /^\d+$/.test(at));
  return known ? rest.map(Number) : null;
}
