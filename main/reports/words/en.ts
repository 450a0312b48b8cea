import { recoverySentences } from '../../contract/encoding.ts';
import type { ReportWords } from './report-words.ts';

export const en: ReportWords = {
  language: 'en',
  simulatedBanner: 'Simulated data. Nobody was scanned; nothing here says anything about brains.',
  summary: 'Summary',
  madeOn: 'Computed {date} with Gyrus {version}; run {run}',
  tiles: {
    subjects: 'subjects',
    runs: 'runs',
    volumes: 'volumes tested per subject',
    voxels: 'voxels per subject',
    significant: 'significant voxels (q ≤ {level})',
    best: 'highest region median r',
  },
  maps: 'Held-out prediction accuracy',
  mapsCaption:
    'Pearson r between measured and predicted signal on held-out runs, voxels with q ≤ {level} (Benjamini-Hochberg over the voxels of a subject). Surface seen from the left, right and above; axial slices with the subject’s left on the left, z in millimetres. Same colour scale throughout.',
  mapsOnSurface:
    'The maps lie on the cortical surface that the recordings were sampled on: the viewer shows them on it, and the BIDS export holds them a hemisphere a file.',
  left: 'left',
  right: 'right',
  top: 'above',
  profiles: 'Layers and controls by region',
  profilesCaption:
    'Mean held-out r of every layer on its own (filled) and of the controls (open); bars: {bars}. Dashed: median noise ceiling.',
  rangeOverSubjects: 'range over subjects',
  overVoxels: '95 % interval over voxels',
  histogram: 'Scores of all voxels against chance',
  histogramCaption: 'Held-out r of every voxel, and the same after one block permutation of the prediction.',
  timeCourse: 'Measured and predicted signal',
  timeCourseCaption:
    'The best-predicted voxel of subject {subject} (r = {r}; {x}, {y}, {z} mm), held-out samples only; dotted lines where another run begins.',
  placeCaption:
    'The best-predicted place of subject {subject} (r = {r}; place {place} of {part}), held-out samples only; dotted lines where another run begins.',
  regions: 'Regions',
  regionsCaption:
    'Median over voxels, then over subjects. Layer: highest mean inner-fold r, per subject. Controls: median held-out r.',
  recovery: 'Planted against recovered',
  recoveryCaption:
    'What the simulator planted, the r it predicts from its own ceiling and strength, and what the study found.',
  controls: 'What the controls mean',
  methods: 'Methods',
  notices: 'Remarks',
  reproduce: 'To compute it again',
  parameters: 'Parameters',
  versions: 'Software',
  splits: 'Split of subject {subject}',
  inputs: 'Input files',
  csv: 'values as CSV',
  holds: 'holds',
  fails: 'fails',
  checks: recoverySentences,
  axes: {
    r: 'held-out r',
    meanR: 'mean held-out r',
    share: 'voxels (%)',
    time: 'time (s)',
    z: 'signal (z)',
    layersAndControls: '',
  },
  legend: {
    observed: 'observed',
    null: 'permuted',
    threshold: 'q ≤ {level}',
    ceiling: 'ceiling',
    measured: 'measured',
    predicted: 'predicted',
  },
  columns: {
    region: 'Region',
    subject: 'Subject',
    voxels: 'Voxels',
    medianR: 'Median r',
    range: 'Range',
    ceiling: 'Ceiling',
    normalised: 'r / ceiling',
    significant: 'Significant',
    layer: 'Layer per subject',
    tunedTo: 'Tuned to',
    strength: 'Strength',
    predictedR: 'Predicted r',
    recoveredR: 'Recovered r',
    estimatedCeiling: 'Estimated',
    wordRate: 'word rate',
    fold: 'Fold',
    test: 'Test',
    train: 'Training',
    file: 'File',
  },
  controlNames: {
    untrained: 'Untrained encoder',
    'word-rate': 'Word rate + position',
    'sentence-length': 'Sentence length',
    autocorrelation: 'Autocorrelation only',
    shuffled: 'Shuffled embeddings',
  },
  controlMeanings: {
    untrained:
      'The same encoder with random weights: what architecture, word identity and word times give without any training.',
    'word-rate':
      'How many words fall into each sample and where they stand in sentence and run: timing without content.',
    autocorrelation:
      'One Gaussian bump per sample, knowing nothing of the stimulus: scores above zero only where the split leaks between neighbouring samples. With whole runs left out it can know nothing and scores 0.',
    'sentence-length': 'How many words the sentences have that fall into each sample: form without content.',
    shuffled:
      'The same features, dealt out to the words of each stimulus at random: what word times give when no word has its own meaning.',
  },
};
