/** Centre of a region on the left, in Talairach mm (x < 0 is left). Its mirror image is the region on the right. */
interface Landmark {
  readonly name: string;
  readonly lobe: Lobe;
  readonly centres: readonly (readonly [number, number, number])[];
}

type Lobe = 'frontal' | 'parietal' | 'temporal' | 'occipital' | 'limbic' | 'subcortical' | 'cerebellum';

/**
 * The landmark regions of Gyrus: a point belongs to the region whose centre is nearest. Centres are rounded textbook
 * positions of gyri and nuclei in Talairach space, chosen for this table; large regions have several. This is a rule
 * that anyone can recompute, made to name places and to pool voxels. It is not an anatomical atlas: borders do not follow
 * sulci. Use the labels of an atlas of your own where borders matter.
 */
const LANDMARKS: readonly Landmark[] = [
  {
    name: 'superior frontal',
    lobe: 'frontal',
    centres: [
      [-16, 46, 32],
      [-18, 22, 50],
    ],
  },
  {
    name: 'middle frontal',
    lobe: 'frontal',
    centres: [
      [-36, 38, 22],
      [-38, 16, 42],
    ],
  },
  {
    name: 'inferior frontal',
    lobe: 'frontal',
    centres: [
      [-48, 20, 14],
      [-44, 30, 0],
    ],
  },
  {
    name: 'orbitofrontal',
    lobe: 'frontal',
    centres: [
      [-24, 36, -14],
      [-8, 36, -18],
    ],
  },
  { name: 'medial frontal', lobe: 'frontal', centres: [[-5, 54, 8]] },
  { name: 'supplementary motor', lobe: 'frontal', centres: [[-5, -4, 58]] },
  {
    name: 'precentral',
    lobe: 'frontal',
    centres: [
      [-36, -10, 54],
      [-52, 0, 26],
    ],
  },
  {
    name: 'postcentral',
    lobe: 'parietal',
    centres: [
      [-34, -32, 56],
      [-56, -18, 28],
    ],
  },
  { name: 'superior parietal', lobe: 'parietal', centres: [[-22, -62, 52]] },
  { name: 'supramarginal', lobe: 'parietal', centres: [[-54, -38, 30]] },
  { name: 'angular', lobe: 'parietal', centres: [[-44, -64, 32]] },
  { name: 'precuneus', lobe: 'parietal', centres: [[-7, -58, 42]] },
  { name: 'temporal pole', lobe: 'temporal', centres: [[-38, 12, -26]] },
  { name: 'primary auditory', lobe: 'temporal', centres: [[-46, -20, 8]] },
  { name: 'anterior superior temporal', lobe: 'temporal', centres: [[-54, -4, -6]] },
  { name: 'posterior superior temporal', lobe: 'temporal', centres: [[-58, -36, 12]] },
  {
    name: 'middle temporal',
    lobe: 'temporal',
    centres: [
      [-58, -22, -14],
      [-54, -54, 0],
    ],
  },
  {
    name: 'inferior temporal',
    lobe: 'temporal',
    centres: [
      [-50, -18, -28],
      [-50, -48, -18],
    ],
  },
  { name: 'fusiform', lobe: 'temporal', centres: [[-32, -44, -16]] },
  { name: 'lateral occipital', lobe: 'occipital', centres: [[-38, -78, 6]] },
  { name: 'occipital pole', lobe: 'occipital', centres: [[-18, -94, 2]] },
  { name: 'calcarine', lobe: 'occipital', centres: [[-8, -76, 8]] },
  { name: 'cuneus', lobe: 'occipital', centres: [[-8, -84, 26]] },
  { name: 'lingual', lobe: 'occipital', centres: [[-12, -66, -4]] },
  { name: 'insula', lobe: 'limbic', centres: [[-37, 4, 2]] },
  {
    name: 'anterior cingulate',
    lobe: 'limbic',
    centres: [
      [-5, 32, 16],
      [-5, 10, 36],
    ],
  },
  { name: 'posterior cingulate', lobe: 'limbic', centres: [[-5, -42, 24]] },
  { name: 'parahippocampal', lobe: 'limbic', centres: [[-22, -22, -16]] },
  { name: 'amygdala', lobe: 'limbic', centres: [[-22, -4, -18]] },
  {
    name: 'striatum',
    lobe: 'subcortical',
    centres: [
      [-24, 2, 4],
      [-11, 10, 8],
    ],
  },
  { name: 'thalamus', lobe: 'subcortical', centres: [[-11, -18, 8]] },
  {
    name: 'brainstem',
    lobe: 'subcortical',
    centres: [
      [-4, -26, -22],
      [-4, -30, -42],
    ],
  },
  {
    name: 'cerebellum',
    lobe: 'cerebellum',
    centres: [
      [-22, -60, -24],
      [-40, -60, -36],
      [-12, -70, -42],
      [-6, -54, -14],
    ],
  },
];

/** A region with its side: "left inferior frontal". */
export interface Region {
  readonly name: string;
  readonly side: 'left' | 'right';
  readonly lobe: Lobe;
}

/** All regions, left then right; a region's index in tables and bundles is its place here. */
export const REGIONS: readonly Region[] = (['left', 'right'] as const).flatMap((side) =>
  LANDMARKS.map(({ name, lobe }) => ({ name: `${side} ${name}`, side, lobe })),
);

/** Index in REGIONS of the region that a point in Talairach mm belongs to; points at x = 0 count as right. */
export function regionIndexAt(x: number, y: number, z: number): number {
  const towardsLeft = -Math.abs(x);
  let best = 0;
  let nearest = Number.POSITIVE_INFINITY;
  LANDMARKS.forEach(({ centres }, index) => {
    for (const [cx, cy, cz] of centres) {
      const squared = (towardsLeft - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2;
      if (squared < nearest) {
        nearest = squared;
        best = index;
      }
    }
  });
  return x < 0 ? best : best + LANDMARKS.length;
}

/**
 * From MNI152 to Talairach mm: icbm2tal for SPM-normalised images, 12 parameters (Lancaster et al. 2007, doi
 * 10.1002/hbm.20345).
 */
const MNI_TO_TALAIRACH = [
  [0.9254, 0.0024, -0.0118, -1.0207],
  [-0.0048, 0.9316, -0.0871, -1.7667],
  [0.0152, 0.0883, 0.8924, 4.0926],
] as const;

/** A point of MNI152 space in Talairach mm. */
export function mniToTalairach(x: number, y: number, z: number): [number, number, number] {
  const [a, b, c] = MNI_TO_TALAIRACH.map((row) => row[0] * x + row[1] * y + row[2] * z + row[3]);
  return [a, b, c];
}

/** Names of the regions of points in a space whose name begins with "Talairach" or "MNI"; null for any other space. */
export function regionFinder(space: string): ((x: number, y: number, z: number) => Region) | null {
  if (/^talairach/i.test(space)) return (x, y, z) => REGIONS[regionIndexAt(x, y, z)];
  if (/^mni/i.test(space)) return (x, y, z) => REGIONS[regionIndexAt(...mniToTalairach(x, y, z))];
  return null;
}
