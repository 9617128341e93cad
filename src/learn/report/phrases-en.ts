import type { Phrases } from './phrases.ts';

const offers = (count: number) => (count === 1 ? 'one offer' : `${count} offers`);

export const english: Phrases = {
  title: 'What we have learned',
  asOf: (day) => `As of ${day}`,
  sections: {
    decide: 'What you decide',
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
  ownGenes: {
    headline: 'the original headline',
    bridge: 'the original reason',
    picture: 'the original picture',
    benefit: 'the original text',
    call: 'the original question',
  },
  second: {
    headline: 'a second headline',
    bridge: 'a second reason',
    picture: 'a second picture',
    benefit: 'a second text',
    call: 'a second question',
  },
  several: {
    headline: 'headlines',
    bridge: 'reasons',
    picture: 'pictures',
    benefit: 'texts',
    call: 'questions',
  },
  written: 'original version',
  sure: {
    almost_sure: 'almost certain',
    very_likely: 'very likely',
    likely: 'likely',
    open: 'open',
    unlikely: 'unlikely',
    hardly: 'as good as ruled out',
  },
  off: 'Learning is switched off (learning.on in settings.yaml): every offer that fits is shown equally often, in its original version.',
  nothing:
    'No offer has been shown yet. Once mails with offers have gone out, you will see here which version works, what trying things out costs, and what you have to decide.',
  notYetLearned: (shown, open) =>
    `Offers have been shown ${shown} times so far; ${open} of them may still be answered. The figures are worked out tonight.`,
  tooLittle: (shown) =>
    `Offers have been shown ${shown} times so far. That is too little to say what works better.`,
  best: (offer, { mean, low, high }) =>
    `“${offer}” works best: about ${mean} answers for every 100 times it is shown, probably between ${low} and ${high}.`,
  bestSure: (sure, chance) => `That no other offer is better is ${sure} (${chance}).`,
  bestOpen: 'Whether it really is the best remains open.',
  toDecide: (count) =>
    count === 1 ? 'One thing is waiting for you.' : `${count} things are waiting for you.`,
  tried: ({ shown, people, since, offers: n, forms, open, openCount, days }) =>
    [
      `Since ${since}, ${people} people have been shown offers ${shown} times in all: ${offers(n)} in ${
        forms === 1 ? 'one version' : `${forms} versions`
      }.`,
      openCount > 0
        ? `For ${open} of these, the ${days} days in which an answer counts are not over yet.`
        : '',
    ]
      .filter(Boolean)
      .join(' '),
  triedOffers: 'Offers, and how often they were shown',
  triedForms: 'Versions',
  offerHead: ['Offer', 'shown', 'still open', 'versions running', 'dropped'],
  formHead: ['Version', 'shown', 'still open', 'since', 'today'],
  origins: {
    founder: 'from the start',
    mutation: 'by swapping one part',
    crossover: 'from two good versions',
    person: 'by hand',
  },
  born: (origin, day) => `${day}, ${origin}`,
  formOf: (form) => `Version: ${form}`,
  compared: (direction, sure, chance) =>
    `That there are ${direction === 'better' ? 'more' : 'fewer'} answers with it is ${sure} (${chance}).`,
  state: ({ state, day, reason }) => {
    if (state === 'alive') return 'running';
    const why = reason === null ? '' : `: ${REASONS[reason] ?? reason}`;
    return `${state === 'stopped' ? 'stopped' : 'dropped'}${day ? ` on ${day}` : ''}${why}`;
  },
  notKnown: 'There are no results yet. They are worked out in the night after the first mails with offers.',
  tooSeldom: (names) =>
    `Shown too rarely so far to say anything: ${names.map((name) => `“${name}”`).join(', ')}.`,
  rateHead: ['Version', 'answers per 100', 'probably between', 'the best?'],
  seldom: 'hardly shown yet',
  intervals: (offer) => `${offer}: answers per 100 times shown, with ranges`,
  shares: (offer) => `${offer}: share of each version over time`,
  sharesHead: 'From',
  alleles: 'What single texts and pictures do:',
  allele: ({ gene, text, own, said, sure }) =>
    `${capital(gene)} ${text}: about ${said.mean} times as many answers as with ${own}, probably between ${said.low} and ${said.high} times. ${
      sure === null ? 'Whether that is better or worse remains open.' : sure
    }`,
  ways: 'Whom the offer works for:',
  wayHead: ['because of', 'shown', 'answers per 100'],
  overTime: 'New and proven over time',
  overTimeLabel: 'Answers per 100 times shown, over time: offers and proven content',
  experimental: 'offers',
  proven: 'proven',
  overTimeHead: ['From', 'offers', 'proven'],
  ofBlocks: (rate, blocks) => `${rate} (shown ${blocks} times)`,
  overTimeNote: (days) =>
    `Only “yes” and “please call me” count here, and only what was shown more than ${days} days ago. The pale band is how far chance alone lets the result swing.`,
  costUnknown: 'It is too early to say: it takes more that was shown and can no longer be answered in time.',
  cost: ({ mean, low, high }, choices) =>
    `Had we known from the start what we know today and always shown the best, there would have been about ${mean} more answers over the ${choices} times that offers were shown (probably between ${low} and ${high}). That is the price of trying things out.`,
  costNothing: (choices) =>
    `Over the ${choices} times that offers were shown, trying things out has cost next to no answers.`,
  brought: {
    above: ({ mean, low, high }) =>
      `Had we never learned, and shown every offer that fits equally often and only in its original version, there would have been about ${mean} fewer answers (probably between ${low} and ${high}). That is what it brought.`,
    below: ({ mean, low, high }) =>
      `Had we never learned, and shown every offer that fits equally often and only in its original version, there would have been about ${mean} more answers (probably between ${low} and ${high}). So far, learning has cost more than it brought.`,
    neither: ({ mean, low, high }) =>
      `Whether it brought more than showing every offer that fits equally often, only in its original version, remains open: the difference is about ${mean} answers, probably between ${low} and ${high}.`,
  },
  costHow: (looked) =>
    `Both are estimates: from what we know about every version today, and from the probabilities with which each was chosen at the time.${
      looked === null ? '' : ` Projected from ${looked} of the times that offers were shown.`
    }`,
  nothingToDecide: 'Nothing right now.',
  decide: {
    pairing: (offer, product) => `New connection: from “${product}” to “${offer}”?`,
    pairingAsks: (bridge) =>
      `Shall customers who use this product see this offer too?${
        bridge === null ? '' : ` The mail would then say: ${bridge}`
      }`,
    pairingWhy: ({ owners, lift }) =>
      [
        'Nobody has tried this yet.',
        owners === null ? '' : `${owners} customers use the product.`,
        lift === null
          ? ''
          : `They have something that the offer goes with ${lift} times as often as others do.`,
      ]
        .filter(Boolean)
        .join(' '),
    pairingThen:
      '“Similar” means: so much like what they bought that existing customers may hear of it without having consented (§ 7(3) UWG, German law). If in doubt: with consent only.',
    graduate: (offer) => `Make “${offer}” proven content?`,
    graduateWhy: ({ error, mails, since, said, atLeast }) =>
      [
        'This offer is reliably answered more often than the proven content beside it.',
        said === null
          ? ''
          : `Of every 100 shown, ${said.new} were answered; of the proven content, ${said.proven}.`,
        atLeast === null ? '' : `It leads by at least ${atLeast} answers per 100.`,
        mails === null ? '' : `Compared in ${mails} mails${since === null ? '' : ` since ${since}`}.`,
        `That an offer gets this far by chance alone is as good as ruled out: ${error} at most, over all offers and all time together.`,
      ]
        .filter(Boolean)
        .join(' '),
    graduateThen:
      'If you say yes, you get a finished file. Read it through and put it into the “developments” folder of your content; then take the offer out.',
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
    stopped: (offer) => `Stopped: “${offer}”`,
    stoppedThen: 'Have a look at the text: what may have annoyed people?',
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
  onlyOne: (offer, second) =>
    `“${offer}”: ${second}. There is only the original so far, so there is nothing to compare.`,
  allTheSame: (offer, several) =>
    `“${offer}”: all ${several} work about equally well. We will learn more only from one that says it quite differently.`,
  how: ({ days }) => [
    `What counts as an answer is a yes, a call asked for or a purchase, if it comes within ${days} days. A “later” and a click without an answer count for a small part. Older answers gradually count less, because tastes change.`,
    'A range says how well we know something: with a probability of 95 % the true value lies in it. What was shown rarely has a wide range. New versions inherit what their parts have earned elsewhere.',
    'Offers are chosen like this: what probably works best is shown most often. A small part is shared out evenly, so that nothing is forgotten.',
  ],
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** By stable code. */
const REASONS: Readonly<Record<string, string>> = {
  outdone: 'other versions work better',
  crowded: 'too many were running',
  unwritten: 'its text is no longer in the content',
  guardrail: 'too many unsubscribes or complaints',
};
