/** A physical unit by its number and name in the FIF standard, which MNE uses for every format. */
export interface Unit {
  readonly code: number;
  /** "FIFF_UNIT_V" and the like. */
  readonly name: string;
  /** As shown to people: "V", "T/m", "". */
  readonly symbol: string;
}

const table: readonly (readonly [number, string, string])[] = [
  [-1, 'NONE', ''],
  [0, 'UNITLESS', ''],
  [1, 'M', 'm'],
  [2, 'KG', 'kg'],
  [3, 'SEC', 's'],
  [4, 'A', 'A'],
  [5, 'K', 'K'],
  [6, 'MOL', 'mol'],
  [7, 'RAD', 'rad'],
  [10, 'MOL_M3', 'mol/m³'],
  [101, 'HZ', 'Hz'],
  [102, 'N', 'N'],
  [103, 'PA', 'Pa'],
  [106, 'C', 'C'],
  [107, 'V', 'V'],
  [109, 'OHM', 'Ω'],
  [110, 'S', 'S'],
  [112, 'T', 'T'],
  [114, 'CEL', '°C'],
  [117, 'V_M2', 'V/m²'],
  [201, 'T_M', 'T/m'],
  [202, 'AM', 'A·m'],
  [210, 'PX', 'px'],
];

const byCode = new Map(
  table.map(([code, name, symbol]) => [code, { code, name: `FIFF_UNIT_${name}`, symbol }]),
);

/** The unit with this number; unknown numbers keep it and have no symbol. */
export function unitOf(code: number): Unit {
  return byCode.get(code) ?? { code, name: `FIFF_UNIT_${code}`, symbol: '' };
}

export const units = {
  none: unitOf(-1),
  unitless: unitOf(0),
  volt: unitOf(107),
  voltPerArea: unitOf(117),
  siemens: unitOf(110),
  celsius: unitOf(114),
  tesla: unitOf(112),
  teslaPerMetre: unitOf(201),
  radian: unitOf(7),
  metre: unitOf(1),
  newton: unitOf(102),
} as const;
