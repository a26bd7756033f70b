import { sameSpan, sameSpans, type SentenceSpans, type Span } from '../text/span';
import type { AnnotationDocument, Item, Mention, Relation, Sentence } from './document';
import { extent, isLost, isUntouched } from './document';
import type { Edit } from './edits';
import type { Taken } from './ids';
import { mentionId, relationId, takenIn } from './ids';
import type { SentenceItems } from './layout';
import { layoutOf } from './layout';
import { mentionLine, relationLine } from './lines';
import { makeMention, mentionKey, relationKey } from './mention';
import { holderOf, touching } from './search';
import type { TokenAnnotations, TokenMention } from './tokenSentence';

/** A sentence that a model has read, and what it says about it. */
export interface ExtractedSentence<P extends TokenAnnotations = TokenAnnotations> {
  readonly spans: SentenceSpans;
  readonly prediction: P;
}

/** What suggests by words, not by what it learned: its suggestions are not replaced by a model's, nor the other way round. */
export const PATTERNS = 'patterns';
export const EQUAL_TEXT = 'equal text';

/**
 * The sentences that a model should read where the segmenter finds these: the document's own where they stand and are kept (their
 * tokens are part of the data set), with what stands beside those in the same sentence of the segmenter's; the segmenter's elsewhere.
 * Sentences that are done are left out: nothing is suggested in them.
 */
export function sentencesToExtract(document: AnnotationDocument, segmented: readonly SentenceSpans[]): readonly SentenceSpans[] {
  const chosen = new Set<SentenceSpans>();
  for (const found of segmented) {
    const standing = standingAt(document, found);
    if (standing.kept.length === 0) chosen.add(found);
    else for (const sentence of [...standing.kept, ...standing.replaceable]) if (sentence.state !== 'done') chosen.add(sentence);
  }
  return [...chosen].sort((a, b) => a.startChar - b.startChar);
}

/**
 * The edit that brings a model's predictions into the document. It replaces suggestions only (those of models where a model suggests, those
 * of patterns where patterns do), in these sentences only, and in none that is done. What was rejected is not suggested again. What a person decided stays: a predicted mention that is there already is
 * reused as an end of relations, one that overlaps it is not added, and a pair that has a relation gets no second one. Sentences that
 * are new are inserted; where others stand, those that hold a person's work win, and the prediction for them is left out.
 *
 * @param text the text that the document's offsets count in
 * @param model name of the model, or `PATTERNS`
 * @param sentences in order, without overlap; best those that `sentencesToExtract` gave
 */
export function extractionEdit(
  document: AnnotationDocument,
  text: string,
  model: string,
  sentences: readonly ExtractedSentence[],
): Edit & { readonly kind: 'group' } {
  const run = new Extraction(document, text, model);
  for (const sentence of sentences) run.add(sentence);
  return { kind: 'group', label: 'extract entities and relations', edits: run.edits() };
}

/** The document's sentences that touch `found`: the same one, or those that hold work (`kept`), and those that may be replaced. */
function standingAt(document: AnnotationDocument, found: SentenceSpans): { kept: readonly Sentence[]; replaceable: readonly Sentence[] } {
  const [first, end] = touching(document.sentences, found);
  const standing = document.sentences.slice(first, end);
  const equal = standing.find((sentence) => sameTokens(sentence, found));
  if (equal !== undefined) return { kept: [equal], replaceable: [] };
  const holdsWork = (sentence: Sentence, index: number): boolean =>
    sentence.state !== 'new' || allItems(layoutOf(document).sentences[first + index]).some((item) => !isUntouched(item));
  return { kept: standing.filter(holdsWork), replaceable: standing.filter((sentence, index) => !holdsWork(sentence, index)) };
}

function allItems(items: SentenceItems | undefined): readonly Item[] {
  return items === undefined ? [] : [...items.mentions, ...items.relations];
}

function sameTokens(a: SentenceSpans, b: SentenceSpans): boolean {
  return sameSpan(a, b) && sameSpans(a.tokens, b.tokens);
}

/** Collects what one extraction changes: first the sentences, then what stands in them, then the predictions against that. */
class Extraction {
  private readonly extracted: ExtractedSentence[] = [];
  private readonly added: Sentence[] = [];
  private readonly removed = new Set<Sentence>();

  constructor(
    private readonly document: AnnotationDocument,
    private readonly text: string,
    private readonly model: string,
  ) {}

  add(sentence: ExtractedSentence): void {
    const { spans } = sentence;
    const standing = standingAt(this.document, spans);
    const [kept] = standing.kept;
    if (kept === undefined) {
      this.added.push({ startChar: spans.startChar, endChar: spans.endChar, state: 'new', tokens: spans.tokens });
      for (const replaced of standing.replaceable) this.removed.add(replaced);
      this.extracted.push(sentence);
    } else if (kept.state !== 'done' && sameTokens(kept, spans)) {
      this.extracted.push(sentence);
    }
  }

