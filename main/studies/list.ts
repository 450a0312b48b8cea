import type { StudyInfo } from '../contract/study.ts';

/** The studies there are, in the order of menus. */
export const studies: readonly StudyInfo[] = [
  {
    name: 'encoding',
    jobType: 'study.encoding',
    title: 'Encoding',
    description:
      'Predicts the response of every voxel from features of the words heard or read, layer by layer, beside its controls and noise ceiling.',
  },
  {
    name: 'pressure-keypoints',
    jobType: 'study.pressure-keypoints',
    title: 'Pressure keypoints',
    description:
      'Finds keypoints in pressure maps without labels and holds them against joints, postures and baselines, on simulated and real mats.',
  },
  {
    name: 'mulcog',
    jobType: 'study.mulcog',
    title: 'MulCogBench',
    description:
      'Compares ratings, eye movements, fMRI and MEG, item by item, with every layer of language models by similarity encoding, in English and Chinese.',
  },
];
