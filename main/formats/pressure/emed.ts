import { headerText, type LineFile, openLineFile } from '../text/line-file.ts';
import { scanCellBytes } from './cells.ts';
import { fullMask, leadingNumber, type PressureRecording, wholePart } from './recording.ts';
import { checkFrameSize, damagedPressure } from './refusals.ts';

/** One picture of an emed export: a window of the platform, with the vendor's own total. */
export interface EmedPage {
  readonly picture: number;
  /** Platform columns of the window's columns, counted from 1. */
  readonly cols: readonly number[];
  /** Platform row of each of the window's rows, counted from 1. */
  readonly rows: readonly number[];
  /** Where each row's cells stand in the file. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
  /** Force in newtons as the vendor sums it; null where the page has no total. */
  readonly force: number | null;
}

/** An emed recording, with the pages that it was put together from. */
export interface EmedRecording extends PressureRecording {
  readonly format: 'novel-emed';
  readonly matrix: string;
  readonly sensorSize: string;
  readonly millisecondsPerPicture: number | null;
  readonly pages: readonly EmedPage[];
}

interface PageDraft {
  picture: number;
  cols: number[];
  rows: number[];
  spans: { start: number; end: number }[];
  force: number | null;
}

/**
 * Opens a novel emed .lst export (Latin-1 text). Every page shows only the loaded window of the platform, which moves
 * from page to page; pictures are put back into the whole matrix by the row and column numbers. Summary pages (MPP,
 * MVP) carry no picture number and are left out.
 * @throws UserError `file.*`, `pressure.damaged`
 */
export async function openEmed(path: string): Promise<EmedRecording> {
  const file = await openLineFile(path);
  try {
    return await build(file);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function build(file: LineFile): Promise<EmedRecording> {
  const { path } = file;
  const { header, pages } = await scan(file);
  const size = /(\d+)\s*x\s*(\d+)/.exec(header.Matrix ?? '');
  if (size === null) throw damagedPressure(path, 'the size of its matrix is missing');
  // "64x95" is columns × rows: the row numbers of the pages run to 95.
  const cols = Number(size[1]);
  const rows = Number(size[2]);
  checkFrameSize(path, rows, cols);
  if (pages.length === 0) throw damagedPressure(path, 'it has no pictures');
  for (const page of pages) {
    if (page.rows.length === 0 || Math.max(...page.rows) > rows || Math.max(...page.cols) > cols) {
      throw damagedPressure(
        path,
        `picture ${page.picture} does not fit into ${rows} rows and ${cols} columns`,
      );
    }
  }
  const cell = /([\d.,]+)\s*x\s*([\d.,]+)\s*cm/.exec(header['Sensor size'] ?? '');
  // Writers under German Windows use decimal commas throughout.
  const comma = /\d,\d/.test(`${header['Sensor size']} ${header['Sensor area']}`);
  const area = /([\d.,]+)\s*cm/.exec(header['Sensor area'] ?? '');
  const milliseconds = leadingNumber(header['Time/picture'] ?? '');
  return {
    format: 'novel-emed',
    path,
    rows,
    cols,
    frameCount: pages.length,
    placed: true,
    cellSize:
      cell === null ? null : { width: leadingNumber(cell[1]) * 10, height: leadingNumber(cell[2]) * 10 },
    cellArea: area === null ? null : leadingNumber(area[1]) * 100,
    unit: 'kPa',
    rate: milliseconds > 0 ? 1000 / milliseconds : null,
    times: null,
    mask: fullMask(rows * cols),
    saturation: null,
    parts: [wholePart('platform', rows, cols)],
    corruptFrames: [],
    header,
    notices: [],
    matrix: header.Matrix ?? '',
    sensorSize: header['Sensor size'] ?? '',
    millisecondsPerPicture: milliseconds > 0 ? milliseconds : null,
    pages,
    frame: (index) => readPage(file, pages[index], rows, cols, comma),
    close: () => file.close(),
  };
}

async function readPage(
  file: LineFile,
  page: EmedPage,
  rows: number,
  cols: number,
  comma: boolean,
): Promise<Float32Array> {
  const frame = new Float32Array(rows * cols);
  const first = page.spans[0];
  const last = page.spans[page.spans.length - 1];
  const bytes = await file.bytes(first.start, last.end);
  const line = new Float32Array(page.cols.length + 2);
  page.spans.forEach(({ start, end }, index) => {
    const cells = bytes.subarray(start - first.start, end - first.start);
    const { count, bad } = scanCellBytes(cells, line, 0, comma);
    if (bad > 0 || count < page.cols.length + 1) {
      throw damagedPressure(file.path, `row ${page.rows[index]} of picture ${page.picture} is incomplete`);
    }
    page.cols.forEach((col, at) => {
      frame[(page.rows[index] - 1) * cols + col - 1] = line[at + 1];
    });
  });
  return frame;
}

async function scan(file: LineFile): Promise<{ header: Record<string, string>; pages: EmedPage[] }> {
  const header: Record<string, string> = {};
  const pages: EmedPage[] = [];
  let page: PageDraft | null = null;
  for await (const batch of file.batches()) {
    for (const { text, start, end } of batch) {
      const picture = /Pict-No\.?:?\s*(\d+)/.exec(text);
      if (picture !== null) {
        page = { picture: Number(picture[1]), cols: [], rows: [], spans: [], force: null };
        pages.push(page);
      } else if (/^\s*Page\s+\d+/.test(text)) page = null;
      else if (page === null) addHeader(header, text);
      else readLine(page, text, start, end);
    }
  }
  return { header, pages };
}

function readLine(page: PageDraft, text: string, start: number, end: number): void {
  const cells = text.split(/\s+/).filter((cell) => cell !== '');
  if (cells.length === 0) return;
  if (page.cols.length === 0) {
    page.cols = cells.filter((cell) => /^\d+$/.test(cell)).map(Number);
  } else if (/^\d+$/.test(cells[0])) {
    page.rows.push(Number(cells[0]));
    page.spans.push({ start, end });
  } else if (/^force/i.test(cells[0])) page.force = leadingNumber(cells[cells.length - 1]);
}

function addHeader(header: Record<string, string>, line: string): void {
  for (const part of headerText(line).split('\t')) {
    const match = /^\s*([^:]+?)\s*:\s*(.+?)\s*$/.exec(part);
    if (match !== null && !(match[1] in header)) header[match[1]] = match[2];
  }
}
