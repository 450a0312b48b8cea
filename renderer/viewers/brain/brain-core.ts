import { WebGLRenderer } from 'three';
import {
  buildVertexWeights,
  placeWeights,
  type SamplingPlan,
  type VertexWeights,
} from '../sampling/vertex-weights.ts';
import { buildVoxelLookup, type VoxelLookup, voxelAt, voxelCentre } from '../sampling/voxel-lookup.ts';
import type {
  AnatomicalVolume,
  Cursor,
  MapDisplay,
  StatLayer,
  SurfaceGeometry,
  Vec3,
  VolumeGrid,
} from '../types.ts';
import { BrainScene } from './brain-scene.ts';
import {
  between,
  type CameraAxes,
  type CameraState,
  cameraAxes,
  fitHalfHeight,
  type Hemispheres,
  namedViews,
  orbited,
  zoomed,
} from './camera.ts';
import { LayerTextures } from './layer-textures.ts';
import { midSection } from './mid-section.ts';
import { SurfacePicker } from './picker.ts';
import { type PreparedSurface, prepareSurface } from './prepared-surface.ts';
import type { BrainTimings, NamedView } from './props.ts';

export interface BrainCoreListeners {
  /** After every drawing that a change of camera, layer or display caused. */
  readonly onDrawn: (timings: BrainTimings, axes: CameraAxes) => void;
  readonly onContextLost: () => void;
  readonly onContextRestored: () => void;
}

export interface BrainReading {
  readonly cursor: Cursor;
  /** Value drawn at the surface there; NaN where no kept voxel lies beneath. */
  readonly value: number;
  /** Region of the surface there, empty where none is named. */
  readonly region: string;
}

/** Surface samples are the mean over these depths along the inward normal: the grey matter under a pial surface. */
export const samplingDepthsMm = [0.5, 1.5, 2.5] as const;

const turnMs = 260;

/**
 * The brain viewer without React: owns the WebGL context, the camera and the caches. Setters only note what changed;
 * one drawing per frame follows.
 */
export class BrainCore {
  readonly #canvas: HTMLCanvasElement;
  readonly #listeners: BrainCoreListeners;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new BrainScene();
  #reducedMotion = false;
  #surface: PreparedSurface | null = null;
  #picker: SurfacePicker | null = null;
  #lookup: VoxelLookup | null = null;
  /** Whether values lie on vertices, not in a volume. */
  #onVertices = false;
  #weights: VertexWeights | null = null;
  #textures: LayerTextures | null = null;
  #layers: readonly StatLayer[] = [];
  #layer: StatLayer | null = null;
  #cursor: Vec3 | null = null;
  #camera: CameraState = { azimuth: Math.PI, elevation: 0, halfHeight: 100, pan: [0, 0] };
  #show: Hemispheres = 'both';
  #morph = 0;
  #frame = 0;
  #turn: { from: CameraState; to: CameraState; start: number } | null = null;
  #prefetchTimer: ReturnType<typeof setTimeout> | null = null;
  #pendingMs = 0;
  #lost = false;
  #timings: BrainTimings = { lastUpdateMs: 0, lastPickMs: 0, vertexCount: 0, triangleCount: 0 };

