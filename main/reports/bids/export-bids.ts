import { mkdir, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { BidsExport } from '../../contract/bids-export.ts';
import { UserError } from '../../core/errors.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { Project } from '../../data/project.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { bidsLabel, writeJson, writeText } from './bids-file.ts';
import { exportGaze } from './export-gaze.ts';
import { exportMaps } from './export-maps.ts';
import { exportMeeg } from './export-meeg.ts';
import { exportMulcog } from './export-mulcog.ts';

/** Version of BIDS that names and sidecars follow; the first with eye-tracking. */
const BIDS_VERSION = '1.11.0';

/**
 * Writes a project as a BIDS dataset: gaze and EEG as raw data, tables of MEG, and results of encoding studies,
 * cognitive evaluations and reading as derivatives with where they came from.
 * @param root folder that must be empty or not there
 * @throws UserError `bids.not-empty`
 */
export async function exportBids(
  project: Project,
  root: string,
  version: string,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<BidsExport> {
  const there = await readdir(root).catch(() => []);
  if (there.length > 0) {
    throw new UserError('bids.not-empty', `${root} is not empty: give a new folder.`, { path: root });
  }
  await mkdir(root, { recursive: true });
  const recordings = project.recordings.list();
  const simulated = recordings.some((recording) => recording.simulated);
  const generator = { Name: 'Gyrus', Version: version };
  const name = project.meta.name();
  await writeJson(join(root, 'dataset_description.json'), {
    Name: simulated ? `${name} (simulated data)` : name,
    BIDSVersion: BIDS_VERSION,
    DatasetType: 'raw',
    GeneratedBy: [generator],
  });
  await writeText(
    join(root, 'README'),
    `${name}${simulated ? '\n\nThis dataset holds simulated data.' : ''}\n\nWritten by Gyrus ${version}. Samples of fMRI, MEG and pressure are not in it: they stay where they were imported from.\n`,
  );
  const raw: string[] = [];
  const left: BidsExport['left'][number][] = [];
  const subjects = new Set<string>();
  for (const [at, recording] of recordings.entries()) {
    signal.throwIfAborted();
    const { modality, subject, task } = recording;
    const files =
      modality === 'eyetracking'
        ? await exportGaze(project, recording, root, signal)
        : modality === 'eeg' || modality === 'meg'
          ? await exportMeeg(project, recording, root, signal)
          : [];
    raw.push(...files);
    if (files.length > 0 || modality === 'meg') subjects.add(bidsLabel(subject));
    // Samples of EEG are always there; gaze may have come as events alone, which BIDS has no raw file for.
    if (files.length === 0)
      left.push({
        label: `sub-${subject} task-${task}`,
        reason: modality === 'eyetracking' || modality === 'eeg' ? 'no samples' : modality,
      });
    report({ phase: 'export', done: at + 1, total: recordings.length, unit: 'recordings' });
  }
  await writeText(
    join(root, 'participants.tsv'),
    formatTsv(
      ['participant_id'],
      [...subjects].sort().map((subject) => [`sub-${subject}`]),
    ),
  );
  const derivatives = join(root, 'derivatives', 'gyrus');
  await writeJson(join(derivatives, 'dataset_description.json'), {
    Name: `${name}: results`,
    BIDSVersion: BIDS_VERSION,
    DatasetType: 'derivative',
    GeneratedBy: [generator],
    SourceDatasets: [{ URL: '../../' }],
    ...(simulated ? { Simulated: true } : {}),
  });
  const results = [
    ...(await exportMaps(project, derivatives, signal)),
    ...(await exportMulcog(project, derivatives, signal)),
  ];
  const short = (path: string): string => relative(root, path);
  return { root, raw: raw.map(short), derivatives: results.map(short), left };
}
