import { queryOptions } from '@tanstack/react-query';
import { type Dtype, dtypeSchema } from '../../main/contract/arrays.ts';
import { errorInfoSchema } from '../../main/contract/errors.ts';

export interface ArrayValues {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly bytes: ArrayBuffer;
}

/** A refusal of the array endpoint, shaped as the API's, so that the page says it the same way. */
class ArrayError extends Error {
  readonly data: unknown;

  constructor(message: string, data: unknown) {
    super(message);
    this.data = data;
  }
}

/** A request whose refusal is told like the API's. */
async function get(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const info = errorInfoSchema.safeParse(
    typeof body === 'object' && body !== null && 'info' in body ? body.info : null,
  );
  throw new ArrayError(info.success ? info.data.message : `${url}: ${response.statusText}`, body);
}

/** All bytes of an answer. Throws ArrayError with the server's sentence. */
export async function fetchBytes(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await get(url)).arrayBuffer());
}

/** All bytes of the answer to a question put as JSON. Throws ArrayError with the server's sentence. */
export async function postForBytes(url: string, question: unknown): Promise<Uint8Array> {
  const response = await get(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
  });
  return new Uint8Array(await response.arrayBuffer());
}

/** Values of an array, or of `region` of it ("3,:" is row 3); bytes are little-endian and row-major. */
export async function fetchArray(id: string, region?: string): Promise<ArrayValues> {
  const query = region === undefined ? '' : `?region=${encodeURIComponent(region)}`;
  const response = await get(`/array/${id}${query}`);
  const shape: unknown = JSON.parse(response.headers.get('x-array-shape') ?? '[]');
  return {
    shape: Array.isArray(shape) ? shape.map(Number) : [],
    dtype: dtypeSchema.parse(response.headers.get('x-array-dtype')),
    bytes: await response.arrayBuffer(),
  };
}

/** Query of a float32 array; kept for good, as a sealed array never changes. */
export function float32Query(id: string, region?: string) {
  return queryOptions({
    queryKey: ['array', id, region ?? ''],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { shape, dtype, bytes } = await fetchArray(id, region);
      if (dtype !== 'float32') throw new Error(`array ${id} holds ${dtype}, not float32`);
      return { shape, data: new Float32Array(bytes) };
    },
  });
}

/** Query of an int32 array, such as the places of vertices; nothing is fetched for null. */
export function int32Query(id: string | null) {
  return queryOptions({
    queryKey: ['array', id ?? '', 'int32'],
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { dtype, bytes } = await fetchArray(id ?? '');
      if (dtype !== 'int32') throw new Error(`array ${id} holds ${dtype}, not int32`);
      return new Int32Array(bytes);
    },
  });
}

/** Query of a uint32 array, such as voxel indices; kept for good. */
export function uint32Query(id: string) {
  return queryOptions({
    queryKey: ['array', id, 'uint32'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { shape, dtype, bytes } = await fetchArray(id);
      if (dtype !== 'uint32') throw new Error(`array ${id} holds ${dtype}, not uint32`);
      return { shape, data: new Uint32Array(bytes) };
    },
  });
}
