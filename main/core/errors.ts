import type { ErrorInfo } from '../contract/errors.ts';

/**
 * A refusal with one clear sentence: bad input, or something the product will not do. The CLI ends with exit
 * code 1, the API answers 400, the page shows the translated sentence; nothing else is thrown on purpose.
 */
export class UserError extends Error {
  readonly code: string;
  readonly params: Record<string, string | number>;

  /**
   * @param code dotted lower-case key such as `nifti.truncated-gzip`; also the i18n key `errors:<code>`
   * @param message one English sentence: what, where, what to do
   * @param params values that fill the blanks of the translated sentence
   */
  constructor(code: string, message: string, params: Record<string, string | number> = {}) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.params = params;
  }

  toInfo(): ErrorInfo {
    return { code: this.code, message: this.message, params: this.params };
  }
}

/** Anything thrown as a refusal: itself where it is one; all else is an internal fault named as such. */
export function refusal(thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  return new UserError('internal', thrown instanceof Error ? thrown.message : String(thrown));
}

/** What to show for anything thrown: a refusal keeps its code, all else is an internal fault named as such. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  return refusal(thrown).toInfo();
}
