/** One thing that verification has to say. Notes are no fault: an interrupted job, a draft that nothing uses. */
export interface Finding {
  readonly level: 'error' | 'note';
  readonly code: string;
  readonly message: string;
}

/** Something in the file is not what was written. */
export const fault = (code: string, message: string): Finding => ({ level: 'error', code, message });

/** Something worth knowing. */
export const note = (code: string, message: string): Finding => ({ level: 'note', code, message });
