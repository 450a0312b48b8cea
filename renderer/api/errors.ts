import type { TFunction } from 'i18next';
import { type ErrorInfo, errorInfoSchema } from '../../main/contract/errors.ts';

/** The refusal inside whatever a request threw; an unreachable server or a fault gets a code of its own. */
export function errorInfoOf(thrown: unknown): ErrorInfo {
  if (thrown instanceof Error && 'data' in thrown) {
    const data = thrown.data;
    if (typeof data === 'object' && data !== null && 'info' in data) {
      const parsed = errorInfoSchema.safeParse(data.info);
      if (parsed.success) return parsed.data;
    }
  }
  if (thrown instanceof TypeError || (thrown instanceof Error && thrown.message === 'Failed to fetch')) {
    return { code: 'unreachable', message: thrown.message, params: {} };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown), params: {} };
}

/** The sentence in the page's language; the English message where that code has no translation yet. */
export function sentenceOf(info: ErrorInfo, t: TFunction): string {
  return t(`errors:${info.code}`, {
    ...info.params,
    message: info.message,
    defaultValue: info.message,
    keySeparator: false,
  });
}