  /** @throws Error where the browser gives no WebGL 2 context. */
  constructor(canvas: HTMLCanvasElement, listeners: BrainCoreListeners) {
    this.#canvas = canvas;
    this.#listeners = listeners;
    this.#renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.#renderer.setClearAlpha(0);
    this.#renderer.setPixelRatio(window.devicePixelRatio);
    canvas.addEventListener('webglcontextlost', this.#onLost);
    canvas.addEventListener('webglcontextrestored', this.#onRestored);
  }

  get camera(): CameraState {
    return this.#camera;
  }

  get shown(): Hemispheres {
    return this.#show;
  }

  get timings(): BrainTimings {
    return this.#timings;
  }

  /** True once hovering and clicking answer. */
  get pickable(): boolean {
    return this.#picker?.ready ?? false;
  }

  /** Shows another surface; the camera keeps its direction and fits it. */
  setSurface(surface: SurfaceGeometry): void {
    this.#surface = prepareSurface(surface);
    this.#scene.setSurface(this.#surface);
    this.#picker?.dispose();
    this.#picker = new SurfacePicker(this.#surface);
    this.#timings = {
      ...this.#timings,
      vertexCount: surface.positions.length / 3,
      triangleCount: surface.indices.length / 3,
    };
    this.setMorph(this.#morph);
    this.#moveCamera({ ...this.#camera, pan: [0, 0], halfHeight: this.#fitted(this.#camera) });
  }

  /** Anatomy of the surface's own space, drawn where a joined brain is cut at the midline. */
  setAnatomy(anatomy: AnatomicalVolume | null): void {
    const fits = anatomy && !this.#surface?.geometry.hemisphere;
    this.#scene.setSection(fits ? midSection(anatomy) : null);
    this.draw();
  }

  /** The grid of the maps and how it is sampled; weights are computed here, once for all layers. */
  setVolume(volume: VolumeGrid, method: SamplingPlan['method']): void {
    if (!this.#surface) return;
    this.#lookup = buildVoxelLookup(volume);
    const { geometry, normals } = this.#surface;
    this.#onVertices = volume.places !== undefined;
    this.#weights =
      volume.places === undefined
        ? buildVertexWeights(geometry.positions, normals, this.#lookup, {
            method,
            depthsMm: method === 'nearest' ? [samplingDepthsMm[1]] : samplingDepthsMm,
          })
        : placeWeights(volume.places, this.#lookup, geometry.positions.length / 3);
    this.#textures?.dispose();
    this.#textures = new LayerTextures(this.#weights);
    this.#layer = null;
  }

  /** Layers that will be asked for; they are sampled and uploaded while the page is idle. */
  setLayers(layers: readonly StatLayer[]): void {
    this.#layers = layers;
    this.#prefetch();
  }

  showLayer(layer: StatLayer): void {
    if (!this.#textures || this.#layer === layer) return;
    const start = performance.now();
    this.#layer = layer;
    this.#scene.setValues(this.#textures.get(layer));
    this.#pendingMs += performance.now() - start;
    this.draw();
  }

  setDisplay(display: MapDisplay): void {
    this.#scene.setDisplay(display);
    this.draw();
  }

  /** Whether a named view is jumped to instead of turned to. */
  setReducedMotion(reduced: boolean): void {
    this.#reducedMotion = reduced;
  }

  /** 0 anatomical, 1 inflated; no effect where there is no inflated surface. */
  setMorph(fraction: number): void {
    this.#morph = this.#surface?.inflated ? fraction : 0;
    this.#scene.setMorph(this.#morph);
    this.#picker?.setMorph(this.#morph);
    this.#placeMarker();
    this.draw();
  }

  showHemispheres(show: Hemispheres): void {
    this.#show = show;
    this.#scene.show(show);
    this.draw();
  }

  setView(view: NamedView): void {
    const { azimuth, elevation, show } = namedViews[view];
    this.showHemispheres(show);
    const to = { azimuth, elevation, pan: [0, 0] as const, halfHeight: this.#fitted({ azimuth, elevation }) };
    this.#moveCamera(this.#reducedMotion ? to : this.#camera);
    if (!this.#reducedMotion) this.#turn = { from: this.#camera, to, start: performance.now() };
  }

  orbit(byAzimuth: number, byElevation: number): void {
    this.#moveCamera(orbited(this.#camera, byAzimuth, byElevation));
  }

  /** Moves the picture by pixels. */
  pan(dx: number, dy: number): void {
    const mm = (2 * this.#camera.halfHeight) / Math.max(1, this.#canvas.clientHeight);
    this.#moveCamera({
      ...this.#camera,
      pan: [this.#camera.pan[0] - dx * mm, this.#camera.pan[1] + dy * mm],
    });
  }

  /** Zooms about a point of the canvas (CSS pixels), or about its middle. */
  zoom(factor: number, at?: { x: number; y: number }): void {
    const anchor = at ? this.#planePoint(at.x, at.y) : ([0, 0] as const);
    this.#moveCamera(zoomed(this.#camera, factor, this.#fitted(this.#camera), anchor));
  }

  /** What lies under a point of the canvas (CSS pixels from its upper left). */
  read(x: number, y: number): BrainReading | null {
    const start = performance.now();
    const { toward, right, up } = cameraAxes(this.#camera);
    if (!this.#surface || !this.#picker) return null;
    const [px, py] = this.#planePoint(x, y);
    const { centre } = this.#surface;
    const reach = this.#radius() * 3;
    const origin = [0, 1, 2].map(
      (axis) =>
        centre[axis] +
        right[axis] * (this.#camera.pan[0] + px) +
        up[axis] * (this.#camera.pan[1] + py) +
        toward[axis] * reach,
    ) as [number, number, number];
    const hit = this.#picker.pick(origin, [-toward[0], -toward[1], -toward[2]], this.#show);
    this.#timings = { ...this.#timings, lastPickMs: performance.now() - start };
    if (!hit) return null;
    const value =
      this.#layer && this.#textures ? this.#textures.valueAt(this.#layer, hit.vertex) : Number.NaN;
    const { region, regionNames } = this.#surface.geometry;
    return {
      cursor: this.#cursorAt(hit.vertex, hit.mm, hit.normal),
      value,
      region: region ? (regionNames?.[region[hit.vertex]] ?? '') : '',
    };
  }

  /** Marks a place in the volume by a ring at the surface vertex nearest to it; hidden when none is within 15 mm. */
  setCursor(cursor: Cursor | null): void {
    this.#cursor = cursor?.mm ?? null;
    this.#placeMarker();
    this.draw();
  }

  /** A picture of the current view, `scale` canvas pixels per CSS pixel (fewer where the card has less memory for one), without labels; background transparent. */
  snapshot(scale: number): { canvas: HTMLCanvasElement; scale: number } {
    const { clientWidth, clientHeight } = this.#canvas;
    const limit = this.#renderer.capabilities.maxTextureSize;
    const ratio = Math.min(scale, limit / clientWidth, limit / clientHeight);
    this.#renderer.setPixelRatio(ratio);
    this.#render();
    const copy = document.createElement('canvas');
    copy.width = this.#canvas.width;
    copy.height = this.#canvas.height;
    copy.getContext('2d')?.drawImage(this.#canvas, 0, 0);
    this.#renderer.setPixelRatio(window.devicePixelRatio);
    this.#render();
    return { canvas: copy, scale: ratio };
  }

  resize(width: number, height: number): void {
    if (width < 2 || height < 2) return;
    const before = this.#fitted(this.#camera);
    this.#renderer.setPixelRatio(window.devicePixelRatio);
    this.#renderer.setSize(width, height, false);
    this.#aspect = width / height;
    const zoomKept = this.#camera.halfHeight / before;
    this.#moveCamera({ ...this.#camera, halfHeight: this.#fitted(this.#camera) * zoomKept });
    // A resized canvas is blank until drawn; waiting for the next frame would flash.
    this.#render();
  }

  /** Asks for one drawing at the next frame. */
  draw(): void {
    if (this.#frame === 0 && !this.#lost) this.#frame = requestAnimationFrame(this.#onFrame);
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    if (this.#prefetchTimer !== null) clearTimeout(this.#prefetchTimer);
    this.#canvas.removeEventListener('webglcontextlost', this.#onLost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#onRestored);
    this.#picker?.dispose();
    this.#textures?.dispose();
    this.#scene.dispose();
    this.#renderer.dispose();
  }

  #aspect = 1;

  readonly #onFrame = (): void => {
    this.#frame = 0;
    const start = performance.now();
    if (this.#turn) {
      const fraction = Math.min(1, (start - this.#turn.start) / turnMs);
      this.#camera = between(this.#turn.from, this.#turn.to, fraction * fraction * (3 - 2 * fraction));
      if (fraction >= 1) this.#turn = null;
    }
    this.#render();
    this.#timings = { ...this.#timings, lastUpdateMs: this.#pendingMs + performance.now() - start };
    this.#pendingMs = 0;
    this.#listeners.onDrawn(this.#timings, cameraAxes(this.#camera));
    if (this.#turn) this.draw();
  };

  #render(): void {
    if (!this.#surface || this.#lost) return;
    this.#scene.aim(
      this.#camera,
      this.#surface.centre,
      this.#radius(),
      this.#aspect,
      this.#canvas.clientHeight,
    );
    this.#renderer.render(this.#scene.scene, this.#scene.camera);
  }

  #moveCamera(state: CameraState): void {
    this.#turn = null;
    this.#camera = state;
    this.draw();
  }

  #radius(): number {
    return this.#surface ? Math.hypot(...this.#surface.half) : 100;
  }

  #fitted(state: { azimuth: number; elevation: number }): number {
    return this.#surface ? fitHalfHeight(this.#surface.half, cameraAxes(state), this.#aspect) : 100;
  }

  /** Canvas pixel to mm right and up of the picture's middle. */
  #planePoint(x: number, y: number): [number, number] {
    const { clientWidth, clientHeight } = this.#canvas;
    const mm = (2 * this.#camera.halfHeight) / Math.max(1, clientHeight);
    return [(x - clientWidth / 2) * mm, (clientHeight / 2 - y) * mm];
  }

  /** The voxel that colours a surface point: the containing one under the surface, else the vertex's weightiest. */
  #cursorAt(vertex: number, mm: Vec3, normal: Vec3): Cursor {
    const lookup = this.#lookup;
    const dominant = this.#weights?.dominant[vertex] ?? -1;
    if (!lookup || this.#onVertices) return { mm, voxel: dominant < 0 ? null : dominant };
    const depth = samplingDepthsMm[1];
    const under: Vec3 = [mm[0] - depth * normal[0], mm[1] - depth * normal[1], mm[2] - depth * normal[2]];
    const inside = voxelAt(lookup, under);
    if (inside !== null) return { mm: under, voxel: inside };
    return dominant < 0 ? { mm, voxel: null } : { mm: voxelCentre(lookup, dominant), voxel: dominant };
  }

  #placeMarker(): void {
    const near = this.#cursor && this.#picker ? this.#picker.nearestVertex(this.#cursor) : null;
    if (!near || !this.#picker || near.distance > 15) {
      this.#scene.setMarker(null);
      return;
    }
    const { vertex } = near;
    const normals = (this.#morph > 0.5 ? this.#surface?.inflatedNormals : null) ?? this.#surface?.normals;
    const lift = normals ? [0, 1, 2].map((axis) => normals[vertex * 3 + axis] * 2) : [0, 0, 0];
    this.#scene.setMarker(this.#picker.shown(vertex), [lift[0], lift[1], lift[2]]);
  }

  #prefetch(): void {
    if (this.#prefetchTimer !== null) clearTimeout(this.#prefetchTimer);
    this.#prefetchTimer = setTimeout(() => {
      this.#prefetchTimer = null;
      const next = this.#layers.slice(0, 40).find((layer) => this.#textures && !this.#textures.has(layer));
      if (!next || !this.#textures || this.#lost) return;
      this.#renderer.initTexture(this.#textures.get(next));
      this.#prefetch();
    }, 30);
  }

  readonly #onLost = (event: Event): void => {
    event.preventDefault();
    this.#lost = true;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#listeners.onContextLost();
  };

  readonly #onRestored = (): void => {
    this.#lost = false;
    this.#listeners.onContextRestored();
    this.draw();
  };
}
