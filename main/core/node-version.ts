const minimumMajor = 22;

/**
 * One sentence where this Node.js cannot run the product, null where it can. Called before anything imports
 * better-sqlite3, whose binary ends the process without a word on Node 20.
 */
export function nodeComplaint(version: string): string | null {
  const major = Number.parseInt(version, 10);
  if (major >= minimumMajor) return null;
  return `Gyrus needs Node.js ${minimumMajor} or newer, and this is ${version}: start it with "npm start" or "npm run gyrus -- ...", which use the Node.js that npm ci installed.`;
}

/** Ends the process with that sentence where this Node.js will not do; the first thing every entry does. */
export function requireNode(): void {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint === null) return;
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}
