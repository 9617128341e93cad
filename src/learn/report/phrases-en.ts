import type { Phrases } from './phrases.ts';

const offers = (count: number) => (count === 1 ? 'one offer' : `${count} offers`);

export const english: Phrases = {
  title: 'What we have learned',
  asOf: (day) => `As of ${day}`,
  sections: {
    decide: 'Your decisions',
    tried: 'What we tried',
    works: 'What works',
    cost: 'What trying things out costs and brings',
    next: 'What to write next',
    how: 'How this is worked out',
  },
  genes: {
    headline: 'headline',
    bridge: 'reason',
    picture: 'picture',
    benefit: 'text',
    call: 'question',
  },
  pronouns: { headline: 'it', bridge: 'it', picture: 'it', benefit: 'it', call: 'it' },
  second: {
    headline: 'a second headline',
    bridge: 'another reason',
    picture: 'a second picture',
    benefit: 'a second text',
    call: 'a second question',
  },
  another: {
    headline: 'another headline',
    bridge: 'another reason',
    picture: 'another picture',
    benefit: 'another text',
    call: 'another question',
  },
  written: 'original version',
  sure: {
    almost_sure: 'almost certainly',
    very_likely: 'very probably',
    likely: 'probably',
  },
  off: 'Learning is switched off (learning.on in settings.yaml): every offer that fits is shown equally often, in its original version.',
  nothing:
    'No offer has been shown yet. Once mails with offers have gone out, you will see here which version works, what trying things out costs, and what you have to decide.',
  notYetLearned: (shown, open) =>
    `Offers have been shown ${shown} times so far; ${open} of them may still be answered. The figures are worked out tonight.`,
  tooLittle: (shown) =>
    `Offers have been shown ${shown} times so far. That is too little to say what works better.`,
  best: (offer, { mean, low, high }) =>
    `“${offer}” works best: about ${mean} answers for every 100 times it is shown, with a probability of 95 % between ${low} and ${high} (“later” and clicks count in part).`,
  onlyOne: (offer, { mean, low, high }) =>
    `“${offer}” gets about ${mean} answers for every 100 times it is shown, with a probability of 95 % between ${low} and ${high} (“later” and clicks count in part). It can’t be compared with other offers yet.`,
  bestSure: (sure, chance) => `It is ${sure} the best (${chance}).`,
  bestOpen: 'Whether it really is the best remains open.',
  bestOwners: 'Offers go to owners of different products; that may be part of the difference.',
  notCompared: (never, seldom) => {
    const has = (count: number) => (count === 1 ? 'has' : 'have');
    const found = [
      never === 0 ? '' : `${offers(never)} ${has(never)} never been shown`,
      seldom === 0 ? '' : `${offers(seldom)} ${has(seldom)} been shown too rarely`,
    ].filter(Boolean);
    return `${capital(found.join(', '))}; ${never + seldom === 1 ? 'it is' : 'they are'} not compared here.`;
  },
  toDecide: (count) =>
    count === 1 ? 'One decision is waiting for you.' : `${count} decisions are waiting for you.`,
  tried: ({ shown, people, since, offers: n, forms, open, openPart, days }) =>
    [
      `Since ${since}, ${people} people have been shown offers ${shown} times in all: ${offers(n)} in ${
        forms === 1 ? 'one version' : `${forms} versions`
      }.`,
      openPart === 'none'
        ? ''
        : `For ${openPart === 'all' ? 'all' : open} of these, the ${days} days in which an answer counts are not over yet.`,
    ]
      .filter(Boolean)
      .join(' '),
  triedOffers: 'Offers, and how often they were shown',
  neverShown: (names) => `Never shown yet: ${listed(names)}.`,
  triedForms: 'Versions',
  offerHead: ['Offer', 'shown', 'answer still possible', 'versions running', 'dropped'],
  formHead: ['Version', 'shown', 'answer still possible', 'since', 'today'],
  origins: {
    founder: 'from the start',
    mutation: 'one part swapped',
    crossover: 'from two good versions',
    person: 'by hand',
  },
  born: (origin, day) => `${day}, ${origin}`,
  formOf: (form) => `Version: ${form}`,
  compared: (it, direction, sure, chance) =>
    `${capital(it)} ${sure} brings ${direction === 'better' ? 'more' : 'fewer'} answers (${chance}).`,
  state: ({ state, day, reason }) => {
    if (state === 'alive') return 'running';
    const why = reason === null ? '' : `: ${REASONS[reason] ?? reason}`;
    return `${state === 'stopped' ? 'stopped' : 'dropped'}${day ? ` on ${day}` : ''}${why}`;
  },
  notKnown: 'There are no results yet. They are worked out in the night after the first mails with offers.',
  tooSeldom: (names) => `Shown too rarely so far to say anything: ${listed(names)}.`,
  nothingKnown: 'There is no offer yet of which anything can be said.',
  onlyForm: ({ mean, low, high }) =>
    `About ${mean} answers per 100 times shown, with a probability of 95 % between ${low} and ${high}. Only one version is running so far.`,
  poor: (rate, proven) => `Works badly: ${rate} answers per 100; proven content has about ${proven}.`,
  rateHead: ['Version', 'answers per 100', '95 % range', 'chance to be the best'],
  seldom: 'hardly shown yet',
  intervals: (offer) => `${offer}: answers per 100 times shown, with ranges`,
  shares: (offer) => `${offer}: share of each version over time`,
  sharesHead: 'From',
  alleles:
    'What each text and picture changes, compared with the original one (in brackets, the 95 % range):',
  allele: ({ gene, text, said, sure }) =>
    `${capital(gene)} ${text}: about ${said.mean} times as many answers (${said.low} to ${said.high}). ${
      sure ?? 'Whether that is better or worse remains open.'
    }`,
  ways: 'Whom the offer works for:',
  wayHead: ['Owners of', 'shown', 'answers per 100'],
  overTime: 'New and proven over time',
  overTimeLabel: 'Answers per 100 times shown, over time: offers and proven content',
  experimental: 'offers',
  proven: 'proven',
  overTimeHead: ['From', 'offers', 'proven'],
  ofBlocks: (rate, blocks) => `${rate} (shown ${blocks} times)`,
  overTimeNote: (days) =>
    `Proven content is news about what the customer already has. Only “yes” and “please call me” count here, and only what was shown more than ${days} days ago. The pale band is how far chance alone lets the result swing.`,
  costUnknown: 'It is too early to say: most offers can still be answered.',
  costFew: 'It is too early to say: too few offers have been shown.',
  cost: ({ mean, low, high }, choices) =>
    `Had we known from the start what we know today and always shown the best, there would have been about ${mean} more answers over the ${choices} times that offers were shown (with a probability of 95 % between ${low} and ${high}). That is the price of trying things out.`,
  costNothing: (choices) =>
    `Over the ${choices} times that offers were shown, trying things out has cost next to no answers.`,
  brought: {
    above: ({ mean, low, high }) =>
      `Had we never learned, and shown every offer that fits equally often and only in its original version, there would have been about ${mean} fewer answers (with a probability of 95 % between ${low} and ${high}). That is what learning brought.`,
    below: ({ mean, low, high }) =>
      `Had we never learned, and shown every offer that fits equally often and only in its original version, there would have been about ${mean} more answers (with a probability of 95 % between ${low} and ${high}). So far, learning has cost more than it brought.`,
    neither: ({ mean, low, high }) =>
      `Whether it brought more than showing every offer that fits equally often, only in its original version, remains open: the difference is about ${mean} answers, with a probability of 95 % between ${low} and ${high}.`,
  },
  costHow: (looked) =>
    `Both are estimates: from what we know about every version today, and from the probabilities with which each was chosen at the time.${
      looked === null ? '' : ` Projected from ${looked} of the times that offers were shown.`
    }`,
  nothingToDecide: 'Nothing right now.',
  decide: {
    pairing: (offer, product) => `New connection: from “${product}” to “${offer}”?`,
    pairingAsks: (bridge, file) =>
      `Shall customers who use this product see this offer too?${
        bridge === null ? '' : ` The mail would then say: ${bridge} (anyBridge in ${file}).`
      }`,
    pairingWhy: ({ owners, lift }) =>
      [
        'Nobody has tried this yet.',
        owners === null ? '' : `${owners} customers use the product.`,
        lift === null
          ? ''
          : `They own a product that this offer goes with ${lift} times as often as other customers do.`,
      ]
        .filter(Boolean)
        .join(' '),
    pairingThen:
      '“Similar” means: so much like what they bought that existing customers may hear of it without having consented (§ 7(3) UWG, German law). If in doubt: with consent only.',
    pairingFinal: 'A no is final; a yes can be taken back.',
    graduate: (offer) => `Make “${offer}” proven content?`,
    graduateWhy: ({ error, mails, since, said, atLeast }) =>
      [
        'This offer is reliably answered more often than the proven content beside it (news about what the customer already has).',
        said === null
          ? ''
          : `Of every 100 shown, ${said.new} were answered; of the proven content, ${said.proven}.`,
        atLeast === null ? '' : `It leads by at least ${atLeast} answers per 100.`,
        mails === null ? '' : `Compared in ${mails} mails${since === null ? '' : ` since ${since}`}.`,
        `The risk that even one offer is ever put forward wrongly stays below ${error}.`,
      ]
        .filter(Boolean)
        .join(' '),
    graduateThen: (file) =>
      `If you say yes, you get a finished file. Read it through and put it into the “developments” folder of your content; then delete the offer’s file (${file}).`,
    withoutCall: (call) =>
      `The question ${call} is not in the file: proven content asks its own. Part of the success may have come from it.`,
    rewrite: (development) => `Rewrite “${development}”?`,
    rewriteWhy: ({ blocks, rate, usual }) =>
      [
        'Hardly anybody answers it any more.',
        blocks === null
          ? ''
          : rate === null || usual === null
            ? `It was shown ${blocks} times.`
            : `It was shown ${blocks} times, with ${rate} answers per 100; ${usual} are usual.`,
      ]
        .filter(Boolean)
        .join(' '),
    rewriteThen:
      'Yes means that somebody rewrites it or takes it out. After a no, we will not ask for half a year.',
    stopped: (offer) => `One version stopped: “${offer}”`,
    othersRun: 'The other versions of this offer go on.',
    stoppedThen: (file) => `Have a look at the text (${file}): what may have annoyed people?`,
    no: 'No',
    similar: 'Yes, it is similar',
    consent: 'Yes, with consent only',
    makeIt: 'Yes, make the file',
    notNow: 'No, keep trying it',
    rewriteIt: 'Yes, rewrite it',
    keepIt: 'No, leave it',
    noted: 'Noted',
  },
  ratios: 'Innovation ratio',
  owners: (product) => `${product}:`,
  agreed: (offer) => `Agreed: “${offer}” becomes proven content as soon as the file is in your content.`,
  file: 'Download the file',
  nothingNext: 'Nothing pressing: all offers have versions that differ.',
  oneWording: 'There is no other version of these yet, so there is nothing to compare:',
  writeSecond: (offer, second, where) => `“${offer}”: write ${second} (${where}).`,
  allAlike:
    'All versions of these work about equally well. We will learn more only from one that says it quite differently:',
  writeOther: (offer, second, where) => `“${offer}”: write ${second} (${where}).`,
  where: (gene, file) => `“genes: ${gene}:” in ${file}`,
  how: ({ days }) => [
    `What counts as an answer is a yes, a call asked for or a purchase, if it comes within ${days} days. A “later” and a click without an answer count for a small part. Older answers gradually count less, because tastes change.`,
    'A range says how well we know something: with a probability of 95 % the true value lies in it. What was shown rarely has a wide range. New versions inherit what their parts have earned elsewhere.',
    'Offers are chosen like this: what probably works best is shown most often. A small part is shared out evenly, so that nothing is forgotten.',
  ],
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const listed = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/** By stable code. */
const REASONS: Readonly<Record<string, string>> = {
  outdone: 'other versions work better',
  crowded: 'too many were running',
  unwritten: 'its text is no longer in the content',
  guardrail: 'too many unsubscribes or complaints',
};
