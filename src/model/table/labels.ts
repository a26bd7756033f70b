/**
 * Labels of the word table. On the diagonal: O, then B-, I-, L-, U- of each entity type (BILOU). In the upper triangle (i < j): X, then,
 * for each relation type, forward (the head comes first) and backward (the tail does).
 */

export const OUTSIDE = 0;
export const NO_RELATION = 0;

/** Parts of a mention in BILOU, in the order of their labels. */
export const PARTS = ['B', 'I', 'L', 'U'] as const;

/** The diagonal label of a part (index into PARTS) of a mention of this entity type. */
export function mentionLabel(type: number, part: 0 | 1 | 2 | 3): number {
  return 1 + 4 * type + part;
}

/** The upper label of a relation type in a direction. */
export function relationLabel(type: number, direction: 'forward' | 'backward'): number {
  return 1 + 2 * type + (direction === 'forward' ? 0 : 1);
}

export function mentionLabelCount(entityTypes: number): number {
  return 1 + 4 * entityTypes;
}

export function relationLabelCount(relationTypes: number): number {
  return 1 + 2 * relationTypes;
}
