import { cellHealth } from '../pressure/cell-health.ts';
import type { EmedRecording } from '../pressure/emed.ts';
import type { FrameLinesRecording } from '../pressure/frame-lines.ts';
import {
  firstMaximum,
  frameFigures,
  type RecordingFigures,
  recordingFigures,
} from '../pressure/frame-statistics.ts';
import type { NovelRecording } from '../pressure/novel-asc.ts';
import { openPressure } from '../pressure/open-pressure.ts';
import type { PopuRecording } from '../pressure/popu.ts';
import type { PressureRecording } from '../pressure/recording.ts';
import type { TekscanRecording } from '../pressure/tekscan.ts';

type Fields = Record<string, unknown>;

/** What `gyrus inspect` says of a pressure recording; with `stats`, every frame is read. */
export async function inspectPressure(path: string, stats: boolean): Promise<Fields> {
  const recording = await openPressure(path);
  try {
    const figures = stats ? await recordingFigures(recording) : null;
    return {
      format: recording.format,
      kind: 'pressure',
      rows: recording.rows,
      cols: recording.cols,
      frames: recording.frameCount,
      unit: recording.unit,
      rate: recording.rate,
      cell_size_mm:
        recording.cellSize === null ? null : [recording.cellSize.width, recording.cellSize.height],
      cell_area_mm2: recording.cellArea,
      placed: recording.placed,
      saturation: recording.saturation,
      parts: recording.parts,
      corrupt_leading_frames: recording.corruptFrames.length,
      corrupt_frames: recording.corruptFrames,
      ...(figures === null ? {} : await summary(recording, figures, 0)),
      ...(stats ? await health(recording) : {}),
      ...(await ownFields(recording, figures)),
      notices: recording.notices,
    };
  } finally {
    await recording.close();
  }
}

/** Sums from frame `from` on, and the frame of the highest value in detail. */
async function summary(
  recording: PressureRecording,
  { sums, peaks, masked }: RecordingFigures,
  from: number,
): Promise<Fields> {
  const at = firstMaximum(peaks, from);
  const { peak, sum, contactCells, meanInContact, centre } = frameFigures(
    await recording.frame(at),
    recording.cols,
  );
  const firstLoaded = sums.findIndex((value, index) => index >= from && value !== 0);
  return {
    frames: recording.frameCount - from,
    rows: recording.rows,
    cols: recording.cols,
    n_masked_per_frame: masked[from],
    peak: peaks[at],
    peak_frame_0based: at - from,
    sum_total: sums.subarray(from).reduce((total, value) => total + value, 0),
    sum_first: sums[from],
    sum_last: sums[sums.length - 1],
    first_nonzero_frame: firstLoaded < 0 ? null : firstLoaded - from,
    at_peak_frame: {
      peak_rc: [peak.row, peak.col],
      sum,
      contact_cells: contactCells,
      mean_in_contact: meanInContact,
      cop_rc_0based: centre,
    },
  };
}

/** Hot and dead cells as [row, column]. */
async function health(recording: PressureRecording): Promise<Fields> {
  const { hot, dead } = await cellHealth(recording, Math.ceil(recording.frameCount / 500));
  const place = (at: number): number[] => [Math.floor(at / recording.cols), at % recording.cols];
  return { hot_cells: hot.map(place), dead_cells: dead.map(place) };
}

async function ownFields(recording: PressureRecording, figures: RecordingFigures | null): Promise<Fields> {
  if (isTekscan(recording)) {
    const { header, complete, rawSums } = recording;
    const matching =
      figures === null || rawSums === null
        ? null
        : rawSums.filter((sum, at) => sum === figures.sums[at]).length;
    return {
      header,
      ends_with_at_at: complete,
      ...(matching === null ? {} : { raw_sums_matching: matching }),
    };
  }
  if (isEmed(recording)) return emedFields(recording, figures);
  if (isNovel(recording)) return novelFields(recording, figures);
  if (isPopu(recording)) return { sheet: recording.sheet, ...recording.details };
  if (isFrameLines(recording)) return frameLineFields(recording, figures);
  return {};
}

