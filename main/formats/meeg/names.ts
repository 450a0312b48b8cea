/**
 * Makes channel names unique by running numbers behind those that occur more than once ("Fp1-0", "Fp1-1"), a letter
 * where the number is taken, as MNE does.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  const taken = new Set(names);
  return names.map((name) => {
    if (counts.get(name) === 1) return name;
    const number = seen.get(name) ?? 0;
    seen.set(name, number + 1);
    const suffixes = [String(number), ...'abcdefghijklmnopqrstuvwxyz'];
    const unique = suffixes.map((suffix) => `${name}-${suffix}`).find((one) => !taken.has(one)) ?? name;
    taken.add(unique);
    return unique;
  });
}
