/**
 * What the page may load, the same in both shells and under test. Each exception from `'self'` has its reason:
 * - style-src 'unsafe-inline': Mantine and echarts set style attributes and inject style elements
 * - img-src blob: data:: figures are exported through blobs, and the style sheets hold small data images
 * - font-src data:: icons inside style sheets
 * - worker-src blob:: workers made by three's loaders
 */
export const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};

/** Sets the headers that every answer carries. */
export function setSecurityHeaders(target: Headers): void {
  for (const [name, value] of Object.entries(headers)) target.set(name, value);
}
