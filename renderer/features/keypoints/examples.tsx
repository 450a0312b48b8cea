import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DrawnExamples } from '../../../main/contract/keypoint-training.ts';
import { trpc } from '../../api/client.ts';
import { Section } from '../../components/fact-list.tsx';
import { formatNumber } from '../../components/format.ts';
import { Answer } from '../../components/states.tsx';
import type { PressurePicture } from '../../viewers/pressure/draw-map.ts';
import { PressureMap } from '../../viewers/pressure/pressure-map.tsx';
import classes from './examples.module.css';

/** Milliseconds between two looks for newer checkpoints. */
const LOOK = 5000;

/** What checkpoints of the project's trainings make of its frames: input with points, drawing, difference. */
export function Examples() {
  const { t } = useTranslation();
  const runs = useQuery({ ...trpc.keypoints.trained.queryOptions(), refetchInterval: LOOK });
  const [run, setRun] = useState<string | null>(null);
  const [step, setStep] = useState<number | null>(null);
  const chosen = runs.data?.find(({ id }) => id === run) ?? runs.data?.[0];
  const examples = useQuery({
    ...trpc.keypoints.examples.queryOptions({ run: chosen?.id ?? '', step }),
    enabled: chosen !== undefined,
    refetchInterval: LOOK,
    placeholderData: (before) => before,
  });
  if (runs.data === undefined || chosen === undefined) return null;
  return (
    <Section title={t('keypoints:examples.title')}>
      <div className={classes.choice}>
        <Select
          label={t('keypoints:examples.run')}
          allowDeselect={false}
          value={chosen.id}
          data={runs.data.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => {
            setRun(id);
            setStep(null);
          }}
          data-testid="examples-run"
        />
        <Select
          label={t('keypoints:examples.step')}
          allowDeselect={false}
          value={step === null ? 'last' : String(step)}
          data={[
            { value: 'last', label: t('keypoints:examples.last') },
            ...(examples.data?.steps ?? []).map((one) => ({ value: String(one), label: String(one) })),
          ]}
          onChange={(value) => setStep(value === null || value === 'last' ? null : Number(value))}
          data-testid="examples-step"
        />
      </div>
      <Answer query={examples}>{(data) => <Drawings data={data} />}</Answer>
    </Section>
  );
}

function Drawings({ data }: { data: DrawnExamples }) {
  const { t } = useTranslation();
  return (
    <div data-testid="keypoint-examples" data-step={data.step}>
      <p>
        {t(data.drawsMaps ? 'keypoints:examples.note' : 'keypoints:examples.maskNote', { step: data.step })}
      </p>
      {data.examples.map((example) => (
        <Example key={example.recording} example={example} />
      ))}
    </div>
  );
}

function Example({ example }: { example: DrawnExamples['examples'][number] }) {
  const { t, i18n } = useTranslation();
  const { recording, frame, rows, cols, l1 } = example;
  const pictures = useMemo(() => {
    const picture = (values: readonly number[], points: readonly [number, number][]): PressurePicture => ({
      values: Float32Array.from(values),
      rows,
      cols,
      full: 1,
      style: 'cells',
      keypoints: points.map(([row, col]) => [0, row, col]),
      edges: [],
      path: [],
    });
    const input = ['input', picture(example.map, example.points)] as const;
    if (example.l1 === null) return [input];
    return [
      input,
      ['drawn', picture(example.drawn, [])] as const,
      ['difference', picture(example.difference, [])] as const,
    ];
  }, [example, rows, cols]);
  return (
    <figure className={classes.example}>
      <div className={classes.maps}>
        {pictures.map(([name, picture]) => (
          <div key={name}>
            <div className={classes.map}>
              <PressureMap label={`${t(`keypoints:examples.${name}`)}, ${recording}`} picture={picture} />
            </div>
            <span className={classes.caption}>{t(`keypoints:examples.${name}`)}</span>
          </div>
        ))}
      </div>
      <figcaption className={classes.caption}>
        {t('keypoints:examples.caption', {
          recording,
          frame: frame + 1,
          l1: formatNumber(l1, i18n.language, 4),
        })}
      </figcaption>
    </figure>
  );
}
