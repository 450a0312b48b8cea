import { halfToFloat } from '../safetensors/safetensors.ts';

/** How a ggml type stores values: `size` bytes hold `values` of them. `read` writes one block's values at `to`. */
interface BlockType {
  readonly values: number;
  readonly size: number;
  read(bytes: DataView, at: number, out: Float32Array, to: number): void;
}

const half = (bytes: DataView, at: number) => halfToFloat(bytes.getUint16(at, true));

/** Six-bit scale and minimum `index` (0 to 7) of a K-quantised super-block, packed into twelve bytes. */
function scaleAndMinimum(bytes: DataView, at: number, index: number): [number, number] {
  const byte = (offset: number) => bytes.getUint8(at + offset);
  if (index < 4) return [byte(index) & 63, byte(index + 4) & 63];
  return [
    (byte(index + 4) & 15) | ((byte(index - 4) >> 6) << 4),
    (byte(index + 4) >> 4) | ((byte(index) >> 6) << 4),
  ];
}

/**
 * Block formats of ggml (https://github.com/ggml-org/ggml, ggml-quants.c), by type number: 0 F32, 1 F16, 2 Q4_0, 3 Q4_1,
 * 8 Q8_0, 12 Q4_K, 14 Q6_K, 30 BF16.
 */
const TYPES: Readonly<Record<number, BlockType>> = {
  0: {
    values: 1,
    size: 4,
    read: (bytes, at, out, to) => {
      out[to] = bytes.getFloat32(at, true);
    },
  },
  1: {
    values: 1,
    size: 2,
    read: (bytes, at, out, to) => {
      out[to] = half(bytes, at);
    },
  },
  30: {
    values: 1,
    size: 2,
    read(bytes, at, out, to) {
      const word = new DataView(new ArrayBuffer(4));
      word.setUint16(0, bytes.getUint16(at, true));
      out[to] = word.getFloat32(0);
    },
  },
  2: {
    values: 32,
    size: 18,
    read(bytes, at, out, to) {
      const scale = half(bytes, at);
      for (let j = 0; j < 16; j++) {
        const pair = bytes.getUint8(at + 2 + j);
        out[to + j] = ((pair & 15) - 8) * scale;
        out[to + j + 16] = ((pair >> 4) - 8) * scale;
      }
    },
  },
  3: {
    values: 32,
    size: 20,
    read(bytes, at, out, to) {
      const scale = half(bytes, at);
      const minimum = half(bytes, at + 2);
      for (let j = 0; j < 16; j++) {
        const pair = bytes.getUint8(at + 4 + j);
        out[to + j] = (pair & 15) * scale + minimum;
        out[to + j + 16] = (pair >> 4) * scale + minimum;
      }
    },
  },
  8: {
    values: 32,
    size: 34,
    read(bytes, at, out, to) {
      const scale = half(bytes, at);
      for (let j = 0; j < 32; j++) out[to + j] = bytes.getInt8(at + 2 + j) * scale;
    },
  },
  12: {
    values: 256,
    size: 144,
    read(bytes, at, out, to) {
      const scale = half(bytes, at);
      const minimum = half(bytes, at + 2);
      for (let group = 0; group < 8; group++) {
        const [s, m] = scaleAndMinimum(bytes, at + 4, group);
        const from = at + 16 + 32 * (group >> 1);
        for (let j = 0; j < 32; j++) {
          const pair = bytes.getUint8(from + j);
          out[to + group * 32 + j] = (group % 2 === 0 ? pair & 15 : pair >> 4) * scale * s - minimum * m;
        }
      }
    },
  },
  14: {
    values: 256,
    size: 210,
    read(bytes, at, out, to) {
      const scale = half(bytes, at + 208);
      for (let n = 0; n < 2; n++) {
        for (let j = 0; j < 32; j++) {
          const high = bytes.getUint8(at + 128 + 32 * n + j);
          for (let quarter = 0; quarter < 4; quarter++) {
            const low = bytes.getUint8(at + 64 * n + 32 * (quarter % 2) + j);
            const nibble = quarter < 2 ? low & 15 : low >> 4;
            const value = (nibble | (((high >> (2 * quarter)) & 3) << 4)) - 32;
            const sub = bytes.getInt8(at + 192 + 8 * n + 2 * quarter + (j >> 4));
            out[to + 128 * n + 32 * quarter + j] = scale * sub * value;
          }
        }
      }
    },
  },
};

/** Whether values of this ggml type can be read. */
export function isReadable(type: number): boolean {
  return TYPES[type] !== undefined;
}

/** Bytes that a tensor takes in the file. */
export function tensorBytes(type: number, shape: readonly number[]): number {
  const { values, size } = TYPES[type];
  return (shape.reduce((product, axis) => product * axis, 1) / values) * size;
}

/** Values of a run of blocks as float32. */
export function dequantise(type: number, raw: Uint8Array): Float32Array {
  const { values, size, read } = TYPES[type];
  const blocks = Math.floor(raw.byteLength / size);
  const bytes = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const out = new Float32Array(blocks * values);
  for (let block = 0; block < blocks; block++) read(bytes, block * size, out, block * values);
  return out;
}
