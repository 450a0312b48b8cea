import type { ItemLevel, ItemModality } from '../../../contract/item-sets.ts';

/** A representation that a kind of data was made of. */
export interface PlantedPart {
  /** "encoder" (bundled, layer by layer), "vectors" (words out of context) or "form" (length and frequency). */
  readonly model: 'encoder' | 'vectors' | 'form';
  /** Layer of the encoder, 0 the lowest. */
  readonly layer: number;
  readonly weight: number;
}

/** What is planted in a kind of data: the order that the study must find again. */
export interface PlantedKind {
  readonly modality: ItemModality;
  readonly level: ItemLevel;
  readonly parts: readonly PlantedPart[];
}

/**
 * Shallow layers in MEG, middle ones in eye movements, deep ones in fMRI; meaning out of context in ratings. The same
 * in both languages.
 */
export const PLANTED: readonly PlantedKind[] = [
  { modality: 'rating', level: 'word', parts: [{ model: 'vectors', layer: 0, weight: 1.6 }] },
  {
    modality: 'fmri',
    level: 'word',
    parts: [
      { model: 'encoder', layer: 2, weight: 0.9 },
      { model: 'vectors', layer: 0, weight: 0.7 },
    ],
  },
  {
    modality: 'eye',
    level: 'sentence',
    parts: [
      { model: 'encoder', layer: 1, weight: 0.9 },
      { model: 'form', layer: 0, weight: 0.5 },
    ],
  },
  { modality: 'meg', level: 'discourse', parts: [{ model: 'encoder', layer: 0, weight: 1 }] },
  { modality: 'fmri', level: 'discourse', parts: [{ model: 'encoder', layer: 2, weight: 1.2 }] },
];

/** Start of the MEG's bins in seconds from word onset, and how strongly each responds. */
export const MEG_WINDOWS = [-0.1, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((start) => ({
  start,
  gain: 0.8 * Math.exp(-((start + 0.05 - 0.4) ** 2) / (2 * 0.15 ** 2)),
}));

/** The six regions of the discourse fMRI and how strongly each responds. */
export const REGION_GAINS = [
  { region: 'Cognition', gain: 0.6 },
  { region: 'Language', gain: 1 },
  { region: 'Manipulation', gain: 0.4 },
  { region: 'Memory', gain: 0.8 },
  { region: 'Reward', gain: 0.2 },
  { region: 'Vision', gain: 0.3 },
] as const;
