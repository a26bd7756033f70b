/**
 * Labels of the word table. On the diagonal: O, then B-, I-, L-, U- of each entity type (BILOU). In the upper triangle (i < j): X, then,
 * for each relation type, forward (the head comes first) and backward (the tail does).
 */

export const OUTSIDE = 0;
export const NO_RELATION = 0;

/** The diagonal label of a part (B, I, L, U: 0 to 3) of a mention of this entity type. */
export function mentionLabel(type: number, part: 0 | 1 | 2 | 3): number {
  return 1 + 4 * type + part;
}

export function mentionLabelCount(entityTypes: number): number {
  return 1 + 4 * entityTypes;
}

export function relationLabelCount(relationTypes: number): number {
  return 1 + 2 * relationTypes;
}
