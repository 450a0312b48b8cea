import { median } from '../../analysis/significance/bootstrap.ts';
import type { EncodingGroupRegion, EncodingRegion } from '../../contract/encoding.ts';

/** Region table over subjects: the median of their medians, and each subject's layer. Order of first mention. */
export function groupRegions(subjects: readonly (readonly EncodingRegion[])[]): EncodingGroupRegion[] {
  const rows = subjects.flat();
  const names = [...new Set(rows.map((entry) => entry.region))];
  return names.map((region) => {
    const own = rows.filter((entry) => entry.region === region);
    const medians = own.map((entry) => entry.medianR);
    const ceilings = own.flatMap((entry) => (entry.medianCeiling === null ? [] : [entry.medianCeiling]));
    return {
      region,
      subjects: own.length,
      medianR: median(medians),
      minR: Math.min(...medians),
      maxR: Math.max(...medians),
      medianCeiling: ceilings.length === 0 ? null : median(ceilings),
      chosenLayers: own.map((entry) => entry.chosenLayer),
      controls: Object.fromEntries(
        Object.keys(own[0].controls).map((control) => [
          control,
          median(own.map((entry) => entry.controls[control])),
        ]),
      ),
    };
  });
}
