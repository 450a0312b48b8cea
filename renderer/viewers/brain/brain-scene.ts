import {
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  DataTexture,
  DoubleSide,
  LinearFilter,
  Mesh,
  NearestFilter,
  OrthographicCamera,
  RedFormat,
  RGBAFormat,
  Scene,
  ShaderMaterial,
  Sprite,
  SpriteMaterial,
  type Texture,
  Vector2,
  Vector3,
  Vector4,
} from 'three';
import { colorTable } from '../colour/color-map.ts';
import { thresholdLimits } from '../colour/threshold.ts';
import type { MapDisplay, Vec3 } from '../types.ts';
import { type CameraState, cameraAxes, type Hemispheres } from './camera.ts';
import type { MidSection } from './mid-section.ts';
import type { PreparedSurface } from './prepared-surface.ts';
import { fragmentShader, vertexShader } from './shaders.ts';

/** GLSL has no infinity to pass reliably; the shader treats limits above 1e30 as "never". */
const never = 3e38;

/** The three.js objects of the viewer: mesh, material, marker, camera. Knows nothing of layers' origin or input. */
export class BrainScene {
  readonly scene = new Scene();
  readonly camera = new OrthographicCamera();
  readonly #material: ShaderMaterial;
  readonly #marker: { near: Sprite; through: Sprite };
  #mesh: Mesh | null = null;