  edits(): readonly Edit[] {
    const near = this.nearMentions();
    const replaced = this.replacedItems(near);
    const suggestions = new Suggestions(this.document, this.text, this.model, replaced);
    const standing = this.extracted.map((): Mention[] => []);
    for (const { mention, touched } of near.values()) {
      if (replaced.mentions.has(mention) || isLost(mention)) continue;
      for (let index = touched[0]; index < touched[1]; index += 1) standing[index]?.push(mention);
    }
    this.extracted.forEach((sentence, index) => {
      suggestions.suggest(sentence, standing[index] ?? []);
    });
    return [...this.sentenceEdits(), ...suggestions.edits()];
  }

  /** The mentions that lie in a sentence that was read or removed, or reach into one that was read, by id. */
  private nearMentions(): ReadonlyMap<string, NearMention> {
    const read = this.extracted.map((sentence) => sentence.spans);
    const removed = [...this.removed].sort((a, b) => a.startChar - b.startChar);
    const near = new Map<string, NearMention>();
    for (const mention of this.document.mentions.values()) {
      const span = extent(mention);
      const touched = touching(read, span);
      const found = { mention, touched, read: holderOf(read, span), removed: holderOf(removed, span) };
      if (touched[0] < touched[1] || found.read !== undefined || found.removed !== undefined) near.set(mention.id, found);
    }
    return near;
  }

  /**
   * The suggestions that give way: those that lie in one sentence that was read or removed. A mention that a remaining relation needs
   * stays: so a rejected relation is remembered even when the model no longer finds its mentions.
   */
  private replacedItems(near: ReadonlyMap<string, NearMention>): Replaced {
    const relations = new Set<Relation>();
    const staying: Relation[] = [];
    const needed = new Set<string>();
    for (const relation of this.document.relations.values()) {
      const [head, tail] = [near.get(relation.head), near.get(relation.tail)];
      if (head === undefined && tail === undefined) continue;
      const isWithin =
        (head?.read !== undefined && head.read === tail?.read) || (head?.removed !== undefined && head.removed === tail?.removed);
      if (isWithin && this.givesWay(relation)) relations.add(relation);
      else {
        staying.push(relation);
        needed.add(relation.head).add(relation.tail);
      }
    }
    const mentions = new Set<Mention>();
    for (const { mention, read, removed } of near.values())
      if ((read !== undefined || removed !== undefined) && this.givesWay(mention) && !needed.has(mention.id)) mentions.add(mention);
    return { mentions, relations, staying };
  }

  private givesWay(item: Item): boolean {
    return isUntouched(item) && kindOf(item.model) === kindOf(this.model);
  }

  /** One edit for each run of sentences that changes, between sentences that stay. */
  private sentenceEdits(): readonly Edit[] {
    if (this.added.length === 0 && this.removed.size === 0) return [];
    const old = this.document.sentences;
    const staying = old.filter((sentence) => !this.removed.has(sentence));
    const changed = [...staying, ...this.added].sort((a, b) => a.startChar - b.startChar);
    const edits: Edit[] = [];
    let [oldIndex, index] = [0, 0];
    while (oldIndex < old.length || index < changed.length) {
      const [previous, next]: [Sentence[], Sentence[]] = [[], []];
      for (let sentence = old[oldIndex]; sentence !== undefined && this.removed.has(sentence); sentence = old[(oldIndex += 1)])
        previous.push(sentence);
      for (let sentence = changed[index]; sentence !== undefined && sentence !== old[oldIndex]; sentence = changed[(index += 1)])
        next.push(sentence);
      if (previous.length > 0 || next.length > 0) edits.push({ kind: 'sentences', previous, next });
      oldIndex += 1;
      index += 1;
    }
    return edits;
  }
}

/** A mention, and the sentences in which it lies: indices among those read, and among those removed. */
interface NearMention {
  readonly mention: Mention;
  /** The sentences read that it touches, `[first, end)`. */
  readonly touched: readonly [number, number];
  readonly read: number | undefined;
  readonly removed: number | undefined;
}

/** What gives way to an extraction. */
interface Replaced {
  readonly mentions: ReadonlySet<Mention>;
  readonly relations: ReadonlySet<Relation>;
  /** Relations of these sentences that stay. */
  readonly staying: readonly Relation[];
}

/** The suggestions of one extraction, as edits against those that they replace. */
class Suggestions {
  private readonly mentions = new Map<string, Mention>();
  private readonly relations = new Map<string, Relation>();
  /** Suggestions that give way, by what they say: the same said again keeps its id, and so its place in a diff. */
  private readonly earlier = new Map<string, string>();
  /** Relations that stay, by their unordered pair. */
  private readonly pairs = new Map<string, Relation[]>();
  private readonly inDocument: Taken;

