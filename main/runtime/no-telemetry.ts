/**
 * ONNX Runtime's own builds report usage over the network unless this is set before the library starts. Gyrus sends
 * nothing anywhere: every file that imports the library imports this file first.
 * (The library starts with its first session, so a bundle that hoists its import is as good.)
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
