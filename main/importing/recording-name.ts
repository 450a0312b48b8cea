import { basename } from 'node:path';
import type { RecordingName } from '../contract/modality-import.ts';

/** Subject, session, task and run as a file's name tells them: BIDS entities, else the name itself as the subject. */
export function nameFromPath(path: string, task: string): RecordingName {
  const name = basename(path);
  const entity = (key: string): string | null =>
    new RegExp(`(?:^|_)${key}-([A-Za-z0-9]+)`).exec(name)?.[1] ?? null;
  const plain = name.replace(/\.[^.]*(\.gz)?$/, '').replace(/[^A-Za-z0-9]+/g, '');
  return {
    path,
    subject: entity('sub') ?? (plain || '01'),
    session: entity('ses'),
    task: entity('task') ?? task,
    run: entity('run'),
    simulated: false,
    keepPersonal: false,
  };
}

/** "sub-01 ses-1 task-sleep run-2", for people. */
export function nameLabel({
  subject,
  session,
  task,
  run,
}: Pick<RecordingName, 'subject' | 'session' | 'task' | 'run'>): string {
  return [`sub-${subject}`, session && `ses-${session}`, `task-${task}`, run && `run-${run}`]
    .filter(Boolean)
    .join(' ');
}