  constructor(
    private readonly document: AnnotationDocument,
    private readonly text: string,
    private readonly model: string,
    private readonly replaced: Replaced,
  ) {
    this.inDocument = takenIn(document);
    for (const mention of replaced.mentions) this.earlier.set(mentionKey(mention), mention.id);
    for (const relation of replaced.relations) this.earlier.set(relationKey(relation), relation.id);
    for (const relation of replaced.staying) grouped(this.pairs, pairKey(relation), relation);
  }

  /** @param standing the mentions that stay and touch the sentence */
  suggest({ spans, prediction }: ExtractedSentence, standing: readonly Mention[]): void {
    const ends = prediction.mentions.map((mention) => this.mention(mention, spans, standing));
    for (const { type, head, tail, score } of prediction.relations) {
      const [headId, tailId] = [ends[head], ends[tail]];
      if (headId !== undefined && tailId !== undefined) this.relation({ type, head: headId, tail: tailId }, score);
    }
  }

  edits(): readonly Edit[] {
    const mentionEdits = [...this.replaced.mentions]
      .filter((mention) => !this.mentions.has(mention.id))
      .map((previous): Edit => ({ kind: 'mention', id: previous.id, previous, next: undefined }));
    for (const next of this.mentions.values()) {
      const previous = this.document.mentions.get(next.id);
      if (previous === undefined || mentionLine(previous) !== mentionLine(next))
        mentionEdits.push({ kind: 'mention', id: next.id, previous, next });
    }
    const relationEdits = [...this.replaced.relations]
      .filter((relation) => !this.relations.has(relation.id))
      .map((previous): Edit => ({ kind: 'relation', id: previous.id, previous, next: undefined }));
    for (const next of this.relations.values()) {
      const previous = this.document.relations.get(next.id);
      if (previous === undefined || relationLine(previous) !== relationLine(next))
        relationEdits.push({ kind: 'relation', id: next.id, previous, next });
    }
    return [...mentionEdits, ...relationEdits];
  }

  /** The id of the mention in the document: suggested now or there already; none where it was rejected or would overlap one that stays. */
  private mention(predicted: TokenMention, sentence: SentenceSpans, standing: readonly Mention[]): string | undefined {
    const span = spanOf(predicted, sentence);
    const key = mentionKey({ type: predicted.type, spans: [span] });
    const equal = standing.filter((mention) => mentionKey(mention) === key);
    const there = equal.find((mention) => mention.status !== 'rejected');
    if (there !== undefined) return there.id;
    const overlaps = standing.some((mention) => mention.status !== 'rejected' && overlap(mention.spans, span));
    if (equal.length > 0 || overlaps) return undefined;
    const id = this.earlier.get(key) ?? mentionId(predicted.type, [span], this.isTaken);
    const made = makeMention(this.text, id, predicted.type, [span], 'suggested');
    this.mentions.set(id, { ...made, ...rounded(predicted.score), model: this.model });
    return id;
  }

  private relation(said: Pick<Relation, 'type' | 'head' | 'tail'>, score: number | undefined): void {
    const key = relationKey(said);
    const standing = this.pairs.get(pairKey(said)) ?? [];
    if (standing.some((relation) => relation.status !== 'rejected' || relationKey(relation) === key)) return;
    const id = this.earlier.get(key) ?? relationId(said.type, said.head, said.tail, this.isTaken);
    this.relations.set(id, { id, ...said, status: 'suggested', ...rounded(score), model: this.model });
  }

  private readonly isTaken = (id: string): boolean => this.inDocument(id) || this.mentions.has(id) || this.relations.has(id);
}

function kindOf(model: string | undefined): string {
  return model === PATTERNS || model === EQUAL_TEXT ? model : 'model';
}

function spanOf(range: TokenMention, sentence: SentenceSpans): Span {
  const [first, last] = [sentence.tokens[range.startToken], sentence.tokens[range.endToken - 1]];
  if (first === undefined || last === undefined) throw new RangeError('A predicted mention lies outside its sentence.');
  return { startChar: first.startChar, endChar: last.endChar };
}

function overlap(spans: readonly Span[], span: Span): boolean {
  const [first, end] = touching(spans, span);
  return first < end;
}

function pairKey(relation: Pick<Relation, 'head' | 'tail'>): string {
  return relation.head < relation.tail ? `${relation.head} ${relation.tail}` : `${relation.tail} ${relation.head}`;
}

function grouped<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}

/** Four decimals say all that a score can; more only make the file harder to read. */
function rounded(score: number | undefined): Pick<Item, 'score'> {
  return score === undefined ? {} : { score: Math.round(score * 10_000) / 10_000 };
}
