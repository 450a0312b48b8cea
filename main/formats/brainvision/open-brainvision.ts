import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import { UserError } from '../../core/errors.ts';
import { uniqueNames } from '../meeg/names.ts';
import { type Channel, identity, type Recording, trialStarts, withinRecording } from '../meeg/recording.ts';
import { type Unit, units } from '../meeg/units.ts';
import { openFile, readWhole } from '../source.ts';
import { filtersInComment } from './filters.ts';
import { type BrainVisionText, parseBrainVisionText, unescapeComma } from './ini.ts';
import { parseMarkers } from './markers.ts';
import { type StoredFormat, sampleReader } from './samples.ts';

/** Factors to SI; what is not listed is kept as it is. */
const unitFactors: Readonly<Record<string, number>> = {
  V: 1,
  mV: 1e-3,
  µV: 1e-6,
  μV: 1e-6,
  uV: 1e-6,
  nV: 1e-9,
  µS: 1e-6,
  uS: 1e-6,
};
const voltages = new Set(['V', 'mV', 'µV', 'μV', 'uV', 'nV']);
const eogNames = new Set(['HEOGL', 'HEOGR', 'VEOGb']);
const HEAD_RADIUS = 0.095;

interface HeaderChannel {
  readonly channel: Channel;
  readonly scale: number;
}

/** Whether a text is a BrainVision header (.vhdr, or .ahdr of the V-Amp). */
export function looksBrainVision(text: string): boolean {
  return /^\s*Brain ?Vision( Core| V-Amp)? Data( Exchange)? Header File/.test(text);
}

/**
 * Opens a BrainVision recording by its header. Data and markers named there that are gone are looked for beside it
 * under the header's own name, as renaming leaves old names behind.
 * @throws UserError `brainvision.damaged`, `brainvision.no-data`, `brainvision.unsupported`, and as `openFile`
 */
