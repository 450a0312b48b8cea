import { openEdf } from '../edf/open-edf.ts';
import { inspectRecording } from './inspect-recording.ts';

/** What `gyrus inspect` says of an EDF, EDF+ or BDF file. */
export async function inspectEdf(path: string, stats: boolean): Promise<Record<string, unknown>> {
  const recording = await openEdf(path);
  return inspectRecording(recording, recording.format, stats);
}