function emedFields(recording: EmedRecording, figures: RecordingFigures | null): Fields {
  const { pages, cellArea } = recording;
  const [first] = pages;
  // kPa × mm² × 1e-3 = newton.
  const forces = figures === null ? null : figures.sums.map((sum) => (sum * (cellArea ?? 0)) / 1000);
  const vendor = pages.map(({ force }) => force);
  const known = vendor.filter((force) => force !== null);
  const peakAt = figures === null ? null : firstMaximum(figures.peaks);
  return {
    matrix: recording.matrix,
    time_per_picture_ms: recording.millisecondsPerPicture,
    sensor_size: recording.sensorSize,
    n_pages: pages.length,
    picture_numbers_first: pages.slice(0, 3).map(({ picture }) => picture),
    picture_last: pages[pages.length - 1].picture,
    window_first: { cols: ends(first.cols), rows: ends(first.rows) },
    vendor_force_max: known.length === 0 ? null : Math.max(...known),
    ...(figures === null || forces === null || peakAt === null
      ? {}
      : {
          peak_kPa: figures.peaks[peakAt],
          peak_picture: pages[peakAt].picture,
          sum_kPa_total: figures.sums.reduce((total, value) => total + value, 0),
          force_from_sum_vs_vendor_first5: vendor.slice(0, 5).map((force, at) => [forces[at], force]),
          max_abs_force_error: Math.max(
            ...vendor.map((force, at) => (force === null ? 0 : Math.abs(forces[at] - force))),
          ),
        }),
  };
}

function ends(numbers: readonly number[]): number[] {
  return [numbers[0], numbers[numbers.length - 1]];
}

async function novelFields(recording: NovelRecording, figures: RecordingFigures | null): Promise<Fields> {
  const { sensors, rowTimes, linesAfter, cols } = recording;
  const first = await recording.frame(0);
  const fields: Fields = {
    head: recording.head,
    n_columns: sensors.length + 1,
    sensors: [sensors[0], sensors[sensors.length - 1]],
    n_rows: rowTimes.length,
    t0: rowTimes[0],
    t_last: rowTimes[rowTimes.length - 1],
    first_row: [...first.subarray(0, 6)],
    lines_after_table: linesAfter.slice(0, 5),
    n_lines_after_table: linesAfter.length,
  };
  if (figures === null || recording.format !== 'novel-pedar') return fields;
  let [left, right] = [0, 0];
  for (let index = 0; index < recording.frameCount; index++) {
    (await recording.frame(index)).forEach((value, at) => {
      if (at < cols) left += value;
      else right += value;
    });
  }
  return { ...fields, left_sum: left, right_sum: right };
}

async function frameLineFields(
  recording: FrameLinesRecording,
  figures: RecordingFigures | null,
): Promise<Fields> {
  const { rows, cols, lineValues, layouts, corruptFrames } = recording;
  return {
    line_values: lineValues,
    layout: `${rows} rows x ${cols} cols row-major (reshape ${rows},${cols})`,
    layouts: layouts.slice(0, 4),
    // As the reference does: as many frames are left out from the start as were flagged among the first ones.
    ...(figures === null || recording.frameCount <= corruptFrames.length
      ? {}
      : { after_drop: await summary(recording, figures, corruptFrames.length) }),
  };
}

const isTekscan = (one: PressureRecording): one is TekscanRecording => one.format === 'tekscan';
const isEmed = (one: PressureRecording): one is EmedRecording => one.format === 'novel-emed';
const isNovel = (one: PressureRecording): one is NovelRecording =>
  one.format === 'novel-pedar' || one.format === 'novel-pliance';
const isPopu = (one: PressureRecording): one is PopuRecording => one.format === 'popu';
const isFrameLines = (one: PressureRecording): one is FrameLinesRecording =>
  one.format === 'pmd' || one.format === 'frame-lines';