  constructor() {
    this.#material = new ShaderMaterial({
      vertexShader,
      fragmentShader,
      side: DoubleSide,
      uniforms: {
        uValues: { value: null },
        uColorMap: { value: null },
        uRange: { value: new Vector2(-1, 1) },
        uPositive: { value: 0 },
        uNegative: { value: 0 },
        uSignificance: { value: 0 },
        uBelow: { value: 0 },
        uOpacity: { value: 1 },
        uHide: { value: 0 },
        uMorph: { value: 0 },
        uCurvatureScale: { value: 1 },
        uSection: { value: null },
        uSectionBox: { value: new Vector4() },
        uSight: { value: new Vector3(-1, 0, 0) },
        uInside: { value: new Vector3(0.32, 0.31, 0.31) },
      },
    });
    this.#marker = { near: markerSprite(1, true), through: markerSprite(0.3, false) };
    this.scene.add(this.#marker.near, this.#marker.through);
    this.setMarker(null);
  }

  setSurface(surface: PreparedSurface): void {
    this.#dropMesh();
    const { geometry, normals, inflated, inflatedNormals } = surface;
    const buffers = new BufferGeometry();
    const add = (name: string, data: Float32Array, size: number) =>
      buffers.setAttribute(name, new BufferAttribute(data, size));
    add('position', geometry.positions, 3);
    add('normal', normals, 3);
    add('inflatedPosition', inflated ?? geometry.positions, 3);
    add('inflatedNormal', inflatedNormals ?? normals, 3);
    add('curvature', surface.curvature, 1);
    add('side', surface.side, 1);
    buffers.setIndex(new BufferAttribute(geometry.indices, 1));
    this.#mesh = new Mesh(buffers, this.#material);
    this.#mesh.frustumCulled = false;
    this.#set('uCurvatureScale', surface.curvatureScale);
    this.scene.add(this.#mesh);
  }

  setValues(texture: Texture): void {
    this.#set('uValues', texture);
  }

  setDisplay(display: MapDisplay): void {
    const limits = thresholdLimits(display.threshold);
    const finite = (limit: number) => (limit === Infinity ? never : limit);
    this.#set('uPositive', finite(limits.positive));
    this.#set('uNegative', finite(limits.negative));
    this.#set('uSignificance', { value: 0, p: 1, fdr: 2 }[display.threshold.kind]);
    this.#set('uBelow', { hide: 0, translucent: 1, show: 2 }[display.below]);
    this.#set('uOpacity', display.opacity);
    this.#material.uniforms.uRange.value.set(display.range[0], display.range[1]);
    this.#setColorMap(display);
  }

  /** The image that caps a brain cut at x = 0, or none. */
  setSection(section: MidSection | null): void {
    this.#material.uniforms.uSection.value?.dispose();
    const texture = section ? new DataTexture(section.grey, section.width, section.height, RedFormat) : null;
    if (texture) {
      texture.minFilter = LinearFilter;
      texture.magFilter = LinearFilter;
      texture.unpackAlignment = 1;
      texture.needsUpdate = true;
    }
    this.#set('uSection', texture);
    this.#material.uniforms.uSectionBox.value.set(...(section?.box ?? [0, 0, 0, 0]));
  }

  setMorph(fraction: number): void {
    this.#set('uMorph', fraction);
  }

  show(hemispheres: Hemispheres): void {
    this.#set('uHide', { both: 0, left: 1, right: -1 }[hemispheres]);
  }

  /** Puts the ring at a scene point, lifted toward the camera so that it does not sink into the surface. */
  setMarker(at: Vec3 | null, lifted: Vec3 = [0, 0, 0]): void {
    for (const sprite of [this.#marker.near, this.#marker.through]) {
      sprite.visible = at !== null;
      if (at) sprite.position.set(at[0] + lifted[0], at[1] + lifted[1], at[2] + lifted[2]);
    }
  }

  /** Points the camera; the picture is `aspect` wide for 1 high and `heightPixels` high. */
  aim(state: CameraState, centre: Vec3, radius: number, aspect: number, heightPixels: number): void {
    const { toward, right, up } = cameraAxes(state);
    const shift = (axis: 0 | 1 | 2) => centre[axis] + right[axis] * state.pan[0] + up[axis] * state.pan[1];
    const target = new Vector3(shift(0), shift(1), shift(2));
    const { camera } = this;
    this.#material.uniforms.uSight.value.set(-toward[0], -toward[1], -toward[2]);
    camera.top = state.halfHeight;
    camera.bottom = -state.halfHeight;
    camera.right = state.halfHeight * aspect;
    camera.left = -camera.right;
    camera.near = 0;
    camera.far = radius * 6;
    camera.position
      .set(toward[0], toward[1], toward[2])
      .multiplyScalar(radius * 3)
      .add(target);
    camera.up.set(up[0], up[1], up[2]);
    camera.lookAt(target);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    const size = (22 * 2 * state.halfHeight) / Math.max(1, heightPixels);
    this.#marker.near.scale.setScalar(size);
    this.#marker.through.scale.setScalar(size);
  }

  dispose(): void {
    this.#dropMesh();
    this.#material.uniforms.uColorMap.value?.dispose();
    this.#material.uniforms.uSection.value?.dispose();
    this.#material.dispose();
    for (const sprite of [this.#marker.near, this.#marker.through]) {
      sprite.material.map?.dispose();
      sprite.material.dispose();
    }
  }

  #set(name: string, value: unknown): void {
    this.#material.uniforms[name].value = value;
  }

  #setColorMap(display: MapDisplay): void {
    const current: Texture | null = this.#material.uniforms.uColorMap.value;
    if (current?.name === display.colorMap) return;
    current?.dispose();
    const table = colorTable(display.colorMap);
    const rgba = new Uint8Array(256 * 4);
    for (let row = 0; row < 256; row++)
      rgba.set([table[row * 3], table[row * 3 + 1], table[row * 3 + 2], 255], row * 4);
    const texture = new DataTexture(rgba, 256, 1, RGBAFormat);
    texture.name = display.colorMap;
    texture.minFilter = NearestFilter;
    texture.magFilter = NearestFilter;
    texture.needsUpdate = true;
    this.#set('uColorMap', texture);
  }

  #dropMesh(): void {
    if (!this.#mesh) return;
    this.scene.remove(this.#mesh);
    this.#mesh.geometry.dispose();
    this.#mesh = null;
  }
}

/** A ring with a dark rim, seen on any colour. */
function markerSprite(opacity: number, depthTest: boolean): Sprite {
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 64;
  const context = canvas.getContext('2d');
  if (context) {
    for (const [width, color] of [
      [12, '#101010'],
      [6, '#ffe14a'],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.arc(32, 32, 22, 0, 2 * Math.PI);
      context.stroke();
    }
  }
  const sprite = new Sprite(
    new SpriteMaterial({
      map: new CanvasTexture(canvas),
      opacity,
      depthTest,
      depthWrite: false,
      transparent: true,
    }),
  );
  sprite.renderOrder = depthTest ? 2 : 1;
  return sprite;
}
