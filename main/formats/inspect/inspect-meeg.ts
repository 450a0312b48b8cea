import { openBrainVision } from '../brainvision/open-brainvision.ts';
import { openEdf } from '../edf/open-edf.ts';
import { inspectRecording } from './inspect-recording.ts';

/** What `gyrus inspect` says of an EDF, EDF+ or BDF file. */
export async function inspectEdf(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const recording = await openEdf(path);
  return inspectRecording(recording, recording.format, stats);
}

/** What `gyrus inspect` says of a BrainVision header. */
export async function inspectBrainVision(path: string, stats: boolean): Promise<Record<string, unknown>> {
  return inspectRecording(await openBrainVision(path), 'brainvision', stats);
}
