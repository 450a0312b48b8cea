import { useEffect, useRef } from 'react';
import {
  BufferAttribute,
  Color,
  DirectionalLight,
  HemisphereLight,
  Mesh,
  MeshLambertMaterial,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  WebGLRenderer,
} from 'three';
import { pressureColour } from './pressure-colour.ts';
import classes from './pressure-map.module.css';

/** Height of full scale, as a share of the mat's longer side. */
const HEIGHT = 0.25;

interface Relief {
  update(values: Float32Array, full: number): void;
  dispose(): void;
}

/** Pressure as a landscape, seen from the feet. */
export function PressureRelief({
  values,
  rows,
  cols,
  full,
  label,
}: {
  values: Float32Array;
  rows: number;
  cols: number;
  full: number;
  label: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const relief = useRef<Relief | null>(null);
  useEffect(() => {
    if (box.current === null) return;
    relief.current = createRelief(box.current, rows, cols);
    return () => {
      relief.current?.dispose();
      relief.current = null;
    };
  }, [rows, cols]);
  useEffect(() => relief.current?.update(values, full), [values, full]);
  return (
    <div ref={box} className={classes.box} role="img" aria-label={label} data-testid="pressure-relief" />
  );
}

function createRelief(box: HTMLDivElement, rows: number, cols: number): Relief {
  const longer = Math.max(rows, cols);
  const geometry = new PlaneGeometry(cols / longer, rows / longer, cols - 1, rows - 1);
  const colours = new BufferAttribute(new Float32Array(rows * cols * 3), 3);
  geometry.setAttribute('color', colours);
  const material = new MeshLambertMaterial({ vertexColors: true });
  const scene = new Scene();
  scene.background = new Color(0x0d1117);
  const light = new DirectionalLight(0xffffff, 2);
  light.position.set(0.6, -0.4, 1);
  scene.add(new Mesh(geometry, material), light, new HemisphereLight(0xffffff, 0x334455, 1.4));
  const camera = new PerspectiveCamera(38, 1, 0.1, 10);
  camera.up.set(0, 0, 1);
  camera.position.set(0.75, -1.25, 0.95);
  camera.lookAt(0, 0, 0);
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
  const positions = geometry.getAttribute('position');
  return {
    update(values, full) {
      for (let cell = 0; cell < rows * cols; cell++) {
        const share = full > 0 ? Math.min(1, Math.max(0, values[cell] / full)) : 0;
        positions.setZ(cell, share * HEIGHT);
        const [red, green, blue] = pressureColour(share);
        colours.setXYZ(cell, (red / 255) ** 2.2, (green / 255) ** 2.2, (blue / 255) ** 2.2);
      }
      positions.needsUpdate = true;
      colours.needsUpdate = true;
      geometry.computeVertexNormals();
      renderer.render(scene, camera);
    },
    dispose() {
      observer.disconnect();
      geometry.dispose();
      material.dispose();
      renderer.dispose();
      renderer.domElement.remove();
    },
  };
}
