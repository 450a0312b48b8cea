import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { BlockMemory } from '../meeg/block-memory.ts';
import { type SampleType, scatterSamples, typedOver } from '../meeg/scatter.ts';
import { type RandomAccess, readWhole } from '../source.ts';

export type StoredFormat =
  | {
      readonly kind: 'binary';
      readonly vectorized: boolean;
      readonly type: 'INT_16' | 'INT_32' | 'IEEE_FLOAT_32';
    }
  | {
      readonly kind: 'text';
      readonly vectorized: boolean;
      readonly decimal: string;
      readonly skipLines: number;
      readonly skipColumns: number;
    };

export interface SampleReader {
  readonly sampleCount: number;
  read(start: number, stop: number, memory?: BlockMemory): Promise<Float64Array[]>;
}

interface Layout {
  /** Channels in the file; those behind the scaled ones are left out. */
  readonly stored: number;
  /** Factor to SI of each channel. */
  readonly scales: readonly number[];
}

const sampleTypes: Readonly<Record<string, SampleType>> = {
  INT_16: 'int16',
  INT_32: 'int32',
  IEEE_FLOAT_32: 'float32',
};

/** Reads samples as they lie in the data file. @throws UserError `brainvision.damaged` */
export async function sampleReader(
  source: RandomAccess,
  format: StoredFormat,
  layout: Layout,
): Promise<SampleReader> {
  if (format.kind === 'text') return textReader(source, format, layout);
  const type = sampleTypes[format.type];
  const width = type === 'int16' ? 2 : 4;
  const { stored, scales } = layout;
  const sampleCount = Math.floor(source.size / (width * stored));
  const cut = (): UserError => damaged(source, 'it ends before its last sample');
  if (!format.vectorized) {
    return {
      sampleCount,
      read: async (start, stop, memory = new BlockMemory()) => {
        const size = (stop - start) * width * stored;
        const bytes = await source.read(start * width * stored, size, memory.bytes(size));
        if (bytes.length < size) throw cut();
        const out = memory.block(scales.length, stop - start);
        scatterSamples(typedOver(bytes, type), { stored, scales }, out);
        return out;
      },
    };
  }
  return {
    sampleCount,
    read: async (start, stop, memory = new BlockMemory()) => {
      const out = memory.block(scales.length, stop - start);
      const size = (stop - start) * width;
      for (const [channel, scale] of scales.entries()) {
        const bytes = await source.read((channel * sampleCount + start) * width, size, memory.bytes(size));
        if (bytes.length < size) throw cut();
        scatterSamples(typedOver(bytes, type), { stored: 1, scales: [scale] }, [out[channel]]);
      }
      return out;
    },
  };
}

async function textReader(
  source: RandomAccess,
  format: Extract<StoredFormat, { kind: 'text' }>,
  { stored, scales }: Layout,
): Promise<SampleReader> {
  const text = Buffer.from(await readWhole(source.path)).toString('latin1');
  const decimal = format.decimal === '.' ? text : text.replaceAll(format.decimal, '.');
  const rows = decimal
    .split(/\r\n|\r|\n/)
    .slice(format.skipLines)
    .filter((line) => line.trim() !== '')
    .map((line) =>
      line
        .trim()
        .split(/[\s,;]+/)
        .slice(format.skipColumns)
        .map(Number),
    );
  const width = format.vectorized ? (rows[0]?.length ?? 0) : stored;
  if (rows.some((row) => row.length < width || row.slice(0, width).some(Number.isNaN))) {
    throw damaged(source, 'its lines do not hold a number for every channel');
  }
  if (format.vectorized && rows.length < scales.length)
    throw damaged(source, 'it has fewer lines than channels');
  return {
    sampleCount: format.vectorized ? width : rows.length,
    read: async (start, stop) =>
      scales.map((scale, channel) =>
        Float64Array.from({ length: stop - start }, (_, at) =>
          format.vectorized ? rows[channel][start + at] * scale : rows[start + at][channel] * scale,
        ),
      ),
  };
}

function damaged(source: RandomAccess, what: string): UserError {
  const file = basename(source.path);
  return new UserError('brainvision.damaged', `${file} is no whole BrainVision file: ${what}.`, {
    file,
    what,
  });
}
