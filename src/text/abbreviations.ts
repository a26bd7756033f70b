/**
 * How an abbreviation's full stop is read.
 * - `name`: what it announces follows ("Mr. Smith", "e.g. this"), so it never ends a sentence
 * - `number`: a number or letter usually follows ("No. 5", "Fig. A"); otherwise it may end a sentence
 * - `place`: ends a sentence when it closes an address ("Aiken, S.C. The reactors ...")
 * - `other`: ends a sentence only before a word that begins sentences ("Inc. The company ...")
 */
export type AbbreviationKind = 'name' | 'number' | 'place' | 'other';

const LISTS: Readonly<Record<AbbreviationKind, string>> = {
  name: `
    Mr Mrs Ms Messrs Mx Dr Drs Prof Rev Fr Hon Pres Gov Sen Sens Rep Reps Gen Lt Col Capt Cpt Cmdr Cdr Adm Maj Sgt Cpl Pvt Det Insp Supt
    Amb Atty Asst Assoc Mgr Msgr Sec Ste Mt Ft Pt Pfc Spc Gens Profs Revs Govs Lts Cols vs v cf e.g i.e viz resp approx esp incl
    Hr Hrn Frl Dipl Ing z.B d.h u.a i.d.R z.T bzw ca evtl ggf inkl exkl vgl sog zzgl Sra Srta Dra Ud Uds Mlle env Sig Dott Avv
    dhr mevr nl bijv o.a m.b.t np tzn ul prof им ул т.е напр डॉ`,
  number: `
    No Nos no nos Nr Nrn Fig Figs Eq Eqs Ref Refs Sect Ch Chap Vol Vols Art Arts Abs Abb Tab Bd Jg p pp ff S s c n nn art núm pág págs cap
    vol fig eq ch chap sec ed max min Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec tel Tel Ext ext fol Kap Ziff Rn стр рис`,
  place: `
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr Nev Okla Ore Pa Penn Tenn Tex Va
    Vt Wash Wis Wyo Ont Que Alta Sask Man`,
  other: `
    Inc Ltd Co Cos Corp Bros Jr St Sr Assn Assns Dept Univ Inst Intl Natl Mfg Ave Blvd Rd Ln Sq Bldg al etc Ph.D M.D a.m p.m A.M P.M a.k.a est
    dept univ ibid Esq Cie usw etw Str Mio Mrd Jh n.Chr v.Chr enz bv av apr EE.UU a.C d.C U.S U.K U.N U.S.A U.S.S.R E.U L.A ecc itd itp г гг др`,
};

const KINDS: ReadonlyMap<string, AbbreviationKind> = new Map(
  (Object.keys(LISTS) as AbbreviationKind[]).flatMap((kind) =>
    LISTS[kind]
      .trim()
      .split(/\s+/)
      .map((word) => [word, kind] as const),
  ),
);

/** Abbreviations that are also words: at a sentence's end the full stop is the sentence's. */
const ALSO_WORDS = new Set(
  `No Nos no nos St Art Arts art Mass Miss Ill Wash Man Ref Tab min max ext est nl esp apr cap ed Rep Reps Gen Hon Col Mar Jun Abs ca Str`.split(
    ' ',
  ),
);

/** Letters each with a full stop between: U.S, N.Y, a.m, Ph.D without its last one. */
const DOTTED = /^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u;
const SINGLE_LETTER = /^\p{L}\p{M}*$/u;

/** What kind of abbreviation a word before a full stop is, the full stop not included; undefined for a plain word. */
export function abbreviationKind(word: string): AbbreviationKind | undefined {
  const known = KINDS.get(word) ?? KINDS.get(recased(word));
  if (known !== undefined) return known;
  if (DOTTED.test(word)) return word === word.toUpperCase() ? 'place' : 'other';
  const hyphen = word.lastIndexOf('-');
  return hyphen > 0 ? abbreviationKind(word.slice(hyphen + 1)) : undefined;
}

/** Abbreviations of two letters that headlines set in capitals. */
const SHOUTED = new Set(['MR', 'DR', 'JR', 'SR', 'ST', 'LT']);

/** The usual form of a word: "Approx" as inside a sentence, "GOV" as outside a headline. Other words of two capitals are acronyms (MS, CO). */
function recased(word: string): string {
  const tail = word.slice(1);
  if (tail === tail.toLowerCase()) return word.toLowerCase();
  return word.length > 2 || SHOUTED.has(word) ? word.charAt(0) + tail.toLowerCase() : word;
}

/** Whether a word is one letter: an initial, or the mark of a list's item. */
export function isSingleLetter(word: string): boolean {
  return word.length <= 4 && SINGLE_LETTER.test(word);
}

/** Whether the full stop after the word belongs to the word although a sentence ends there ("in the U.S."). */
export function keepsFinalStop(word: string): boolean {
  return !ALSO_WORDS.has(word) && abbreviationKind(word) !== undefined && !isSingleLetter(word);
}

/** Capitalised words that begin sentences far more often than they follow an abbreviation inside one. */
const STARTERS = new Set(
  `The A An This That These Those He She It They We You I His Her Its Their Our My Your There Here In On At By For From With Without
  After Before Since Until During Between Among Against About Into Through As If When While Where Why How What Who Which Whether
  Although Though Because But And Or Nor So Yet Then Thus Hence However Moreover Meanwhile Nevertheless Also Now Today Yesterday
  Tomorrow Last Next Later Earlier No Not Yes Some Many Most All Both Each Every Another Other Others One Two Three Several Few None
  Such Only Even Once Despite According Is Are Was Were Do Does Did Has Have Had Can Could Would Should Der Die Das Den Dem Ein Eine
  Einer Einem Einen Er Sie Es Wir Ich Im Am Zum Zur Auf Aus Bei Mit Nach Seit Von Vor Und Aber Doch Auch Wenn Als Dies Diese Dieser
  Dieses Il Elle Ils Elles On Nous Vous Ce Cet Cette Ces Un Une Dans Mais Selon Pour Avec Él Ella Ellos Por Para Pero Según Het Een
  Wij Hij Zij Maar Nie To Jest В На Он Она Они Это Но И С По`.split(/\s+/),
);

/** Whether a capitalised word is one that begins sentences. */
export function isSentenceStarter(word: string): boolean {
  return STARTERS.has(word);
}

const AFTER_ORDINAL = new Set(
  'Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jahrhundert Jahrhunderts Jh Jhd'.split(' '),
);

/** Whether German's ordinal number ("3. Oktober", "19. Jahrhundert") goes on with this word. */
export function followsOrdinal(word: string): boolean {
  return AFTER_ORDINAL.has(word);
}
