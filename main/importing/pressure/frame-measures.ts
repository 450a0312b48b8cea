import { defaultMeasures, type FrameMeasures, measureFrame } from '../../analysis/pressure/measures.ts';
import type { FramePipeline } from './frame-pipeline.ts';

/**
 * Measures of a frame; NaN for those that need what is not known: newtons without a unit of pressure, blocks of
 * neighbours and centres where cells are numbered only.
 */
export function pipelineMeasures(
  frame: Float32Array,
  { grid, unit, placed }: FramePipeline,
  threshold: number,
): FrameMeasures {
  const measured = measureFrame(frame, grid, { ...defaultMeasures, threshold });
  return {
    ...measured,
    ...(unit === 'kPa' ? {} : { load: Number.NaN }),
    ...(placed
      ? {}
      : {
          peakPressureIndex: Number.NaN,
          dispersionIndex: Number.NaN,
          centreX: Number.NaN,
          centreY: Number.NaN,
        }),
  };
}
