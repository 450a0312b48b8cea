import { Button, NumberInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelInspection } from '../../../main/contract/model-inspection.ts';
import { trpc } from '../../api/client.ts';
import { errorInfoOf } from '../../api/errors.ts';
import { FactList, Section } from '../../components/fact-list.tsx';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { compact } from './compact.ts';
import { LayerGraph } from './layer-graph.tsx';
import { LayerList } from './layer-list.tsx';
import classes from './models.module.css';
import { OpDetails } from './op-details.tsx';
import { Totals } from './totals.tsx';

/** A size to begin with where a file leaves an axis open and nothing tells what it is. */
const OPEN_SIZE = 64;

/** What a model is made of: layers at the left, the chosen one's graph, and the numbers. */
export function InspectPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { model } = useSearch({ from: '/models/inspect' });
  const [chosen, setChosen] = useState<Readonly<Record<string, number>>>({});
  const [sizes] = useDebouncedValue(chosen, 300);
  const inspection = useQuery({
    ...trpc.models.inspect.queryOptions({ id: model ?? '', sizes }),
    enabled: model !== undefined,
    placeholderData: keepPreviousData,
  });
  // An axis that must be given: begin with some size, which the fields then show.
  const missing = inspection.error === null ? null : errorInfoOf(inspection.error);
  const axis = missing?.code === 'inspect.axis-missing' ? String(missing.params.axis) : null;
  if (axis !== null && chosen[axis] === undefined) setChosen({ ...chosen, [axis]: OPEN_SIZE });
  const [layer, setLayer] = useState<string | null>(null);
  const [op, setOp] = useState<number | null>(null);
  const data = inspection.data;
  const shown =
    data?.layers.find(({ name }) => name === layer) ??
    data?.layers.find(({ index }) => index !== null) ??
    data?.layers[0];
  const node = shown?.ops.find(({ id }) => id === op);
  return (
    <Page
      name="inspect"
      title={t('models:inspect.title')}
      subtitle={data?.name}
      padded={false}
      actions={
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/models', search: model === undefined ? {} : { model } })}
        >
          {t('models:inspect.back')}
        </Button>
      }
      inspector={
        data === undefined ? undefined : (
          <>
            {node !== undefined && <OpDetails op={node} />}
            <Sizes inspection={data} chosen={chosen} onChange={setChosen} />
            <Totals inspection={data} />
          </>
        )
      }
    >
      <ProjectGate>
        {model === undefined ? (
          <EmptyState title={t('models:inspect.none')} text={t('models:inspect.noneText')} />
        ) : data === undefined || shown === undefined ? (
          inspection.error !== null && axis === null ? (
            <ErrorState error={inspection.error} onRetry={() => void inspection.refetch()} />
          ) : (
            <LoadingState />
          )
        ) : (
          <div className={classes.inspect}>
            <LayerList
              inspection={data}
              selected={shown.name}
              onSelect={(name) => {
                setLayer(name);
                setOp(null);
              }}
            />
            <LayerGraph key={shown.name} layer={shown} selected={op} onSelect={setOp} />
          </div>
        )}
      </ProjectGate>
    </Page>
  );
}

interface SizesProps {
  readonly inspection: ModelInspection;
  readonly chosen: Readonly<Record<string, number>>;
  readonly onChange: (sizes: Readonly<Record<string, number>>) => void;
}

/** The axes that the file leaves open: everything is counted for exactly these sizes. */
function Sizes({ inspection, chosen, onChange }: SizesProps) {
  const { t, i18n } = useTranslation();
  return (
    <Section title={t('models:inspect.sizes')}>
      {Object.entries(inspection.sizes).map(([axis, size]) => (
        <NumberInput
          key={axis}
          label={axis}
          value={chosen[axis] ?? size}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          onChange={(value) => {
            if (typeof value === 'number' && value >= 1) onChange({ ...chosen, [axis]: value });
          }}
          data-testid={`size-${axis}`}
        />
      ))}
      <p className={classes.muted}>{t('models:inspect.sizesText')}</p>
      <FactList
        facts={Object.entries(inspection.facts).map(([name, value]) => ({
          label: t(`models:facts.${name}`),
          value: typeof value === 'number' ? compact(value, i18n.language) : value,
        }))}
      />
    </Section>
  );
}
