import { HeatTable } from '../../../../renderer/viewers/charts/heat-table.tsx';
import { LayerProfile } from '../../../../renderer/viewers/charts/layer-profile.tsx';
import { ScoreHistogram } from '../../../../renderer/viewers/charts/score-histogram.tsx';
import { TimeCourse } from '../../../../renderer/viewers/charts/time-course.tsx';
import { histograms } from '../../../../renderer/viewers/maths/statistics.ts';

const samples = 300;
const predicted = Float32Array.from({ length: samples }, (_, t) => Math.sin(t / 7) + 0.5 * Math.sin(t / 2.3));
const measured = predicted.map((value, t) => value + Math.sin(t * 12.9898) * 0.8);
const runStarts = [
  { sample: 0, label: 'run 1' },
  { sample: 150, label: 'run 2' },
];
const layers = Array.from({ length: 7 }, (_, layer) => `layer ${layer}`);
const mean = layers.map((_, layer) => 0.12 + 0.08 * Math.exp(-((layer - 4) ** 2) / 4));
const untrained = mean.map((value) => value * 0.4);
const profile = [
  {
    name: 'USE lite',
    mean,
    low: mean.map((value) => value - 0.015),
    high: mean.map((value) => value + 0.015),
  },
  {
    name: 'Untrained USE lite',
    mean: untrained,
    low: untrained.map((value) => value - 0.012),
    high: untrained.map((value) => value + 0.012),
  },
];
const lines = [
  { name: 'Word rate', value: 0.05, kind: 'control' as const },
  { name: 'Autocorrelation', value: 0.02, kind: 'control' as const },
  { name: 'Noise ceiling', value: 0.27, kind: 'ceiling' as const },
];
const gaussian = (count: number, spread: number, shift: number) =>
  Float32Array.from(
    { length: count },
    (_, at) => shift + spread * Math.sqrt(-2 * Math.log((at + 0.5) / count)) * Math.cos(at * 2.399963),
  );
const [observed] = histograms([gaussian(20_000, 0.06, 0.04)], 60);
const [control] = histograms([gaussian(50_000, 0.045, 0)], 60);
const names = ['STG', 'MTG', 'IFG', 'AG'];
const cells = Float32Array.from({ length: 28 }, (_, at) => 0.3 * Math.sin(at * 1.7));

/** Every chart, on simulated numbers. */
export function Charts() {
  return (
    <div style={{ display: 'grid', gridTemplate: '1fr 1fr / 1fr 1fr', gap: 24, height: '100%' }}>
      <TimeCourse
        title="Voxel 42"
        samplingInterval={1.5}
        measured={measured}
        predicted={predicted}
        runStarts={runStarts}
        unit="z"
        caption="Simulated data"
      />
      <LayerProfile
        title="Superior temporal"
        layers={layers}
        series={profile}
        lines={lines}
        quantity="r"
        unit=""
        intervalName="95 % interval, bootstrap over runs"
        selectedLayer={4}
        caption="Simulated data"
      />
      <ScoreHistogram
        title="Scores of all voxels"
        observed={observed}
        null={control}
        threshold={0.12}
        quantity="r"
        unit=""
        caption="Simulated data"
      />
      <HeatTable
        title="Regions by layer"
        rows={names}
        columns={layers}
        values={cells}
        quantity="r"
        unit=""
        caption="Simulated data"
      />
    </div>
  );
}
