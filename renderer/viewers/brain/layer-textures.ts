import { DataTexture, FloatType, NearestFilter, RGBAFormat } from 'three';
import { significanceOf } from '../colour/significance.ts';
import { sampleProbability, sampleWeighted, type VertexWeights } from '../sampling/vertex-weights.ts';
import type { StatLayer } from '../types.ts';
import { valuesTextureWidth } from './shaders.ts';

/** Layers kept on the GPU at most; at 170,000 vertices one takes 2.7 MB. */
const keptLayers = 48;

/** p of a vertex without one: above every limit. */
const noProbability = 2;

/**
 * Per-vertex values of layers as textures, made once each and then only bound. Keyed by the layer's arrays, so a
 * layer whose numbers were replaced is sampled anew.
 */
export class LayerTextures {
  readonly #weights: VertexWeights;
  readonly #textures = new Map<Float32Array, { layer: StatLayer; texture: DataTexture }>();

  constructor(weights: VertexWeights) {
    this.#weights = weights;
  }

  has(layer: StatLayer): boolean {
    const kept = this.#textures.get(layer.values);
    return kept !== undefined && kept.layer.p === layer.p && kept.layer.q === layer.q;
  }

  /** The layer's texture, sampled now if it was not yet. */
  get(layer: StatLayer): DataTexture {
    const kept = this.#textures.get(layer.values);
    if (kept && this.has(layer)) {
      this.#textures.delete(layer.values);
      this.#textures.set(layer.values, kept);
      return kept.texture;
    }
    kept?.texture.dispose();
    const texture = this.#sample(layer);
    this.#textures.delete(layer.values);
    this.#textures.set(layer.values, { layer, texture });
    this.#dropOldest();
    return texture;
  }

  /** Value of the layer at a vertex: NaN where the vertex sees no kept voxel. */
  valueAt(layer: StatLayer, vertex: number): number {
    const data = this.get(layer).image.data;
    return data && data[vertex * 4 + 3] > 0 ? data[vertex * 4] : Number.NaN;
  }

  dispose(): void {
    for (const { texture } of this.#textures.values()) texture.dispose();
    this.#textures.clear();
  }

  #sample(layer: StatLayer): DataTexture {
    const count = this.#weights.dominant.length;
    const height = Math.max(1, Math.ceil(count / valuesTextureWidth));
    const data = new Float32Array(valuesTextureWidth * height * 4);
    sampleWeighted(this.#weights, layer.values, data, 4);
    const p = significanceOf(layer, 'p');
    const q = significanceOf(layer, 'fdr');
    if (p) sampleProbability(this.#weights, p, data, 1, 4);
    if (q) sampleProbability(this.#weights, q, data, 2, 4);
    for (let vertex = 0; vertex < count; vertex++) {
      const at = vertex * 4;
      const missing = Number.isNaN(data[at]);
      if (missing) data[at] = 0;
      if (!p || Number.isNaN(data[at + 1])) data[at + 1] = noProbability;
      if (!q || Number.isNaN(data[at + 2])) data[at + 2] = noProbability;
      data[at + 3] = missing ? 0 : 1;
    }
    const texture = new DataTexture(data, valuesTextureWidth, height, RGBAFormat, FloatType);
    texture.minFilter = NearestFilter;
    texture.magFilter = NearestFilter;
    texture.generateMipmaps = false;
    texture.needsUpdate = true;
    return texture;
  }

  #dropOldest(): void {
    for (const [key, { texture }] of this.#textures) {
      if (this.#textures.size <= keptLayers) return;
      texture.dispose();
      this.#textures.delete(key);
    }
  }
}
