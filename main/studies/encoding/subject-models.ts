import { autocorrelationFeatures } from '../../analysis/controls/autocorrelation-features.ts';
import type { SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { JobContext } from '../../jobs/job-type.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import type { EncodingControl } from './controls.ts';
import type { StudyModel } from './fit-voxels.ts';
import type { SubjectInput } from './resolve-inputs.ts';
import type { StudyDeps } from './study-deps.ts';
import { cleanedRuns } from './subject-data.ts';

/** The model and all controls on one subject's samples, without drift, run by run. */
export async function subjectModels(
  deps: StudyDeps,
  context: Pick<JobContext, 'project' | 'signal' | 'report'>,
  input: SubjectInput,
  bases: readonly Float64Array[][],
  split: SplitManifest,
  params: EncodingStudyParams,
  controls: readonly EncodingControl[],
): Promise<{ readonly model: StudyModel; readonly controls: readonly StudyModel[] }> {
  const layersOf = async (spaceId: string, shuffled = false): Promise<Matrix[]> => {
    const runs: Matrix[][] = [];
    for (const { recording, stimulus, clock } of input.runs) {
      const request = {
        spaceId,
        shuffled,
        stimulus,
        clock,
        lookBackWords: params.lookBackWords,
        seed: params.seed,
        downsampling: params.downsampling,
        hemodynamics: params.hemodynamics,
        samplingInterval: recording.samplingInterval,
        samples: recording.sampleCount,
      };
      runs.push(await deps.sampledFeatures(context.project, request, context.signal, context.report));
    }
    return runs[0].map((_, layer) =>
      cleanedRuns(
        runs.map((run) => run[layer]),
        bases,
      ),
    );
  };
  const named = (spaceId: string, layers: readonly Matrix[]): StudyModel['layers'] =>
    layers.map((features, index) => ({ name: deps.featureSpace(spaceId).layers[index], features }));
  const fitted: StudyModel[] = [];
  for (const control of controls) {
    if (control.space !== null) {
      const layers = await layersOf(control.space, control.shuffled);
      fitted.push({ id: control.id, layers: named(control.space, layers) });
      continue;
    }
    // Bumps are the control's whole knowledge, so they are not cleaned. Where whole runs are left out, every bump that
    // reaches a test sample is zero throughout training: its weight is exactly 0, and one zero column says the same.
    const features =
      split.scheme === 'leave-one-run-out' ? zeros(split.samples, 1) : autocorrelationFeatures(split.runs);
    fitted.push({ id: control.id, layers: [{ name: control.id, features }] });
  }
  const model = { id: 'model', layers: named(params.featureSpace, await layersOf(params.featureSpace)) };
  return { model, controls: fitted };
}
