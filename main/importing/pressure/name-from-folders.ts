import { basename, dirname, sep } from 'node:path';
import type { RecordingName } from '../../contract/modality-import.ts';
import { nameFromPath } from '../recording-name.ts';

/** Folders named as subjects are: S1, sub-07, P03, patient 12. */
const SUBJECT = /^(?:s|sub|subj|subject|p|participant|patient|vp|proband)[ _-]?(\d+[a-z]?)$/i;
/** Folders above a file that may name its subject. */
const DEPTH = 4;

/**
 * Subject, session, task and run of a pressure recording: by its own name where that follows BIDS, else by its folders.
 * In `experiment-i/S7/3.txt` the subject is S7 and the file's name, which is a position there, tells the runs apart;
 * folders between (`S7/air-mat/3.txt`) are the session.
 */
export function nameFromFolders(path: string): RecordingName {
  const own = nameFromPath(path, 'pressure');
  if (/(?:^|_)sub-[A-Za-z0-9]+/.test(basename(path))) return own;
  const folders = dirname(path).split(sep).slice(-DEPTH);
  const at = folders.findLastIndex((folder) => SUBJECT.test(folder));
  if (at < 0) return own;
  const label = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, '');
  const between = label(folders.slice(at + 1).join(''));
  return {
    ...own,
    subject: label(folders[at].replace(/^sub-/i, '')),
    session: between === '' ? own.session : between,
    run: own.run ?? own.subject,
  };
}
