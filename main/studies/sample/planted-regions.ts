/** Where tuning is planted, to what, how strongly. Names are those of the landmark regions. */
export interface PlantedSpecification {
  readonly region: string;
  /** Layer of the encoder, or null for word rate. */
  readonly layer: string | null;
  readonly strength: number;
  readonly ceiling: number;
}

/**
 * A listener whose left temporal and frontal regions follow deeper and deeper layers of the encoder, and whose
 * primary auditory region follows nothing but the rate of words. Everything else is noise.
 */
export const plantedRegions: readonly PlantedSpecification[] = [
  { region: 'left primary auditory', layer: null, strength: 0.9, ceiling: 0.7 },
  { region: 'left posterior superior temporal', layer: 'hidden_0', strength: 0.95, ceiling: 0.85 },
  { region: 'left middle temporal', layer: 'hidden_1', strength: 0.95, ceiling: 0.85 },
  { region: 'left inferior frontal', layer: 'hidden_2', strength: 0.95, ceiling: 0.85 },
  { region: 'left angular', layer: 'hidden_2', strength: 0.9, ceiling: 0.85 },
];
