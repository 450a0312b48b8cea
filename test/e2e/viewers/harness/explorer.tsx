import { useEffect, useMemo, useState } from 'react';
import { decodeBundle } from '../../../../main/contract/resource-bundle.ts';
import { MapExplorer } from '../../../../renderer/viewers/explorer/map-explorer.tsx';
import type { AnatomicalVolume, Cursor, SurfaceGeometry } from '../../../../renderer/viewers/types.ts';
import { simulatedMap } from './data.ts';

async function bundle(name: string) {
  const response = await fetch(`/resources/brain/${name}.bundle`);
  return decodeBundle(new Uint8Array(await response.arrayBuffer()));
}

const floats = (values: unknown): Float32Array => {
  if (!(values instanceof Float32Array)) throw new Error('not float32');
  return values;
};

async function loadSurface(): Promise<SurfaceGeometry> {
  const { arrays, meta } = await bundle('surface');
  const indices = arrays.indices.values;
  const region = arrays.region.values;
  if (!(indices instanceof Uint32Array) || !(region instanceof Uint8Array)) throw new Error('wrong types');
  return {
    positions: floats(arrays.positions.values),
    indices,
    curvature: floats(arrays.curvature.values),
    inflated: floats(arrays.inflated.values),
    region,
    regionNames: meta.regions as string[],
    spaceName: String(meta.space),
  };
}

async function loadAnatomy(): Promise<AnatomicalVolume> {
  const { arrays, meta } = await bundle('anatomy');
  const values = arrays.t1.values;
  if (!(values instanceof Uint8Array)) throw new Error('wrong type');
  return {
    values,
    shape: meta.shape as [number, number, number],
    affine: meta.affine as number[][],
    spaceName: String(meta.space),
  };
}

/** The explorer on the bundled brain with simulated layers; the cursor is written where tests read it. */
export function Explorer() {
  const [surface, setSurface] = useState<SurfaceGeometry | null>(null);
  const [anatomy, setAnatomy] = useState<AnatomicalVolume | null>(null);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const map = useMemo(simulatedMap, []);
  useEffect(() => {
    loadSurface().then(setSurface);
    loadAnatomy().then(setAnatomy);
  }, []);
  if (!surface || !anatomy) return null;
  return (
    <>
      <MapExplorer
        surface={surface}
        anatomy={anatomy}
        volume={map.volume}
        layers={map.layers}
        quantity="r"
        unit=""
        signed
        caption="Simulated data"
        onCursorChange={setCursor}
      />
      <output data-testid="cursor" hidden>
        {JSON.stringify(cursor)}
      </output>
    </>
  );
}
