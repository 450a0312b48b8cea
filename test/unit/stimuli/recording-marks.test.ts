import { expect, test } from 'vitest';
import { chosenMarks, recordingMarks } from '../../../main/stimuli/clock/recording-marks.ts';
import { scratchProject } from '../data/scratch.ts';

test('what every modality noted comes onto seconds from its first sample, in order', () => {
  const project = scratchProject();
  const array = (attributes: Record<string, unknown>, values = new Float64Array(1)) =>
    project.arrays.put({ name: 'a', shape: [values.length], dtype: 'float64', attributes }, values).id;
  const marks = (modality: 'meg' | 'eyetracking' | 'pressure' | 'fmri', dataArrayId: string) =>
    recordingMarks(project, { modality, dataArrayId, samplingInterval: 0.004 });

  // Trackers count milliseconds from whenever; the first sample was at 5,000.
  const times = array({}, Float64Array.of(5000, 5002));
  const messages = [
    { time: 6500, kind: 'MSG', text: 'word 2' },
    { time: 5250, kind: 'MSG', text: 'word 1' },
  ];
  const gaze = marks('eyetracking', array({ messages, timesArrayId: times }));
  expect(gaze.map(({ time, label }) => [time, label])).toEqual([
    [0.25, 'word 1'],
    [1.5, 'word 2'],
  ]);
  expect(chosenMarks(gaze, '* 2')).toEqual([{ time: 1.5, label: 'word 2', origin: 'MSG' }]);

  const events = [{ sample: 250, duration: 0, name: '8', channel: 'STI 014' }];
  expect(marks('meg', array({ meeg: { events } }))).toEqual([{ time: 1, label: '8', origin: 'STI 014' }]);
  const annotations = [{ seconds: 2.5, text: 'Turned' }];
  expect(marks('pressure', array({ annotations }))).toEqual([{ time: 2.5, label: 'Turned', origin: 'note' }]);
  expect(marks('fmri', array({}))).toEqual([]);
  project.close();
});
