import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type BundleArray, decodeBundle } from '../../main/contract/resource-bundle.ts';
import { type TimelineMeta, type TimelineRequest, timelineMetaSchema } from '../../main/contract/timeline.ts';
import { postForBytes } from './arrays.ts';

/** Curves of the timeline as they come: see contract/timeline.ts. */
export interface TimelineAnswer extends TimelineMeta {
  readonly owner: Uint32Array;
  readonly metric: Uint32Array;
  readonly start: Uint32Array;
  readonly step: Uint32Array;
  readonly value: Float32Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

function integers(array: BundleArray | undefined): Uint32Array {
  if (array?.values instanceof Uint32Array) return array.values;
  throw new Error('the timeline came without its integers');
}

function numbers(array: BundleArray | undefined): Float32Array {
  if (array?.values instanceof Float32Array) return array.values;
  throw new Error('the timeline came without its values');
}

/** Query of the curves that a timeline shows; the former ones stay in sight while finer ones are fetched. */
export function timelineQuery(request: TimelineRequest) {
  return queryOptions({
    queryKey: ['timeline', request],
    placeholderData: keepPreviousData,
    queryFn: async (): Promise<TimelineAnswer> => {
      const { meta, arrays } = decodeBundle(await postForBytes('/timeline', request));
      return {
        ...timelineMetaSchema.parse(meta),
        owner: integers(arrays.owner),
        metric: integers(arrays.metric),
        start: integers(arrays.start),
        step: integers(arrays.step),
        value: numbers(arrays.value),
        low: numbers(arrays.low),
        high: numbers(arrays.high),
      };
    },
  });
}
