import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { uniqueNames } from '../meeg/names.ts';
import {
  type Annotation,
  type Channel,
  dateText,
  identity,
  type Recording,
  withinRecording,
} from '../meeg/recording.ts';
import { units } from '../meeg/units.ts';
import { openUnpacked, type RandomAccess } from '../source.ts';
import { annotationsOf, parseAnnotationBytes, recordOnset, type TimeStamped } from './annotations.ts';
import { damagedEdf, type EdfHeader, edfHeaderBytes, parseEdfHeader } from './header.ts';
import { placeRecords } from './place-records.ts';
import { recordReader } from './records.ts';
import { filterEdges, isVoltage } from './scaling.ts';

const annotationLabels = new Set(['EDF Annotations', 'BDF Annotations']);
const triggerLabels = new Set(['status', 'trigger']);

/** No recording with its gaps is longer than this: 31 days. */
const LONGEST_SECONDS = 31 * 86_400;

/**
 * Opens an EDF, EDF+ or BDF recording. Signals of lower rates are brought to the highest one; gaps between records
 * (EDF+D) are kept as gaps, never glued.
 * @throws UserError `edf.damaged`, and as `openUnpacked`
 */
export async function openEdf(path: string): Promise<Recording> {
  const source = await openUnpacked(path);
  try {
    return await assemble(source);
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

async function assemble(source: RandomAccess): Promise<Recording> {
  const file = basename(source.path);
  const head = await source.read(0, 256);
  if (head.length < 256) throw damagedEdf(file, 'its header is cut off');
  const header = parseEdfHeader(await source.read(0, edfHeaderBytes(head, file)), file);
  const { signals, width } = header;
  const recordBytes = signals.reduce((sum, { samples }) => sum + samples, 0) * width;
  if (recordBytes === 0) throw damagedEdf(file, 'its records hold no samples');
  const recordCount = Math.floor((source.size - header.bytes) / recordBytes);
  const notices: Notice[] = [];
  if (header.recordCount !== recordCount) notices.push(countNotice(file, header.recordCount, recordCount));

  const lists = await readAnnotationSignals(source, header, recordCount, recordBytes);
  const first = recordOnset(lists[0] ?? []) ?? 0;
  const kept = signals.flatMap((signal, index) => (annotationLabels.has(signal.label) ? [] : [index]));
  const names = uniqueNames(kept.map((index) => signals[index].label));
  const isTrigger = kept.map((_, index) => triggerLabels.has(names[index].toLowerCase()));
  const seconds = header.recordSeconds > 0 ? header.recordSeconds : 1;
  // Files of annotations alone (hypnograms) have a time of their own, that of their first signal, and no channel.
  const timed = kept.length > 0 ? kept : [0];
  const perRecord = Math.max(0, ...timed.map((index) => signals[index].samples));
  const measured = timed.filter((_, index) => !isTrigger[index]);
  const rateOf = measured.length > 0 ? measured : timed;
  const sfreq = Math.max(0, ...rateOf.map((index) => signals[index].samples)) / seconds;
  if (perRecord === 0 || recordCount === 0) throw damagedEdf(file, 'it holds a header, but no samples');

  const placed = placeRecords(lists.map(recordOnset), { perRecord, sfreq, seconds, recordCount });
  if (placed.sampleCount / sfreq > LONGEST_SECONDS)
    throw damagedEdf(file, 'the times of its records span months');
  // Records of annotations alone may last no time at all.
  const overlaps = kept.length > 0 ? placed.overlaps : 0;
  notices.push(...placedNotices(file, placed.gaps.length, overlaps));
  const channels = kept.map((index, at): Channel => {
    const { dimension } = signals[index];
    return {
      name: names[at],
      type: isTrigger[at] ? 'stim' : 'eeg',
      unit: isTrigger[at] ? units.none : units.volt,
      position: null,
      ...(isTrigger[at] || isVoltage(dimension) ? {} : { storedUnit: dimension }),
    };
  });
  const reader = recordReader({ source, header, kept, isTrigger, recordCount, recordBytes, perRecord });
  const unequal = kept.filter((index) => signals[index].samples !== perRecord);
  if (unequal.length > 0) notices.push(ratesNotice(file, unequal.length));
  const edges = filterEdges(rateOf.map((index) => signals[index]));
  const nyquist = sfreq / 2;
  const lowpass = edges.lowpass > 0 ? edges.lowpass : nyquist;
  const swapped = edges.highpass > lowpass;
  const annotations: Annotation[] = annotationsOf(lists.flat(), first);
  return {
    format: width === 3 ? 'bdf' : 'edf',
    files: [file],
    storedAs: null,
    channels,
    sfreq,
    sampleCount: placed.sampleCount,
    firstSample: 0,
    highpass: swapped || Number.isNaN(edges.highpass) ? 0 : edges.highpass,
    lowpass: swapped ? nyquist : lowpass,
    lineFrequency: null,
    measuredAt: header.startedAt === null ? null : dateText(header.startedAt),
    bads: [],
    projectionCount: 0,
    compensationCount: 0,
    digitisedPoints: 0,
    deviceToHead: identity,
    processingSteps: 0,
    experimenter: null,
    annotations: withinRecording(
      annotations,
      channels.length > 0 ? placed.sampleCount / sfreq : Number.POSITIVE_INFINITY,
    ),
    gaps: placed.gaps,
    notices,
    grain: perRecord,
    read: (start, stop, memory) => placed.read(start, stop, channels.length, reader, memory),
    close: () => source.close(),
  };
}

/** The lists of every record, from all annotation signals. */
async function readAnnotationSignals(
  source: RandomAccess,
  { signals, width, bytes: dataStart }: EdfHeader,
  recordCount: number,
  recordBytes: number,
): Promise<TimeStamped[][]> {
  const places: { offset: number; size: number }[] = [];
  let offset = 0;
  for (const { label, samples } of signals) {
    if (annotationLabels.has(label)) places.push({ offset, size: samples * width });
    offset += samples * width;
  }
  if (places.length === 0) return [];
  const lists: TimeStamped[][] = [];
  for (let record = 0; record < recordCount; record++) {
    const start = dataStart + record * recordBytes;
    const parts: TimeStamped[] = [];
    for (const { offset: at, size } of places) {
      parts.push(...parseAnnotationBytes(await source.read(start + at, size)));
    }
    lists.push(parts);
  }
  return lists;
}

function countNotice(file: string, announced: number, found: number): Notice {
  return {
    level: announced === -1 ? 'info' : 'warning',
    code: 'edf.record-count',
    message: `${file} announces ${announced} records and holds ${found}: what is there is read.`,
    params: { file, announced, found },
  };
}

function ratesNotice(file: string, count: number): Notice {
  return {
    level: 'info',
    code: 'edf.mixed-rates',
    message: `${file} has ${count} signals of a lower sampling rate: they are brought to the highest one.`,
    params: { file, count },
  };
}

function placedNotices(file: string, gaps: number, overlaps: number): Notice[] {
  return [
    ...(gaps > 0
      ? [
          {
            level: 'warning' as const,
            code: 'edf.gaps',
            message: `${file} was interrupted ${gaps} times: the gaps are kept as missing samples.`,
            params: { file, gaps },
          },
        ]
      : []),
    ...(overlaps > 0
      ? [
          {
            level: 'warning' as const,
            code: 'edf.overlaps',
            message: `${file} has ${overlaps} records that begin before the one in front ends: they are put one behind the other.`,
            params: { file, overlaps },
          },
        ]
      : []),
  ];
}
