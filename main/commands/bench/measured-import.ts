import { importPlanSchema } from '../../contract/importing.ts';
import { createLogger } from '../../core/logger.ts';
import { ignoreProgress } from '../../core/progress.ts';
import { createProject } from '../../data/open-project.ts';
import { fmriImportJob } from '../../importing/fmri/ingest.ts';

export interface ImportMeasurement {
  readonly seconds: number;
  readonly peakResidentMb: number;
  readonly voxels: number;
  readonly storedMb: number;
}

/** Imports one series into a new project, in a process that does nothing else, and measures both. */
export async function measuredImport(image: string, path: string): Promise<ImportMeasurement> {
  const project = createProject(path, { logger: createLogger(() => {}, 'error') });
  const plan = importPlanSchema.parse({
    name: 'bench',
    runs: [{ image, subject: '01', task: 'bench', simulated: true }],
    mask: { kind: 'automatic' },
  });
  const start = performance.now();
  await fmriImportJob('bench').run(
    {
      jobId: 'bench',
      project,
      signal: new AbortController().signal,
      report: ignoreProgress,
      cursor: () => undefined,
      commit: (_, write) => write(),
    },
    plan,
  );
  const seconds = (performance.now() - start) / 1000;
  const [recording] = project.recordings.list();
  const measurement = {
    seconds,
    peakResidentMb: process.resourceUsage().maxRSS / 1000,
    voxels: project.arrays.info(recording.dataArrayId).shape[1],
    storedMb: project.arrays.storedBytes(recording.dataArrayId) / 1e6,
  };
  project.close();
  return measurement;
}
