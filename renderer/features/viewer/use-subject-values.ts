import { useQueries } from '@tanstack/react-query';
import type { EncodingArrays } from '../../../main/contract/encoding.ts';
import { float32Query } from '../../api/arrays.ts';
import type { SubjectValues } from './stat-layers.ts';

export interface SubjectValuesAnswer {
  readonly values: SubjectValues | null;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Fetches one subject's maps, all at once; they stay in the cache, so going back costs nothing. */
export function useSubjectValues(arrays: EncodingArrays): SubjectValuesAnswer {
  const ids = [arrays.r, arrays.rSquared, arrays.p, arrays.q, arrays.layerR, arrays.controlR];
  if (arrays.ceiling !== null) ids.push(arrays.ceiling);
  return useQueries({
    queries: ids.map((id) => float32Query(id)),
    combine: (answers) => {
      const [r, rSquared, p, q, layerR, controlR, ceiling] = answers.map((answer) => answer.data?.data);
      const values =
        r && rSquared && p && q && layerR && controlR && (arrays.ceiling === null || ceiling)
          ? { r, rSquared, p, q, layerR, controlR, ceiling: ceiling ?? null }
          : null;
      return {
        values,
        error: answers.find((answer) => answer.error !== null)?.error ?? null,
        retry: () => {
          for (const answer of answers) void answer.refetch();
        },
      };
    },
  });
}
