/**
 * Canvases are kept in memory: pictures are made of pixels that the processor computed, and moving them there costs less
 * than sending each to the graphics card first.
 */
export const IN_MEMORY: CanvasRenderingContext2DSettings = { willReadFrequently: true };
