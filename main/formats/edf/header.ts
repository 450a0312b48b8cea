import { UserError } from '../../core/errors.ts';

/** One signal as the header describes it. */
export interface EdfSignal {
  readonly label: string;
  /** Physical dimension as written: "uV", "mV", "%", ... */
  readonly dimension: string;
  readonly physicalMinimum: number;
  readonly physicalMaximum: number;
  readonly digitalMinimum: number;
  readonly digitalMaximum: number;
  readonly prefilter: string;
  /** Samples in each data record. */
  readonly samples: number;
}

/** Header of an EDF, EDF+ or BDF file. */
export interface EdfHeader {
  /** Bytes of a stored sample: 2 in EDF, 3 in BDF. */
  readonly width: 2 | 3;
  /** "EDF+C", "EDF+D", "BDF+C", ... or empty for plain files. */
  readonly reserved: string;
  /** Bytes before the first record. */
  readonly bytes: number;
  /** As written; −1 where the recording was not closed. */
  readonly recordCount: number;
  /** Seconds; 0 is legal where only annotations are stored. */
  readonly recordSeconds: number;
  /** Unix seconds of the start; null where the date cannot be read. */
  readonly startedAt: number | null;
  readonly signals: readonly EdfSignal[];
}

const MAX_SIGNALS = 8192;

/** @returns the refusal of a file that contradicts itself; `what` names the place */
export function damagedEdf(file: string, what: string): UserError {
  return new UserError(
    'edf.damaged',
    `${file} is a damaged EDF or BDF file: ${what}. Copy or export it again.`,
    {
      file,
      what,
    },
  );
}

/** Whether these first bytes begin an EDF or BDF file. */
export function looksEdf(head: Uint8Array): boolean {
  const version = Buffer.from(head.subarray(0, 8)).toString('latin1');
  return head.length >= 192 && (version === '0       ' || version === '\xffBIOSEMI');
}

/** Bytes of the whole header, from its first 256 bytes. @throws UserError `edf.damaged` */
export function edfHeaderBytes(head: Uint8Array, file: string): number {
  const signals = Number(field(head, 252, 4));
  if (!Number.isInteger(signals) || signals < 1 || signals > MAX_SIGNALS) {
    throw damagedEdf(file, `it announces "${field(head, 252, 4)}" signals`);
  }
  return 256 * (signals + 1);
}

/**
 * Parses a whole header (Kemp et al. 1992; https://www.edfplus.info/specs/edf.html). Numbers may have a decimal comma.
 * @throws UserError `edf.damaged`
 */
export function parseEdfHeader(bytes: Uint8Array, file: string): EdfHeader {
  const expected = edfHeaderBytes(bytes, file);
  if (bytes.length < expected) throw damagedEdf(file, 'its header is cut off');
  const count = expected / 256 - 1;
  const number = (text: string, what: string): number => {
    const value = Number(text.replace(',', '.'));
    if (text === '' || !Number.isFinite(value)) throw damagedEdf(file, `${what} is "${text}"`);
    return value;
  };
  // Fields of all signals stand together: all labels, all transducers, all dimensions, ...
  let at = 256;
  const column = (width: number): string[] => {
    const out = Array.from({ length: count }, (_, index) => field(bytes, at + index * width, width));
    at += count * width;
    return out;
  };
  const labels = column(16);
  column(80);
  const dimensions = column(8);
  const [physicalMinima, physicalMaxima, digitalMinima, digitalMaxima] = [0, 1, 2, 3].map(() => column(8));
  const prefilters = column(80);
  const samples = column(8);
  return {
    width: bytes[0] === 0xff ? 3 : 2,
    reserved: field(bytes, 192, 44),
    bytes: expected,
    recordCount: number(field(bytes, 236, 8), 'the number of records'),
    recordSeconds: number(field(bytes, 244, 8), 'the length of a record'),
    startedAt: startOf(field(bytes, 88, 80), field(bytes, 168, 8), field(bytes, 176, 8)),
    signals: labels.map((label, index) => ({
      label,
      dimension: dimensions[index],
      physicalMinimum: number(physicalMinima[index], `the physical minimum of ${label}`),
      physicalMaximum: number(physicalMaxima[index], `the physical maximum of ${label}`),
      digitalMinimum: number(digitalMinima[index], `the digital minimum of ${label}`),
      digitalMaximum: number(digitalMaxima[index], `the digital maximum of ${label}`),
      prefilter: prefilters[index],
      samples: wholeSamples(number(samples[index], `the samples per record of ${label}`), label, file),
    })),
  };
}

function wholeSamples(value: number, label: string, file: string): number {
  if (!Number.isInteger(value) || value < 0)
    throw damagedEdf(file, `${label} has ${value} samples per record`);
  return value;
}

function field(bytes: Uint8Array, at: number, width: number): string {
  const text = Buffer.from(bytes.subarray(at, at + width)).toString('latin1');
  return text.split('\0')[0].trim();
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Start by "Startdate dd-MMM-yyyy ..." of EDF+, else by dd.mm.yy (or with other marks between) with years 85 to 84 meaning 1985 to 2084. */
function startOf(recording: string, date: string, time: string): number | null {
  const words = recording.split(' ');
  const full = words.length === 5 ? /^(\d{1,2})-([a-z]{3})-(\d{4})$/i.exec(words[1]) : null;
  const month = full ? months.indexOf(full[2].toLowerCase()) : -1;
  const short = date.split(/[.:/-]/).map((part) => Number.parseInt(part, 10));
  const day =
    full !== null && month >= 0
      ? [Number(full[3]), month, Number(full[1])]
      : [short[2] < 85 ? short[2] + 2000 : short[2] + 1900, short[1] - 1, short[0]];
  const clock = time.split(/[.:]/).map((part) => Number.parseInt(part, 10));
  const [hour, minute, second] = clock.length === 3 && clock.every(Number.isInteger) ? clock : [0, 0, 0];
  const start = new Date(Date.UTC(day[0], day[1], day[2], hour, minute, second));
  const real =
    start.getUTCFullYear() === day[0] && start.getUTCMonth() === day[1] && start.getUTCDate() === day[2];
  return real ? start.getTime() / 1000 : null;
}
