/*
 * Chance-corrected agreement on nominal labels. Undefined where there is nothing to agree on: no label, or one and the same everywhere.
 */

/**
 * Cohen's kappa of two people's labels: (p_o - p_e) / (1 - p_e), with p_o the share of equal labels and p_e the share that two people
 * would come to by chance, each with the label frequencies that are their own (J. Cohen, "A coefficient of agreement for nominal scales",
 * Educational and Psychological Measurement 20, 1960).
 * @param pairs the two labels of each unit
 */
export function cohensKappa(pairs: readonly (readonly [string, string])[]): number | undefined {
  const [first, second] = [new Map<string, number>(), new Map<string, number>()];
  let equal = 0;
  for (const [one, other] of pairs) {
    if (one === other) equal += 1;
    add(first, one);
    add(second, other);
  }
  const total = pairs.length;
  let byChance = 0;
  for (const [label, count] of first) byChance += count * (second.get(label) ?? 0);
  // In whole numbers, so that "always the same label" is exactly that.
  const [observed, expected, all] = [equal * total, byChance, total * total];
  return all === expected ? undefined : (observed - expected) / (all - expected);
}

/**
 * Krippendorff's alpha of nominal labels by any number of people, of whom some may have left units out: 1 - D_o / D_e, observed over
 * expected disagreement, from the coincidences within units (K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, section D).
 * @param units the labels that each unit got; one with fewer than two says nothing and is passed over
 */
export function krippendorffsAlpha(units: Iterable<readonly string[]>): number | undefined {
  const totals = new Map<string, number>();
  let [values, observed] = [0, 0];
  for (const labels of units) {
    if (labels.length < 2) continue;
    const counts = new Map<string, number>();
    for (const label of labels) add(counts, label);
    values += labels.length;
    for (const [label, count] of counts) {
      add(totals, label, count);
      observed += (count * (labels.length - count)) / (labels.length - 1);
    }
  }
  let expected = 0;
  for (const count of totals.values()) expected += count * (values - count);
  return expected === 0 ? undefined : 1 - ((values - 1) * observed) / expected;
}

function add(counts: Map<string, number>, label: string, by = 1): void {
  counts.set(label, (counts.get(label) ?? 0) + by);
}
