import { ActionIcon, Button, Checkbox, Popover, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowsHorizontal, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineAnswer } from '../../api/timeline.ts';
import { formatNumber } from '../../components/format.ts';
import type { StepAxis } from '../../viewers/timeline/props.ts';
import type { TimelineCore } from '../../viewers/timeline/timeline-core.ts';
import { metricLabel, orderMetrics } from './metric-label.ts';
import classes from './timeline.module.css';

export interface TimelineToolsProps {
  readonly axis: StepAxis;
  readonly seeds: 'band' | 'lines';
  readonly metrics: readonly string[];
  readonly hidden: readonly string[];
  readonly curves: TimelineAnswer | undefined;
  readonly handle: RefObject<TimelineCore | null>;
  readonly onAxis: (axis: StepAxis) => void;
  readonly onSeeds: (seeds: 'band' | 'lines') => void;
  readonly onHidden: (metrics: readonly string[]) => void;
}

/** How the curves are laid out, and the view's own buttons. */
export function TimelineTools(props: TimelineToolsProps) {
  const { axis, seeds, metrics, hidden, curves, handle, onAxis, onSeeds, onHidden } = props;
  const { t, i18n } = useTranslation();
  const views = [
    { id: 'in', icon: IconZoomIn, run: () => handle.current?.zoomBy(0.6) },
    { id: 'out', icon: IconZoomOut, run: () => handle.current?.zoomBy(1 / 0.6) },
    { id: 'whole', icon: IconArrowsHorizontal, run: () => handle.current?.reset() },
  ] as const;
  const thinned = curves !== undefined && curves.points < curves.pointsBefore;
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('timeline:tools')}>
      <SegmentedControl
        aria-label={t('timeline:axis')}
        value={axis}
        onChange={(value) => onAxis(value === 'log' || value === 'tokens' ? value : 'linear')}
        data={(['linear', 'log', 'tokens'] as const).map((value) => ({
          value,
          label: t(`timeline:axes.${value}`),
        }))}
        data-testid="timeline-axis-choice"
      />
      <SegmentedControl
        aria-label={t('timeline:seeds')}
        value={seeds}
        onChange={(value) => onSeeds(value === 'lines' ? 'lines' : 'band')}
        data={(['band', 'lines'] as const).map((value) => ({
          value,
          label: t(`timeline:seedKinds.${value}`),
        }))}
      />
      <Popover position="bottom-start" transitionProps={{ duration: 0 }}>
        <Popover.Target>
          <Button variant="default" data-testid="timeline-metrics">
            {t('timeline:metricCount', { shown: metrics.length - hidden.length, total: metrics.length })}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <div className={classes.metrics}>
            {orderMetrics(metrics).map((metric) => (
              <Checkbox
                key={metric}
                label={metricLabel(metric, t)}
                checked={!hidden.includes(metric)}
                onChange={(event) =>
                  onHidden(
                    event.currentTarget.checked
                      ? hidden.filter((name) => name !== metric)
                      : [...hidden, metric],
                  )
                }
              />
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      <span className={classes.views}>
        {views.map(({ id, icon: Icon, run }) => (
          <Tooltip key={id} label={t(`timeline:view.${id}`)}>
            <ActionIcon aria-label={t(`timeline:view.${id}`)} onClick={run} data-testid={`timeline-${id}`}>
              <Icon size={16} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        ))}
      </span>
      <span className={classes.count}>
        {curves !== undefined &&
          t(thinned ? 'timeline:pointsThinned' : 'timeline:points', {
            points: formatNumber(curves.points, i18n.language),
            all: formatNumber(curves.pointsBefore, i18n.language),
          })}
      </span>
    </div>
  );
}
