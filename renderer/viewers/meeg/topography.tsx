import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { chartLooks } from '../charts/look.ts';
import { colorTable, tableRow } from '../colour/color-map.ts';
import { formatValue } from '../colour/range.ts';
import { isobars } from '../pressure/isobars.ts';
import { type Field, fieldsOf, fieldThrough } from './field-map.ts';
import styles from './meeg.module.css';
import { projectSensors } from './project-sensors.ts';
import type { ViewedChannel } from './props.ts';
import { scalingOf } from './scalings.ts';

export interface TopographyProps {
  readonly channels: readonly ViewedChannel[];
  /** One value a channel, in its SI unit. */
  readonly values: readonly number[];
  /** Seconds of the moment. */
  readonly time: number;
}

const SIZE = 190;
/** Points of the field along a side. */
const GRID = 64;
/** Shares of the range at which lines of equal value are drawn. */
const LEVELS = [-0.75, -0.5, -0.25, 0.25, 0.5, 0.75];

/** The field over the head at one moment, one map a type of sensors, nose up. */
export function Topography({ channels, values, time }: TopographyProps) {
  const { t } = useTranslation('meeg');
  const fields = useMemo(() => {
    const byName = new Map(channels.map(({ name }, index) => [name, values[index] ?? Number.NaN]));
    return fieldsOf(
      projectSensors(channels.filter(({ type }) => type !== 'ref_meg')),
      (name) => byName.get(name) ?? Number.NaN,
    );
  }, [channels, values]);
  if (fields.length === 0) return null;
  return (
    <div className={styles.fields} data-testid="topography">
      {fields.map((field) => (
        <figure key={field.type}>
          <FieldMap
            field={field}
            label={t('topography.label', { type: field.type, time: time.toFixed(3) })}
          />
          <figcaption>
            {field.type}
            {field.signed ? ` ± ${rangeText(field)}` : ` RMS 0–${rangeText(field)}`}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

const limitOf = ({ samples }: Field) =>
  samples.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;

function rangeText(field: Field): string {
  const { factor, unit } = scalingOf(field.type, []);
  return `${formatValue(limitOf(field) * factor)} ${unit}`;
}

function FieldMap({ field, label }: { field: Field; label: string }) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { ink } = chartLooks[useComputedColorScheme('dark')];
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = SIZE * ratio;
    canvas.height = SIZE * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, SIZE, SIZE);
    drawField(context, field, ink);
  }, [field, ink]);
  return <canvas ref={ref} style={{ width: SIZE, height: SIZE }} role="img" aria-label={label} />;
}

function drawField(context: CanvasRenderingContext2D, field: Field, ink: string): void {
  const reach = Math.max(1, ...field.samples.map(({ x, y }) => Math.hypot(x, y))) * 1.05;
  const middle = SIZE / 2;
  // Room for the nose above the circle.
  const radius = middle - 12;
  const limit = limitOf(field);
  const at = fieldThrough(field.samples);
  const place = (cell: number) => (2 * (cell + 0.5)) / GRID - 1;
  const grid = Float64Array.from({ length: GRID * GRID }, (_, cell) =>
    at(place(cell % GRID) * reach, -place(Math.floor(cell / GRID)) * reach),
  );
  const table = colorTable(field.signed ? 'RdBu_r' : 'inferno');
  const pixels = new ImageData(GRID, GRID);
  grid.forEach((value, cell) => {
    const share = field.signed ? (value / limit + 1) / 2 : value / limit;
    pixels.data.set([...table.subarray(tableRow(share) * 3, tableRow(share) * 3 + 3), 255], cell * 4);
  });
  const small = document.createElement('canvas');
  small.width = GRID;
  small.height = GRID;
  small.getContext('2d')?.putImageData(pixels, 0, 0);
  context.save();
  context.beginPath();
  context.arc(middle, middle, radius, 0, 2 * Math.PI);
  context.clip();
  context.drawImage(small, middle - radius, middle - radius, 2 * radius, 2 * radius);
  context.strokeStyle = 'rgba(0, 0, 0, 0.45)';
  context.lineWidth = 0.7;
  const onScreen = (cell: number) => middle + place(cell) * radius;
  for (const level of LEVELS) {
    context.beginPath();
    for (const [r0, c0, r1, c1] of isobars(grid, GRID, GRID, level * limit)) {
      context.moveTo(onScreen(c0), onScreen(r0));
      context.lineTo(onScreen(c1), onScreen(r1));
    }
    context.stroke();
  }
  context.restore();
  context.strokeStyle = ink;
  context.lineWidth = 1;
  const head = radius / reach;
  context.beginPath();
  context.arc(middle, middle, head, 0, 2 * Math.PI);
  context.moveTo(middle - 8, middle - head + 1);
  context.lineTo(middle, middle - head - 10);
  context.lineTo(middle + 8, middle - head + 1);
  context.stroke();
  context.fillStyle = 'rgba(0, 0, 0, 0.7)';
  for (const { x, y } of field.samples)
    context.fillRect(middle + x * head - 0.75, middle - y * head - 0.75, 1.5, 1.5);
}
