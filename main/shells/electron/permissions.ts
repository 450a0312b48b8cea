/** What the page may ask of the system, and why. What is not in this table is denied. */
const granted: Readonly<Record<string, string>> = {
  'clipboard-sanitized-write': 'every figure has a copy button',
  fullscreen: 'the brain and slices can fill the screen',
};

/** Whether the table grants a permission. */
export function mayUse(permission: string): boolean {
  return Object.hasOwn(granted, permission);
}
