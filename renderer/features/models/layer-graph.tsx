import { Checkbox } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InspectedLayer } from '../../../main/contract/model-inspection.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { compact, shapeText } from './compact.ts';
import { isPlumbing, layoutGraph, NODE_HEIGHT, NODE_WIDTH } from './graph-layout.ts';
import { HeadStrip } from './head-strip.tsx';
import classes from './models.module.css';

export interface LayerGraphProps {
  readonly layer: InspectedLayer;
  readonly selected: number | null;
  readonly onSelect: (id: number) => void;
}

/** The nodes of one layer and what flows between them; every node can be chosen by mouse or keyboard. */
export function LayerGraph({ layer, selected, onSelect }: LayerGraphProps) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  const layout = useMemo(() => layoutGraph(layer.ops, (op) => all || !isPlumbing(op)), [layer, all]);
  return (
    <div className={classes.graph}>
      <div className={classes.bar}>
        <Checkbox
          label={t('models:inspect.showAll', { count: layer.ops.filter(isPlumbing).length })}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </div>
      {layer.heads.map((heads, at) => (
        // A layer may attend twice (to itself and to another text), always in the same order.
        <HeadStrip key={`${at}-${heads.count}`} heads={heads} />
      ))}
      <ScrollRegion className={classes.drawing} aria-label={t('models:inspect.graph', { layer: layer.name })}>
        <div style={{ position: 'relative', width: layout.width, height: layout.height, margin: '0 auto' }}>
          <svg width={layout.width} height={layout.height} aria-hidden className={classes.edges}>
            {layout.edges.map(({ from, to }) => {
              const [x0, y0] = [from.x + NODE_WIDTH / 2, from.y + NODE_HEIGHT];
              const [x1, y1] = [to.x + NODE_WIDTH / 2, to.y];
              const bend = Math.max(12, (y1 - y0) / 2);
              return (
                <path
                  key={`${from.op.id}-${to.op.id}`}
                  d={`M${x0},${y0}C${x0},${y0 + bend} ${x1},${y1 - bend} ${x1},${y1}`}
                />
              );
            })}
          </svg>
          {layout.nodes.map(({ op, x, y }) => (
            <button
              key={op.id}
              type="button"
              className={classes.node}
              style={{ left: x, top: y, width: NODE_WIDTH, height: NODE_HEIGHT }}
              aria-pressed={op.id === selected}
              data-weights={op.parameters > 0}
              onClick={() => onSelect(op.id)}
            >
              <span className={classes.nodeName}>
                {op.op}
                <span className={classes.nodeCost}>
                  {op.flops > 0 ? compact(op.flops, i18n.language) : ''}
                </span>
              </span>
              <span className={classes.nodeShape}>{shapeText(op.dims)}</span>
            </button>
          ))}
        </div>
      </ScrollRegion>
    </div>
  );
}
