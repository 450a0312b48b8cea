import { useEffect, useRef } from 'react';
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  PlaneGeometry,
  Points,
  PointsMaterial,
  Scene,
  WebGLRenderer,
} from 'three';
import { pressureColour } from '../../../main/contract/pressure-colour.ts';
import classes from './pressure-map.module.css';

/** Height of full scale, as a share of the mat's longer side. */
const HEIGHT = 0.25;

/** Where the camera stands at first, and how far a drag of one pixel turns it: radians. */
const [AZIMUTH, ELEVATION, PER_PIXEL] = [-1.03, 0.58, 0.008];
const DISTANCE = 1.72;

type Keypoints = readonly (readonly [number, number, number])[];

interface Relief {
  update(values: Float32Array, full: number, keypoints: Keypoints): void;
  dispose(): void;
}

/** Pressure as a landscape, seen from the feet; dragging turns it. Keypoints float on it. */
export function PressureRelief({
  values,
  rows,
  cols,
  full,
  aspect,
  keypoints,
  label,
}: {
  values: Float32Array;
  rows: number;
  cols: number;
  full: number;
  /** Height of a cell over its width. */
  aspect: number;
  /** Value, row, column. */
  keypoints: Keypoints;
  label: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const relief = useRef<Relief | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    relief.current = createRelief(box.current, rows, cols, aspect);
    return () => {
      relief.current?.dispose();
      relief.current = null;
    };
  }, [rows, cols, aspect]);
  useEffect(() => relief.current?.update(values, full, keypoints), [values, full, keypoints]);
  return (
    <div ref={box} className={classes.box} role="img" aria-label={label} data-testid="pressure-relief" />
  );
}

function createRelief(box: HTMLDivElement, rows: number, cols: number, aspect: number): Relief {
  const longer = Math.max(rows * aspect, cols);
  const [across, down] = [cols / longer, (rows * aspect) / longer];
  const geometry = new PlaneGeometry(across, down, cols - 1, rows - 1);
  const colours = new BufferAttribute(new Float32Array(rows * cols * 3), 3);
  geometry.setAttribute('color', colours);
  const material = new MeshLambertMaterial({ vertexColors: true });
  const scene = new Scene();
  scene.background = new Color(0x0d1117);
  const light = new DirectionalLight(0xffffff, 2);
  light.position.set(0.6, -0.4, 1);
  const dots = new BufferGeometry();
  const dotMaterial = new PointsMaterial({ color: 0xff5fd2, size: 0.022, depthTest: false });
  scene.add(
    new Mesh(geometry, material),
    new Points(dots, dotMaterial),
    light,
    new HemisphereLight(0xffffff, 0x334455, 1.4),
  );
  const camera = new PerspectiveCamera(38, 1, 0.1, 10);
  camera.up.set(0, 0, 1);
  let [azimuth, elevation] = [AZIMUTH, ELEVATION];
  const place = () => {
    const flat = DISTANCE * Math.cos(elevation);
    camera.position.set(flat * Math.cos(azimuth), flat * Math.sin(azimuth), DISTANCE * Math.sin(elevation));
    camera.lookAt(0, 0, 0);
  };
  place();
  const renderer = new WebGLRenderer({ antialias: true });
  renderer.setPixelRatio(window.devicePixelRatio);
  box.append(renderer.domElement);
  const resize = () => {
    const { width, height } = box.getBoundingClientRect();
    if (width < 1 || height < 1) return;
    renderer.setSize(width, height);
    camera.aspect = width / height;
    camera.updateProjectionMatrix();
    renderer.render(scene, camera);
  };
  const observer = new ResizeObserver(resize);
  observer.observe(box);
  const canvas = renderer.domElement;
  canvas.style.touchAction = 'none';
  canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    azimuth -= event.movementX * PER_PIXEL;
    elevation = Math.min(1.5, Math.max(0.1, elevation + event.movementY * PER_PIXEL));
    place();
    renderer.render(scene, camera);
  });
  const positions = geometry.getAttribute('position');
  return {
    update(values, full, keypoints) {
      for (let cell = 0; cell < rows * cols; cell++) {
        const share = full > 0 ? Math.min(1, Math.max(0, values[cell] / full)) : 0;
        positions.setZ(cell, share * HEIGHT);
        const [red, green, blue] = pressureColour(share);
        colours.setXYZ(cell, (red / 255) ** 2.2, (green / 255) ** 2.2, (blue / 255) ** 2.2);
      }
      positions.needsUpdate = true;
      colours.needsUpdate = true;
      geometry.computeVertexNormals();
      const places = keypoints.flatMap(([, row, col]) => {
        const cell = Math.min(rows - 1, Math.max(0, Math.round(row))) * cols + Math.round(col);
        return [
          ((col + 0.5) / cols - 0.5) * across,
          (0.5 - (row + 0.5) / rows) * down,
          positions.getZ(Math.min(rows * cols - 1, cell)) + 0.012,
        ];
      });
      dots.setAttribute('position', new BufferAttribute(Float32Array.from(places), 3));
      renderer.render(scene, camera);
    },
    dispose() {
      observer.disconnect();
      geometry.dispose();
      material.dispose();
      dots.dispose();
      dotMaterial.dispose();
      renderer.dispose();
      renderer.domElement.remove();
    },
  };
}
