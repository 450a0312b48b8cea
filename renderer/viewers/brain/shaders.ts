/**
 * All colour mapping happens here, so that a change of layer binds one texture and a change of threshold sets three
 * numbers. The rules of `visibility` are those of colour/threshold.ts.
 *
 * uValues: RGBA32F, one texel a vertex, row-major: value, p, q, valid (0 or 1). p = 2 stands for "no p".
 */
export const valuesTextureWidth = 1024;

export const vertexShader = /* glsl */ `
  uniform highp sampler2D uValues;
  uniform float uMorph;
  uniform int uSignificance;
  attribute vec3 inflatedPosition;
  attribute vec3 inflatedNormal;
  attribute float curvature;
  attribute float side;
  varying vec3 vNormal;
  varying float vCurvature;
  varying float vSide;
  varying vec3 vStatistic;
  varying vec3 vPlace;

  void main() {
    ivec2 cell = ivec2(gl_VertexID % ${valuesTextureWidth}, gl_VertexID / ${valuesTextureWidth});
    vec4 sampled = texelFetch(uValues, cell, 0);
    float significance = uSignificance == 2 ? sampled.b : sampled.g;
    // Multiplied by validity, so that the fragment can divide it out and no missing vertex bleeds into its neighbours.
    vStatistic = vec3(sampled.r, significance, 1.0) * sampled.a;
    vCurvature = curvature;
    vSide = side;
    vPlace = position;
    vNormal = normalMatrix * normalize(mix(normal, inflatedNormal, uMorph));
    gl_Position = projectionMatrix * modelViewMatrix * vec4(mix(position, inflatedPosition, uMorph), 1.0);
  }
`;

export const fragmentShader = /* glsl */ `
  uniform highp sampler2D uColorMap;
  uniform vec2 uRange;
  uniform float uPositive;
  uniform float uNegative;
  uniform int uSignificance;
  uniform int uBelow;
  uniform float uOpacity;
  uniform float uHide;
  uniform float uMorph;
  uniform float uCurvatureScale;
  uniform vec3 uInside;
  uniform sampler2D uSection;
  uniform vec4 uSectionBox;
  uniform vec3 uSight;
  varying vec3 vNormal;
  varying float vCurvature;
  varying float vSide;
  varying vec3 vStatistic;
  varying vec3 vPlace;

  float visibility(float value, float significance) {
    float limit = value >= 0.0 ? uPositive : uNegative;
    float strength;
    if (uSignificance > 0) {
      if (limit < 0.0) return 0.0;
      if (significance <= limit) strength = 1.0;
      else if (limit == 0.0 || significance >= 1.0) strength = 0.0;
      else strength = clamp(log(significance) / log(limit), 0.0, 1.0);
    } else {
      if (limit > 1e30) return 0.0;
      float magnitude = abs(value);
      strength = magnitude >= limit ? 1.0 : magnitude / limit;
    }
    if (uBelow == 2 || strength >= 1.0) return uOpacity;
    return uBelow == 0 ? 0.0 : uOpacity * strength * strength;
  }

  void main() {
    if (vSide * uHide > 0.0) discard;
    vec3 normal = normalize(vNormal);
    if (!gl_FrontFacing) {
      // The inside of a closed mesh is seen only through the cut at x = 0. The line of sight crossed that plane at
      // (0, y, z); the anatomical section there is drawn as the cap. Without one the inside stays plain.
      vec2 cut = (vPlace - uSight * (vPlace.x / uSight.x)).yz;
      vec2 at = (cut - uSectionBox.xy) / uSectionBox.zw;
      bool capped = uSectionBox.z > 0.0 && uMorph == 0.0 && uHide != 0.0;
      gl_FragColor = vec4(capped ? vec3(texture2D(uSection, at).r) : uInside, 1.0);
      return;
    }
    float bend = clamp(vCurvature * uCurvatureScale, -1.0, 1.0);
    float folded = smoothstep(-0.35, 0.45, bend);
    vec3 color = vec3(mix(0.86, mix(0.60, 0.44, uMorph), folded));
    if (vStatistic.z > 0.5) {
      float value = vStatistic.x / vStatistic.z;
      float alpha = visibility(value, vStatistic.y / vStatistic.z);
      float position = (value - uRange.x) / max(uRange.y - uRange.x, 1e-30);
      vec3 mapped = texture2D(uColorMap, vec2(clamp(position, 0.0, 1.0), 0.5)).rgb;
      color = mix(color, mapped, alpha);
    }
    vec3 key = normalize(vec3(-0.35, 0.55, 0.76));
    vec3 fill = normalize(vec3(0.65, -0.25, 0.7));
    float lit = 0.50 + 0.42 * max(dot(normal, key), 0.0) + 0.20 * max(dot(normal, fill), 0.0);
    float shaded = lit * mix(1.0, 0.86, folded * (1.0 - uMorph));
    float gloss = 0.05 * pow(max(dot(normal, normalize(key + vec3(0.0, 0.0, 1.0))), 0.0), 24.0);
    gl_FragColor = vec4(color * shaded + gloss, 1.0);
  }
`;
