import type { Notice } from '../../contract/errors.ts';

/** How a mat's values are meant. `raw` is the converter's count without calibration, `N` force on a cell. */
export type PressureUnit =
  | 'raw'
  | 'kPa'
  | 'MPa'
  | 'mmHg'
  | 'psi'
  | 'N/cm2'
  | 'kgf/cm2'
  | 'bar'
  | 'N'
  | 'unknown';

export type PressureFormat =
  | 'tekscan'
  | 'novel-emed'
  | 'novel-pedar'
  | 'novel-pliance'
  | 'xsensor'
  | 'footscan'
  | 'pmd'
  | 'popu'
  | 'slp'
  | 'frame-lines'
  | 'frame-table'
  | 'frame-blocks'
  | 'array';

/** A rectangle of the frame that belongs to one sensor, such as one foot of two. */
export interface PressurePart {
  readonly name: string;
  readonly side: 'left' | 'right' | null;
  readonly row: number;
  readonly col: number;
  readonly rows: number;
  readonly cols: number;
}

/**
 * A pressure recording as its file has it: nothing scaled, turned, filtered or dropped. Rows and columns stand as in
 * the file, top row first.
 */
export interface PressureRecording {
  readonly format: PressureFormat;
  readonly path: string;
  readonly rows: number;
  readonly cols: number;
  readonly frameCount: number;
  /** False where cells are numbered and the file does not say where they lie. */
  readonly placed: boolean;
  /** Distance between neighbouring columns and rows, in millimetres; null where the file does not tell. */
  readonly cellSize: { readonly width: number; readonly height: number } | null;
  /** Area of one cell in mm²; the vendor's own, which need not be width × height. */
  readonly cellArea: number | null;
  readonly unit: PressureUnit;
  /** Frames a second; null where the file does not tell. */
  readonly rate: number | null;
  /** Seconds of each frame from the first; null where only the rate, or nothing, is known. */
  readonly times: Float64Array | null;
  /** One per cell: 1 where the cell exists, 0 where the sensor has none there. */
  readonly mask: Uint8Array;
  /** Value at which cells saturate, in the unit. */
  readonly saturation: number | null;
  readonly parts: readonly PressurePart[];
  /** Frames at the start whose values are garbled. They are still there: whoever uses them decides. */
  readonly corruptFrames: readonly number[];
  /** What the header says, by its own names. */
  readonly header: Readonly<Record<string, string>>;
  readonly notices: readonly Notice[];
  /**
   * One frame, row-major; NaN where the cell does not exist.
   * @param into a frame that may be written over, so that a walk through all of them need not make new ones
   * @throws UserError where the file changed meanwhile
   */
  frame(index: number, into?: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Kilopascals of one unit (NIST SP 811, appendix B); null where no factor makes pressure of it. */
export function kilopascalFactor(unit: PressureUnit): number | null {
  const factors: Partial<Record<PressureUnit, number>> = {
    kPa: 1,
    MPa: 1000,
    mmHg: 0.133322387415,
    psi: 6.894757293168,
    'N/cm2': 10,
    'kgf/cm2': 98.0665,
    bar: 100,
  };
  return factors[unit] ?? null;
}

/** The unit that a file's word for it means. */
export function parsePressureUnit(word: string): PressureUnit {
  const plain = word.trim().toLowerCase().replace('²', '2').replaceAll(' ', '');
  const names: Record<string, PressureUnit> = {
    raw: 'raw',
    counts: 'raw',
    kpa: 'kPa',
    mpa: 'MPa',
    mmhg: 'mmHg',
    psi: 'psi',
    'n/cm2': 'N/cm2',
    'n/cm^2': 'N/cm2',
    'kg/cm2': 'kgf/cm2',
    'kgf/cm2': 'kgf/cm2',
    bar: 'bar',
    n: 'N',
    newton: 'N',
    newtons: 'N',
  };
  return names[plain] ?? 'unknown';
}

/** Millimetres of a length such as "5.08 mm", "0.127 centimeters" or "0.2 inches"; null for anything else. */
export function millimetres(text: string): number | null {
  const match = /^\s*([\d.,]+(?:e[-+]?\d+)?)\s*(mm|millimet|cm|centimet|in|m\b|met)/i.exec(text);
  if (match === null) return null;
  const unit = match[2].toLowerCase();
  const factor =
    unit.startsWith('mm') || unit.startsWith('milli')
      ? 1
      : /^c/.test(unit)
        ? 10
        : unit === 'in'
          ? 25.4
          : 1000;
  const value = leadingNumber(match[1]);
  return value > 0 ? value * factor : null;
}

/** The number at the start of a text such as "25.8064 mm2", with a point or a comma; NaN where there is none. */
export function leadingNumber(text: string): number {
  const match = /^\s*[-+]?\d*[.,]?\d+(?:e[-+]?\d+)?/i.exec(text);
  return match === null ? Number.NaN : Number(match[0].replace(',', '.'));
}

/** A mask that has every cell. */
export function fullMask(cells: number): Uint8Array {
  return new Uint8Array(cells).fill(1);
}

/** One part that is the whole frame. */
export function wholePart(name: string, rows: number, cols: number): PressurePart {
  return { name, side: null, row: 0, col: 0, rows, cols };
}
