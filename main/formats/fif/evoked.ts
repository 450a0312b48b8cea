import { readChannels } from './channels.ts';
import { block, tag } from './constants.ts';
import { readInfo } from './info.ts';
import { applyProjections } from './project.ts';
import {
  damagedFif,
  type FifFile,
  type FifNode,
  findBlocks,
  findTag,
  readMatrix,
  readNumber,
  readNumbers,
  readText,
} from './tree.ts';

/** One average (or other aspect) of a file. */
export interface Evoked {
  readonly comment: string;
  readonly kind: string;
  /** Epochs averaged. */
  readonly averages: number;
  readonly sfreq: number;
  readonly channels: readonly string[];
  readonly bads: readonly string[];
  /** Seconds of the first and last sample, zero being the event. */
  readonly tmin: number;
  readonly tmax: number;
  readonly samples: number;
  /** Channels × samples, in SI units, row-major; projections of the file applied. */
  readonly data: Float64Array;
}

const aspectNames: Readonly<Record<number, string>> = {
  100: 'average',
  101: 'standard_error',
  102: 'single_epoch',
  103: 'partial_average',
  104: 'alternating_subaverage',
  105: 'sample_cut_out_by_graph',
  106: 'power_density_spectrum',
  200: 'dipole_amplitude_curve',
};

/** Reads all averages of a file, after mne/evoked.py. @throws UserError `fif.damaged` */
export async function readEvokeds(file: FifFile): Promise<Evoked[]> {
  const info = await readInfo(file);
  const evokeds: Evoked[] = [];
  for (const node of findBlocks(file.root, block.evoked)) {
    const [aspect] = [block.aspect, block.shieldedAspect].flatMap((kind) => findBlocks(node, kind));
    if (aspect === undefined) throw damagedFif(file.path, 'an average has no data');
    const own = await readChannels(file, node);
    const channels = own.length > 0 ? own : info.channels;
    const sfreq = (await readNumber(file, findTag(node, tag.sfreq))) ?? info.sfreq;
    const { rows, data } = await readAspect(file, aspect, channels.length);
    const samples = data.length / channels.length;
    if (rows !== channels.length)
      throw damagedFif(file.path, `an average has ${rows} rows for ${channels.length} channels`);
    channels.forEach(({ cal }, channel) => {
      for (let at = channel * samples; at < (channel + 1) * samples; at++) data[at] *= cal;
    });
    const first = await readNumber(file, findTag(node, tag.firstSample));
    const firstTime = await readNumber(file, findTag(node, tag.firstTime));
    const tmin = firstTime ?? (first ?? 0) / sfreq;
    const names = channels.map(({ name }) => name);
    // MNE shows averages with their projections applied, so that is what numbers are compared with.
    applyProjections(data, names, info.projections, info.bads);
    evokeds.push({
      comment:
        (await readText(file, findTag(aspect, tag.comment))) ??
        (await readText(file, findTag(node, tag.comment))) ??
        'No comment',
      kind: aspectNames[(await readNumber(file, findTag(aspect, tag.aspectKind))) ?? 100] ?? 'unknown',
      averages: (await readNumber(file, findTag(aspect, tag.averages))) ?? 1,
      sfreq,
      channels: names,
      bads: info.bads.filter((name) => names.includes(name)),
      tmin,
      tmax:
        first !== null && firstTime === null ? (first + samples - 1) / sfreq : tmin + (samples - 1) / sfreq,
      samples,
      data,
    });
  }
  return evokeds;
}

/** The matrix of an aspect: one tag, or in old files one tag a channel. */
async function readAspect(
  file: FifFile,
  aspect: FifNode,
  channels: number,
): Promise<{ rows: number; data: Float64Array }> {
  const entries = aspect.entries.filter(({ kind }) => kind === tag.epoch);
  if (entries.length === 1) {
    const matrix = await readMatrix(file, entries[0]);
    if (matrix === null) throw damagedFif(file.path, 'an average has no numbers');
    return { rows: matrix.shape.length === 1 ? 1 : channels === 1 ? 1 : matrix.shape[0], data: matrix.data };
  }
  const parts = await Promise.all(entries.map((entry) => readNumbers(file, entry)));
  const rows = parts.flatMap((part) => (part === null ? [] : [part]));
  if (rows.length !== channels || rows.some(({ length }) => length !== rows[0].length)) {
    throw damagedFif(file.path, `an average has ${rows.length} rows for ${channels} channels`);
  }
  const data = new Float64Array(rows.length * (rows[0]?.length ?? 0));
  rows.forEach((row, index) => void data.set(row, index * row.length));
  return { rows: rows.length, data };
}
