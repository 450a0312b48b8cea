import { useTranslation } from 'react-i18next';
import type { MulcogKind, MulcogResult } from '../../../../main/contract/mulcog.ts';
import { LayerProfile } from '../../../viewers/charts/layer-profile.tsx';
import type { ProfileLine } from '../../../viewers/charts/props.ts';
import { cellAt, type HeatRow } from './rows.ts';
import { useNames } from './use-names.ts';

export interface ProfileFigureProps {
  readonly result: MulcogResult;
  readonly kind: MulcogKind;
  readonly row: HeatRow;
  readonly onRow: (row: HeatRow) => void;
  readonly caption: string | undefined;
}

/** Scores of the model's layers with intervals, beside the other models, the controls and the ceiling. */
export function ProfileFigure({ result, kind, row, onRow, caption }: ProfileFigureProps) {
  const { t } = useTranslation();
  const { kindName, modelName } = useNames();
  const layered =
    result.models.find(({ id, layers }) => id === row.model && layers.length > 1) ??
    result.models.find(({ kind: of, layers }) => of === 'contextual' && layers.length > 1) ??
    result.models[0];
  if (layered === undefined) return null;
  const cells = layered.layers.flatMap(
    (layer) => cellAt(result, kind.id, { model: layered.id, layer }) ?? [],
  );
  const others = result.models.filter(({ id }) => id !== layered.id);
  const lines: ProfileLine[] = [
    ...others.flatMap(({ id, layers }) => {
      const scores = layers.flatMap((layer) => cellAt(result, kind.id, { model: id, layer })?.mean ?? []);
      return scores.length === 0
        ? []
        : [{ name: modelName(id, result.models), value: Math.max(...scores), kind: 'control' as const }];
    }),
    { name: t('mulcog:meanPattern'), value: kind.meanPattern.itemwise, kind: 'control' },
    ...(kind.ceiling === null
      ? []
      : [{ name: t('mulcog:ceiling'), value: kind.ceiling.value, kind: 'ceiling' as const }]),
  ];
  return (
    <LayerProfile
      title={t('mulcog:profile', { kind: kindName(kind) })}
      layers={layered.layers}
      series={[
        {
          name: modelName(layered.id, result.models),
          mean: cells.map(({ mean }) => mean),
          low: cells.map(({ low }) => low),
          high: cells.map(({ high }) => high),
        },
      ]}
      lines={lines}
      quantity={t('mulcog:score')}
      unit=""
      intervalName={t('mulcog:interval')}
      selectedLayer={layered.layers.indexOf(row.layer)}
      onSelectLayer={(at) => {
        const layer = layered.layers[at];
        if (layer !== undefined) onRow({ model: layered.id, layer });
      }}
      caption={caption}
    />
  );
}
