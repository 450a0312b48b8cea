import { readDigitised } from '../digitised/read-digitised.ts';

/** What `gyrus inspect` says of digitised points of a head: how many of each kind, in metres. */
export async function inspectDigitised(path: string): Promise<Record<string, unknown>> {
  const { fiducials, electrodes, coils, shape } = await readDigitised(path);
  return {
    format: 'digitised',
    kind: 'digitised',
    n_electrodes: electrodes.size,
    n_coils: coils.length,
    n_shape: shape.length,
    fiducials,
    electrodes_first: Object.fromEntries([...electrodes].slice(0, 6)),
  };
}
