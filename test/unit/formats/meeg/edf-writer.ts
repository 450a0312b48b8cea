/** Writes EDF and BDF files for tests, field by field as the specification lists them. */

export interface Signal {
  readonly label: string;
  readonly samples: number;
  readonly dimension?: string;
  readonly physical?: readonly [number, number];
  readonly digital?: readonly [number, number];
  readonly prefilter?: string;
  /** Stored values of one record, or its bytes for annotation signals. */
  readonly record: (index: number) => readonly number[] | Uint8Array;
}

export interface EdfOptions {
  readonly bdf?: boolean;
  readonly reserved?: string;
  readonly seconds?: number;
  readonly announced?: number;
}

/** The bytes of a file with so many records. */
export function edfBytes(signals: readonly Signal[], records: number, options: EdfOptions = {}): Buffer {
  const { bdf = false, reserved = '', seconds = 1, announced = records } = options;
  const width = bdf ? 3 : 2;
  const text = (value: string | number, size: number): Buffer =>
    Buffer.from(String(value).padEnd(size), 'latin1').subarray(0, size);
  const column = (size: number, of: (signal: Signal) => string | number): Buffer =>
    Buffer.concat(signals.map((signal) => text(of(signal), size)));
  const head = [
    bdf ? Buffer.concat([Buffer.from([0xff]), text('BIOSEMI', 7)]) : text('0', 8),
    text('X X X X', 80),
    text('Startdate 02-MAR-2011 X X X', 80),
    text('02.03.11', 8),
    text('12.13.14', 8),
    text(256 * (signals.length + 1), 8),
    text(reserved, 44),
    text(announced, 8),
    text(seconds, 8),
    text(signals.length, 4),
    column(16, ({ label }) => label),
    column(80, () => ''),
    column(8, ({ dimension = 'uV' }) => dimension),
    column(8, ({ physical = [-200, 200] }) => physical[0]),
    column(8, ({ physical = [-200, 200] }) => physical[1]),
    column(8, ({ digital = [-2000, 2000] }) => digital[0]),
    column(8, ({ digital = [-2000, 2000] }) => digital[1]),
    column(80, ({ prefilter = '' }) => prefilter),
    column(8, ({ samples }) => samples),
    column(32, () => ''),
  ];
  const body = Array.from({ length: records }, (_, index) =>
    signals.map(({ record, samples }) => {
      const values = record(index);
      const bytes = Buffer.alloc(samples * width);
      if (values instanceof Uint8Array) bytes.set(values.subarray(0, bytes.length));
      else values.forEach((value, at) => void bytes.writeIntLE(value, at * width, width));
      return bytes;
    }),
  );
  return Buffer.concat([...head, ...body.flat()]);
}

/** An annotation signal: its time-keeping list at `onset`, then the given lists. */
export function annotationSignal(
  onset: (record: number) => number,
  lists: (record: number) => readonly string[] = () => [],
): Signal {
  return {
    label: 'EDF Annotations',
    samples: 60,
    dimension: '',
    physical: [-1, 1],
    digital: [-32768, 32767],
    record: (index) =>
      Buffer.from([`+${onset(index)}\x14\x14\0`, ...lists(index).map((list) => `${list}\0`)].join('')),
  };
}