export async function openBrainVision(path: string): Promise<Recording> {
  const file = basename(path);
  const header = parseBrainVisionText(await readWhole(path));
  const common = sectionOf(header, 'common infos');
  const interval = numberOf(common.get('samplinginterval'));
  const declared = numberOf(common.get('numberofchannels'));
  if (interval === null || !(interval > 0) || declared === null || !(declared > 0) || declared > 1e5) {
    throw damaged(file, 'it does not say how many channels were sampled how often');
  }
  if (common.get('datatype')?.toUpperCase() === 'FREQUENCYDOMAIN') throw spectra(file);
  const sfreq = 1e6 / interval;
  const vAmp = extname(path).toLowerCase() === '.ahdr';
  const described = describeChannels(header, declared, file);
  const notices: Notice[] = [];
  const dataPath = findSibling(path, common.get('datafile'), ['.eeg', '.dat', '.avg', '.seg']);
  if (dataPath === null) {
    const data = common.get('datafile') ?? '';
    throw new UserError(
      'brainvision.no-data',
      `${file} names its samples "${data}", which are not beside it: put the .eeg file there.`,
      { file, data },
    );
  }
  const source = await openFile(dataPath);
  try {
    const reader = await sampleReader(source, storedFormat(header, file), {
      // The V-Amp stores one channel more than its header lists.
      stored: described.length + (vAmp ? 1 : 0),
      scales: described.map(({ scale }) => scale),
    });
    const markers = await readMarkers(path, common.get('markerfile'), notices);
    const channels = described.map(({ channel }) => channel);
    const placed = channels.filter(({ type, position }) => type === 'eeg' && position !== null).length;
    const names = uniqueNames(channels.map(({ name }) => name));
    const filters = filtersInComment(
      header.comment,
      channels.map(({ name }) => name),
      sfreq,
    );
    return {
      format: 'brainvision',
      files: [basename(dataPath)],
      storedAs: null,
      channels: channels.map((channel, index) => ({ ...channel, name: names[index] })),
      sfreq,
      sampleCount: reader.sampleCount,
      firstSample: 0,
      highpass: filters?.highpass ?? 0,
      lowpass: filters?.lowpass ?? sfreq / 2,
      lineFrequency: null,
      measuredAt: markers.measuredAt,
      bads: [],
      projectionCount: 0,
      compensationCount: 0,
      // MNE adds the three fiducials of its own to a montage.
      digitisedPoints: placed > 0 ? placed + 3 : 0,
      deviceToHead: identity,
      processingSteps: 0,
      experimenter: null,
      annotations: withinRecording(
        markers.list.map(({ sample, samples, type, description }) => ({
          onset: (sample - 1) / sfreq,
          duration: samples / sfreq,
          description: `${type}/${description}`,
        })),
        reader.sampleCount / sfreq,
      ),
      gaps: [],
      boundaries: segmentStarts(common, reader.sampleCount),
      notices,
      read: reader.read,
      close: () => source.close(),
    };
  } catch (thrown) {
    await source.close();
    throw thrown;
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError('brainvision.damaged', `${file} is no whole BrainVision header: ${what}.`, {
    file,
    what,
  });
}

function spectra(file: string): UserError {
  return new UserError(
    'brainvision.spectra',
    `${file} holds spectra, not samples over time: export the recording before it was transformed.`,
    { file },
  );
}

/** First samples of all segments but the first, where the export was cut into segments of equal length. */
function segmentStarts(common: ReadonlyMap<string, string>, samples: number): number[] {
  const length = numberOf(common.get('segmentdatapoints'));
  if (length === null || !(length > 0) || samples % length !== 0) return [];
  return trialStarts(samples, samples / length);
}

function sectionOf(header: BrainVisionText, name: string): ReadonlyMap<string, string> {
  return header.sections.get(name) ?? new Map();
}

function numberOf(text: string | undefined): number | null {
  const value = Number((text ?? '').replace(',', '.'));
  return text === undefined || text === '' || !Number.isFinite(value) ? null : value;
}

function describeChannels(header: BrainVisionText, count: number, file: string): HeaderChannel[] {
  const lines = sectionOf(header, 'channel infos');
  const places = header.sections.get('coordinates');
  return Array.from({ length: count }, (_, index) => {
    const line = lines.get(`ch${index + 1}`);
    if (line === undefined) throw damaged(file, `channel ${index + 1} of ${count} is not described`);
    return describeChannel(line, places?.get(`ch${index + 1}`));
  });
}

function describeChannel(line: string, place: string | undefined): HeaderChannel {
  const [rawName, , rawResolution = '', rawUnit] = line.split(',');
  // The unit is microvolts unless something else is said.
  const unit = rawUnit === undefined || rawUnit === '' ? 'µV' : rawUnit.replaceAll('\u00c2', '').trim();
  const resolution = rawResolution === '' ? 1 : (numberOf(rawResolution) ?? 1);
  const name = unescapeComma(rawName);
  const position = place === undefined ? null : positionOf(place);
  const type = eogNames.has(name)
    ? 'eog'
    : name === 'STI 014'
      ? 'stim'
      : !voltages.has(unit) || (place !== undefined && position === null)
        ? 'misc'
        : 'eeg';
  return {
    channel: {
      name,
      type,
      unit: siUnit(type, unit),
      position,
      ...(voltages.has(unit) ? {} : { storedUnit: unit }),
    },
    scale: resolution * (unitFactors[unit] ?? 1),
  };
}

function siUnit(type: string, unit: string): Unit {
  if (type === 'eeg' || type === 'eog') return units.volt;
  return unit === 'C' ? units.celsius : units.none;
}

/** Radius, theta and phi in degrees to metres; a radius of 1 stands for a head. Null where no place is given. */
function positionOf(text: string): [number, number, number] | null {
  const [radius, theta, phi] = text.split(',').map(Number);
  if (![radius, theta, phi].every(Number.isFinite) || radius === 0) return null;
  const metres = radius === 1 ? HEAD_RADIUS : radius / 1000;
  const [polar, azimuth] = [(theta * Math.PI) / 180, (phi * Math.PI) / 180];
  return [
    metres * Math.sin(polar) * Math.cos(azimuth),
    metres * Math.sin(polar) * Math.sin(azimuth),
    metres * Math.cos(polar),
  ];
}

function storedFormat(header: BrainVisionText, file: string): StoredFormat {
  const common = sectionOf(header, 'common infos');
  const vectorized = (common.get('dataorientation') ?? 'MULTIPLEXED').toUpperCase() === 'VECTORIZED';
  const kind = (common.get('dataformat') ?? 'BINARY').toUpperCase();
  if (kind === 'ASCII') {
    const ascii = sectionOf(header, 'ascii infos');
    return {
      kind: 'text',
      vectorized,
      decimal: ascii.get('decimalsymbol') ?? '.',
      skipLines: numberOf(ascii.get('skiplines')) ?? 0,
      skipColumns: numberOf(ascii.get('skipcolumns')) ?? 0,
    };
  }
  const type = sectionOf(header, 'binary infos').get('binaryformat')?.toUpperCase() ?? 'INT_16';
  if (type !== 'INT_16' && type !== 'INT_32' && type !== 'IEEE_FLOAT_32') {
    throw new UserError(
      'brainvision.unsupported',
      `${file} stores its samples as ${type}, which no BrainVision format is: export it again as binary.`,
      { file, type },
    );
  }
  return { kind: 'binary', vectorized, type };
}

async function readMarkers(path: string, named: string | undefined, notices: Notice[]) {
  if (named === undefined || named === '') return { list: [], measuredAt: null };
  const markerPath = findSibling(path, named, ['.vmrk', '.amrk']);
  if (markerPath !== null) return parseMarkers(parseBrainVisionText(await readWhole(markerPath)));
  const params = { file: basename(path), markers: named };
  notices.push({
    level: 'warning',
    code: 'brainvision.no-markers',
    message: `${params.file} names its markers "${named}", which are not beside it: it is read without markers.`,
    params,
  });
  return { list: [], measuredAt: null };
}

/** A file named in the header ("$b" stands for the header's own stem), or the header's sibling with such an ending. */
function findSibling(path: string, named: string | undefined, endings: readonly string[]): string | null {
  const folder = dirname(path);
  const stem = basename(path).slice(0, basename(path).length - extname(path).length);
  const candidates = [
    ...(named ? [basename(named.replaceAll('\\', '/')).replaceAll('$b', stem)] : []),
    ...endings.map((ending) => `${stem}${ending}`),
  ];
  return candidates.map((name) => join(folder, name)).find((candidate) => existsSync(candidate)) ?? null;
}
