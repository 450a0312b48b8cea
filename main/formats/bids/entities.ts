/** A BIDS file name taken apart: `sub-01_task-story_run-1_bold.nii.gz`. */
export interface BidsName {
  /** "sub" → "01", in the order of the name. */
  readonly entities: Readonly<Record<string, string>>;
  /** The last part before the extension: "bold", "events", ... */
  readonly suffix: string;
  /** With its first dot: ".nii.gz", ".tsv", ".json". */
  readonly extension: string;
}

/** Entities in the order that BIDS 1.10 fixes for file names (those that occur in this product). */
const order = [
  'sub',
  'ses',
  'sample',
  'task',
  'tracksys',
  'acq',
  'ce',
  'trc',
  'stain',
  'rec',
  'dir',
  'run',
  'mod',
  'echo',
  'flip',
  'inv',
  'mt',
  'part',
  'proc',
  'hemi',
  'space',
  'split',
  'recording',
  'chunk',
  'seg',
  'res',
  'den',
  'label',
  'desc',
  'from',
  'to',
  'mode',
];

const formerVolume =
  /^(sub-.+?)_(bold|T1w)((?:_space-[A-Za-z0-9]+)?)(?:_variant-([A-Za-z0-9]+))?_(preproc|brainmask|confounds)(\..+)$/;
const formerSurface = /^(sub-.+?)_bold(_space-[A-Za-z0-9]+)(?:\.([LR]))?(\.(?:func\.gii|dtseries\.nii))$/;

/**
 * The name that fMRIPrep gives a file since 1.2, where this is the one it gave before
 * ("sub-01_task-story_bold_space-MNI152NLin2009cAsym_preproc.nii.gz"); any other name as it is.
 */
export function laterName(name: string): string {
  const volume = formerVolume.exec(name);
  if (volume !== null) {
    const [, lead, suffix, space, variant, what, extension] = volume;
    if (what === 'confounds') return `${lead}_desc-confounds_regressors${extension}`;
    if (what === 'brainmask') return `${lead}${space}_desc-brain_mask${extension}`;
    return `${lead}${space}_desc-${variant ?? 'preproc'}_${suffix}${extension}`;
  }
  const surface = formerSurface.exec(name);
  if (surface === null) return name;
  const [, lead, space, side, extension] = surface;
  return `${lead}${side === undefined ? '' : `_hemi-${side}`}${space}_bold${extension}`;
}

/**
 * Takes a file name apart, or gives null where it does not follow BIDS (key-value pairs joined by underscores, then
 * a suffix). A name of a suffix alone ("participants.tsv") has no entities; former names of fMRIPrep have those of
 * their later ones.
 */
export function parseBidsName(given: string): BidsName | null {
  const name = laterName(given);
  const dot = name.indexOf('.');
  if (dot <= 0) return null;
  const parts = name.slice(0, dot).split('_');
  const suffix = parts.pop() ?? '';
  if (!/^[A-Za-z0-9]+$/.test(suffix)) return null;
  const entities: Record<string, string> = {};
  for (const part of parts) {
    const match = /^([A-Za-z]+)-([A-Za-z0-9+]+)$/.exec(part);
    if (match === null || match[1] in entities) return null;
    entities[match[1]] = match[2];
  }
  return { entities, suffix, extension: name.slice(dot) };
}

/**
 * The file name of entities, suffix and extension, entities in BIDS order.
 * @throws RangeError for labels that are not letters and digits
 */
export function bidsFileName(
  entities: Readonly<Record<string, string | number>>,
  suffix: string,
  extension: string,
): string {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const parts = Object.entries(entities)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([key, value]) => {
      if (!/^[A-Za-z0-9+]+$/.test(String(value))) throw new RangeError(`"${value}" is no BIDS label`);
      return `${key}-${value}`;
    });
  return `${[...parts, suffix].join('_')}${extension}`;
}
