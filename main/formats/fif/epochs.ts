import type { TriggerEvent } from '../meeg/find-events.ts';
import { block, tag, type } from './constants.ts';
import { readEvents } from './events.ts';
import { type FifInfo, readInfo } from './info.ts';
import { applyProjections } from './project.ts';
import {
  damagedFif,
  type FifFile,
  findBlocks,
  findTag,
  numbersOf,
  readNumber,
  readText,
  widthOf,
} from './tree.ts';

/** Epochs of one file; data are read an epoch at a time. */
export interface FifEpochs {
  readonly info: FifInfo;
  readonly events: readonly TriggerEvent[];
  /** Name of each event code; the code itself where the file gives none. */
  readonly eventNames: Readonly<Record<string, number>>;
  readonly tmin: number;
  readonly tmax: number;
  readonly samples: number;
  /** Seconds; null where no baseline was subtracted. */
  readonly baseline: readonly [number | null, number | null] | null;
  /** Why each event of the recording was dropped (empty lists for those kept); null where the file does not say. */
  readonly dropLog: readonly (readonly string[])[] | null;
  /** Channels × samples of one epoch, in SI units, row-major; projections of the file applied, as MNE reads epochs. */
  read(index: number): Promise<Float64Array>;
}

/** Opens the epochs of a file, after mne/epochs.py. @throws UserError `fif.damaged` */
export async function readEpochs(file: FifFile): Promise<FifEpochs> {
  const info = await readInfo(file);
  const [node] = [block.epochs, block.oldEpochs].flatMap((kind) => findBlocks(file.root, kind));
  const found = await readEvents(file);
  const data = node && findTag(node, tag.epoch);
  if (node === undefined || data === undefined || found === null) {
    throw damagedFif(file.path, 'its epochs are incomplete');
  }
  const number = (kind: number): Promise<number | null> => readNumber(file, findTag(node, kind));
  const [first, last] = [(await number(tag.firstSample)) ?? 0, (await number(tag.lastSample)) ?? 0];
  const samples = last - first + 1;
  const dataType = data.type & ~type.matrix;
  const width = widthOf(dataType);
  const values = info.channels.length * samples;
  // Three dimensions and their number stand behind the values.
  if (width === null || samples < 1 || data.size !== found.events.length * values * width + 16) {
    throw damagedFif(
      file.path,
      `${found.events.length} epochs of ${info.channels.length} × ${samples} do not fit`,
    );
  }
  const log = await readText(file, findTag(node, tag.dropLog));
  const names = info.channels.map(({ name }) => name);
  const baseline = [await number(tag.baselineStart), await number(tag.baselineEnd)] as const;
  return {
    info,
    events: found.events,
    eventNames: found.names ?? Object.fromEntries(found.events.map(([, , code]) => [String(code), code])),
    tmin: first / info.sfreq,
    tmax: last / info.sfreq,
    samples,
    baseline: baseline[0] === null && baseline[1] === null ? null : baseline,
    dropLog: log === null ? null : parseDropLog(log, file.path),
    read: async (index) => {
      const bytes = await file.bytes({ ...data, at: data.at + index * values * width, size: values * width });
      const numbers = numbersOf(bytes, dataType) ?? new Float64Array(0);
      info.channels.forEach(({ cal }, channel) => {
        for (let at = channel * samples; at < (channel + 1) * samples; at++) numbers[at] *= cal;
      });
      applyProjections(numbers, names, info.projections, info.bads);
      return numbers;
    },
  };
}

function parseDropLog(text: string, path: string): string[][] {
  try {
    const log: unknown = JSON.parse(text);
    if (Array.isArray(log)) return log.map((reasons) => (Array.isArray(reasons) ? reasons.map(String) : []));
  } catch {
    // Falls through to the refusal.
  }
  throw damagedFif(path, 'the reasons for dropped epochs cannot be read');
}
