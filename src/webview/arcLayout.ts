import type { MentionBlock, Range, RelationBlock, SentenceTable } from './sentenceTable';

/** A mention, or a word outside every mention, in reading order. */
export interface Unit {
  readonly tokens: Range;
  readonly mention: MentionBlock | undefined;
  /** Whether white space follows, at which a line may end. */
  readonly spaceAfter: boolean;
  /** Estimated, with the space that follows. */
  readonly width: number;
}

/** The part of an arc that lies in one line. A missing end means that the arc goes on in the line before or after. */
export interface ArcPart {
  readonly relation: RelationBlock;
  /** Unit numbers within the line. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Height above the words, from 0. */
  readonly level: number;
}

/** One line of the sentence with the arcs above it. */
export interface Line {
  readonly units: readonly Unit[];
  readonly arcs: readonly ArcPart[];
  /** How many arcs are stacked at most. */
  readonly levels: number;
  readonly hasMentions: boolean;
}

/** Widths in CSS pixels, measured by whoever has a screen. */
export interface ArcWidths {
  unit(tokens: Range, mention: MentionBlock | undefined): number;
  label(relation: RelationBlock): number;
  readonly line: number;
}

/** Units of a sentence: mentions that are not rejected, and the other words one by one. */
function unitsOf(table: SentenceTable, widths: ArcWidths): Unit[] {
  const units: Unit[] = [];
  for (let token = 0; token < table.size;) {
    const found = table.mentionOf(token);
    const mention = found && found.item.status !== 'rejected' && found.rows[0] === token ? found : undefined;
    let end = token + 1;
    while (mention && end < mention.rows[1] && table.mentionOf(end) === mention) end++;
    const spaceAfter = table.view.tokens[end - 1]?.spaceAfter === true;
    units.push({ tokens: [token, end], mention, spaceAfter, width: widths.unit([token, end], mention) });
    token = end;
  }
  return units;
}

/** Units with no white space between them, together. */
function runsOf(units: readonly Unit[]): Unit[][] {
  const runs: Unit[][] = [];
  let before: Unit | undefined;
  for (const unit of units) {
    if (before === undefined || before.spaceAfter) runs.push([]);
    runs.at(-1)?.push(unit);
    before = unit;
  }
  return runs;
}

/** Breaks units into lines no wider than `width`: at white space, unless what lies between two spaces is wider; never within a unit. */
function breakLines(units: readonly Unit[], width: number): Unit[][] {
  const lines: Unit[][] = [];
  let room = 0;
  for (const run of runsOf(units)) {
    const together = run.reduce((sum, unit) => sum + unit.width, 0);
    if (together > room && together <= width) room = 0;
    for (const unit of run) {
      const line = lines.at(-1);
      if (line && unit.width <= room) {
        line.push(unit);
        room -= unit.width;
      } else {
        lines.push([unit]);
        room = width - unit.width;
      }
    }
  }
  return lines;
}

interface Flat {
  readonly relation: RelationBlock;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Where it lies in the line, from the line's start. */
  readonly from: number;
  readonly to: number;
}

/**
 * Gives every arc the lowest level on which nothing overlaps it; short arcs first, so that long ones go over them. Two arcs may meet at a
 * mention: they stand on it side by side.
 */
function stack(arcs: readonly Flat[]): ArcPart[] {
  const levels: Flat[][] = [];
  return [...arcs]
    .sort((a, b) => a.to - a.from - (b.to - b.from))
    .map((arc) => {
      let level = levels.findIndex((taken) => taken.every((other) => other.to <= arc.from || arc.to <= other.from));
      if (level < 0) level = levels.length;
      (levels[level] ??= []).push(arc);
      return { relation: arc.relation, start: arc.start, end: arc.end, level };
    });
}

/** Lines of a sentence, with its relations as arcs that are stacked without overlap and go on from line to line. */
export function layOutArcs(table: SentenceTable, widths: ArcWidths): Line[] {
  const lines = breakLines(unitsOf(table, widths), widths.line);
  const lineOf = new Map<string, { line: number; unit: number; centre: number }>();
  for (const [line, units] of lines.entries()) {
    let x = 0;
    for (const [unit, { mention, width }] of units.entries()) {
      if (mention) lineOf.set(mention.item.id, { line, unit, centre: x + width / 2 });
      x += width;
    }
  }
  const arcs: Flat[][] = lines.map(() => []);
  for (const relation of table.blocks) {
    if (relation.kind !== 'relation' || relation.item.status === 'rejected') continue;
    const [earlier, later] = relation.forward ? [relation.head, relation.tail] : [relation.tail, relation.head];
    const first = lineOf.get(earlier.id);
    const last = lineOf.get(later.id);
    if (!first || !last) continue;
    const label = widths.label(relation);
    for (let line = first.line; line <= last.line; line++) {
      const from = line === first.line ? first.centre : 0;
      const to = line === last.line ? last.centre : widths.line;
      const missing = Math.max(0, label - (to - from)) / 2;
      arcs[line]?.push({
        relation,
        start: line === first.line ? first.unit : undefined,
        end: line === last.line ? last.unit : undefined,
        from: from - missing,
        to: to + missing,
      });
    }
  }
  return lines.map((units, line) => {
    const parts = stack(arcs[line] ?? []);
    return {
      units,
      arcs: parts,
      levels: parts.reduce((most, { level }) => Math.max(most, level + 1), 0),
      hasMentions: units.some(({ mention }) => mention !== undefined),
    };
  });
}
