import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { swapBytes } from '../npy/npy.ts';
import { openFile, readWhole } from '../source.ts';

export interface FreeSurferSurface {
  /** x, y, z a vertex, millimetres in surface (tkr) RAS: add `centre` for scanner RAS. */
  readonly coordinates: Float32Array;
  /** Three vertex indices a triangle. */
  readonly triangles: Int32Array;
  /** The line a program left in the file, such as "created by ...". */
  readonly comment: string;
  /** c_ras of the volume the surface was made from, or null where the file does not keep it. */
  readonly centre: readonly [number, number, number] | null;
}

/** Bytes that the two lines of text fit in, else the file is read as a whole. */
const HEAD = 4096;
/** Bytes behind the triangles that are looked at. */
const FOOTER = 4096;
const BLOCK = 192 << 10;

/** First three bytes of FreeSurfer's binary files. */
export const magic = { triangle: 0xfffffe, quad: 0xffffff, newQuad: 0xfffffd } as const;

/** The first three bytes of a FreeSurfer file as a number: they tell its kind. */
export function magicOf(bytes: Uint8Array): number {
  return bytes.length < 3 ? -1 : (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
}

/**
 * Reads a FreeSurfer surface (lh.pial, lh.inflated, ...): triangle files and both kinds of quad files, each quad cut
 * into two triangles. Always big-endian (FreeSurfer, fileformats wiki).
 * @throws UserError `file.*`, `freesurfer.not-surface`, `freesurfer.damaged`
 */
export async function readFreeSurferSurface(path: string): Promise<FreeSurferSurface> {
  return takeSurface(await readWhole(path), basename(path));
}

/** A triangle file whose numbers come block after block. */
export interface SurfaceStream extends Pick<FreeSurferSurface, 'comment' | 'centre'> {
  readonly vertexCount: number;
  readonly triangleCount: number;
  /** x, y, z of all vertices, in the same memory each time. */
  coordinates(): AsyncGenerator<Float32Array>;
  /** Vertex indices of all triangles as they stand, unchecked, in the same memory each time. */
  triangles(): AsyncGenerator<Int32Array>;
  close(): Promise<void>;
}

/**
 * Opens a triangle file for a walk through its numbers; null where it is another kind of surface, or packed.
 * @throws UserError `file.*`, `freesurfer.damaged`
 */
export async function openSurfaceStream(path: string): Promise<SurfaceStream | null> {
  const source = await openFile(path);
  const head = await source.read(0, HEAD);
  const start = head.indexOf(10, head.indexOf(10, 3) + 1) + 1;
  if (magicOf(head) !== magic.triangle || start <= 0 || start + 8 > head.length) {
    await source.close();
    return null;
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [vertexCount, triangleCount] = [view.getInt32(start), view.getInt32(start + 4)];
  const facesAt = start + 8 + 12 * vertexCount;
  const end = facesAt + 12 * triangleCount;
  if (vertexCount < 0 || triangleCount < 0 || end > source.size) {
    await source.close();
    throw damaged(basename(path));
  }
  const memory = new Uint8Array(BLOCK);
  async function* numbers(from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at < to; at += BLOCK) {
      const bytes = await source.read(at, Math.min(BLOCK, to - at), memory);
      if (bytes.length % 4 !== 0) throw damaged(basename(path));
      swapBytes(bytes, 4);
      yield bytes;
    }
  }
  return {
    vertexCount,
    triangleCount,
    comment: commentOf(head.subarray(3, head.indexOf(10, 3))),
    centre: centreOf(await source.read(end, FOOTER)),
    async *coordinates() {
      for await (const { length } of numbers(start + 8, facesAt))
        yield new Float32Array(memory.buffer, 0, length / 4);
    },
    async *triangles() {
      for await (const { length } of numbers(facesAt, end))
        yield new Int32Array(memory.buffer, 0, length / 4);
    },
    close: () => source.close(),
  };
}

/** As `readFreeSurferSurface`, from bytes. */
export function parseFreeSurferSurface(bytes: Uint8Array, file: string): FreeSurferSurface {
  return takeSurface(new Uint8Array(bytes), file);
}

/** The surface's numbers lie in the bytes themselves where they can, turned to this machine's order. */
function takeSurface(bytes: Uint8Array, file: string): FreeSurferSurface {
  const kind = magicOf(bytes);
  if (kind === magic.triangle) return triangleSurface(bytes, file);
  if (kind === magic.quad || kind === magic.newQuad) return quadSurface(bytes, kind === magic.newQuad, file);
  throw new UserError('freesurfer.not-surface', `${file} is not a FreeSurfer surface.`, { file });
}

function triangleSurface(bytes: Uint8Array, file: string): FreeSurferSurface {
  // Two text lines, the second empty; either may be longer in old files.
  const first = bytes.indexOf(10, 3);
  const second = first < 0 ? -1 : bytes.indexOf(10, first + 1);
  if (second < 0) throw damaged(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = second + 1;
  if (start + 8 > bytes.length) throw damaged(file);
  const vertexCount = view.getInt32(start);
  const triangleCount = view.getInt32(start + 4);
  const end = start + 8 + 12 * (vertexCount + triangleCount);
  if (vertexCount < 0 || triangleCount < 0 || end > bytes.length) throw damaged(file);
  const comment = commentOf(bytes.subarray(3, first));
  const centre = centreOf(bytes.subarray(end));
  // The texts in front are longer than what the numbers must move to stand in step with their type.
  const from = start + 8 - ((bytes.byteOffset + start) % 4);
  bytes.copyWithin(from, start + 8, end);
  const at = bytes.byteOffset + from;
  Buffer.from(bytes.buffer, at, 12 * (vertexCount + triangleCount)).swap32();
  const coordinates = new Float32Array(bytes.buffer, at, 3 * vertexCount);
  const triangles = new Int32Array(bytes.buffer, at + 12 * vertexCount, 3 * triangleCount);
  if (!allBelow(triangles, vertexCount)) throw damaged(file);
  return { coordinates, triangles, comment, centre };
}

function allBelow(vertices: Int32Array, count: number): boolean {
  let most = 0;
  for (let n = 0; n < vertices.length; n++) most = Math.max(most, vertices[n] >>> 0);
  return vertices.length === 0 || most < count;
}

function quadSurface(bytes: Uint8Array, wide: boolean, file: string): FreeSurferSurface {
  if (bytes.length < 9) throw damaged(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const three = (at: number): number => (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  const vertexCount = three(3);
  const quadCount = three(6);
  const width = wide ? 4 : 2;
  const facesAt = 9 + 3 * width * vertexCount;
  if (facesAt + 12 * quadCount > bytes.length) throw damaged(file);
  const coordinates = Float32Array.from({ length: 3 * vertexCount }, (_, n) =>
    wide ? view.getFloat32(9 + 4 * n) : view.getInt16(9 + 2 * n) / 100,
  );
  const triangles = new Int32Array(6 * quadCount);
  for (let quad = 0; quad < quadCount; quad++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((corner) => three(facesAt + 12 * quad + 3 * corner));
    // The diagonal alternates with the parity of the first vertex, as in FreeSurfer's own reader.
    triangles.set(a % 2 === 0 ? [a, b, d, c, d, b] : [a, b, c, a, c, d], 6 * quad);
  }
  if (!allBelow(triangles, vertexCount)) throw damaged(file);
  return { coordinates, triangles, comment: '', centre: null };
}

function commentOf(line: Uint8Array): string {
  return Buffer.from(line).toString('utf8').trim();
}

/** The footer's "cras" line; tag and geometry lines are text among binary. */
function centreOf(footer: Uint8Array): [number, number, number] | null {
  const text = Buffer.from(footer.subarray(0, FOOTER)).toString('latin1');
  const match = /cras\s*=\s*(\S+)\s+(\S+)\s+(\S+)/.exec(text);
  if (match === null) return null;
  const [x, y, z] = match.slice(1, 4).map(Number);
  return [x, y, z].every(Number.isFinite) ? [x, y, z] : null;
}

/** The refusal of a FreeSurfer file that is cut off or not what it says. */
export function damaged(file: string): UserError {
  return new UserError('freesurfer.damaged', `${file} is cut off or damaged: get it again.`, { file });
}
