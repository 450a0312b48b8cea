/** What the layer slider steps through: the encoder's layers, the chosen model, the controls, or the ceiling. */
export const mapNames = ['layers', 'chosen', 'controls', 'ceiling'] as const;
export type MapName = (typeof mapNames)[number];

/** Whether a route's text names a map. */
export function isMapName(name: string | undefined): name is MapName {
  return mapNames.some((known) => known === name);
}
