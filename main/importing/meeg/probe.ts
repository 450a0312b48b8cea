import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { MeegChannel, MeegPlan, PlannedMeeg, ProbedMeeg } from '../../contract/meeg-import.ts';
import { meegPlanSchema } from '../../contract/meeg-import.ts';
import { toErrorInfo, UserError } from '../../core/errors.ts';
import { parseBidsName } from '../../formats/bids/entities.ts';
import type { Channel, Recording } from '../../formats/meeg/recording.ts';
import { openRecording } from '../../formats/open-recording.ts';
import { guessPlaces } from './places-beside.ts';

/** Names that recordings bear; what they are is told by their content. */
const names = /\.(fif|fif\.gz|edf|bdf|vhdr|ahdr|set|sqd|con|raw|xdf|xdfz|ds)$/i;
/** FIF files that hold other things than a recording, and later parts of split ones. */
const others =
  /([-_](ave|cov|eve|epo|proj|src|fwd|inv|trans|bem|sol|ica|annot|dig|info|fiducials)\.fif(\.gz)?$)|(-\d+\.fif$)|_split-(?!0*1[_.])\d+/i;
const MOST_FILES = 5000;
const megTypes = new Set(['mag', 'grad', 'ref_meg']);

/**
 * Looks at recordings and folders of them: what each is, what its header says, and whether it can be imported. Only
 * headers are read.
 * @throws UserError `meeg.too-many-files`
 */
export async function probeMeeg(paths: readonly string[]): Promise<ProbedMeeg[]> {
  const found: string[] = [];
  for (const path of paths) await collect(path, found, true);
  const probed: ProbedMeeg[] = [];
  const placing = new Set<string>();
  for (const path of found) probed.push(await probeOne(path, placing));
  // Files of marker coils look like recordings; those that were taken for places of one are no further find.
  return probed.filter(({ path, importable }) => importable || !placing.has(path));
}

async function collect(path: string, found: string[], given: boolean): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory() && !path.endsWith('.ds')) {
    for (const name of (await readdir(path)).sort()) {
      if (!name.startsWith('.')) await collect(join(path, name), found, false);
    }
    return;
  }
  if (!given && (!names.test(path) || others.test(path))) return;
  if (found.length >= MOST_FILES) {
    throw new UserError(
      'meeg.too-many-files',
      `There are over ${MOST_FILES} recordings here: choose the folder of one subject.`,
      { limit: MOST_FILES },
    );
  }
  found.push(path);
}

/** @param placing is given the paths of files that tell places of the recording */
async function probeOne(path: string, placing: Set<string>): Promise<ProbedMeeg> {
  const identity = identityOf(path);
  try {
    const recording = await openRecording(path);
    try {
      if (recording.sampleCount === 0 || recording.channels.length === 0) throw noSamples(path);
      const facts = factsOf(recording);
      const { places, files, notices } = await guessPlaces(path, recording);
      for (const file of files) placing.add(file);
      return {
        ...identity,
        ...facts,
        places,
        notices: [...facts.notices, ...notices],
        importable: true,
        problem: null,
      };
    } finally {
      await recording.close();
    }
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return { ...identity, ...nothing, problem: toErrorInfo(cause) };
  }
}

function noSamples(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'meeg.no-samples',
    `${file} holds no samples of any channel (it may hold annotations or marker coils only).`,
    { file },
  );
}

const nothing = {
  format: 'unknown',
  modality: 'eeg' as const,
  sfreq: 0,
  sampleCount: 0,
  seconds: 0,
  highpass: 0,
  lowpass: 0,
  lineFrequency: null,
  measuredAt: null,
  channels: [],
  annotationCount: 0,
  gapCount: 0,
  deviceToHead: null,
  digitisedPoints: 0,
  fiducials: [],
  places: null,
  missingSeconds: 0,
  importable: false,
  notices: [],
};

/** Subject, session, task and run by a BIDS name; else the file's own stem is the subject. */
function identityOf(path: string): Pick<ProbedMeeg, 'path' | 'subject' | 'session' | 'task' | 'run'> {
  const entities = parseBidsName(basename(path))?.entities ?? {};
  const stem =
    basename(path)
      .replace(names, '')
      .replace(/[^A-Za-z0-9]+/g, '') || 'unknown';
  return {
    path,
    subject: entities.sub ?? stem,
    session: entities.ses ?? null,
    task: entities.task ?? 'unknown',
    run: entities.run ?? null,
  };
}

function factsOf(
  recording: Recording,
): Omit<ProbedMeeg, 'path' | 'subject' | 'session' | 'task' | 'run' | 'places' | 'importable' | 'problem'> {
  const missing = recording.gaps.reduce((sum, { count }) => sum + count, 0);
  return {
    format: recording.format,
    modality: recording.channels.some(({ type }) => megTypes.has(type)) ? 'meg' : 'eeg',
    sfreq: recording.sfreq,
    sampleCount: recording.sampleCount,
    seconds: recording.sampleCount / recording.sfreq,
    highpass: recording.highpass,
    lowpass: recording.lowpass,
    lineFrequency: recording.lineFrequency,
    measuredAt: recording.measuredAt,
    channels: channelTable(recording.channels, recording.bads, {}),
    annotationCount: recording.annotations.length,
    gapCount: recording.gaps.length,
    deviceToHead: recording.deviceToHead?.map((row) => [...row]) ?? null,
    digitisedPoints: recording.digitisedPoints,
    fiducials: (recording.fiducials ?? []).map(({ name, place }) => ({ name, place: [...place] })),
    missingSeconds: missing / recording.sfreq,
    notices: [...recording.notices],
  };
}

/** Channels as shown and stored: bad ones marked, types set by hand, places from elsewhere where the file has none. */
export function channelTable(
  channels: readonly Channel[],
  bads: readonly string[],
  types: Readonly<Record<string, string>>,
  positions: PlannedMeeg['positions'] = {},
): MeegChannel[] {
  const bad = new Set(bads);
  return channels.map(({ name, type, unit, position, storedUnit }) => ({
    name,
    type: types[name] ?? (storedUnit !== undefined && type === 'eeg' ? 'misc' : type),
    unit: storedUnit ?? unit.symbol,
    position: position === null ? (positions[name] ?? null) : [position[0], position[1], position[2]],
    bad: bad.has(name),
  }));
}

/**
 * The plan that a probe suggests: every importable recording once, its own bad channels, guessed places, nothing filtered.
 * @throws UserError `import.no-runs`
 */
export function suggestMeegPlan(probed: readonly ProbedMeeg[]): MeegPlan {
  const runs = probed.filter(({ importable }) => importable);
  if (runs.length === 0) {
    const path = probed.map((one) => one.path).join(', ');
    const reason = probed.find(({ problem }) => problem)?.problem?.message;
    throw new UserError(
      'meeg.nothing',
      `Nothing here can be imported as MEG or EEG${reason ? `: ${reason}` : ' (no recording was found).'}`,
      { path },
    );
  }
  return meegPlanSchema.parse({
    name: runs.length === 1 ? basename(runs[0].path) : `${runs.length} recordings`,
    runs: runs.map(({ path, subject, session, task, run, channels, places }) => ({
      path,
      subject,
      session,
      task,
      run,
      bads: channels.filter(({ bad }) => bad).map(({ name }) => name),
      positions: places?.positions,
      head: places?.head,
    })),
  });
}
